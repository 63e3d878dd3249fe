"""Judge the stores of a tree when all of it was seen: who reads a store may stand behind it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from unpin.cli.judge_pool import usable_cores
from unpin.cli.output import say_note
from unpin.cli.text_readers import TextReaders
from unpin.operations.letting_go import let_go
from unpin.operations.noted_texts import NotedTexts
from unpin.operations.opening import SeenFile, StorePath

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.model.store import Store
    from unpin.operations.inventory import LinkedReference
    from unpin.operations.opening import FilesPassedOver
    from unpin.operations.reference_look import Seen
    from unpin.operations.referring_clients import ReferringClients
    from unpin.pki.clients.rules import ClientRules

MAX_HELD_OF_ARCHIVES: Final = 64 * 1024 * 1024
"""The most bytes of stores in archives that are held; behind them nothing waits any more.

Those of files of their own are let go, and read again.
"""

_MOST_PLACES: Final = 200_000
"""The most stores that wait."""


def deferred(paths: Sequence[str], jobs: int | None) -> Deferral:
    """A deferral for the stores at these paths.

    `jobs` is the number of processes that read texts, None: one for each core.
    """
    number = 1 if os.environ.get("UNPIN_DEBUG") else jobs or usable_cores()
    return Deferral(NotedTexts(TextReaders(number)), paths)


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
        held_of_archives = 0
        for each in found:
            item = each
            if isinstance(item, SeenFile):
                self._seen.append(item)
                continue
            if not isinstance(item, StorePath) or not self._waits:
                yield item
                continue
            self.look.expect(_file_of(item))
            item = let_go(item)
            held_of_archives += 0 if item.content is None else len(item.content.data)
            waiting.append(item)
            if held_of_archives > MAX_HELD_OF_ARCHIVES or len(waiting) > _MOST_PLACES:
                say_note(
                    "more stores than unpin holds back: what is found from here on does not count"
                    " for which clients a store is judged"
                )
                yield from self._judgeable(waiting, complete=False)
        if self._waits:
            yield from self._judgeable(waiting, complete=True)

    def _judgeable(self, waiting: Sequence[StorePath], *, complete: bool) -> Iterator[StorePath]:
        self._waits = False
        seen = list(self.look.seen(map(_file_of, waiting), self._seen))
        self._seen = []
        if seen:
            self._learn(seen, waiting, complete)
        yield from waiting

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
