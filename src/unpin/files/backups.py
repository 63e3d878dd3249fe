"""Name, keep and find the backups of a file: `<name>.unpin-<UTC time>-<SHA-256>.bak` beside it.

The digest in the name shows whether unpin wrote the contents: a file that another program changed
or planted has another digest. Users who may rename files in the folder can defeat this, but they
can replace the store itself.
"""

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from unpin.files.lock import close, open_regular
from unpin.files.reading import MAX_FILE_BYTES, is_folder
from unpin.files.temporary import beside, read_all, synchronise
from unpin.model.errors import NothingToUndoError, UnreadableFileError

_STAMP: Final = "%Y%m%dT%H%M%S.%fZ"
_STAMPED: Final = r"(\d{8}T\d{6}\.\d{6}Z)-([0-9a-f]{32})\."
_DIGITS: Final = 32
"""The hexadecimal digits of a SHA-256 in a name: 128 bits."""
_CHUNK: Final = 1024 * 1024

BACKUP: Final = "bak"
UNDONE: Final = "undone"
"""The kinds of backup: a file that a write replaced, and a file that an undo replaced."""

_MOST_NAMED: Final = 5
"""The most ignored files that messages name."""


def is_backup(name: str) -> bool:
    """Whether a file name is that of a backup, of whatever file."""
    if ".unpin-" not in name:
        return False  # as of nearly every file of a tree
    return re.search(rf"\.unpin-{_STAMPED}({BACKUP}|{UNDONE})\Z", name) is not None


def name_of_store(backup: str) -> str | None:
    """The name of the file of which `backup` is the name of a backup; None for any other name."""
    match = re.fullmatch(rf"(.+)\.unpin-{_STAMPED}{BACKUP}", backup, re.DOTALL)
    return None if match is None else match[1]


class Backup(NamedTuple):
    """The name of a backup, whatever follows it."""

    at: datetime
    path: Path
    digest: str


class PassedOver(NamedTuple):
    """A file with the name of a backup that an undo ignores, and why."""

    path: Path
    why: str


def backups(path: Path, kind: str = BACKUP) -> list[Backup]:
    """The names of backups of `path`, oldest first. Raises OSError."""
    pattern = re.compile(re.escape(f"{path.name}.unpin-") + _STAMPED + kind)
    found = []
    for entry in path.parent.iterdir():
        if match := pattern.fullmatch(entry.name):
            with suppress(ValueError):  # the 99th of a month
                at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(at, entry, match[2]))
    return sorted(found)


def digest_of(data: bytes) -> str:
    """The digest of the contents in the name of a backup."""
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


@contextmanager
def newest(
    path: Path, owners: Collection[int], name: str, *, unlike: str = ""
) -> Iterator[tuple[Path, int, tuple[PassedOver, ...]]]:
    """The newest backup that unpin wrote, open, and the newer names that are none.

    `unlike` is the digest of the store, whose copies are no steps back.
    """
    passed: list[PassedOver] = []
    found = backups(path) if is_folder(path.parent) else []
    for backup in reversed(found):
        if backup.digest == unlike:
            continue
        opened = _open(backup, owners)
        if isinstance(opened, str):
            passed.append(PassedOver(backup.path, opened))
            continue
        try:
            yield backup.path, opened, tuple(passed)
        finally:
            close(opened)
        return
    hint = "; ".join(said_of(passed))
    raise NothingToUndoError(f"{name}: no backup differs from it: nothing to undo", hint or None)


def said_of(passed: Sequence[PassedOver]) -> Iterator[str]:
    """A sentence for each ignored file; for many, the first files and the number of the others."""
    for ignored in passed[:_MOST_NAMED]:
        yield f"{ignored.path} is ignored: {ignored.why}"
    if len(passed) > _MOST_NAMED:
        yield f"{len(passed) - _MOST_NAMED} more are ignored"


def keep(path: Path, descriptor: int, data: bytes, kind: str = BACKUP) -> Path:
    """Keep the open file at `path`, which holds `data`, under a second name (a hard link).

    Returns that name. On a file system without hard links the file is copied. The new name is never
    in use already, and it is always later than that of the newest backup, even if the clock was set
    back. Raises OSError, and NotWrittenError if the copy cannot have the file's owner, mode and
    attributes.
    """
    place = _free_name(path, descriptor, data, kind)
    while True:
        try:
            os.link(path, place, follow_symlinks=False)
        except FileExistsError:
            place = _free_name(path, descriptor, data, kind)
        except (OSError, NotImplementedError):
            _copy(path, descriptor, place)
            break
        else:
            break
    try:
        synchronise(path.parent)
    except OSError:
        discard(place)
        raise
    return place


def discard(place: Path) -> None:
    """Remove the backup of a write that did not take place."""
    with suppress(OSError):
        place.unlink()


def own_names(path: Path, descriptor: int) -> int:
    """How many names of the open file are backups by unpin: a killed write leaves them."""
    status = os.fstat(descriptor)
    found = 0
    for kind in (BACKUP, UNDONE):
        for backup in backups(path, kind):
            with suppress(FileNotFoundError):
                found += os.path.samestat(status, os.lstat(backup.path))
    return found


def _open(backup: Backup, owners: Collection[int]) -> int | str:
    """The descriptor of a backup that unpin wrote, or why unpin ignores the file. Raises OSError.

    It is a regular file of one of the users `owners`, and has the contents that unpin kept.
    """
    if stat.S_ISLNK(os.lstat(backup.path).st_mode):
        return "a symbolic link"
    try:
        descriptor = open_regular(backup.path, "it")
    except UnreadableFileError as error:
        return error.message.removeprefix("it: ")
    try:
        status = os.fstat(descriptor)
        if status.st_uid not in owners:
            whose = " or ".join(map(str, sorted(owners)))
            why = f"it belongs to user {status.st_uid}, not to {whose}"
        elif status.st_size > MAX_FILE_BYTES:
            why = "it is larger than any store that unpin reads"
        elif _digest(descriptor) != backup.digest:
            why = "its contents do not match the digest in its name"
        else:
            return descriptor
    except BaseException:
        close(descriptor)
        raise
    close(descriptor)
    return why


def _free_name(path: Path, descriptor: int, data: bytes, kind: str) -> Path:
    """A name later than every backup of unpin; planted files may have names at the end of time."""
    stamp, owner = datetime.now(UTC), os.fstat(descriptor).st_uid
    for backup in backups(path, kind):
        with suppress(FileNotFoundError, OverflowError):
            status = os.lstat(backup.path)
            if stat.S_ISREG(status.st_mode) and status.st_uid == owner:
                stamp = max(stamp, backup.at + timedelta(microseconds=1))
    return path.with_name(f"{path.name}.unpin-{stamp.strftime(_STAMP)}-{digest_of(data)}.{kind}")


def _digest(descriptor: int) -> str:
    digest = hashlib.sha256()
    os.lseek(descriptor, 0, os.SEEK_SET)
    while part := os.read(descriptor, _CHUNK):
        digest.update(part)
    return digest.hexdigest()[:_DIGITS]


def _copy(path: Path, descriptor: int, place: Path) -> None:
    with beside(path) as file:
        file.write(read_all(descriptor))
        file.take_after(descriptor, str(place))
        os.fsync(file.descriptor)
        file.rename(place)
