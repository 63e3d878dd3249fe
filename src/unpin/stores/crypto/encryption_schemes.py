"""Password-based encryption: PBES1 and PBES2 (RFC 8018), and the schemes of RFC 7292 C."""

import hashlib
from dataclasses import replace
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import (
    AlgorithmIdentifier,
    algorithm_identifier,
    fields_of,
    octet_string,
)
from unpin.model.values import frozen
from unpin.stores.crypto import ciphers
from unpin.stores.crypto.key_derivation import (
    IV_MATERIAL,
    KEY_MATERIAL,
    Passphrase,
    Pbkdf2,
    UnsupportedAlgorithmError,
    Work,
    block_count,
    hash_label,
    iteration_count,
    parse_pbkdf2,
    pkcs12_key,
    supported,
)

_PKCS12_SCHEMES: Final = {
    oids.PBE_WITH_SHA_AND_128_BIT_RC4: ("RC4", 16),
    oids.PBE_WITH_SHA_AND_40_BIT_RC4: ("RC4", 5),
    oids.PBE_WITH_SHA_AND_3_KEY_TRIPLE_DES_CBC: ("3DES", 24),
    oids.PBE_WITH_SHA_AND_2_KEY_TRIPLE_DES_CBC: ("2DES", 16),
    oids.PBE_WITH_SHA_AND_128_BIT_RC2_CBC: ("RC2", 16),
    oids.PBE_WITH_SHA_AND_40_BIT_RC2_CBC: ("RC2", 5),
}

_PBES1: Final = {
    oids.PBE_WITH_MD5_AND_DES_CBC: ("md5", "DES"),
    oids.PBE_WITH_MD5_AND_RC2_CBC: ("md5", "RC2"),
    oids.PBE_WITH_SHA1_AND_DES_CBC: ("sha1", "DES"),
    oids.PBE_WITH_SHA1_AND_RC2_CBC: ("sha1", "RC2"),
}

_RC2_VERSIONS: Final = {160: 40, 120: 64, 58: 128}
"""The effective key bits of RC2 by their encoded version, for fewer than 256 (RFC 8018 B.2.3)."""

_CURRENT: Final = frozenset({"AES", "Camellia"})
"""The ciphers that are not outdated."""

_JAVA_PKCS12: Final = frozenset({"RC4", "3DES", "RC2"})


@frozen
class Pkcs12Scheme:
    """A scheme of RFC 7292 appendix C: key and IV are derived separately, with SHA-1."""

    cipher: str
    key_length: int
    salt: bytes
    iterations: int

    @property
    def name(self) -> str:
        sized = self.cipher in ("RC2", "RC4")
        return f"{self.cipher}-{self.key_length * 8}" if sized else self.cipher

    @property
    def key_bits(self) -> int:
        return self.key_length * 8

    @property
    def outdated(self) -> bool:
        return True

    @property
    def label(self) -> str:
        return f"PBE SHA1 {self.name}"

    @property
    def description(self) -> str:
        return f"{self.label}, {self.iterations} iterations"

    @property
    def java_reads(self) -> bool:
        return self.cipher in _JAVA_PKCS12

    @property
    def work(self) -> Work:
        iv_blocks = 0 if self.cipher == "RC4" else 1
        return Work(self.iterations, block_count("sha1", self.key_length) + iv_blocks)

    def decrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Decrypt and unpad. Raises ciphers.DecryptionError."""
        key = self._derive(passphrase, KEY_MATERIAL, self.key_length)
        if self.cipher == "RC4":
            return ciphers.rc4(key, data)
        return ciphers.decrypt(*self._keyed(key, passphrase), data, self._effective_bits)

    def encrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Pad and encrypt."""
        key = self._derive(passphrase, KEY_MATERIAL, self.key_length)
        if self.cipher == "RC4":
            return ciphers.rc4(key, data)
        return ciphers.encrypt(*self._keyed(key, passphrase), data, self._effective_bits)

    @property
    def _effective_bits(self) -> int:
        return self.key_length * 8 if self.cipher == "RC2" else 0

    def _keyed(self, key: bytes, passphrase: Passphrase) -> tuple[str, bytes, bytes]:
        iv = self._derive(passphrase, IV_MATERIAL, 8)
        if self.cipher == "2DES":
            return "3DES", key + key[:8], iv
        return self.cipher, key, iv

    def _derive(self, passphrase: Passphrase, purpose: int, size: int) -> bytes:
        return pkcs12_key("sha1", passphrase.bmp, self.salt, self.iterations, purpose, size)


@frozen
class Pbes1Scheme:
    """PBES1 (RFC 8018 6.1): PBKDF1, then DES or RC2 with 64 bits. keytool can be set to use it."""

    hash_name: str
    cipher: str
    salt: bytes
    iterations: int

    @property
    def name(self) -> str:
        return "DES" if self.cipher == "DES" else "RC2-64"

    @property
    def key_bits(self) -> int:
        return 64

    @property
    def outdated(self) -> bool:
        return True

    @property
    def label(self) -> str:
        return f"PBE {hash_label(self.hash_name)} {self.name}"

    @property
    def description(self) -> str:
        return f"{self.label}, {self.iterations} iterations"

    @property
    def java_reads(self) -> bool:
        return (self.hash_name, self.cipher) == ("md5", "DES") and len(self.salt) == 8

    @property
    def work(self) -> Work:
        return Work(self.iterations, 1)

    def decrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Decrypt and unpad. Raises ciphers.DecryptionError."""
        return ciphers.decrypt(self.cipher, *self._derive(passphrase), data, 64)

    def encrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Pad and encrypt."""
        return ciphers.encrypt(self.cipher, *self._derive(passphrase), data, 64)

    def _derive(self, passphrase: Passphrase) -> tuple[bytes, bytes]:
        """The key and the IV."""
        derived = passphrase.utf8 + self.salt
        for _ in range(self.iterations):
            derived = hashlib.new(self.hash_name, derived, usedforsecurity=False).digest()
        return derived[:8], derived[8:16]


@frozen
class Pbes2Scheme:
    """PBES2 (RFC 8018 6.2) with PBKDF2; `effective_bits` is None for ciphers other than RC2.

    `wrapped`: its parameters are wrapped once more, as a JDK before JDK-8202837 did it.
    """

    kdf: Pbkdf2
    cipher: str
    key_length: int
    iv: bytes
    effective_bits: int | None = None
    wrapped: bool = False

    @property
    def name(self) -> str:
        return self.cipher if self.cipher in ("3DES", "DES") else f"{self.cipher}-{self.key_bits}"

    @property
    def key_bits(self) -> int:
        return self.key_length * 8 if self.effective_bits is None else self.effective_bits

    @property
    def outdated(self) -> bool:
        return self.cipher not in _CURRENT

    @property
    def label(self) -> str:
        return f"PBES2 {self.name}-CBC Hmac{hash_label(self.kdf.hash_name)}"

    @property
    def description(self) -> str:
        return f"{self.label}, {self.kdf.iterations} iterations"

    @property
    def java_reads(self) -> bool:
        return self.cipher == "AES" and self.key_length != 24

    @property
    def work(self) -> Work:
        return self.kdf.work(self.key_length)

    def decrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Decrypt and unpad. Raises ciphers.DecryptionError."""
        key = self.kdf.derive(passphrase.utf8, self.key_length)
        return ciphers.decrypt(self.cipher, key, self.iv, data, self.effective_bits or 0)

    def encrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Pad and encrypt, with the IV of this scheme."""
        key = self.kdf.derive(passphrase.utf8, self.key_length)
        return ciphers.encrypt(self.cipher, key, self.iv, data, self.effective_bits or 0)


EncryptionScheme: TypeAlias = Pkcs12Scheme | Pbes1Scheme | Pbes2Scheme
"""`label` names algorithm and hash, `description` also the iterations. All ciphers except AES and
Camellia are `outdated`. `java_reads` says whether the PKCS12KeyStore of JDK 25 supports the scheme;
it refuses the store if it does not.
"""


def parse_scheme(node: tlv.Node) -> EncryptionScheme:
    """Read the AlgorithmIdentifier of password-based encryption.

    Raises tlv.TlvError if it is malformed, UnsupportedAlgorithmError for other algorithms.
    """
    algorithm = algorithm_identifier(node, "encryption algorithm")
    oid = algorithm.oid
    if oid != oids.PBES2 and oid not in _PKCS12_SCHEMES and oid not in _PBES1:
        raise UnsupportedAlgorithmError(f"cipher {ciphers.called(oid)}")
    node = algorithm.required("encryption algorithm")
    if oid == oids.PBES2:
        parameters = fields_of(node, "PBES2-params", 2)
        wrapped = parameters[0].tag == tlv.OID
        if wrapped:
            # NOTE: a JDK before JDK-8202837 wraps the parameters in an AlgorithmIdentifier again.
            parameters = fields_of(parameters[1], "PBES2-params", 2)
        kdf, encryption = parameters[:2]
        scheme = _parse_pbes2(
            parse_pbkdf2(kdf), algorithm_identifier(encryption, "encryption scheme")
        )
        return replace(scheme, wrapped=wrapped)
    salt_node, count = fields_of(node, "PBE parameters", 2)[:2]
    salt, iterations = octet_string(salt_node, "salt"), iteration_count(count)
    if oid in _PBES1:
        hash_name, cipher = _PBES1[oid]
        return Pbes1Scheme(supported(hash_name), cipher, salt, iterations)
    cipher, key_length = _PKCS12_SCHEMES[oid]
    return Pkcs12Scheme(cipher, key_length, salt, iterations)


def _parse_pbes2(kdf: Pbkdf2, encryption: AlgorithmIdentifier) -> Pbes2Scheme:
    oid = encryption.oid
    if oid not in ciphers.CBC and oid != oids.RC2_CBC:
        raise UnsupportedAlgorithmError(f"cipher {ciphers.called(oid)}")
    parameters = encryption.required("encryption scheme")
    bits: int | None = None
    if oid == oids.RC2_CBC:
        fields = fields_of(parameters, "RC2-CBC-Parameter", 1)
        version = iteration_count(fields[0]) if len(fields) > 1 else 32
        bits = _RC2_VERSIONS.get(version, version)
        key_length = kdf.key_length or -(-bits // 8)
        if not 40 <= bits <= 1024 or not 5 <= key_length <= 128:
            raise UnsupportedAlgorithmError("cipher RC2 with that key size")
        cipher, iv = "RC2", octet_string(fields[-1], "IV")
    else:
        cipher, key_length = ciphers.CBC[oid]
        iv = octet_string(parameters, "IV")
        if kdf.key_length not in (None, key_length):
            raise tlv.TlvError(f"key of {kdf.key_length} bytes for {cipher}-{key_length * 8}")
    if not ciphers.usable(cipher):
        raise UnsupportedAlgorithmError(f"cipher {cipher}, which this cryptography lacks")
    if len(iv) != ciphers.BLOCK_SIZES[cipher]:
        raise tlv.TlvError(f"IV of {len(iv)} bytes for {cipher}")
    return Pbes2Scheme(kdf, cipher, key_length, iv, bits)
