"""Derive the keys of BCFKS stores and decrypt them (BouncyCastle's BcFKSKeyStoreSpi)."""

import hashlib
from collections.abc import Iterable
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import HMACS
from unpin.asn1.fields import algorithm_identifier, fields_of, octet_string
from unpin.model.errors import LimitExceededError
from unpin.model.values import frozen
from unpin.stores.crypto.ciphers import DecryptionError
from unpin.stores.crypto.derivation_budget import HINT, budget
from unpin.stores.crypto.key_derivation import (
    FEW_ITERATIONS,
    MAX_KEY_LENGTH,
    Pbkdf2,
    UnsupportedAlgorithmError,
    check_work,
    hash_label,
    hmac_hash,
    iteration_count,
    parse_pbkdf2,
)

MAX_SCRYPT_MEMORY: Final = 256 * 1024 * 1024
"""The most memory of an scrypt derivation in bytes: 128 * N * r."""

MAX_SCRYPT_WORK: Final = 1 << 24
"""The largest sum of N * r * p over the scrypt derivations of a store."""

MAX_ENCRYPTED_BYTES: Final = 16 * 1024 * 1024
"""The largest encrypted part: CCM allows no more with BouncyCastle's nonce of 12 bytes."""

INTEGRITY: Final = "INTEGRITY_CHECK"
ENCRYPTION: Final = "STORE_ENCRYPTION"
"""The purposes, from which a password gives two different keys."""

_SHA3: Final = {oids.HMAC_WITH_SHA3_512: "sha3_512"}
_PRFS: Final = {oids.HMAC_WITH_SHA512: "sha512"} | _SHA3
"""The functions that BcFKSKeyStoreSpi.generateKey knows; it refuses stores with others."""

_KEY_SIZE: Final = 32
_DEFAULT_TAG: Final = 12
"""aes-ICVlen DEFAULT 12 (RFC 5084 3.1)."""
_TAGS: Final = (4, 6, 8, 10, 12, 14, 16)


@frozen
class Scrypt:
    """Scrypt-params (RFC 7914 7) without the parallelization parameter, which is not used.

    NOTE: BouncyCastle passes the block size in its place, in 1.72 as in older and newer sources.
    """

    salt: bytes
    cost: int
    block_size: int
    key_length: int | None

    @property
    def description(self) -> str:
        return f"scrypt N={self.cost} r={self.block_size}"

    @property
    def cycles(self) -> int:
        return self.cost * self.block_size * self.block_size

    def derive(self, password: bytes, size: int) -> bytes:
        return hashlib.scrypt(
            password,
            salt=self.salt,
            n=self.cost,
            r=self.block_size,
            p=self.block_size,
            dklen=size,
            maxmem=2 * MAX_SCRYPT_MEMORY,
        )


Derivation: TypeAlias = Pbkdf2 | Scrypt


def parse_derivation(node: tlv.Node) -> Derivation:
    """Read a KeyDerivationFunc. Raises tlv.TlvError, UnsupportedAlgorithmError."""
    oid, parameters = fields_of(node, "key derivation function", 2)[:2]
    if oid.oid() != oids.SCRYPT:
        kdf = parse_pbkdf2(node, _PRFS)
        if kdf.hash_name not in _PRFS.values():
            raise UnsupportedAlgorithmError(
                f"PBKDF2 with Hmac{hash_label(kdf.hash_name)}, which BouncyCastle refuses too"
            )
        return kdf
    fields = fields_of(parameters, "scrypt-params", 4)
    cost, block_size = iteration_count(fields[1]), iteration_count(fields[2])
    if cost < 2 or cost & cost - 1:
        raise tlv.TlvError("scrypt cost that is not a power of two")
    if cost.bit_length() - 1 >= 16 * block_size:
        raise tlv.TlvError("scrypt cost of 2^(16 r) or more (RFC 7914 6)")
    key_length = iteration_count(fields[4]) if len(fields) > 4 else None
    if key_length is not None and key_length > MAX_KEY_LENGTH:
        raise UnsupportedAlgorithmError(f"a scrypt key of more than {MAX_KEY_LENGTH} bytes")
    return Scrypt(octet_string(fields[0], "scrypt salt"), cost, block_size, key_length)


def derivation_description(derivation: Derivation) -> str:
    """Name a derivation and its cost."""
    if isinstance(derivation, Scrypt):
        return derivation.description
    label = hash_label(derivation.hash_name)
    return f"PBKDF2 Hmac{label}, {derivation.iterations} iterations"


def few_iterations(derivation: Derivation) -> bool:
    """Whether PBKDF2 has fewer than FEW_ITERATIONS; False for scrypt, which is not judged."""
    return isinstance(derivation, Pbkdf2) and derivation.iterations < FEW_ITERATIONS


def check_cost(derivations: Iterable[Derivation], *, source: str) -> None:
    """Refuse derivations that cost too much. Raises LimitExceededError."""
    cycles = 0
    work = []
    for derivation in derivations:
        if isinstance(derivation, Pbkdf2):
            work.append(derivation.work(derivation.key_length or _KEY_SIZE))
            continue
        memory = 128 * derivation.cost * derivation.block_size
        if memory > MAX_SCRYPT_MEMORY:
            raise LimitExceededError(
                f"{source}: scrypt with more than {MAX_SCRYPT_MEMORY // 1024 // 1024} MiB of memory"
            )
        cycles += derivation.cycles
    most = max(MAX_SCRYPT_WORK, budget.raised)
    if cycles > most:
        raise LimitExceededError(
            f"{source}: scrypt with N*r*p of {cycles}, the limit is {most}",
            HINT,
        )
    budget.spend(cycles, source=source)
    check_work(work, source=source, attempts=1)


def derive(derivation: Derivation, password: str, purpose: str, size: int) -> bytes:
    """The key for `purpose`: derived from the password and the purpose, both encoded as PKCS12."""
    return derivation.derive(_bmp(password) + _bmp(purpose), size)


def _bmp(text: str) -> bytes:
    """PBEParametersGenerator.PKCS12PasswordToBytes: no bytes for the empty password."""
    return text.encode("utf-16-be", "surrogatepass") + b"\0\0" if text else b""


@frozen
class MacCheck:
    """PbkdMacIntegrityCheck: an HMAC whose key is derived from the password."""

    algorithm: bytes
    """Its raw AlgorithmIdentifier, which the encrypted part repeats."""
    hash_name: str
    derivation: Derivation
    key_length: int
    expected: bytes

    @property
    def description(self) -> str:
        return f"Hmac{hash_label(self.hash_name)}, {derivation_description(self.derivation)}"


def parse_mac_check(node: tlv.Node) -> MacCheck:
    """Read a PbkdMacIntegrityCheck. Raises tlv.TlvError, UnsupportedAlgorithmError."""
    algorithm, kdf, expected = fields_of(node, "integrity check", 3)[:3]
    derivation = parse_derivation(kdf)
    if derivation.key_length is None:
        raise tlv.TlvError("integrity check without the length of its key")
    return MacCheck(
        algorithm.raw,
        hmac_hash(algorithm, HMACS | _SHA3),
        derivation,
        derivation.key_length,
        octet_string(expected, "MAC"),
    )


@frozen
class BcfksEncryption:
    """PBES2 with AES-256-CCM (RFC 5084); without a nonce, AES key wrap with padding (RFC 5649)."""

    derivation: Derivation
    nonce: bytes | None
    tag_length: int

    @property
    def description(self) -> str:
        cipher = "AES-256-KWP" if self.nonce is None else "AES-256-CCM"
        return f"{cipher}, {derivation_description(self.derivation)}"

    def encrypt(self, password: str, purpose: str, data: bytes) -> bytes:
        """Encrypt. Raises ValueError for more bytes than the nonce allows."""
        from cryptography.hazmat.primitives.ciphers.aead import AESCCM
        from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

        key = derive(self.derivation, password, purpose, _KEY_SIZE)
        if self.nonce is None:
            return aes_key_wrap_with_padding(key, data)
        if len(data) >> 8 * (15 - len(self.nonce)):
            raise ValueError(f"{len(data)} bytes, more than its nonce allows")
        return AESCCM(key, tag_length=self.tag_length).encrypt(self.nonce, data, None)

    def decrypt(self, password: str, purpose: str, data: bytes) -> bytes:
        """Decrypt. Raises DecryptionError."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESCCM
        from cryptography.hazmat.primitives.keywrap import (
            InvalidUnwrap,
            aes_key_unwrap_with_padding,
        )

        key = derive(self.derivation, password, purpose, _KEY_SIZE)
        try:
            if self.nonce is None:
                return bytes(aes_key_unwrap_with_padding(key, data))
            # NOTE: at exactly 2^(8q) bytes cryptography 50 raises InternalError, not ValueError.
            if (len(data) - self.tag_length) >> 8 * (15 - len(self.nonce)):
                raise DecryptionError("more bytes than its nonce allows")
            return AESCCM(key, tag_length=self.tag_length).decrypt(self.nonce, data, None)
        except (InvalidTag, InvalidUnwrap) as error:
            raise DecryptionError("the encrypted bytes were changed") from error


def parse_encryption(node: tlv.Node) -> BcfksEncryption:
    """Read the AlgorithmIdentifier of the encryption.

    Raises tlv.TlvError, UnsupportedAlgorithmError.
    """
    fields = fields_of(node, "encryption algorithm", 2)
    if fields[0].oid() != oids.PBES2:
        raise UnsupportedAlgorithmError(f"cipher {fields[0].oid()}")
    kdf, encryption = fields_of(fields[1], "PBES2-params", 2)[:2]
    derivation = parse_derivation(kdf)
    if derivation.key_length not in (None, _KEY_SIZE):
        raise tlv.TlvError(f"key of {derivation.key_length} bytes for AES-256")
    cipher = algorithm_identifier(encryption, "encryption scheme")
    oid = cipher.oid
    if oid == oids.AES256_WRAP_PAD:
        return BcfksEncryption(derivation, None, 0)
    if oid != oids.AES256_CCM:
        raise UnsupportedAlgorithmError(f"cipher {oid}")
    parameters = fields_of(cipher.required("CCM"), "CCMParameters", 1)
    nonce = octet_string(parameters[0], "nonce")
    tag_length = iteration_count(parameters[1]) if len(parameters) > 1 else _DEFAULT_TAG
    if not 7 <= len(nonce) <= 13 or tag_length not in _TAGS:
        raise tlv.TlvError(f"CCM with a nonce of {len(nonce)} and a tag of {tag_length} bytes")
    return BcfksEncryption(derivation, nonce, tag_length)
