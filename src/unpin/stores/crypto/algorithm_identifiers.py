"""Write the AlgorithmIdentifiers of password-based encryption as the JDK does, with new salts."""

import os
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import field_at, spliced
from unpin.stores.crypto.encryption_schemes import (
    Pbes1Scheme,
    Pbes2Scheme,
    Pkcs12Scheme,
    parse_scheme,
)

ITERATIONS: Final = 10_000
"""The JDK's own count for PBES2 and HmacPBESHA256 since 8u301, 11.0.12 and 17."""

_JDK8_ITERATIONS: Final = 50_000
"""The JDK's count before those releases."""

SALT_SIZE: Final = 20
"""The size in bytes of the salts that the JDK writes."""


def modern_encryption(iterations: int = ITERATIONS) -> bytes:
    """An AlgorithmIdentifier: PBEWithHmacSHA256AndAES_256, as the JDK writes it."""
    prf = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.HMAC_WITH_SHA256), tlv.element(tlv.NULL))
    count, size = tlv.encode_integer(iterations), tlv.encode_integer(32)
    parameters = tlv.element(tlv.SEQUENCE, _random(SALT_SIZE), count, size, prf)
    kdf = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.PBKDF2), parameters)
    cipher = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.AES256_CBC), _random(16))
    return tlv.element(
        tlv.SEQUENCE, tlv.encode_oid(oids.PBES2), tlv.element(tlv.SEQUENCE, kdf, cipher)
    )


def jdk8_encryption() -> bytes:
    """An AlgorithmIdentifier: PBEWithSHA1AndDESede, which every JDK and OpenSSL read."""
    parameters = tlv.element(tlv.SEQUENCE, _random(SALT_SIZE), tlv.encode_integer(_JDK8_ITERATIONS))
    triple_des = tlv.encode_oid(oids.PBE_WITH_SHA_AND_3_KEY_TRIPLE_DES_CBC)
    return tlv.element(tlv.SEQUENCE, triple_des, parameters)


def renewed_algorithm(algorithm: bytes) -> bytes:
    """The AlgorithmIdentifier with a new salt, and for PBES2 a new IV, of the same sizes."""
    scheme = parse_scheme(tlv.read(algorithm))
    match scheme:
        case Pkcs12Scheme() | Pbes1Scheme():
            return spliced(tlv.read(algorithm), (1, 0), _random(len(scheme.salt)))
        case Pbes2Scheme():
            parameters: tuple[int, ...] = (1,)
            if tlv.read(algorithm).children()[1].children()[0].tag == tlv.OID:
                parameters = (1, 1)  # wrapped again, see parse_scheme
            salt = _random(len(scheme.kdf.salt))
            algorithm = spliced(tlv.read(algorithm), (*parameters, 0, 1, 0), salt)
            iv: tuple[int, ...] = (*parameters, 1, 1)
            if scheme.cipher == "RC2":
                iv = (*iv, len(field_at(tlv.read(algorithm), iv).children()) - 1)
            return spliced(tlv.read(algorithm), iv, _random(len(scheme.iv)))


def _random(size: int) -> bytes:
    return tlv.element(tlv.OCTET_STRING, os.urandom(size))
