"""Say by the first bytes whether a file is an archive, and which."""

from enum import StrEnum
from typing import Final

BLOCK: Final = 512
"""The size of a tar header (POSIX.1-1988), and how many bytes the look at a file takes."""

_MAGIC_AT: Final = 257
_CHECKSUM: Final = slice(148, 156)
_ZIP_EXTENSIONS: Final = (".zip", ".jar", ".war", ".ear")


class ArchiveKind(StrEnum):
    """What a file is: an archive, or compressed data, in which an archive may be."""

    ZIP = "ZIP archive"
    TAR = "tar archive"
    GZIP = "gzip file"
    BZIP2 = "bzip2 file"
    XZ = "xz file"
    ZSTD = "zstd file"

    @property
    def is_compressed(self) -> bool:
        """Whether it is compressed data, and not an archive itself."""
        return self not in {ArchiveKind.ZIP, ArchiveKind.TAR}


_FIRST_BYTES: Final = (
    (b"PK\x03\x04", ArchiveKind.ZIP),
    (b"PK\x05\x06", ArchiveKind.ZIP),
    (b"PK00PK\x03\x04", ArchiveKind.ZIP),
    (b"JM\x01\x00PK\x03\x04", ArchiveKind.ZIP),  # a module of the JDK (jmod)
    (b"\x1f\x8b\x08", ArchiveKind.GZIP),
    (b"BZh", ArchiveKind.BZIP2),
    (b"\xfd7zXZ\x00", ArchiveKind.XZ),
    (b"\x28\xb5\x2f\xfd", ArchiveKind.ZSTD),
)
_ANY: Final = tuple(magic for magic, _ in _FIRST_BYTES)
_BEFORE_ZIP: Final = (b"#!", b"MZ", b"\x7fELF")


def archive_kind(head: bytes, name: str) -> ArchiveKind | None:
    """The kind of the archive that begins with `head`, the first BLOCK bytes; None for no archive.

    A file called as a jar that begins like a program or a script is taken for a ZIP archive: Spring
    Boot writes a script before it.
    """
    if head.startswith(_ANY):
        return next(kind for magic, kind in _FIRST_BYTES if head.startswith(magic))
    if is_tar(head):
        return ArchiveKind.TAR
    if head.startswith(_BEFORE_ZIP) and name.lower().endswith(_ZIP_EXTENSIONS):
        return ArchiveKind.ZIP
    return None


def is_tar(head: bytes) -> bool:
    """Whether `head` is the header of a tar archive: its checksum is right, or it has the magic."""
    if len(head) < BLOCK or not head[0]:
        return False
    if head.startswith(b"ustar", _MAGIC_AT):
        return True
    field = head[_CHECKSUM]
    if field[-1] not in b" \0" or not (field := field.strip(b" \0")).isdigit():
        return False
    block = head[: _CHECKSUM.start] + b" " * 8 + head[_CHECKSUM.stop : BLOCK]
    return not field.strip(b"01234567") and int(field, 8) == sum(block)
