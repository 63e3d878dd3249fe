"""Decrypt what a password protects: PBES2 (RFC 8018) and the schemes of PKCS12 (RFC 7292)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from unpin.model import tlv
from unpin.model.errors import LimitExceededError

MAX_ITERATIONS: Final = 5_000_000
"""Most iterations of one key derivation; the JDK's own bound (PKCS12KeyStore) is the same."""

MAX_TOTAL_WORK: Final = 20_000_000
"""Most iterations of all key derivations of one store, each counted per block of its output."""

MAX_KEY_LENGTH: Final = 512
"""Longest key, in bytes, that a file may ask of PBKDF2."""

FEW_ITERATIONS: Final = 1_000
"""Below this count of iterations a key derivation is reported as weak."""

HASHES: Final = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.5": "sha512_224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
}

HMACS: Final = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
    "1.2.840.113549.2.12": "sha512_224",
    "1.2.840.113549.2.13": "sha512_256",
}

PBES2: Final = "1.2.840.113549.1.5.13"
PBKDF2: Final = "1.2.840.113549.1.5.12"

_AES: Final = {
    "2.16.840.1.101.3.4.1.2": 16,
    "2.16.840.1.101.3.4.1.22": 24,
    "2.16.840.1.101.3.4.1.42": 32,
}
_DES_EDE3: Final = "1.2.840.113549.3.7"
_RC2: Final = "1.2.840.113549.3.2"
_RC2_VERSIONS: Final = {160: 40, 120: 64, 58: 128}
"""RFC 8018 B.2.3: the encoded version of RC2's effective key bits below 256."""

_PKCS12_SCHEMES: Final = {
    "1.2.840.113549.1.12.1.1": ("RC4", 16),
    "1.2.840.113549.1.12.1.2": ("RC4", 5),
    "1.2.840.113549.1.12.1.3": ("3DES", 24),
    "1.2.840.113549.1.12.1.4": ("2DES", 16),
    "1.2.840.113549.1.12.1.5": ("RC2", 16),
    "1.2.840.113549.1.12.1.6": ("RC2", 5),
}

KEY_MATERIAL: Final = 1
IV_MATERIAL: Final = 2
MAC_MATERIAL: Final = 3
_MAX_FIELDS: Final = 16
_MAX_COUNT_OCTETS: Final = 8


class UnsupportedAlgorithmError(ValueError):
    """A well-formed algorithm identifier of something unpin does not do; the text names it."""


class DecryptionError(ValueError):
    """The ciphertext does not decrypt: most likely another password."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A password as bytes: BMPString with two NULs (RFC 7292 B.1), and UTF-8 for PBKDF2."""

    bmp: bytes
    utf8: bytes

    def __repr__(self) -> str:
        return "Passphrase()"


def passphrases(password: str) -> tuple[Passphrase, ...]:
    """Encode `password`; the empty one in both ways found in files: 00 00, and no bytes at all."""
    utf8 = password.encode("utf-8", "surrogatepass")
    with_nuls = Passphrase(password.encode("utf-16-be", "surrogatepass") + b"\0\0", utf8)
    return (with_nuls,) if password else (with_nuls, Passphrase(b"", b""))


@dataclass(frozen=True, slots=True)
class Work:
    """What a key derivation costs: iterations, and how many blocks of output need them."""

    iterations: int
    blocks: int


def check_work(work: Iterable[Work], *, source: str, attempts: int) -> None:
    """Refuse a store before the first iteration if `attempts` passwords would take too long.

    Raises LimitExceededError beyond `MAX_ITERATIONS` or `MAX_TOTAL_WORK`.
    """
    total = 0
    for item in work:
        if item.iterations > MAX_ITERATIONS:
            shown = item.iterations if item.iterations < 1 << 63 else "2^63 or more"
            raise LimitExceededError(
                f"{source}: iteration count of {shown}, at most {MAX_ITERATIONS} are followed"
            )
        total += item.iterations * item.blocks * attempts
    if total > MAX_TOTAL_WORK:
        raise LimitExceededError(
            f"{source}: key derivations of {total} iterations in total, "
            f"at most {MAX_TOTAL_WORK} are followed"
        )


def parts(node: tlv.Node, what: str, at_least: int) -> list[tlv.Node]:
    """The elements of a SEQUENCE of few fields, without building a hostile list of millions."""
    found: list[tlv.Node] = []
    for child in node.expect(tlv.SEQUENCE, what):
        if len(found) == _MAX_FIELDS:
            raise tlv.TlvError(f"{what} has more than {_MAX_FIELDS} elements")
        found.append(child)
    if len(found) < at_least:
        raise tlv.TlvError(f"{what} has {len(found)} elements, {at_least} expected")
    return found


def octet_string(node: tlv.Node, what: str) -> bytes:
    """The value of an OCTET STRING, primitive or in BER's segments."""
    if node.tag not in (tlv.OCTET_STRING, tlv.OCTET_STRING | 0x20):
        raise tlv.TlvError(f"{what} expected at byte {node.start}, found tag {node.tag:#04x}")
    return node.octets()


def iteration_count(node: tlv.Node) -> int:
    """A positive INTEGER; what does not fit 63 bits comes back as 2^63, beyond every limit."""
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


def blocks(hash_name: str, size: int) -> int:
    """How many runs of the hash `size` bytes of key take."""
    return -(-size // _digest(hash_name).digest_size)


def digest_size(hash_name: str) -> int:
    """The output of a hash in bytes."""
    return _digest(hash_name).digest_size


@dataclass(frozen=True, slots=True)
class Pbkdf2:
    """PBKDF2-params (RFC 8018 A.2)."""

    salt: bytes
    iterations: int
    key_length: int | None
    hash_name: str

    def work(self, size: int) -> Work:
        return Work(self.iterations, blocks(self.hash_name, size))

    def derive(self, password: bytes, size: int) -> bytes:
        return hashlib.pbkdf2_hmac(self.hash_name, password, self.salt, self.iterations, size)


def parse_pbkdf2(node: tlv.Node, hmacs: Mapping[str, str] = HMACS) -> Pbkdf2:
    """Read the AlgorithmIdentifier of a key derivation, whose hash must be one of `hmacs`.

    Raises tlv.TlvError; UnsupportedAlgorithmError for another derivation or hash.
    """
    oid, parameters = parts(node, "key derivation function", 2)[:2]
    if oid.oid() != PBKDF2:
        raise UnsupportedAlgorithmError(f"key derivation {oid.oid()}")
    fields = parts(parameters, "PBKDF2-params", 2)
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
    oid = parts(node, "HMAC algorithm", 1)[0].oid()
    if oid not in hmacs:
        raise UnsupportedAlgorithmError(f"pseudo-random function {oid}")
    return supported(hmacs[oid])


def supported(hash_name: str) -> str:
    """Return `hash_name` if this Python has it; raise UnsupportedAlgorithmError otherwise."""
    try:
        _digest(hash_name)
    except ValueError:
        raise UnsupportedAlgorithmError(f"hash {hash_name}, which this Python lacks") from None
    return hash_name


@dataclass(frozen=True, slots=True)
class Pkcs12Scheme:
    """One of the schemes of RFC 7292 appendix C: SHA-1, one KDF for the key and one for the IV."""

    cipher: str
    key_length: int
    salt: bytes
    iterations: int

    @property
    def name(self) -> str:
        sized = self.cipher in ("RC2", "RC4")
        return f"{self.cipher}-{self.key_length * 8}" if sized else self.cipher

    @property
    def description(self) -> str:
        return f"PBE SHA1 {self.name}, {self.iterations} iterations"

    @property
    def work(self) -> Work:
        iv_blocks = 0 if self.cipher == "RC4" else 1
        return Work(self.iterations, blocks("sha1", self.key_length) + iv_blocks)

    def decrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Decrypt and unpad. Raises DecryptionError."""
        key = self._derive(passphrase, KEY_MATERIAL, self.key_length)
        if self.cipher == "RC4":
            from Cryptodome.Cipher import ARC4

            return bytes(ARC4.new(key).decrypt(data))
        iv = self._derive(passphrase, IV_MATERIAL, 8)
        if self.cipher == "RC2":
            return _rc2(key, self.key_length * 8, iv, data)
        return _cbc("3DES", key + key[:8] if self.cipher == "2DES" else key, iv, data)

    def _derive(self, passphrase: Passphrase, purpose: int, size: int) -> bytes:
        return pkcs12_key("sha1", passphrase.bmp, self.salt, self.iterations, purpose, size)


@dataclass(frozen=True, slots=True)
class Pbes2Scheme:
    """PBES2 (RFC 8018 6.2) with PBKDF2; `effective_bits` is RC2's, None for the others."""

    kdf: Pbkdf2
    cipher: str
    key_length: int
    iv: bytes
    effective_bits: int | None = None

    @property
    def name(self) -> str:
        bits = self.effective_bits if self.effective_bits is not None else self.key_length * 8
        return self.cipher if self.cipher == "3DES" else f"{self.cipher}-{bits}"

    @property
    def description(self) -> str:
        prf = f"Hmac{hash_label(self.kdf.hash_name)}"
        return f"PBES2 {self.name}-CBC {prf}, {self.kdf.iterations} iterations"

    @property
    def work(self) -> Work:
        return self.kdf.work(self.key_length)

    def decrypt(self, passphrase: Passphrase, data: bytes) -> bytes:
        """Decrypt and unpad. Raises DecryptionError."""
        key = self.kdf.derive(passphrase.utf8, self.key_length)
        if self.effective_bits is not None:
            return _rc2(key, self.effective_bits, self.iv, data)
        return _cbc(self.cipher, key, self.iv, data)


Scheme: TypeAlias = Pkcs12Scheme | Pbes2Scheme


def hash_label(hash_name: str) -> str:
    """A hash as the JDK spells it: SHA256, SHA512/256, SHA3-512."""
    return hash_name.upper().replace("SHA3_", "SHA3-").replace("_", "/")


def parse_scheme(node: tlv.Node) -> Scheme:
    """Read the AlgorithmIdentifier of an encryption with a password.

    Raises tlv.TlvError where it is malformed, UnsupportedAlgorithmError for any other.
    """
    fields = parts(node, "encryption algorithm", 1)
    oid = fields[0].oid()
    if oid != PBES2 and oid not in _PKCS12_SCHEMES:
        raise UnsupportedAlgorithmError(f"cipher {oid}")
    if len(fields) < 2:
        raise tlv.TlvError("encryption algorithm without parameters")
    if oid == PBES2:
        kdf, encryption = parts(fields[1], "PBES2-params", 2)[:2]
        return _parse_pbes2(parse_pbkdf2(kdf), parts(encryption, "encryption scheme", 1))
    cipher, key_length = _PKCS12_SCHEMES[oid]
    salt, count = parts(fields[1], "pkcs-12PbeParams", 2)[:2]
    return Pkcs12Scheme(cipher, key_length, octet_string(salt, "salt"), iteration_count(count))


def _parse_pbes2(kdf: Pbkdf2, encryption: list[tlv.Node]) -> Pbes2Scheme:
    oid = encryption[0].oid()
    if oid not in _AES and oid not in (_DES_EDE3, _RC2):
        raise UnsupportedAlgorithmError(f"cipher {oid}")
    if len(encryption) < 2:
        raise tlv.TlvError("encryption scheme without parameters")
    bits: int | None = None
    if oid == _RC2:
        fields = parts(encryption[1], "RC2-CBC-Parameter", 1)
        version = iteration_count(fields[0]) if len(fields) > 1 else 32
        bits = _RC2_VERSIONS.get(version, version)
        key_length = kdf.key_length or -(-bits // 8)
        if not 40 <= bits <= 1024 or not 5 <= key_length <= 128:
            raise UnsupportedAlgorithmError("cipher RC2 with that key size")
        cipher, iv, iv_length = "RC2", octet_string(fields[-1], "IV"), 8
    else:
        cipher, key_length, iv_length = ("AES", _AES[oid], 16) if oid in _AES else ("3DES", 24, 8)
        iv = octet_string(encryption[1], "IV")
        if kdf.key_length not in (None, key_length):
            raise tlv.TlvError(f"key of {kdf.key_length} bytes for {cipher}-{key_length * 8}")
    if len(iv) != iv_length:
        raise tlv.TlvError(f"IV of {len(iv)} bytes, {iv_length} expected")
    return Pbes2Scheme(kdf, cipher, key_length, iv, bits)


def _digest(hash_name: str) -> "hashlib._Hash":
    return hashlib.new(hash_name, usedforsecurity=False)


def _fill(value: bytes, v: int) -> bytes:
    size = v * -(-len(value) // v)
    return (value * (size // len(value) + 1))[:size] if value else b""


def _rc2(key: bytes, effective_bits: int, iv: bytes, data: bytes) -> bytes:
    # NOTE: cryptography's RC2 has no effective key of 40 bits, which every JDK before 2021 wrote.
    from Cryptodome.Cipher import ARC2

    _whole_blocks(data, 8)
    # NOTE: Cryptodome's type stub lacks effective_keylen.
    options = {"effective_keylen": effective_bits}
    cipher = ARC2.new(key, ARC2.MODE_CBC, iv, **options)  # type: ignore[arg-type]  # noqa: S304
    return _unpad(cipher.decrypt(data), 8)


def _cbc(cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, modes
    from cryptography.hazmat.primitives.ciphers.algorithms import AES

    _whole_blocks(data, len(iv))
    algorithm = AES(key) if cipher == "AES" else TripleDES(key)
    decryptor = Cipher(algorithm, modes.CBC(iv)).decryptor()
    return _unpad(decryptor.update(data) + decryptor.finalize(), len(iv))


def _whole_blocks(data: bytes, size: int) -> None:
    if not data or len(data) % size:
        raise DecryptionError(f"ciphertext of {len(data)} bytes is no whole number of blocks")


def _unpad(data: bytes, size: int) -> bytes:
    count = data[-1]
    if not 1 <= count <= size or data[-count:] != bytes((count,)) * count:
        raise DecryptionError("the padding is wrong")
    return data[:-count]
