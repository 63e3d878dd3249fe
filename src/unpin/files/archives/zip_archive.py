"""Read the members of a ZIP archive (jar, war, ear, wheel) as Java's ZipFile finds them."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import IO, Final, cast

from unpin.files.archives.bounds import (
    FREE_BYTES,
    MAX_RATIO,
    MAX_ZIP_DIRECTORY_BYTES,
    MAX_ZIP_MEMBERS,
    MIB,
    UNPACK_HINT,
    Account,
)
from unpin.files.archives.members import ArchivedFile, shown_path
from unpin.files.archives.streams import Forward, Readable, Window
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableArchiveError
from unpin.wording import counted, few

FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)
"""What zipfile raises for archives that are broken."""

_END: Final = struct.Struct("<4s4H2LH")
"""The end of central directory record (APPNOTE 4.3.16)."""
_END_MAGIC: Final = b"PK\x05\x06"
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_END64_MAGIC: Final = b"PK\x06\x06"
_LOCATOR: Final = struct.Struct("<4sLQL")
_LOCATOR_MAGIC: Final = b"PK\x06\x07"
_LONGEST_COMMENT: Final = 65535
_LOCAL: Final = struct.Struct("<4s5H3L2H")
"""The local file header (APPNOTE 4.3.7)."""
_ENTRY_MAGIC: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 0x1
_READ: Final = frozenset(
    {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
)


def zip_members(
    stream: Readable, name: str, account: Account
) -> Iterator[ArchivedFile | UnpinError]:
    """The files by the central directory, and an error for those that are not read.

    Of a name that is there twice, java.util.zip.ZipFile reads the last; the others are marked.
    Raises UnreadableArchiveError for a broken archive, and LimitExceededError for a directory that
    is too large.
    """
    try:
        _check_directory(stream, name)
        archive = zipfile.ZipFile(cast("IO[bytes]", stream))
    except FAULTS as error:
        raise UnreadableArchiveError(f"{name}: the ZIP archive is broken: {error}") from error
    encrypted: list[str] = []
    otherwise: list[str] = []
    with archive:
        members = archive.infolist()
        last = {info.filename: info for info in members}
        with_room = _with_room(members, stream.seek(0, 2))
        if len(with_room) < len(members):
            yield LimitExceededError(
                f"{name}: its members overlap, as those of a bomb do: {len(with_room)} of"
                f" {len(members)} are read",
                UNPACK_HINT,
            )
        for info in with_room:
            if info.is_dir():
                continue
            account.member()
            path = shown_path(info.filename)
            if info.flag_bits & _ENCRYPTED:
                encrypted.append(path)
            elif info.compress_type not in _READ:
                otherwise.append(path)
            elif info.file_size > max(FREE_BYTES, MAX_RATIO * info.compress_size):
                yield LimitExceededError(
                    f"{name}!/{path}: would decompress to more than {MAX_RATIO} times its size",
                    UNPACK_HINT,
                )
            else:
                yield ArchivedFile(
                    path,
                    info.file_size,
                    partial(_opened, archive, info, stream, f"{name}!/{path}", account),
                    superseded=last[info.filename] is not info,
                )
    if encrypted:
        yield _unread(name, encrypted, "encrypted", f"unpin decrypts no archive: {UNPACK_HINT}")
    if otherwise:
        yield _unread(name, otherwise, "compressed by a method that unpin lacks", UNPACK_HINT)


def _with_room(members: list[zipfile.ZipInfo], room: int) -> list[zipfile.ZipInfo]:
    """The members up to the one for which an archive of this size has no room beside the others."""
    for count, info in enumerate(members):
        room -= _LOCAL.size + info.compress_size
        if room < 0:
            return members[:count]
    return members


def _unread(name: str, paths: list[str], why: str, hint: str) -> UnreadableArchiveError:
    members = counted(len(paths), "member is", "members are")
    return UnreadableArchiveError(f"{name}: {members} {why}, and not read: {few(paths)}", hint)


def _opened(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, stream: Readable, place: str, account: Account
) -> Readable:
    """The bytes of a member: of one that is not compressed a window, which can be sought in."""
    try:
        member = archive.open(info)
        if info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size:
            stream.seek(info.header_offset)
            header = _LOCAL.unpack(stream.read(_LOCAL.size))
            start = info.header_offset + _LOCAL.size + header[-2] + header[-1]
            return Window(stream, start, info.file_size)
    except FAULTS as error:
        raise UnreadableArchiveError(f"{place}: is broken: {error}") from error
    return _Inflated(place, member, account)


class _Inflated(Forward):
    """The bytes of a member, forward only; zipfile would go back by inflating it again."""

    def __init__(self, place: str, member: IO[bytes], account: Account) -> None:
        super().__init__(place)
        self._member = member
        self._account = account

    def more(self) -> bytes:
        """The next bytes. Raises UnreadableArchiveError."""
        try:
            data = self._member.read(MIB)
        except FAULTS as error:
            raise UnreadableArchiveError(f"{self.name}: is broken: {error}") from error
        self._account.unpacked(len(data))
        return data


def _check_directory(stream: Readable, name: str) -> None:
    """Raise LimitExceededError if the central directory would take too much memory."""
    size = _directory_size(stream)
    if size is None:
        return  # zipfile says what is wrong with it
    end, length = size
    if length <= MAX_ZIP_DIRECTORY_BYTES:
        stream.seek(max(0, end - length))
        if stream.read(min(length, end)).count(_ENTRY_MAGIC) <= MAX_ZIP_MEMBERS:
            return
    raise LimitExceededError(
        f"{name}: more than {MAX_ZIP_MEMBERS} members, or a directory of more than "
        f"{MAX_ZIP_DIRECTORY_BYTES // MIB} MiB; not read",
        UNPACK_HINT,
    )


def _directory_size(stream: Readable) -> tuple[int, int] | None:
    """Where the central directory ends, and its length; None where there is none."""
    whole = stream.seek(0, 2)
    tail_start = max(0, whole - _LONGEST_COMMENT - _END.size)
    stream.seek(tail_start)
    tail = stream.read(whole - tail_start)
    at = tail.rfind(_END_MAGIC)
    if at < 0 or at + _END.size > len(tail):
        return None
    end = tail_start + at
    length: int = _END.unpack_from(tail, at)[5]
    if at >= _LOCATOR.size and tail.startswith(_LOCATOR_MAGIC, at - _LOCATOR.size):
        _, _, place, _ = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)
        # zipfile looks for the record directly before its locator, whatever the locator says.
        for start in {place, end - _LOCATOR.size - _END64.size}:
            stream.seek(max(0, start))
            record = stream.read(_END64.size)
            if len(record) == _END64.size and record.startswith(_END64_MAGIC):
                end, length = start, max(length, _END64.unpack(record)[8])
    return end, length
