"""Write BCFKS stores in memory, odd ones included; only the DER writer is the code's own."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from unpin.asn1 import tlv

SALT = bytes(range(32))
NONCE = bytes(12)
SHA512 = "1.2.840.113549.2.11"
SHA3_512 = "2.16.840.1.101.3.4.2.16"
SHA256 = "1.2.840.113549.2.9"
HASHES = {SHA512: "sha512", SHA3_512: "sha3_512", SHA256: "sha256"}
PBES2 = "1.2.840.113549.1.5.13"
CCM = "2.16.840.1.101.3.4.1.47"
KWP = "2.16.840.1.101.3.4.1.48"
TIME = "20240102030405Z"


def seq(*parts: bytes) -> bytes:
    return tlv.element(tlv.SEQUENCE, *parts)


def octets(data: bytes) -> bytes:
    return tlv.element(tlv.OCTET_STRING, data)


def oid(dotted: str) -> bytes:
    return tlv.encode_oid(dotted)


def number(value: int) -> bytes:
    return tlv.encode_integer(value)


def time(text: str | bytes) -> bytes:
    return tlv.element(tlv.GENERALIZED_TIME, text.encode() if isinstance(text, str) else text)


def text(data: bytes) -> bytes:
    return tlv.element(tlv.UTF8_STRING, data)


def hmac_algorithm(name: str) -> bytes:
    return seq(oid(name), tlv.element(tlv.NULL))


def bmp(text: str) -> bytes:
    return text.encode("utf-16-be") + b"\0\0" if text else b""


class Pbkdf2:
    def __init__(self, iterations=1000, prf=SHA512, length=None):
        self.iterations, self.prf, self.length = iterations, prf, length

    def node(self, size: int | None) -> bytes:
        size = self.length or size
        prf = b"" if self.prf is None else hmac_algorithm(self.prf)
        length = b"" if size is None else number(size)
        parameters = seq(octets(SALT), number(self.iterations), length, prf)
        return seq(oid("1.2.840.113549.1.5.12"), parameters)

    def derive(self, password: bytes, size: int) -> bytes:
        name = HASHES.get(self.prf, "sha1")
        return hashlib.pbkdf2_hmac(name, password, SALT, self.iterations, self.length or size)


class Scrypt:
    def __init__(self, cost=256, block_size=2, parallel=1):
        self.cost, self.block_size, self.parallel = cost, block_size, parallel

    def node(self, size: int | None) -> bytes:
        length = b"" if size is None else number(size)
        numbers = map(number, (self.cost, self.block_size, self.parallel))
        return seq(oid("1.3.6.1.4.1.11591.4.11"), seq(octets(SALT), *numbers, length))

    def derive(self, password: bytes, size: int) -> bytes:
        # As BouncyCastle does, whatever the file says of parallelization.
        r = self.block_size
        return hashlib.scrypt(password, salt=SALT, n=self.cost, r=r, p=r, dklen=size)


FAST = Pbkdf2()
UNUSED = Pbkdf2(iterations=1)
"""Derives at once, where the store is refused before the real parameters matter."""


def entry(
    kind: int,
    alias: str | bytes,
    data: bytes,
    *,
    modified: str | bytes = TIME,
    more: bytes = b"",
) -> bytes:
    """Write an ObjectData; `more` are the elements after the data: the comment, or others."""
    name = tlv.element(tlv.UTF8_STRING, alias.encode() if isinstance(alias, str) else alias)
    created = time("20200101000000Z")
    return seq(number(kind), name, created, time(modified), octets(data), more)


def trusted(
    alias: str | bytes, der: bytes, *, modified: str | bytes = TIME, more: bytes = b""
) -> bytes:
    return entry(0, alias, der, modified=modified, more=more)


def key(alias: str, *chain: bytes, kind: int = 1) -> bytes:
    sealed = seq(seq(oid(PBES2)), octets(b"never decrypted"))
    return entry(kind, alias, seq(sealed, seq(*chain)))


def secret(alias: str, *, kind: int = 2) -> bytes:
    return entry(kind, alias, seq(seq(oid(PBES2)), octets(b"never decrypted")))


def content(
    *entries: bytes,
    mac: str = SHA512,
    version: int = 1,
    entries_tag: int = tlv.SEQUENCE,
    more: bytes = b"",
) -> bytes:
    """Write an ObjectStoreData; `more` are the elements after the entries."""
    inside = tlv.element(entries_tag, *entries)
    return seq(number(version), hmac_algorithm(mac), time(TIME), time(TIME), inside, more)


def ccm_parameters(nonce: bytes = NONCE, tag: int | None = 8) -> bytes:
    return seq(octets(nonce), b"" if tag is None else number(tag))


def encryption(kdf, cipher: str = CCM, parameters: bytes | None = None) -> bytes:
    if parameters is None:
        parameters = ccm_parameters() if cipher == CCM else b""
    return seq(oid(PBES2), seq(kdf.node(32), seq(oid(cipher), parameters)))


def encrypted(
    clear: bytes,
    *,
    password: str = "changeit",
    kdf=FAST,
    cipher: str = CCM,
    algorithm: bytes | None = None,
    nonce: bytes = NONCE,
    tag: int = 8,
) -> bytes:
    """Write an EncryptedObjectStoreData."""
    secret_key = kdf.derive(bmp(password) + bmp("STORE_ENCRYPTION"), 32)
    if cipher == CCM:
        sealed = AESCCM(secret_key, tag_length=tag).encrypt(nonce, clear, None)
    else:
        sealed = aes_key_wrap_with_padding(secret_key, clear)
    return seq(algorithm or encryption(kdf, cipher), octets(sealed))


def store(
    data: bytes,
    *,
    password: str = "changeit",
    mac: str = SHA512,
    kdf=FAST,
    derived_by=None,
    size: int | None = 64,
    more: bytes = b"",
) -> bytes:
    """Put the MAC around an (Encrypted)ObjectStoreData; `derived_by` keys it where `kdf` lies.

    `more` are the elements after the MAC.
    """
    secret_key = (derived_by or kdf).derive(bmp(password) + bmp("INTEGRITY_CHECK"), size or 64)
    digest = hmac.new(secret_key, data, HASHES[mac]).digest()
    return seq(data, seq(hmac_algorithm(mac), kdf.node(size), octets(digest)), more)


def simple(*entries: bytes, password: str = "changeit", kdf=FAST) -> bytes:
    return store(
        encrypted(content(*entries), password=password, kdf=kdf), password=password, kdf=kdf
    )
