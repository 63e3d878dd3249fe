"""Judge the stores of a tree when all of it was seen: who reads a store may stand behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unpin.cli.output import say_note
from unpin.files.reading import read_file
from unpin.model.errors import UnpinError
from unpin.operations.noted_texts import NotedTexts
from unpin.operations.opening import FilesPassedOver, HeldFile, SeenFile, StorePath

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.store import Store
    from unpin.operations.inventory import LinkedReference
    from unpin.operations.reference_look import Seen
    from unpin.operations.referring_clients import ReferringClients
    from unpin.pki.clients.rules import ClientRules

MAX_HELD: Final = 16 * 1024 * 1024
"""The most bytes of stores on disk that are held meanwhile; the others are read again."""

MAX_HELD_OF_ARCHIVES: Final = 64 * 1024 * 1024
"""The most bytes of stores in archives that are held; behind them nothing waits any more."""

_MOST_PLACES: Final = 200_000
"""The most stores that wait."""


def deferred(paths: Sequence[str]) -> Deferral:
    """A deferral for the stores at these paths."""
    return Deferral(NotedTexts(), paths)


class Deferral:
    """Holds the stores of a walk back until its end, and knows then what refers to them."""

    def __init__(self, look: NotedTexts, paths: Sequence[str]) -> None:
        self.look = look
        self._paths = paths
        self._seen: list[SeenFile] = []
        self._known: ReferringClients | None = None
        self._waits = True

    def places(
        self, found: Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]
    ) -> Iterator[StorePath | FilesPassedOver | UnpinError]:
        """What is found, the stores last, in their order."""
        waiting: list[StorePath] = []
        held = held_of_archives = 0
        for each in found:
            item = each
            if isinstance(item, SeenFile):
                self._seen.append(item)
                continue
            if not isinstance(item, StorePath) or not self._waits:
                yield item
                continue
            content = item.content
            if content is not None and content.archive is not None:
                held_of_archives += len(content.data)
            elif content is not None:
                held += len(content.data)
                if held > MAX_HELD:
                    held -= len(content.data)
                    item = replace(item, content=replace(content, data=b""))
            waiting.append(item)
            if held_of_archives > MAX_HELD_OF_ARCHIVES or len(waiting) > _MOST_PLACES:
                say_note(
                    "more stores than unpin holds back: what is found from here on does not count"
                    " for which clients a store is judged"
                )
                yield from self._judgeable(waiting, complete=False)
        if self._waits:
            yield from self._judgeable(waiting, complete=True)

    def _judgeable(
        self, waiting: Sequence[StorePath], *, complete: bool
    ) -> Iterator[StorePath | UnpinError]:
        self._waits = False
        seen = list(self.look.seen(map(_file_of, waiting), self._seen))
        self._seen = []
        if seen:
            self._learn(seen, waiting, complete)
        for item in waiting:
            yield _with_bytes(item)

    def _learn(self, seen: Sequence[Seen], waiting: Sequence[StorePath], complete: bool) -> None:
        """Find out which of the stores that wait the texts refer to."""
        from unpin.operations.referring_clients import ReferringClients, StoreAtPlace

        places = [
            StoreAtPlace(_file_of(item), None if item.content is None else item.content.archive)
            for item in waiting
        ]
        cut = any(each.found.errors for each in seen) or self.look.has_left_out
        if cut and any(each.found.references for each in seen):
            say_note(
                "not every text was read in full, so stores are judged for every client;"
                " unpin discover says what was not read"
            )
        self._known = ReferringClients(
            seen, places, self._paths, self.look.members, complete=complete and not cut
        )

    def references(self, store: Store) -> tuple[LinkedReference, ...]:
        """What refers to a store, if it is judged for these clients alone; else ()."""
        known = self._known
        return () if known is None or not known.clients(store) else known.references(store.source)

    def clients(self, store: Store) -> tuple[ClientRules, ...]:
        """The clients for which a store is judged; () for every client."""
        return () if self._known is None else self._known.clients(store)

    def kind(self, place: StorePath) -> object:
        """What tells the clients of a place from those of another one with the same bytes."""
        if self._known is None:
            return None
        users = self._known.of_file(_file_of(place))
        return frozenset(
            (each.reference.readers, each.reference.families, each.reference.role) for each in users
        )


def _file_of(item: StorePath) -> str:
    return item.path if item.content is None else item.content.source


def _with_bytes(item: StorePath) -> StorePath | UnpinError:
    """The store with the bytes of its file, if they were not held."""
    content = item.content
    if content is None or content.data or content.archive is not None:
        return item
    try:
        data = read_file(Path(content.source), content.source)
    except UnpinError as error:
        error.source = item.path
        return error
    return replace(item, content=HeldFile(data, content.source, None, content.value))
