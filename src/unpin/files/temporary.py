"""Write a temporary file beside the file that it replaces; hold signals back meanwhile."""

import errno
import os
import re
import secrets
import signal
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from unpin.files.access import ACCESS_LIST, EVERYBODY, Readers
from unpin.files.lock import close, try_lock
from unpin.files.reading import reason
from unpin.model.errors import InterruptedWriteError, NotWrittenError

_UNSHARED: Final = {"security.ima", "security.evm", "security.capability"}
"""Extended attributes that hold only for the old contents."""

_NO_ATTRIBUTES: Final = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_NO_FOLDER_SYNC: Final = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}
_CREATE: Final = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)  # Windows
)
_CHUNK: Final = 1024 * 1024

_HINTS: Final = {
    errno.EROFS: "write the result elsewhere with -o FILE",
    errno.EACCES: "its folder must be writable: a new file is written there, then renamed",
    errno.EPERM: "its folder must be writable: a new file is written there, then renamed",
    errno.EBUSY: "it is mounted by itself: write elsewhere with -o FILE, or mount its folder",
}


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn an OSError into a NotWrittenError that names the file."""
    try:
        yield
    except OSError as error:
        raise NotWrittenError(
            f"{name}: not written: {reason(error)}", _HINTS.get(error.errno or 0)
        ) from error


class TemporaryFile:
    """An open file that no other process uses; `descriptor` holds a lock on it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor
        self.is_open = True

    def close(self) -> None:
        """Close the file, which releases its lock."""
        if self.is_open:
            close(self.descriptor)
        self.is_open = False

    def rename(self, place: Path) -> None:
        """Give the file another name; a file that has this name is replaced."""
        self.path.rename(place)
        self.path = place

    def write(self, data: bytes) -> None:
        """Append all of `data`."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view[:_CHUNK]) :]

    def take_after(self, other: int, name: str, readers: Readers = EVERYBODY) -> None:
        """Copy the owner, group, extended attributes and mode of another open file.

        In this order: a change of owner clears bits of the mode, and an access control list
        changes the mode by its mask. What `readers` do not have is left out, and at no moment
        there; then the access control list is left out as well, and what it granted. Raises
        NotWrittenError if one of them cannot be copied.
        """
        theirs, mine = os.fstat(other), os.fstat(self.descriptor)
        if (theirs.st_uid, theirs.st_gid) != (mine.st_uid, mine.st_gid):
            try:
                os.fchown(self.descriptor, theirs.st_uid, theirs.st_gid)
            except PermissionError as error:
                raise NotWrittenError(
                    f"{name}: its owner and group ({theirs.st_uid}:{theirs.st_gid}) cannot be kept",
                    "run unpin as its owner, who is in its group, or as root",
                ) from error
        wanted, mode = _attributes(other), stat.S_IMODE(theirs.st_mode)
        limited = readers.limited(mode, theirs.st_gid)
        if limited != mode and wanted.pop(ACCESS_LIST, None) is not None:
            # The bits of the group are the mask of the list: the group itself may have less.
            limited &= ~stat.S_IRWXG
        _give_attributes(wanted, self.descriptor, name)
        os.fchmod(self.descriptor, limited)

    def limit(self, readers: Readers) -> None:
        """Take from the mode what `readers` do not have."""
        status = os.fstat(self.descriptor)
        mode = stat.S_IMODE(status.st_mode)
        if (limited := readers.limited(mode, status.st_gid)) != mode:
            os.fchmod(self.descriptor, limited)

    def read_back(self) -> bytes:
        """The bytes on the disk: synchronise, drop the cached pages, read."""
        os.fsync(self.descriptor)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self.descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return read_all(self.descriptor)


@contextmanager
def beside(path: Path, mode: int = 0o600) -> Iterator[TemporaryFile]:
    """A new file in the folder of `path`, removed after the block unless it was renamed.

    Raises OSError.
    """
    place = path.with_name(f".{path.name}.unpin-{secrets.token_hex(4)}.tmp")
    file = TemporaryFile(place, os.open(place, _CREATE, mode))
    try:
        try_lock(file.descriptor)
        yield file
    finally:
        file.close()
        if file.path == place:
            with suppress(OSError):
                place.unlink()


def remove_stale(path: Path) -> None:
    """Remove the temporary files of killed writers of `path`: no process has locked them."""
    pattern = re.compile(re.escape(f".{path.name}.unpin-") + r"[0-9a-f]{8}\.tmp")
    with suppress(OSError):
        for place in path.parent.iterdir():
            if pattern.fullmatch(place.name):
                with suppress(OSError):
                    _remove_unlocked(place)


def _remove_unlocked(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        if try_lock(descriptor, without=False):
            place.unlink()
    finally:
        close(descriptor)


def mode_of(descriptor: int) -> int:
    """The mode of an open file."""
    return stat.S_IMODE(os.fstat(descriptor).st_mode)


def read_all(descriptor: int) -> bytes:
    """All bytes of an open file, from its beginning, whatever its position."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    parts = []
    # At once as a rule: to join parts takes the memory of two files.
    while part := os.read(descriptor, max(_CHUNK, os.fstat(descriptor).st_size)):
        parts.append(part)
    return b"".join(parts)


def holds(descriptor: int, data: bytes) -> bool:
    """Whether an open file holds `data` and nothing else."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    at = 0
    while part := os.read(descriptor, _CHUNK):
        if part != data[at : at + len(part)]:
            return False
        at += len(part)
    return at == len(data)


def synchronise(folder: Path) -> None:
    """Write the names in a folder to the disk, if the file system supports that."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        close(descriptor)


def _give_attributes(wanted: Mapping[str, bytes], target: int, name: str) -> None:
    """Give the SELinux context, the access control lists and the user's attributes."""
    there = _attributes(target)
    for key in there.keys() - wanted.keys():
        # The default access control list of the folder.
        if key.startswith(("system.", "user.")):
            os.removexattr(target, key)
    for key, value in wanted.items():
        if there.get(key) != value:
            try:
                os.setxattr(target, key, value)
            except OSError as error:
                raise NotWrittenError(
                    f"{name}: its attribute {key} cannot be kept: {reason(error)}",
                    "write a new file with -o FILE",
                ) from error


def _attributes(descriptor: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names = os.listxattr(descriptor)
    except OSError as error:
        if error.errno in _NO_ATTRIBUTES:
            return {}
        raise
    return {name: os.getxattr(descriptor, name) for name in names if name not in _UNSHARED}


_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def postponed(name: str) -> Iterator[Callable[[], None]]:
    """Note SIGINT, SIGTERM and SIGHUP, and deliver them at the end of the block.

    The block calls the yielded function between its steps; the function raises
    InterruptedWriteError if a signal has arrived. The block cleans up, then the signal takes its
    usual effect. An ignored signal stays ignored. Outside the main thread, where Python runs no
    handlers, this does nothing.
    """
    noted: list[int] = []

    def note(number: int, _frame: object) -> None:
        noted.append(number)

    def stop_if_asked() -> None:
        if noted:
            raise InterruptedWriteError(f"{name}: interrupted, nothing was written")

    before = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, known) for known in _NAMES if hasattr(signal, known)):
                if signal.getsignal(number) not in {signal.SIG_IGN, None}:
                    before[number] = signal.signal(number, note)
        yield stop_if_asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if noted:
            signal.raise_signal(noted[0])
