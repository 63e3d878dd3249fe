"""Entries of a store that repeat earlier ones."""

from collections.abc import Mapping

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import TrustedEntry
from unpin.model.store import Store


def later_copies(store: Store) -> Mapping[int, int]:
    """The trusted entries that repeat an earlier one to every client, and which that is."""
    if store.repeats_nothing:
        return {}
    trusted = [(i, e) for i, e in enumerate(store.entries) if isinstance(e, TrustedEntry)]
    first: dict[tuple[object, ...], int] = {}
    hidden = hidden_from_java(store)
    later: dict[int, int] = {}
    for index, entry in trusted:
        key = (entry.certificate, entry.trust_settings, not entry.raw, index in hidden)
        if first.setdefault(key, index) != index:
            later[index] = first[key]
    return later
