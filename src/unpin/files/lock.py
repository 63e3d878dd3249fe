"""Lock a store file for this process: the lock is on the file itself and leaves no lock file."""

import errno
import os
import stat
import time
from pathlib import Path
from typing import Final

from unpin.files.reading import reason
from unpin.model.errors import BusyFileError, NotWrittenError, UnreadableFileError

try:
    import fcntl

    POSIX = True
except ImportError:
    POSIX = False

WAIT_SECONDS: Final = 60.0
"""How long to wait for another process; the time starts again whenever a process finishes."""

_MAX_REPLACED: Final = 10_000
"""How often other processes may replace the file while this process waits for it."""

_FIRST_PAUSE: Final = 0.001
_LONGEST_PAUSE: Final = 0.05
_NO_LOCKS: Final = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}
"""Errors of flock(2) on a file system without locks; EBADF is NFS, which locks only files that
are open for writing."""


def hold(path: Path, name: str, wait: float = WAIT_SECONDS) -> int:
    """Open the file at the resolved `path`, lock it and return its descriptor.

    The caller closes the descriptor. The lock is on the file, not on its name: if another process
    replaced the file during the wait, the lock is on the old file, and `hold` starts again with
    the new file.

    Raises UnreadableFileError if the file cannot be opened, BusyFileError if another process holds
    it for `wait` seconds, NotWrittenError if it cannot be locked, or the system is not POSIX.
    """
    require_posix(name)
    for _ in range(_MAX_REPLACED):
        descriptor = open_regular(path, name)
        try:
            if _locked(descriptor, path, name, wait):
                return descriptor
        except BaseException:
            close(descriptor)
            raise
        close(descriptor)
    raise BusyFileError(
        f"{name}: it is another file whenever it is opened",
        "its file system has no lasting file numbers: write a new file with -o FILE",
    )


def require_posix(name: str) -> None:
    """Raise NotWrittenError on other systems, which cannot rename an open file."""
    if not POSIX:
        raise NotWrittenError(
            f"{name}: files are replaced on POSIX systems only", "write a new one with -o FILE"
        )


def open_regular(path: Path, name: str) -> int:
    """Open a regular file, not a symbolic link. Raises UnreadableFileError."""
    try:
        # O_NONBLOCK: opening a FIFO without a writer must not hang.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return descriptor
        except BaseException:
            close(descriptor)
            raise
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error
    close(descriptor)
    raise UnreadableFileError(f"{name}: not a regular file")


def is_still(descriptor: int, path: Path) -> bool:
    """Whether `path` still names the open file."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def try_lock(descriptor: int, *, without: bool = True) -> bool:
    """Lock an open file unless another process holds it; True if it is locked.

    Returns `without` on a system or a file system that has no locks.
    """
    if not POSIX:
        return without
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return without
    return True


def close(descriptor: int) -> None:
    """Close a file and ignore errors: its contents were synchronised to the disk before."""
    try:
        os.close(descriptor)
    except OSError:
        return


def _locked(descriptor: int, path: Path, name: str, wait: float) -> bool:
    """Wait for the lock; False if the name leads to another file in the meantime."""
    pause = _FIRST_PAUSE
    end = time.monotonic() + wait
    try:
        while is_still(descriptor, path):
            if try_lock(descriptor):
                return is_still(descriptor, path)
            if time.monotonic() > end:
                raise BusyFileError(
                    f"{name}: another unpin has been writing it for {wait:.0f} seconds",
                    "let it finish, or end it, and try again",
                )
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
    except OSError as error:
        raise NotWrittenError(f"{name}: cannot be locked: {reason(error)}") from error
    return False
