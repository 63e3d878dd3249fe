"""Read the bytes of a store file, up to a limit.

Only `replacement` reads store files as well: it reads the file that it replaces, under its lock.
"""

import codecs
import errno
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from unpin.model.errors import LimitExceededError, UnreadableFileError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""The largest store that unpin reads; the largest known real store has 20,000 entries in 25 MB."""

MAX_FOLDER_BYTES: Final = 2 * MAX_FILE_BYTES
"""The most bytes that are read of a folder that is one store (a hashed directory)."""

MAX_FOLDER_FILES: Final = 20_000
"""The most files that are read of a folder that is one store."""

MAX_TREE_FILES: Final = 1_000_000
"""The most files that are looked into below a folder."""

BEGINNING: Final = 64 * 1024
"""How much of a file is read at first: nearly all are smaller, and a store shows by then."""


def read_file(path: Path | str, name: str, most: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a regular file.

    Raises UnreadableFileError if the system refuses, or `path` is a device or a pipe;
    LimitExceededError if the file is larger than MAX_FILE_BYTES, or than `most`, which is what is
    left of MAX_FOLDER_BYTES.
    """
    descriptor = _descriptor(path, name)
    try:
        size = _size(descriptor, name)
        _check_room(size, name, most)
        data = os.read(descriptor, size + 1)
        if len(data) != size or not size:  # it grows or shrinks, or the system says no size
            most_read = min(most, MAX_FILE_BYTES) + 1
            while len(data) < most_read and (more := os.read(descriptor, most_read - len(data))):
                data += more
    except OSError as error:
        raise _unreadable(error, name) from error
    finally:
        os.close(descriptor)
    return bounded(data, name)


def read_end(path: Path | str, name: str, most: int) -> tuple[int, bytes]:
    """The size of a regular file, and its last bytes. Raises what `read_file` raises."""
    descriptor = _descriptor(path, name)
    try:
        size = _size(descriptor, name)
        bounded_size(size, name)
        os.lseek(descriptor, max(0, size - most), os.SEEK_SET)
        return size, os.read(descriptor, most)
    except OSError as error:
        raise _unreadable(error, name) from error
    finally:
        os.close(descriptor)


def _size(descriptor: int, name: str) -> int:
    """The size of an open file. Raises UnreadableFileError for what is no regular file."""
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        kind = "is a directory" if stat.S_ISDIR(state.st_mode) else "not a regular file"
        raise UnreadableFileError(f"{name}: {kind}")
    return state.st_size


def _unreadable(error: OSError, name: str) -> UnreadableFileError:
    why = _WAITS if isinstance(error, BlockingIOError) else reason(error)
    return UnreadableFileError(f"{name}: {why}")


_READING: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opening a FIFO without a writer must not hang; O_BINARY is Windows'."""


def _descriptor(path: Path | str, name: str) -> int:
    try:
        return os.open(path, _READING)
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error


def _check_room(size: int, name: str, most: int) -> None:
    """Raise LimitExceededError for a file that is too large, by itself or for its folder."""
    bounded_size(size, name)
    if most < size <= MAX_FILE_BYTES:
        raise LimitExceededError(
            f"{name}: not read: the files of the folder come to more than "
            f"{MAX_FOLDER_BYTES // 1024 // 1024} MiB"
        )


@contextmanager
def opened(path: Path, name: str) -> Iterator[BinaryIO]:
    """A regular file, open to be read in the block. Raises UnreadableFileError, also in it."""
    descriptor = _descriptor(path, name)
    try:
        with io.BufferedReader(_Regular(descriptor)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise UnreadableFileError(f"{name}: not a regular file")
            yield stream
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error


_WAITS: Final = "not a regular file: it has to be waited for"


class _Regular(io.FileIO):
    """A file that never has to be waited for; /proc/kmsg says that it is regular, and has to."""

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """The number of bytes that were read. Raises BlockingIOError where None would say wait."""
        count: int | None = super().readinto(buffer)
        if count is None:
            raise BlockingIOError(errno.EAGAIN, _WAITS)
        return count


def read_beginning(path: str, name: str) -> bytes:
    """The first BEGINNING bytes of a regular file of a folder: all of it, if they are fewer.

    It asks for nothing else, as it is asked of every file of a tree. Raises UnreadableFileError.
    """
    try:
        descriptor = os.open(path, _READING)
        try:
            return os.read(descriptor, BEGINNING)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error


def read_whole(stream: BinaryIO, name: str, head: bytes) -> bytes:
    """The bytes of an open file, of which `head` was read. Raises LimitExceededError."""
    size = os.fstat(stream.fileno()).st_size
    bounded_size(size, name)
    # Not more than there is: the memory for it would be allocated first.
    data = head + stream.read(size + 1 - len(head)) if len(head) <= size else head
    if len(data) > size:
        data += stream.read(max(0, MAX_FILE_BYTES + 1 - len(data)))
    return bounded(data, name)


def read_standard_input() -> bytes:
    """The bytes of standard input. Raises LimitExceededError beyond MAX_FILE_BYTES."""
    return bounded(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), "standard input")


def written_text(data: bytes) -> str:
    """What people and their shells write: UTF-8, or UTF-16 as by PowerShell's >."""
    wide = data[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    return data.decode("utf-16" if wide else "utf-8-sig", "replace")


def is_folder(path: Path) -> bool:
    """Whether `path` leads to a folder; False, and no error, if the system does not show it.

    NOTE: Path.is_dir raises PermissionError, and OSError for a name that is too long.
    """
    return os.path.isdir(path)  # noqa: PTH112


def bounded(data: bytes, name: str) -> bytes:
    """The bytes themselves. Raises LimitExceededError beyond MAX_FILE_BYTES."""
    bounded_size(len(data), name)
    return data


def bounded_size(size: int, name: str) -> None:
    """Raise LimitExceededError for more bytes than MAX_FILE_BYTES."""
    if size > MAX_FILE_BYTES:
        raise LimitExceededError(
            f"{name}: larger than {MAX_FILE_BYTES // 1024 // 1024} MiB, the most unpin reads"
        )


def reason(error: OSError) -> str:
    """The message of the operating system, in lower case."""
    return (error.strerror or str(error)).lower()
