"""Replace store files so that the old file or the new file is whole at every instant.

docs/safe-writing.md lists the steps of a write, and what it does not promise. Only this module
and its helpers (`lock`, `temporary`, `backups`, `signals`) write store files.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from unpin.files.access import EVERYBODY, PUBLIC, Modes, Readers, group_of_new_files
from unpin.files.backups import (
    BACKUP,
    UNDONE,
    PassedOver,
    digest_of,
    discard,
    keep,
    newest,
    own_names,
)
from unpin.files.distribution_managed import managed
from unpin.files.lock import WAIT_SECONDS, close, hold, is_still, require_posix
from unpin.files.reading import bounded, is_folder, reason
from unpin.files.temporary import (
    TemporaryFile,
    beside,
    explained,
    holds,
    mode_of,
    postponed,
    read_all,
    remove_stale,
    synchronise,
)
from unpin.model.errors import (
    BusyFileError,
    ManagedFileError,
    NotWrittenError,
    OutputExistsError,
    UnreadableFileError,
)


class Undo(NamedTuple):
    """An undo: the backup by its old name, where the replaced file is now, and its mode."""

    restored: Path
    aside: Path | None
    modes: Modes
    passed: tuple[PassedOver, ...]


ReadBackCheck = Callable[[bytes], None]
"""Checks the bytes that were read back from the disk; raises an UnpinError if they are wrong."""


def _verified_before(_: bytes) -> None:
    """No check: the bytes were decoded before the write, and the disk has returned the same."""


class LockedFile:
    """A file that only this process may replace, inside a block of `exclusive`.

    `data` and `mode` are its contents and its mode; `path` is the file itself, with symbolic links
    resolved.
    """

    def __init__(self, given: Path, path: Path, name: str, descriptor: int) -> None:
        self.path = path
        self._given = given
        self._name = name
        self._descriptor = descriptor
        try:
            with explained(name):
                self.data = bounded(read_all(descriptor), name)
                self.mode = mode_of(descriptor)
        except BaseException:
            close(descriptor)
            raise

    @property
    def other_names(self) -> int:
        """How many other hard links lead to the file: they keep the old contents."""
        with explained(self._name):
            links = os.fstat(self._descriptor).st_nlink
            return links - 1 - own_names(self.path, self._descriptor) if links > 1 else 0

    def replace(
        self,
        new: bytes,
        *,
        check: ReadBackCheck = _verified_before,
        backup: bool = True,
        readers: Readers = EVERYBODY,
    ) -> Path | None:
        """Replace the file with the bytes `new`, and return the path of the backup.

        The new file is written in the same folder and gets the owner, group, mode and extended
        attributes of the old file, but no access that `readers` do not have. It is read back from
        the disk and passed to `check` before it takes the name. A program that does not use the
        lock (keytool) is detected: the name, the file and its bytes are compared immediately before
        the rename. If such a program writes in the microseconds between the comparison and the
        rename, its bytes go to the backup; if it renames as well, they are lost.

        Raises NotWrittenError if the operating system refuses, BusyFileError if the file has
        changed, InterruptedWriteError, and what `check` raises: the file is unchanged. If the file
        was replaced and the disk does not confirm it, NotWrittenError says so.
        """
        name = self._name
        with postponed(name) as stop_if_asked, explained(name), beside(self.path) as file:
            file.write(new)
            file.take_after(self._descriptor, name, readers)
            _check(file, new, check, name)
            # After the rename, nothing that may fail is asked any more.
            kind, mode = BACKUP if backup else None, mode_of(file.descriptor)
            kept = self._give_way(file.path, file.descriptor, kind, stop_if_asked)
            file.path = self.path
            # The new file is locked as well: no other process writes before this process is done.
            file.descriptor, self._descriptor = self._descriptor, file.descriptor
            self.data, self.mode = new, mode
            _confirm(self.path, name)
        return kept

    def undo(self) -> Undo:
        """Restore the newest backup that differs: see the function `undo`."""
        name, before = self._name, self.mode
        with postponed(name) as stop_if_asked, explained(name):
            owner = os.fstat(self._descriptor).st_uid
            with newest(self.path, {owner}, name, unlike=digest_of(self.data)) as found:
                restored, descriptor, passed = found
                modes = Modes(before, mode_of(descriptor))
                kept = self._give_way(restored, descriptor, UNDONE, stop_if_asked)
            _confirm(self.path, name)
        return Undo(restored, kept, modes, passed)

    def _give_way(
        self, other: Path, coming: int, kind: str | None, stop: Callable[[], None]
    ) -> Path | None:
        """Rename `other`, the open file `coming`, to the file's name, after keeping the file.

        It is kept as a backup of `kind`.
        """
        stop()
        self._expect_unchanged()
        kept = keep(self.path, self._descriptor, self.data, kind) if kind else None
        try:
            self._expect_unchanged()
            _expect_still(coming, other, self._name)
            stop()
        except BaseException:
            if kept:
                discard(kept)
            raise
        try:
            other.rename(self.path)
        except OSError:
            # NFS may have renamed and lost the answer: then the backup is the only copy.
            with suppress(OSError):
                if kept and not is_still(coming, self.path):
                    discard(kept)
            raise
        return kept

    def close(self) -> None:
        """Release the lock."""
        close(self._descriptor)

    def _expect_unchanged(self) -> None:
        try:
            leads_here = os.path.realpath(self._given, strict=True) == str(self.path)
        except FileNotFoundError:
            leads_here = False
        if not (leads_here and is_still(self._descriptor, self.path)):
            what = "it was replaced or moved by another program meanwhile"
        elif not holds(self._descriptor, self.data):
            what = "it was changed by another program meanwhile"
        else:
            return
        raise BusyFileError(f"{self._name}: not written: {what}", "try again")


@contextmanager
def exclusive(
    path: Path,
    name: str,
    *,
    follow: bool = False,
    may_follow: bool = True,
    wait: float = WAIT_SECONDS,
) -> Iterator[LockedFile]:
    """Lock the file that `path` leads to, for reading and replacing it.

    Other unpin processes that write the same file wait for the end of the block. Raises
    ManagedFileError for a file that the distribution generates unless `follow` is given, with a
    hint to --follow if `may_follow`; UnreadableFileError; LimitExceededError; and BusyFileError
    and NotWrittenError as `hold` does.
    """
    real = _resolved(path, name, follow=follow, may_follow=may_follow)
    target = LockedFile(path, real, name, hold(real, name, wait))
    try:
        remove_stale(real)
        yield target
    finally:
        target.close()


def create(
    path: Path,
    name: str,
    new: bytes,
    *,
    check: ReadBackCheck = _verified_before,
    mode: int = PUBLIC,
    readers: Readers = EVERYBODY,
    force: bool = False,
) -> Modes:
    """Write a new file, which has its name only when it is whole; `mode` is less the umask.

    With `force` a file that is there is replaced as by `LockedFile.replace`, without a backup, and
    keeps its mode. The file gets no access that `readers` do not have. Raises OutputExistsError
    without `force`; NotWrittenError.
    """
    if force and os.path.lexists(path):
        with exclusive(path, name, may_follow=False) as target:
            before = target.mode
            target.replace(new, check=check, backup=False, readers=readers)
            return Modes(before, target.mode)
    remove_stale(path)
    # At no moment is the file wider, even if another group than expected calls for less.
    mode = readers.limited(mode, group_of_new_files(path.parent))
    with postponed(name) as stop_if_asked, explained(name), beside(path, mode) as file:
        file.limit(readers)
        after = mode_of(file.descriptor)
        file.write(new)
        _check(file, new, check, name)
        file.close()
        stop_if_asked()
        _name_if_free(file.path, path, name)
        _confirm(path, name)
    return Modes(None, after)


def undo(path: Path, name: str, *, follow: bool = False) -> Undo:
    """Restore the newest backup that differs from the file, with its own owner and mode.

    Only a regular file that belongs to the owner of the store and has the contents that unpin kept
    is a backup; others are ignored. If the store is gone, the owner is the user, the owner of
    the folder, or root. The replaced file is kept beside it as a backup of the kind UNDONE. Raises
    NothingToUndoError, and the errors of `exclusive` and `LockedFile.replace`.
    """
    if not os.path.lexists(path):
        return _bring_back(path, name)
    with exclusive(path, name, follow=follow) as target:
        return target.undo()


def _bring_back(path: Path, name: str) -> Undo:
    """Restore the newest backup of a file that does not exist any more."""
    require_posix(name)
    with explained(name):
        owners = {0, os.geteuid()}
        if is_folder(path.parent):
            owners.add(path.parent.stat().st_uid)
        with newest(path, owners, name) as (restored, descriptor, passed):
            modes = Modes(None, mode_of(descriptor))
            _expect_still(descriptor, restored, name)
            _name_if_free(restored, path, name)
            # The store is back: a second name for it does no harm, and there is none where the
            # system has no links.
            with suppress(OSError):
                restored.unlink()
        _confirm(path, name)
    return Undo(restored, None, modes, passed)


def _resolved(path: Path, name: str, *, follow: bool, may_follow: bool) -> Path:
    try:
        real = os.path.realpath(path, strict=True)
    except OSError as error:
        raise UnreadableFileError(f"{name}: {reason(error)}") from error
    if not follow and (owner := managed(real)):
        where = "" if real == name else f" ({real})"
        raise ManagedFileError(
            f"{name}: belongs to the distribution{where}", owner.hint(may_follow=may_follow)
        )
    return Path(real)


def _check(file: TemporaryFile, new: bytes, check: ReadBackCheck, name: str) -> None:
    back = file.read_back()
    if back != new:
        raise NotWrittenError(
            f"{name}: not written: the disk returned other bytes than were written"
        )
    check(back)


def _name_if_free(source: Path, path: Path, name: str) -> None:
    """Give a file its name unless the name is taken: by a link, which replaces no other file."""
    taken = OutputExistsError(f"{name}: already exists", "--force replaces it")
    try:
        os.link(source, path, follow_symlinks=False)
    except FileExistsError as error:
        raise taken from error
    except (OSError, NotImplementedError):
        # A file system without links: a file created at this very moment would be replaced.
        if os.path.lexists(path):
            raise taken from None
        source.rename(path)


def _expect_still(descriptor: int, path: Path, name: str) -> None:
    """Raise BusyFileError if `path`, which is to get the name, is not the open file any more."""
    if not is_still(descriptor, path):
        raise BusyFileError(
            f"{name}: not written: another program replaced {path} meanwhile", "try again"
        )


def _confirm(path: Path, name: str) -> None:
    try:
        synchronise(path.parent)
    except OSError as error:
        raise NotWrittenError(
            f"{name}: replaced, but the disk does not confirm it: {reason(error)}"
        ) from error
