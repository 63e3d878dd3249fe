"""Find the stores of a call that writes: all names are listed before the first file is written.

A write gives a file a new inode, so that a folder that is walked meanwhile shows it twice.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from unpin.files.exclusion import Exclusion
from unpin.files.reading import is_folder
from unpin.files.tree import Below, FileBelow, FileIdentity, SecondName, walk
from unpin.model.errors import UnpinError
from unpin.operations.opening import (
    STANDARD_INPUT,
    FilesPassedOver,
    SeenFile,
    StorePath,
    split_value,
)
from unpin.operations.store_search import stores_among, stores_found


def stores_to_write(
    paths: Sequence[str], exclusion: Exclusion
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The stores at `paths`, as `stores_found` gives them, but each file once.

    A symbolic link to a file of the call is a name of it (`StorePath.links`). Another hard link is
    a store of its own: what is written to one name leaves the other as it was.
    """
    listed = _Listed(paths, exclusion)
    for is_named, items in groupby(listed.items, lambda item: isinstance(item, str)):
        for store in _found(items, exclusion, is_named=is_named):
            yield listed.with_names(store) if isinstance(store, StorePath) else store


def _found(
    items: Iterable[Below | str], exclusion: Exclusion, *, is_named: bool
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The stores among listed items, which are all paths of the call, or none is."""
    if is_named:
        for path in items:
            yield from stores_found(str(path), exclusion)
    else:
        below = (item for item in items if not isinstance(item, str))
        yield from stores_among(below, exclusion)


class _Listed:
    """What is at the paths of a call: the paths of files as they are, of folders what is below."""

    def __init__(self, paths: Sequence[str], exclusion: Exclusion) -> None:
        self._names: dict[FileIdentity, str] = {}
        self._real: dict[str, str] = {}
        """The names of files that have several, by what they lead to."""
        self._links: dict[str, list[str]] = {}
        self._hard: dict[str, list[str]] = {}
        """All names of a file that are hard links, by its first name."""
        self._first: dict[str, str] = {}
        self._elsewhere: dict[str, int] = {}
        """How many hard links of a file are not in the call, by its first name."""
        self.items = list(self._all(paths, exclusion))

    def with_names(self, store: StorePath) -> StorePath:
        """The store with the other names of its file."""
        links = tuple(self._links.get(store.path, ()))
        group = self._hard.get(self._first.get(store.path, store.path), ())
        if not links and not group:
            return store
        others = tuple(name for name in group if name != store.path)
        elsewhere = self._elsewhere.get(group[0]) if group else None
        return replace(store, links=links, hard_links=others, other_names=elsewhere)

    def _all(self, paths: Sequence[str], exclusion: Exclusion) -> Iterator[Below | str]:
        for path in paths:
            if path != STANDARD_INPUT and is_folder(Path(path)):
                below = walk(Path(path), path, images=True, exclusion=exclusion, names=self._names)
                yield from self._each_once(below)
            elif self._is_first(path):
                yield path
        for first, group in self._hard.items():
            with suppress(OSError):
                links = os.stat(first).st_nlink  # noqa: PTH116
                self._elsewhere[first] = max(0, links - len(group))

    def _each_once(self, below: Iterator[Below]) -> Iterator[Below]:
        for found in below:
            if not isinstance(found, SecondName):
                yield found
            elif self._is_hard_link(found.name, found.first):
                yield FileBelow(found.place, found.name, is_regular=False)

    def _is_first(self, path: str) -> bool:
        """Whether the path of the call is no other name of an earlier one."""
        if split_value(path)[1] is not None:
            return True  # a file has several values
        try:
            status = os.stat(path)  # noqa: PTH116  (no error for odd names)
        except (OSError, ValueError):
            return True  # whose error is found again
        identity = (status.st_dev, status.st_ino)
        if identity in self._names:
            return self._is_hard_link(path, self._names[identity])
        self._names[identity] = path
        return True

    def _is_hard_link(self, name: str, first: str) -> bool:
        """Whether the second name is a hard link; a symbolic link is noted."""
        self._real.setdefault(os.path.realpath(first), first)
        real = os.path.realpath(name)
        if (known := self._real.get(real)) is not None:
            if known != name:
                self._links.setdefault(known, []).append(name)
            return False
        self._real[real] = name
        self._first[name] = first
        self._hard.setdefault(first, [first]).append(name)
        return True
