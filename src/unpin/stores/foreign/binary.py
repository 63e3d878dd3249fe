"""Recognise binary files that are no stores by their first bytes."""

import zlib
from typing import Final

from unpin.stores.foreign.kinds import ForeignFile, ForeignKind

_MAGIC: Final = (
    (b"PK\x03\x04", ForeignKind.ZIP),
    (b"PK\x05\x06", ForeignKind.EMPTY_ZIP),
    (b"BZh", ForeignKind.BZIP2),
    (b"\xfd7zXZ\x00", ForeignKind.XZ),
    (b"7z\xbc\xaf\x27\x1c", ForeignKind.SEVEN_ZIP),
    (b"\x28\xb5\x2f\xfd", ForeignKind.ZSTD),
    (b"Rar!\x1a\x07", ForeignKind.RAR),
    (b"MSCF\0\0\0\0", ForeignKind.CABINET),
    (b"!<arch>\ndebian-binary", ForeignKind.DEBIAN_PACKAGE),
    (b"!<arch>\n", ForeignKind.AR),
    (b"\xed\xab\xee\xdb", ForeignKind.RPM),
    (b"070701", ForeignKind.CPIO),
    (b"070702", ForeignKind.CPIO),
    (b"\0\x06\x15\x61", ForeignKind.BERKELEY_DB),
    (b"\x61\x15\x06\0", ForeignKind.BERKELEY_DB),
    (b"\xa1\xf8\x4e", ForeignKind.ORACLE_WALLET),
    (b"\0\0\0\0CERT", ForeignKind.WINDOWS_STORE),
    (b"\x1e\xf1\xb5\xb0", ForeignKind.PVK),
    (b"\x4c\0\0\0\x01\x14\x02\0", ForeignKind.SHORTCUT),
    (b"kych\0\x01", ForeignKind.MACOS_KEYCHAIN),
    (b"GnomeKeyring\n\r\0\n", ForeignKind.GNOME_KEYRING),
    (b"\x03\xd9\xa2\x9a", ForeignKind.KEEPASS),
    (b"\0GITCRYPT\0", ForeignKind.GIT_CRYPT),
    (b"\xac\xed\0\x05", ForeignKind.JAVA_OBJECT),
    (b"\x7fELF", ForeignKind.ELF),
    (b"%PDF", ForeignKind.PDF),
    (b"\xca\xfe\xba\xbe", ForeignKind.JAVA_CLASS),
    (b"MZ", ForeignKind.WINDOWS_PROGRAM),
)
_GZIP: Final = b"\x1f\x8b"
_SQLITE: Final = b"SQLite format 3\x00"
_NSS_TABLES: Final = (
    (b"nssPublic", ForeignKind.NSS_CERTIFICATES),
    (b"nssPrivate", ForeignKind.NSS_KEYS),
)
"""The tables of lib/softoken/sdb.c, in the CREATE statements of the first page or two."""
_SCHEMA: Final = 65536
_USTAR: Final = (257, b"ustar")
"""Where a tar header (POSIX.1-1988) has its magic."""
_BLOCK: Final = 512
_KEYBOX: Final = (8, b"KBXf")
_OPENPGP_KEYS: Final = frozenset({5, 6})
"""The tags of a secret and of a public key (RFC 9580 5)."""
_OPENPGP_ALGORITHMS: Final = frozenset({1, 2, 3, 16, 17, 18, 19, 20, 22, 25, 26, 27, 28})
_STASH_LENGTHS: Final = frozenset({129, 193})
_STASH_MASK: Final = 0xF5


def binary_kind(data: bytes) -> ForeignFile | None:
    """What the first bytes say; None if they say nothing."""
    if data.startswith(_GZIP):
        return ForeignFile(ForeignKind.TAR_GZIP if _holds_tar(data) else ForeignKind.GZIP)
    if data.startswith(_SQLITE):
        schema = data[:_SCHEMA]
        tables = (kind for table, kind in _NSS_TABLES if table in schema)
        return ForeignFile(next(tables, ForeignKind.SQLITE))
    if _is_at(data, _USTAR):
        return ForeignFile(ForeignKind.TAR)
    if _is_at(data, _KEYBOX) or _is_openpgp(data):
        return ForeignFile(ForeignKind.PGP)
    if _is_stash(data):
        return ForeignFile(ForeignKind.IBM_STASH)
    return next((ForeignFile(kind) for magic, kind in _MAGIC if data.startswith(magic)), None)


def _is_at(data: bytes, place: tuple[int, bytes]) -> bool:
    position, magic = place
    return data.startswith(magic, position)


def _holds_tar(data: bytes) -> bool:
    """Whether the first block of the gzip file is the header of a tar archive."""
    try:
        block = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[: 2 * _SCHEMA], _BLOCK)
    except zlib.error:
        return False
    return _is_at(block, _USTAR)


def _is_openpgp(data: bytes) -> bool:
    """Whether it begins with a key in OpenPGP's binary form (RFC 9580 4.2, 5.5.2)."""
    if len(data) < 12 or not data[0] & 0x80:
        return False
    if data[0] & 0x40:
        tag, size = data[0] & 0x3F, 1 if data[1] < 192 else 2 if data[1] < 224 else 5
    else:
        tag, size = data[0] >> 2 & 0xF, (1, 2, 4, 0)[data[0] & 3]
    if tag not in _OPENPGP_KEYS or not size:
        return False
    version, algorithm = data[1 + size], data[6 + size]
    return version in {4, 6} and algorithm in _OPENPGP_ALGORITHMS


def _is_stash(data: bytes) -> bool:
    """Whether it is a stash file of GSKit: a password and zero bytes, each XOR 0xF5."""
    if len(data) not in _STASH_LENGTHS:
        return False
    word, end, _ = bytes(octet ^ _STASH_MASK for octet in data[:129]).partition(b"\0")
    return bool(end) and len(word) > 0 and all(0x20 < octet < 0x7F for octet in word)
