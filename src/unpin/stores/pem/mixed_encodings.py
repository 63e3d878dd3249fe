"""Read on where a bundle changes its encoding: UTF-16 after 8-bit text, DER after or before PEM.

Clients see the first part at most, and a store keeps the rest as one unreadable entry, so that no
rewrite takes it for more than they do. A conversion reads it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import Entry, UnreadableEntry
from unpin.model.errors import UnpinError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores import der
from unpin.stores.pem import decoder as pem

_DEEPEST: Final = 4
"""Most changes of encoding that are followed."""


def recovered(store: Store) -> Store:
    """The store with the entries of those parts; itself where there are none."""
    if store.format not in (Format.PEM, Format.DER):
        return store
    entries = tuple(_entries(store, _DEEPEST))
    if len(entries) == len(store.entries) and entries == store.entries:
        return store
    return replace(
        store, entries=entries, faults=(*store.faults, EncodingFault(FaultKind.OTHER_ENCODING))
    )


def _entries(store: Store, depth: int) -> Iterator[Entry]:
    for entry in store.entries:
        hidden = _hidden(entry, store.source) if depth else None
        if hidden is None:
            yield entry
        else:
            yield from _entries(hidden, depth - 1)


def _hidden(entry: Entry, source: str) -> Store | None:
    """The store that an unreadable part is in itself, if there is anything readable in it."""
    if not isinstance(entry, UnreadableEntry):
        return None
    for codec in (pem, der):
        if codec.claims(entry.raw):
            try:
                found = codec.decode(entry.raw, source=source, password=None)
            except UnpinError:
                return None
            return found if found.trusted else None
    return None
