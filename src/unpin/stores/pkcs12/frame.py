"""Write the frames of a PKCS12 file (RFC 7292 4) around slices: ContentInfos, MacData, the PFX."""

import os
from collections.abc import Sequence
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import octet_string
from unpin.stores.crypto.key_derivation import Passphrase
from unpin.stores.pkcs12.bag_edit import spliced
from unpin.stores.pkcs12.encryption_schemes import (
    Pbes1Scheme,
    Pbes2Scheme,
    Pkcs12Scheme,
    parse_scheme,
)
from unpin.stores.pkcs12.mac import Pbmac1, parse_mac

ITERATIONS: Final = 10_000
"""The JDK's own count for PBES2 and HmacPBESHA256 since 8u301, 11.0.12 and 17."""

_DATA: Final = tlv.encode_oid(oids.DATA)
_ENCRYPTED_DATA: Final = tlv.encode_oid(oids.ENCRYPTED_DATA)
_SALT_SIZE: Final = 20
_NULL: Final = tlv.element(tlv.NULL)
_SHA1: Final = tlv.encode_oid(oids.SHA1)
_SHA256: Final = tlv.encode_oid(oids.SHA256)
_HMAC_SHA256: Final = tlv.encode_oid(oids.HMAC_WITH_SHA256)
_AES_256: Final = tlv.encode_oid(oids.AES256_CBC)
_TRIPLE_DES: Final = tlv.encode_oid(oids.PBE_WITH_SHA_AND_3_KEY_TRIPLE_DES_CBC)
_JDK8_ITERATIONS: Final = 50_000
_JDK8_MAC_ITERATIONS: Final = 100_000
"""The JDK's counts before those releases."""


def modern_encryption(iterations: int = ITERATIONS) -> bytes:
    """An AlgorithmIdentifier: PBEWithHmacSHA256AndAES_256, as the JDK writes it."""
    prf = tlv.element(tlv.SEQUENCE, _HMAC_SHA256, _NULL)
    count, size = tlv.encode_integer(iterations), tlv.encode_integer(32)
    parameters = tlv.element(tlv.SEQUENCE, _random(_SALT_SIZE), count, size, prf)
    kdf = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.PBKDF2), parameters)
    cipher = tlv.element(tlv.SEQUENCE, _AES_256, _random(16))
    return tlv.element(
        tlv.SEQUENCE, tlv.encode_oid(oids.PBES2), tlv.element(tlv.SEQUENCE, kdf, cipher)
    )


def jdk8_encryption() -> bytes:
    """An AlgorithmIdentifier: PBEWithSHA1AndDESede, which every JDK and OpenSSL read."""
    parameters = tlv.element(
        tlv.SEQUENCE, _random(_SALT_SIZE), tlv.encode_integer(_JDK8_ITERATIONS)
    )
    return tlv.element(tlv.SEQUENCE, _TRIPLE_DES, parameters)


def modern_mac(iterations: int = ITERATIONS) -> bytes:
    """A MacData for HmacPBESHA256, its value still to be computed (`sealed_mac`)."""
    return _mac(_SHA256, 32, iterations)


def jdk8_mac() -> bytes:
    """A MacData for HmacPBESHA1, its value still to be computed (`sealed_mac`)."""
    return _mac(_SHA1, 20, _JDK8_MAC_ITERATIONS)


def _mac(digest: bytes, size: int, iterations: int) -> bytes:
    algorithm = tlv.element(tlv.SEQUENCE, digest, _NULL)
    info = tlv.element(tlv.SEQUENCE, algorithm, tlv.element(tlv.OCTET_STRING, bytes(size)))
    return tlv.element(tlv.SEQUENCE, info, _random(_SALT_SIZE), tlv.encode_integer(iterations))


def renewed(algorithm: bytes) -> bytes:
    """The AlgorithmIdentifier with another salt, and IV, of the same sizes."""
    scheme = parse_scheme(tlv.read(algorithm))
    match scheme:
        case Pkcs12Scheme() | Pbes1Scheme():
            return _spliced(algorithm, (1, 0), _random(len(scheme.salt)))
        case Pbes2Scheme():
            parameters: tuple[int, ...] = (1,)
            if tlv.read(algorithm).children()[1].children()[0].tag == tlv.OID:
                parameters = (1, 1)  # wrapped twice (encryption_schemes.parse_scheme)
            salt = _random(len(scheme.kdf.salt))
            algorithm = _spliced(algorithm, (*parameters, 0, 1, 0), salt)
            iv: tuple[int, ...] = (*parameters, 1, 1)
            if scheme.cipher == "RC2":
                iv = (*iv, len(_at(tlv.read(algorithm), iv).children()) - 1)
            return _spliced(algorithm, iv, _random(len(scheme.iv)))


def algorithm_of(content_info: bytes) -> bytes:
    """The AlgorithmIdentifier of encrypted contents."""
    return _at(tlv.read(content_info), (1, 0, 1, 1)).raw


def plain_contents(safe_contents: bytes, old: bytes = b"") -> bytes:
    """A ContentInfo in clear; with the frame of `old` where that is one too."""
    octets = tlv.element(tlv.OCTET_STRING, safe_contents)
    if old:
        return _spliced(old, (1, 0), octets)
    return tlv.element(tlv.SEQUENCE, _DATA, tlv.element(tlv.CONTEXT_0, octets))


def encrypted_contents(
    safe_contents: bytes, algorithm: bytes, passphrase: Passphrase, old: bytes = b""
) -> bytes:
    """A ContentInfo under `algorithm`; with the frame of `old` where that is encrypted too."""
    scheme = parse_scheme(tlv.read(algorithm))
    cipher_text = tlv.element(tlv.PRIMITIVE_CONTEXT_0, scheme.encrypt(passphrase, safe_contents))
    if old:
        return _spliced(_spliced(old, (1, 0, 1, 2), cipher_text), (1, 0, 1, 1), algorithm)
    info = tlv.element(tlv.SEQUENCE, _DATA, algorithm, cipher_text)
    value = tlv.element(tlv.SEQUENCE, tlv.encode_integer(0), info)
    return tlv.element(tlv.SEQUENCE, _ENCRYPTED_DATA, tlv.element(tlv.CONTEXT_0, value))


def sealed_mac(mac: bytes, passphrase: Passphrase, data: bytes) -> bytes:
    """The MacData with another salt of the same size, and the MAC of `data`.

    Raises tlv.TlvError, UnsupportedAlgorithmError for a MAC that unpin does not read.
    """
    salt = (0, 0, 1, 0, 1, 0) if isinstance(parse_mac(tlv.read(mac)), Pbmac1) else (1,)
    size = len(octet_string(_at(tlv.read(mac), salt), "MAC salt"))
    mac = _spliced(mac, salt, _random(size))
    value = parse_mac(tlv.read(mac)).compute(passphrase, data)
    return _spliced(mac, (0, 1), tlv.element(tlv.OCTET_STRING, value))


def authenticated_safe(contents: Sequence[bytes], old: bytes = b"") -> bytes:
    """The AuthenticatedSafe; what follows the one of the file `old` stays."""
    rest = b""
    if old:
        octets = octet_string(_at(tlv.read(old), (1, 1, 0)), "AuthenticatedSafe")
        rest = octets[tlv.read(octets).end :]
    return tlv.element(tlv.SEQUENCE, *contents) + rest


def pfx(safe: bytes, mac: bytes, old: bytes = b"") -> bytes:
    """The whole store; with the frame of the file `old`, its trailing bytes included."""
    octets = tlv.element(tlv.OCTET_STRING, safe)
    if not old:
        info = tlv.element(tlv.SEQUENCE, _DATA, tlv.element(tlv.CONTEXT_0, octets))
        return tlv.element(tlv.SEQUENCE, tlv.encode_integer(3), info, mac)
    outer = tlv.read(old)
    fields = outer.children()
    info = spliced(fields[1], (1, 0), octets)
    rest = (child.raw for child in fields[3:])
    return tlv.element(tlv.SEQUENCE, fields[0].raw, info, mac, *rest) + old[outer.end :]


def _random(size: int) -> bytes:
    return tlv.element(tlv.OCTET_STRING, os.urandom(size))


def _spliced(raw: bytes, path: Sequence[int], new: bytes) -> bytes:
    return spliced(tlv.read(raw), path, new)


def _at(node: tlv.Node, path: Sequence[int]) -> tlv.Node:
    for index in path:
        node = node.children()[index]
    return node
