"""Hand over the bytes of a store file, bounded in size.

Nothing else reads store files, but `replacement`, which reads what it replaces under its lock.
"""

import os
import stat
import sys
from pathlib import Path
from typing import Final

from unpin.model.errors import LimitExceededError, UnreadableFileError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""The largest store that is read; the largest real one known holds 20,000 entries in 25 MB."""

MAX_FOLDER_FILES: Final = 20_000
"""Files below one folder."""


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
