"""Name, keep and find the backups of a file: `<name>.unpin-<UTC time>.bak` in its folder."""

import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from unpin.files.temporary import beside, read_all, synchronise

_STAMP: Final = "%Y%m%dT%H%M%S.%fZ"
BACKUP: Final = "bak"
UNDONE: Final = "undone"
"""The kinds of backup: a file that a write replaced, and a file that an undo replaced."""


def backups(path: Path, kind: str = BACKUP) -> list[Path]:
    """The backups of `path`, oldest first. Raises OSError."""
    pattern = re.compile(re.escape(f"{path.name}.unpin-") + r"\d{8}T\d{6}\.\d{6}Z\." + kind)
    return sorted(entry for entry in path.parent.iterdir() if pattern.fullmatch(entry.name))


def keep(path: Path, descriptor: int, kind: str = BACKUP) -> Path:
    """Keep the open file at `path` under a second name (a hard link), and return that name.

    On a file system without hard links the file is copied. The new name is never in use already,
    and it is always later than that of the newest backup, even if the clock was set back. Raises
    OSError, and NotWrittenError if the copy cannot have the file's owner, mode and attributes.
    """
    place = _free_name(path, kind)
    while True:
        try:
            os.link(path, place, follow_symlinks=False)
        except FileExistsError:
            place = _free_name(path, kind)
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
        for place in backups(path, kind):
            with suppress(FileNotFoundError):
                found += os.path.samestat(status, os.lstat(place))
    return found


def _free_name(path: Path, kind: str) -> Path:
    stamp = datetime.now(UTC)
    if existing := backups(path, kind):
        text = existing[-1].name.removeprefix(f"{path.name}.unpin-").removesuffix(f".{kind}")
        newest = datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
        stamp = max(stamp, newest + timedelta(microseconds=1))
    return path.with_name(f"{path.name}.unpin-{stamp.strftime(_STAMP)}.{kind}")


def _copy(path: Path, descriptor: int, place: Path) -> None:
    with beside(path) as file:
        file.write(read_all(descriptor))
        file.take_after(descriptor, str(place))
        os.fsync(file.descriptor)
        file.rename(place)
