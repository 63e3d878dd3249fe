"""Who may read a new file: only users who may read every file that it is made from."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

PUBLIC: Final = 0o644
"""The mode of a new file without a key, less the umask."""
SECRET: Final = 0o600
"""The mode of a new file with a key."""

_GROUP: Final = stat.S_IRWXG
_OTHERS: Final = stat.S_IRWXO
_OWNER: Final = 0o7700
"""The bits of a mode that give nothing to other users."""

ACCESS_LIST: Final = "system.posix_acl_access"
"""The extended attribute of an access control list: then the bits of the group are its mask."""


class Modes(NamedTuple):
    """The mode of a file that was written, and of the file that had its name before, if any."""

    before: int | None
    after: int

    def note(self, *, holds_key: bool) -> str:
        """What the user has to know about the mode; "" for nothing."""
        if holds_key and os.name == "posix" and self.after & (_GROUP | _OTHERS):
            as_before = "" if self.before is None else ", as before"
            return f"it holds a private key, and other users can read the file{as_before}"
        if self.before is not None and self.before & ~self.after & (_GROUP | _OTHERS):
            return (
                f"its mode changed from {self.before:03o} to {self.after:03o}: "
                "other users may not read the files that it is made from"
            )
        return ""

    def undo_note(self) -> str:
        """What the user has to know about the mode of a restored file; "" for nothing."""
        if self.before is not None and self.after & ~self.before & (_GROUP | _OTHERS):
            return f"its mode changed back from {self.before:03o} to {self.after:03o}"
        return ""


class Readers:
    """Who may read all of several files; a pipe limits nothing."""

    def __init__(self, sources: Iterable[tuple[int, int]] = ()) -> None:
        """`sources` are the mode and the group of each file."""
        self._sources = tuple(sources)

    @classmethod
    def of(cls, paths: Iterable[str], *, standard_input: str) -> Readers:
        """Of the files at `paths`; the path `standard_input` means that stream.

        A path that cannot be looked at any more limits the new file to its owner.
        """
        return cls(
            source
            for path in paths
            if (source := _source(None if path == standard_input else path)) is not None
        )

    def __and__(self, other: Readers) -> Readers:
        """Who may read the files of both."""
        return Readers((*self._sources, *other._sources))

    def limited(self, mode: int, group: int) -> int:
        """`mode` of a file of the `group`, less what the sources do not grant.

        The members of another group are others to a source.
        """
        for granted, source_group in self._sources:
            others = granted & _OTHERS
            to_group = granted & _GROUP if group == source_group else others << 3
            mode &= _OWNER | to_group | others
        return mode


EVERYBODY: Final = Readers()
"""The readers of a file whose sources hold no secret."""


def group_of_new_files(folder: Path) -> int:
    """The group that a new file in a folder gets (inode(7)); 0 where there are no groups."""
    with suppress(OSError):
        status = folder.stat()
        if status.st_mode & stat.S_ISGID:
            return status.st_gid
    return os.getegid() if hasattr(os, "getegid") else 0


def _source(path: str | None) -> tuple[int, int] | None:
    """The mode and the group of a file; None for a stream that is no file."""
    try:
        status = os.fstat(sys.stdin.fileno()) if path is None else Path(path).stat()
    except (OSError, ValueError):
        return None if path is None else (0, 0)
    if path is None and not stat.S_ISREG(status.st_mode):
        return None
    mode = stat.S_IMODE(status.st_mode)
    if path is not None and _has_list(path):
        mode &= ~_GROUP
    return mode, status.st_gid


def _has_list(path: str) -> bool:
    if not hasattr(os, "listxattr"):
        return False
    try:
        return ACCESS_LIST in os.listxattr(path)
    except OSError:
        return False
