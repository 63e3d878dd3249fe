"""Note the texts of a tree while it is walked for stores, and read those that name a store."""

from __future__ import annotations

import os
import zlib
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from unpin.configurations.document import MAX_CONFIGURATION
from unpin.files.reading import read_file
from unpin.model.errors import UnpinError
from unpin.model.values import frozen
from unpin.operations.reference_look import ReferenceLook, Seen, text_references
from unpin.references.file_references import FileReferences
from unpin.references.first_look import BINARY, is_bare_pem, is_page, may_name_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from unpin.operations.opening import SeenFile

MAX_HELD_TEXTS: Final = 8 * 1024 * 1024
"""The most bytes of texts of folders that are held; those of other files are read again."""

MAX_HELD_OF_ARCHIVES: Final = 16 * 1024 * 1024
"""The most bytes, compressed, of texts of archives that are held; others are read at once."""

MAX_TEXTS: Final = 250_000
"""The most texts that are noted."""

_MOST_NAMES: Final = 200
"""The most names that are looked for in texts before they are read; with more, all are read."""

_QUICKLY: Final = 1
"""The level of zlib: a text becomes a quarter of itself in the time of two looks through it."""

_FEW_NAMES: Final = 8
"""Up to so many names are looked for before the words of references, which takes longer."""

_MOST_AT_ONCE: Final = 4 * 1024 * 1024
"""The most bytes of texts that are read together."""

_MOST_TEXTS_AT_ONCE: Final = 10_000
"""The most texts that wait together: of most of them nothing is read."""

_MOST_ROUNDS: Final = 3
"""The most rounds in which files that are put elsewhere are followed."""


@frozen
class HeldText:
    """A text of an archive, which may refer to stores, and was not read yet: compressed."""

    compressed: bytes

    @classmethod
    def of(cls, data: bytes) -> HeldText:
        """Hold a text."""
        return cls(zlib.compress(data, _QUICKLY))

    @property
    def data(self) -> bytes:
        """The text."""
        return zlib.decompress(self.compressed)


class _Text(NamedTuple):
    """A text, with its data if it is to be read; `seen` is what is known of one in an archive."""

    name: str
    archive: str | None
    data: bytes | None
    seen: object


ReadEach: TypeAlias = "Callable[[Sequence[tuple[str, bytes]]], Iterable[FileReferences | None]]"
"""Reads texts, as reference_look.text_references does, in their order."""


def _read_each(texts: Sequence[tuple[str, bytes]]) -> Iterator[FileReferences | None]:
    for name, data in texts:
        yield text_references(name, data)


class NotedTexts:
    """Notes the texts of folders and holds the first of them; of archives those that may refer.

    `is_complete` is False if not every text was noted. `read_each` reads the texts.
    """

    takes_texts = False

    def __init__(self, read_each: ReadEach = _read_each) -> None:
        self._read_each = read_each
        self._look = ReferenceLook(None)
        self._names: list[str] = []
        self._asked: list[int] = []
        """For each text, how many of the first stores are surely not named in it."""
        self._stores: dict[bytes, None] = {}
        """The names of the stores that were found, in their order."""
        self._held: dict[str, bytes] = {}
        self._left = MAX_HELD_TEXTS
        self._left_of_archives = MAX_HELD_OF_ARCHIVES
        self.is_complete = True

    @property
    def members(self) -> dict[str, set[str]]:
        """The paths of the files in each archive (ReferenceLook)."""
        return self._look.members

    @property
    def has_left_out(self) -> bool:
        """Whether a bound has cut a text."""
        return bool(self._look.left_out) or not self.is_complete

    def __call__(self, name: str, data: bytes) -> FileReferences | HeldText | None:
        """Note a text of a folder, and give None; give what a text of an archive refers to."""
        if "!/" in name:
            return self._of_archive(name, data)
        if not data or data[:1] in BINARY or b"\0" in data[:512] or is_page(name):
            return None
        if is_bare_pem(data) or (len(data) > MAX_CONFIGURATION and not may_name_store(data)):
            return None
        if len(self._names) >= MAX_TEXTS:
            self.is_complete = False
            return None
        few = len(self._stores) <= _FEW_NAMES
        asked = few and not any(map(data.__contains__, self._stores))
        self._names.append(name)
        self._asked.append(len(self._stores) if asked else 0)
        if len(data) <= self._left:
            self._left -= len(data)
            self._held[name] = data
        return None

    def _of_archive(self, name: str, data: bytes) -> FileReferences | HeldText | None:
        self._look.keep_name(name)
        if is_page(name) or not may_name_store(data):
            return None
        held = HeldText.of(data) if self._left_of_archives else None
        if held is None or len(held.compressed) > self._left_of_archives:
            self._left_of_archives = 0
            return self._look.read(name, data)
        self._left_of_archives -= len(held.compressed)
        return held

    def expect(self, store: str) -> None:
        """Learn of a store, for which the texts that follow are looked through at once."""
        self._stores[_name_of(store)] = None

    def seen(self, stores: Iterable[str], archived: Sequence[SeenFile]) -> Iterator[Seen]:
        """The references of the texts in which one of the files `stores` is named.

        `archived` are the texts of archives. A file that is put elsewhere, and a Secret, are named
        otherwise: their texts are found in further rounds.
        """
        files = set(stores)
        names = set(map(_name_of, files))
        self._stores |= dict.fromkeys(names)
        done: set[str] = set()
        made: set[str] = set()
        """The names of files of which entries are made: their texts count, whatever they name."""
        for number in range(_MOST_ROUNDS):
            names.discard(b"")
            if not names:
                return
            new: set[bytes] = set()
            first = files if number == 0 else set()
            for each in self._named(names, first, made, done, archived):
                done.add(each.name)
                yield each
                named = (PurePath(put.place).name for put in each.found.puts)
                known = (*named, *_names_of_entries(each.found))
                new |= {name.encode("utf-8", "replace") for name in known}
                made |= {PurePath(entry.file).name for entry in each.found.entries if entry.file}
            names = new - names

    def _named(
        self,
        names: set[bytes],
        stores: set[str],
        made: set[str],
        done: set[str],
        archived: Sequence[SeenFile],
    ) -> Iterator[Seen]:
        """What the texts refer to that name one of `names`, or are `made`, which may grow."""
        batch: list[_Text] = []
        size = 0
        for text in chain(
            self._of_folders(names, stores, done), self._of_archives(names, archived, done)
        ):
            batch.append(text)
            size += len(text.data or b"")
            if size > _MOST_AT_ONCE or len(batch) > _MOST_TEXTS_AT_ONCE:
                yield from self._read(batch, made, done)
                batch, size = [], 0
        yield from self._read(batch, made, done)

    def _of_folders(
        self, names: set[bytes], stores: set[str], done: AbstractSet[str]
    ) -> Iterator[_Text]:
        every_store = len(self._stores) if names <= self._stores.keys() else None
        for name, asked in zip(self._names, self._asked, strict=True):
            if name in done:
                continue
            data = None
            if asked != every_store or name in stores:
                data = self._data(name)
            if data is not None and not _may_refer(data, names):
                # A store that is a manifest counts, whatever it names.
                data = data if name in stores and b"kind:" in data else None
            yield _Text(name, None, data, None)

    def _of_archives(
        self, names: set[bytes], archived: Sequence[SeenFile], done: AbstractSet[str]
    ) -> Iterator[_Text]:
        every = len(names) > _MOST_NAMES
        for held in archived:
            if held.name in done:
                continue
            data = held.seen.data if isinstance(held.seen, HeldText) else None
            if data is not None and not every and not any(name in data for name in names):
                data = None
            yield _Text(held.name, held.archive, data, held.seen)

    def _read(
        self, texts: Sequence[_Text], made: set[str], done: AbstractSet[str]
    ) -> Iterator[Seen]:
        """Read those texts that have data here, and those of the others that are made by then."""
        reading = [(text.name, text.data) for text in texts if text.data is not None]
        read = iter(self._read_each(reading))
        for text in texts:
            found: FileReferences | None = None
            references = None if text.data is None else next(read)
            if text.name in done:
                continue  # an archive may have a name twice
            if text.data is not None:
                found = self._look.counted(text.name, references)
            elif isinstance(text.seen, FileReferences):
                found = text.seen
            elif made and PurePath(text.name).name in made:
                held = text.seen.data if isinstance(text.seen, HeldText) else self._data(text.name)
                found = None if held is None else self._look.read(text.name, held)
            if found is not None:
                yield Seen(text.name, text.archive, found)

    def _data(self, name: str) -> bytes | None:
        held = self._held.get(name)
        if held is not None:
            return held
        try:
            return read_file(name, name)
        except UnpinError:
            self.is_complete = False
            return None


def _name_of(store: str) -> bytes:
    return os.path.basename(store).encode("utf-8", "surrogateescape")  # noqa: PTH119  (of each store)


def _names_of_entries(found: FileReferences) -> Iterator[str]:
    """The names by which other texts know the entries that a file makes or takes."""
    for entry in found.entries:
        yield entry.owner.partition(" ")[2]
        yield entry.key
    for use in found.uses:
        yield PurePath(use.owner.partition(" ")[2] or use.owner).name


def _may_refer(data: bytes, names: AbstractSet[bytes]) -> bool:
    """Whether one of `names` is in a text that looks as if it refers to stores."""
    if len(names) <= _FEW_NAMES:
        return any(name in data for name in names) and may_name_store(data)
    return may_name_store(data) and (
        len(names) > _MOST_NAMES or any(name in data for name in names)
    )
