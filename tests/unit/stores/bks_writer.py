"""Write BKS and UBER stores in memory, odd ones included, independently of the codec's code."""

import hashlib
import hmac
import struct

from jks.rfc7292 import derive_key
from tests.unit.stores.jks_writer import blob, slot, utf

SALT = bytes(range(20))
DATE = 1_700_000_000_000


def head(
    kind: int, alias: str | bytes, date: int, *chain: bytes, count: int | None = None
) -> bytes:
    name = utf(alias) if isinstance(alias, str) else struct.pack(">H", len(alias)) + alias
    size = struct.pack(">I", len(chain) if count is None else count)
    return bytes((kind,)) + name + struct.pack(">q", date) + size + b"".join(map(slot, chain))


def trusted(alias: str | bytes, der: bytes, *, date: int = DATE, kind: str = "X.509") -> bytes:
    return head(1, alias, date) + slot(der, kind)


def plain(alias: str, key: bytes, *chain: bytes, kind: int = 2, names=("RAW", "AES")) -> bytes:
    """Write a key in clear: `kind` 0 private, 1 public, 2 secret."""
    return head(2, alias, DATE, *chain) + bytes((kind,)) + utf(names[0]) + utf(names[1]) + blob(key)


def protected(alias: str, *chain: bytes, date: int = 1) -> bytes:
    return head(3, alias, date, *chain) + blob(b"never decrypted")


def sealed(alias: str, *chain: bytes, date: int = 1) -> bytes:
    return head(4, alias, date, *chain) + blob(b"never decrypted")


def header(version: int = 2, salt: bytes = SALT, iterations: int = 1024) -> bytes:
    return struct.pack(">I", version) + blob(salt) + struct.pack(">I", iterations)


def store(
    *entries: bytes,
    version: int = 2,
    password: str = "changeit",
    salt: bytes = SALT,
    iterations: int = 1024,
    mac: bytes | None = None,
) -> bytes:
    body = b"".join(entries) + b"\0"
    if mac is None:
        size = 20 if version == 2 else 2
        key = derive_key(hashlib.sha1, 3, password, salt, iterations, size)
        mac = hmac.new(key, body, "sha1").digest()
    return header(version, salt, iterations) + body + mac


def uber(
    *entries: bytes,
    version: int = 1,
    password: str = "changeit",
    iterations: int = 1024,
    trailing: bytes = b"",
    clear: bytes | None = None,
) -> bytes:
    """Encrypt entries and their digest, or `clear` as it is."""
    from oxifish import TwofishKey

    if clear is None:
        body = b"".join(entries) + b"\0"
        clear = body + hashlib.sha1(body).digest() + trailing
    key = derive_key(hashlib.sha1, 1, password, SALT, iterations, 32)
    iv = derive_key(hashlib.sha1, 2, password, SALT, iterations, 16)
    return header(version, SALT, iterations) + TwofishKey(key).encrypt(clear, iv=iv)
