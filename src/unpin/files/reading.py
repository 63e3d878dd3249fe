"""Hand over the bytes of a store file or folder, bounded in size.

Nothing else reads store files, but `replacement`, which reads what it replaces under its lock.
"""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from unpin.model.errors import LimitExceededError, UnreadableFileError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""The largest store that is read; the largest real one known holds 20,000 entries in 25 MB."""

MAX_FOLDER_FILES: Final = 20_000


def read_file(path: Path, name: str) -> bytes:
    """The bytes of a regular file.

    Raises UnreadableFileError where the system refuses, or `path` is a device or a pipe;
    LimitExceededError beyond MAX_FILE_BYTES.
    """
    try:
        # O_NONBLOCK: opening a FIFO without a writer must not hang.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error
    try:
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableFileError(f"{name}: not a regular file")
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error
    return bounded(data, name)


def read_standard_input() -> bytes:
    """The bytes of standard input, as bounded as a file."""
    return bounded(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), "standard input")


def is_folder(path: Path) -> bool:
    """Whether it leads to a folder; what the system does not let one see is none, nor an error.

    NOTE: Path.is_dir raises PermissionError, and OSError for a name that is too long.
    """
    return os.path.isdir(path)  # noqa: PTH112


def folder_files(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """The regular files directly in a folder, by name; a dangling link yields empty bytes.

    Raises UnreadableFileError where the folder itself cannot be listed, LimitExceededError where
    it holds more than MAX_FOLDER_FILES files.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(path) if not entry.is_dir())
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error
    if len(names) > MAX_FOLDER_FILES:
        raise LimitExceededError(
            f"{name}: {len(names)} files in one folder, at most {MAX_FOLDER_FILES} are read"
        )
    for file in names:
        dangling = (path / file).is_symlink() and not (path / file).exists()
        yield file, b"" if dangling else read_file(path / file, f"{name}/{file}")


def bounded(data: bytes, name: str) -> bytes:
    """The bytes, or LimitExceededError beyond MAX_FILE_BYTES."""
    if len(data) > MAX_FILE_BYTES:
        raise LimitExceededError(
            f"{name}: larger than {MAX_FILE_BYTES // 1024 // 1024} MiB, the most unpin reads"
        )
    return data


def reason(error: OSError) -> str:
    """What the operating system says, in our spelling."""
    return (error.strerror or str(error)).lower()
