"""Decrypt and encrypt PKCS8 private keys in memory, as in JKS, JCEKS, PKCS12 and PEM."""

import hashlib
import hmac
import os
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import algorithm_identifier, fields_of, octet_string
from unpin.model.values import frozen
from unpin.stores.crypto import ciphers
from unpin.stores.crypto.algorithm_identifiers import jdk8_encryption, modern_encryption
from unpin.stores.crypto.encryption_schemes import (
    Pbes2Scheme,
    Pkcs12Scheme,
    parse_scheme,
)
from unpin.stores.crypto.key_derivation import (
    UnsupportedAlgorithmError,
    Work,
    check_work,
    iteration_count,
    passphrases,
)
from unpin.stores.formats import ProtectionScheme

_SALT: Final = 20
_DIGEST: Final = 20
_JCEKS_SALT: Final = 8
_JCEKS_ITERATIONS: Final = 200_000
"""The JDK's own count (jdk.jceks.iterationCount) since 8u171."""


@frozen
class EncryptedPrivateKeyInfo:
    """An EncryptedPrivateKeyInfo (RFC 5958 3): its DER, its raw parts, and its algorithm's OID."""

    der: bytes
    oid: str
    algorithm: bytes
    ciphertext: bytes


def read_sealed(der: bytes) -> EncryptedPrivateKeyInfo | None:
    """The EncryptedPrivateKeyInfo at the start of `der`; None if there is none."""
    try:
        algorithm, ciphertext = fields_of(tlv.read(der), "EncryptedPrivateKeyInfo", 2)[:2]
        oid = algorithm_identifier(algorithm, "algorithm").oid
        return EncryptedPrivateKeyInfo(
            der, oid, algorithm.raw, octet_string(ciphertext, "encrypted key")
        )
    except tlv.TlvError:
        return None


def is_clear(der: bytes) -> bool:
    """Whether `der` is a PrivateKeyInfo (RFC 5958 2): version, algorithm, key."""
    try:
        read = tlv.only(der, "PrivateKeyInfo")
        tags = [part.tag for part in fields_of(read, "PrivateKeyInfo", 3)[:3]]
    except tlv.TlvError:
        return False
    return tags == [tlv.INTEGER, tlv.SEQUENCE, tlv.OCTET_STRING]


def is_modern(sealed: EncryptedPrivateKeyInfo) -> bool:
    """Whether it is PBES2 with AES, which the JDK has written since 2021."""
    try:
        scheme = parse_scheme(tlv.read(sealed.algorithm))
    except (tlv.TlvError, UnsupportedAlgorithmError):
        return False
    return isinstance(scheme, Pbes2Scheme) and scheme.cipher == "AES"


def is_of_jdk8(sealed: EncryptedPrivateKeyInfo) -> bool:
    """Whether it is a scheme of RFC 7292 C, which every JDK 8 reads."""
    try:
        return isinstance(parse_scheme(tlv.read(sealed.algorithm)), Pkcs12Scheme)
    except (tlv.TlvError, UnsupportedAlgorithmError):
        return False


def is_of_pkcs8(sealed: EncryptedPrivateKeyInfo) -> bool:
    """Whether PKCS12 and PEM readers may support it: it is not a scheme of JKS or JCEKS."""
    return sealed.oid not in (oids.JKS_KEY_PROTECTOR, oids.JCEKS_KEY_PROTECTOR)


def unseal(sealed: EncryptedPrivateKeyInfo, password: str, *, name: str) -> bytes | None:
    """Decrypt to a PrivateKeyInfo; None if the password is wrong or the scheme unsupported.

    Raises LimitExceededError for an iteration count beyond the limits. `name` is for messages.
    """
    try:
        if sealed.oid == oids.JKS_KEY_PROTECTOR:
            return _recover(sealed.ciphertext, password)
        if sealed.oid == oids.JCEKS_KEY_PROTECTOR:
            return _decrypt_jceks(sealed, password, name)
        scheme = parse_scheme(tlv.read(sealed.algorithm))
        candidates = passphrases(password)
        check_work([scheme.work], source=name, attempts=len(candidates))
        for candidate in candidates:
            try:
                plain = scheme.decrypt(candidate, sealed.ciphertext)
            except ciphers.DecryptionError:
                continue
            if is_clear(plain):
                return plain
    except (tlv.TlvError, UnsupportedAlgorithmError, ciphers.DecryptionError):
        return None
    return None


def seal_pkcs8(key: bytes, password: str, scheme: ProtectionScheme) -> bytes:
    """Encrypt a PrivateKeyInfo for PKCS12 or PEM, as current JDKs do, or for JDK8 as JDK 8 does."""
    old = scheme is ProtectionScheme.JDK8
    algorithm = jdk8_encryption() if old else modern_encryption()
    ciphertext = parse_scheme(tlv.read(algorithm)).encrypt(passphrases(password)[0], key)
    return tlv.element(tlv.SEQUENCE, algorithm, tlv.element(tlv.OCTET_STRING, ciphertext))


def seal_jks(key: bytes, password: str) -> bytes:
    """Encrypt a PrivateKeyInfo as sun.security.provider.KeyProtector.protect does."""
    secret = password.encode("utf-16-be", "surrogatepass")
    salt = os.urandom(_SALT)
    digest = hashlib.sha1(secret + key, usedforsecurity=False).digest()
    oid = tlv.encode_oid(oids.JKS_KEY_PROTECTOR)
    ciphertext = salt + _keystream(secret, salt, key) + digest
    return tlv.element(
        tlv.SEQUENCE,
        tlv.element(tlv.SEQUENCE, oid, tlv.element(tlv.NULL)),
        tlv.element(tlv.OCTET_STRING, ciphertext),
    )


def seal_jceks(key: bytes, password: str) -> bytes | None:
    """Encrypt a PrivateKeyInfo as com.sun.crypto.provider.KeyProtector does.

    Returns None if the password is not ASCII.
    """
    if not password.isascii():
        return None
    salt = os.urandom(_JCEKS_SALT)
    derived = _derive_jceks(password, salt, _JCEKS_ITERATIONS)
    ciphertext = ciphers.encrypt("3DES", derived[:24], derived[24:], key)
    parameters = tlv.element(
        tlv.SEQUENCE,
        tlv.element(tlv.OCTET_STRING, salt),
        tlv.encode_integer(_JCEKS_ITERATIONS),
    )
    return tlv.element(
        tlv.SEQUENCE,
        tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.JCEKS_KEY_PROTECTOR), parameters),
        tlv.element(tlv.OCTET_STRING, ciphertext),
    )


def _recover(data: bytes, password: str) -> bytes | None:
    """Decrypt as sun.security.provider.KeyProtector.recover: salt, XORed key, digest."""
    secret = password.encode("utf-16-be", "surrogatepass")
    salt, body, digest = data[:_SALT], data[_SALT:-_DIGEST], data[-_DIGEST:]
    plain = _keystream(secret, salt, body)
    proof = hashlib.sha1(secret + plain, usedforsecurity=False).digest()
    return plain if hmac.compare_digest(proof, digest) else None


def _keystream(secret: bytes, salt: bytes, data: bytes) -> bytes:
    """XOR with SHA-1(password, SHA-1(password, ... salt)), 20 bytes at a time."""
    out = bytearray()
    digest = salt
    for at in range(0, len(data), _DIGEST):
        digest = hashlib.sha1(secret + digest, usedforsecurity=False).digest()
        out += bytes(a ^ b for a, b in zip(data[at : at + _DIGEST], digest, strict=False))
    return bytes(out)


def _decrypt_jceks(sealed: EncryptedPrivateKeyInfo, password: str, name: str) -> bytes | None:
    fields = fields_of(tlv.read(sealed.algorithm), "algorithm", 2)
    salt_node, count = fields_of(fields[1], "PBE parameters", 2)[:2]
    salt, iterations = octet_string(salt_node, "salt"), iteration_count(count)
    check_work([Work(iterations, 2)], source=name, attempts=1)
    if len(salt) != _JCEKS_SALT or salt[:4] == salt[4:] or not password.isascii():
        return None
    derived = _derive_jceks(password, salt, iterations)
    plain = ciphers.decrypt("3DES", derived[:24], derived[24:], sealed.ciphertext)
    return plain if is_clear(plain) else None


def _derive_jceks(password: str, salt: bytes, iterations: int) -> bytes:
    """Key and IV as in com.sun.crypto.provider.PBES1Core, which uses each half of the salt alone.

    NOTE: if the halves are equal (1 in 2^32), the JDK inverts the first; that is not done here.
    """
    secret = password.encode("ascii")
    out = b""
    for half in (salt[:4], salt[4:]):
        digest = half
        for _ in range(iterations):
            digest = hashlib.md5(digest + secret, usedforsecurity=False).digest()
        out += digest
    return out
