"""Read the members of a tar archive in order, from a stream that need not be seekable."""

import tarfile
from collections.abc import Iterator
from typing import IO, Final, Self, cast

from unpin.files.archives.bounds import Account
from unpin.files.archives.members import ArchivedFile, shown_path
from unpin.files.archives.streams import Readable, Window
from unpin.model.errors import UnreadableArchiveError
from unpin.model.values import frozen


@frozen
class ArchivedName:
    """A member without bytes of its own: a folder, a link, a device.

    `target` is the path of the member to which a hard link leads; "" for anything else.
    """

    path: str
    is_folder: bool
    target: str = ""


class _BrokenHeaderError(Exception):
    """A header that tarfile would take for the end of the archive."""


class _Header(tarfile.TarInfo):
    """A header; where tarfile ends without a word, this raises."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile)
        except (_INVALID, _TRUNCATED) as error:
            raise _BrokenHeaderError(str(error)) from error
        except _EMPTY as error:
            if not tarfile.offset:
                raise
            raise _BrokenHeaderError(_NO_END) from error


_NO_END: Final = "no block of zeros ends it, so that members may be missing"
_EMPTY = tarfile.EmptyHeaderError  # type: ignore[attr-defined]
_INVALID = tarfile.InvalidHeaderError  # type: ignore[attr-defined]
_TRUNCATED = tarfile.TruncatedHeaderError  # type: ignore[attr-defined]


def tar_members(
    stream: Readable, name: str, account: Account
) -> Iterator[ArchivedFile | ArchivedName]:
    """The members in the order of the archive; the bytes of each are to be read before the next.

    Raises UnreadableArchiveError where the archive is broken or breaks off.
    """
    try:
        # It reads, seeks and tells, which is all that tarfile does to read.
        with tarfile.TarFile(fileobj=cast("IO[bytes]", stream), tarinfo=_Header) as archive:
            while (header := archive.next()) is not None:
                # What it remembers would grow with the archive.
                archive.members = []  # type: ignore[attr-defined]
                account.member()
                yield _member(archive, header, stream)
    except (
        _BrokenHeaderError,
        tarfile.TarError,
        RecursionError,
        ValueError,
        OverflowError,
    ) as error:
        raise UnreadableArchiveError(f"{name}: the tar archive is broken: {_why(error)}") from error


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "a header nests too deep"
    if isinstance(error, ValueError | OverflowError):  # of int() and seek()
        return "a number in a header is none, or too large"
    return str(error)


def _member(
    archive: tarfile.TarFile, header: tarfile.TarInfo, stream: Readable
) -> ArchivedFile | ArchivedName:
    path = shown_path(header.name).rstrip("/")
    if not header.isreg():
        target = shown_path(header.linkname) if header.islnk() else ""
        return ArchivedName(path, header.isdir(), target)

    def content() -> Readable:
        if header.issparse():
            return cast("Readable", archive.extractfile(header))
        return Window(stream, header.offset_data, header.size)

    return ArchivedFile(path, header.size, content)
