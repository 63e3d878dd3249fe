"""Derive keys from passwords, within limits: PBKDF2 (RFC 8018) and the PKCS12 KDF (RFC 7292 B)."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import HMACS
from unpin.asn1.fields import algorithm_identifier, fields_of, octet_string
from unpin.model.errors import LimitExceededError
from unpin.model.values import frozen
from unpin.stores.crypto.ciphers import called
from unpin.stores.crypto.derivation_budget import budget

MAX_ITERATIONS: Final = 5_000_000
"""The most iterations of a key derivation; the JDK has the same limit (PKCS12KeyStore)."""

MAX_KEY_LENGTH: Final = 512
"""The longest PBKDF2 key in bytes that a file may ask for."""

FEW_ITERATIONS: Final = 1_000
"""A key derivation of fewer iterations is reported as weak."""

KEY_MATERIAL: Final = 1
IV_MATERIAL: Final = 2
MAC_MATERIAL: Final = 3
_MAX_COUNT_OCTETS: Final = 8


class UnsupportedAlgorithmError(ValueError):
    """A well-formed identifier of an algorithm that unpin does not support; the text names it."""


@frozen
class Passphrase:
    """A password as bytes: BMPString with two NULs (RFC 7292 B.1), and UTF-8 for PBKDF2.

    `of_jdk25` is true for the BMPString that JDK 25 uses for encryption, but not for the MAC.
    """

    bmp: bytes
    utf8: bytes
    of_jdk25: bool = False

    def __repr__(self) -> str:
        return "Passphrase()"


def passphrases(password: str) -> tuple[Passphrase, ...]:
    """Encode `password` in every way that occurs in files, the usual encoding first.

    The empty password is 00 00, or no bytes. NOTE: JDK 25 takes the lower seven bits of each octet
    of the UTF-8 password as the characters of the BMPString (PKCS12PBECipherCore.implInit).
    """
    utf8 = password.encode("utf-8", "surrogatepass")
    usual = Passphrase(password.encode("utf-16-be", "surrogatepass") + b"\0\0", utf8)
    if not password:
        return usual, Passphrase(b"", b"")
    if utf8.isascii():
        return (usual,)
    folded = bytes(octet & 0x7F for octet in utf8).decode("ascii")
    return usual, Passphrase(folded.encode("utf-16-be") + b"\0\0", utf8, of_jdk25=True)


@frozen
class Work:
    """The cost of a key derivation: its iterations, which every block of output needs."""

    iterations: int
    blocks: int


def check_work(work: Iterable[Work], *, source: str, attempts: int) -> None:
    """Refuse a store whose key derivations would take too long for `attempts` passwords.

    Raises LimitExceededError beyond `MAX_ITERATIONS`, or beyond the budget of the store or the run.
    """
    total = 0
    for item in work:
        if item.iterations > MAX_ITERATIONS:
            shown = item.iterations if item.iterations < 1 << 63 else "2^63 or more"
            raise LimitExceededError(
                f"{source}: iteration count of {shown}, the limit is {MAX_ITERATIONS}"
            )
        total += item.iterations * item.blocks * attempts
    budget.spend(total, source=source)


def iteration_count(node: tlv.Node) -> int:
    """Read a positive INTEGER; a number of more than 63 bits gives 2^63, beyond every limit."""
    if len(node.expect(tlv.INTEGER, "iteration count").content) > _MAX_COUNT_OCTETS:
        return 1 << 63
    count = node.integer()
    if count < 1:
        raise tlv.TlvError(f"iteration count {count}")
    return count


def pkcs12_key(
    hash_name: str, password: bytes, salt: bytes, iterations: int, purpose: int, size: int
) -> bytes:
    """Derive `size` bytes as RFC 7292 appendix B.2 does; `purpose` is its ID 1, 2 or 3."""
    digest = _digest(hash_name)
    v, u = digest.block_size, digest.digest_size
    state = bytearray(_fill(salt, v) + _fill(password, v))
    out = b""
    while True:
        block = digest.copy()
        block.update(bytes((purpose,)) * v + state)
        a = block.digest()
        for _ in range(iterations - 1):
            block = digest.copy()
            block.update(a)
            a = block.digest()
        out += a
        if len(out) >= size:
            return out[:size]
        b = int.from_bytes((a * (v // u + 1))[:v], "big") + 1
        for at in range(0, len(state), v):
            total = int.from_bytes(state[at : at + v], "big") + b
            state[at : at + v] = (total % (1 << 8 * v)).to_bytes(v, "big")


def block_count(hash_name: str, size: int) -> int:
    """The number of hash outputs that give `size` bytes of key."""
    return -(-size // _digest(hash_name).digest_size)


def digest_size(hash_name: str) -> int:
    """The size of a hash's output in bytes."""
    return _digest(hash_name).digest_size


@frozen
class Pbkdf2:
    """PBKDF2-params (RFC 8018 A.2)."""

    salt: bytes
    iterations: int
    key_length: int | None
    hash_name: str

    def work(self, size: int) -> Work:
        return Work(self.iterations, block_count(self.hash_name, size))

    def derive(self, password: bytes, size: int) -> bytes:
        return hashlib.pbkdf2_hmac(self.hash_name, password, self.salt, self.iterations, size)


def parse_pbkdf2(node: tlv.Node, hmacs: Mapping[str, str] = HMACS) -> Pbkdf2:
    """Read the AlgorithmIdentifier of PBKDF2; its HMAC must be in `hmacs`.

    Raises tlv.TlvError; UnsupportedAlgorithmError for another key derivation or HMAC.
    """
    oid, parameters = fields_of(node, "key derivation function", 2)[:2]
    if oid.oid() != oids.PBKDF2:
        raise UnsupportedAlgorithmError(f"key derivation {called(oid.oid())}")
    fields = fields_of(parameters, "PBKDF2-params", 2)
    key_length, hash_name = None, "sha1"
    for field in fields[2:]:
        if field.tag == tlv.INTEGER:
            key_length = iteration_count(field)
            if key_length > MAX_KEY_LENGTH:
                raise UnsupportedAlgorithmError(f"a PBKDF2 key of more than {MAX_KEY_LENGTH} bytes")
        elif field.tag == tlv.SEQUENCE:
            hash_name = hmac_hash(field, hmacs)
    salt = octet_string(fields[0], "PBKDF2 salt")
    return Pbkdf2(salt, iteration_count(fields[1]), key_length, hash_name)


def hmac_hash(node: tlv.Node, hmacs: Mapping[str, str] = HMACS) -> str:
    """The hash of an HMAC AlgorithmIdentifier. Raises UnsupportedAlgorithmError."""
    oid = algorithm_identifier(node, "HMAC algorithm").oid
    if oid not in hmacs:
        raise UnsupportedAlgorithmError(f"pseudo-random function {called(oid)}")
    return supported(hmacs[oid])


def supported(hash_name: str) -> str:
    """Return `hash_name` if this Python has it; raise UnsupportedAlgorithmError otherwise."""
    try:
        _digest(hash_name)
    except ValueError:
        raise UnsupportedAlgorithmError(f"hash {hash_name}, which this Python lacks") from None
    return hash_name


def hash_label(hash_name: str) -> str:
    """The name of a hash as the JDK spells it: SHA256, SHA512/256, SHA3-512."""
    return hash_name.upper().replace("SHA3_", "SHA3-").replace("_", "/")


def _digest(hash_name: str) -> "hashlib._Hash":
    return hashlib.new(hash_name, usedforsecurity=False)


def _fill(value: bytes, v: int) -> bytes:
    size = v * -(-len(value) // v)
    return (value * (size // len(value) + 1))[:size] if value else b""
