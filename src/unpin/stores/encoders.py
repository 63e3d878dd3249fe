"""Encode a store in its own format, decode the result, and compare it with the store."""

from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import TypeAlias

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry, content_of
from unpin.model.errors import OUR_FAULT, CannotWriteError
from unpin.model.formats import Format, Naming
from unpin.model.store import Store
from unpin.stores.formats import DEFAULT_OPTIONS, Encoded, EncodeOptions, encoder_of, is_recognised

_Likeness: TypeAlias = tuple[bytes | Certificate, str]


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> bytes:
    """Encode `store` in its own format. Raises CannotWriteError if that would lose something.

    An entry that was read from a store of another format may be encoded differently.
    """
    encoder = encoder_of(store.format, store.source)
    return encoder.encode(store, password=password, options=options).data


def encode_verified(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Encode `store`, and return the bytes and the store that is decoded from them.

    The bytes need no further check: they are recognised as the format, and `check_written` has
    compared every entry. Raises CannotWriteError.
    """
    encoder = encoder_of(store.format, store.source)
    encoded = encoder.encode(store, password=password, options=options)
    if not is_recognised(encoded.data, store.format):
        raise CannotWriteError(
            f"{store.source}: what would be written is not recognised as {store.format}", OUR_FAULT
        )
    check_written(store, encoded.store)
    return encoded


def rename(entry: Entry, alias: str, kind: Format) -> Entry:
    """The entry of a `kind` store with the alias `alias`. Raises CannotWriteError."""
    if entry.alias == alias:
        return entry
    return encoder_of(kind, entry.alias).rename(entry, alias)


def check_written(meant: Store, written: Store) -> None:
    """Compare the planned store with the store decoded from its bytes. Raises CannotWriteError.

    Entries are compared one to one, in order if the format keeps the order: unchanged entries by
    their raw bytes, new entries by certificate, alias, date and trust. In PEM, text between the
    blocks may move to another entry, so only the blocks are compared. The chain of a key may
    become longer if the format composes chains from all certificates of the store.
    """
    for planned, found in _pairs(meant, written):
        if planned is None or found is None or not _is_written(planned, found, meant.format):
            entry = planned or found
            name = f"entry {entry.alias!r}" if entry is not None and entry.alias else "an entry"
            raise CannotWriteError(
                f"{meant.source}: {name} would not be written as planned, so nothing is written",
                OUR_FAULT,
            )


def _pairs(meant: Store, written: Store) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Each planned entry and the entry written for it; None in the place of a missing entry."""
    if meant.format.facts.keeps_order:
        yield from zip_longest(meant.entries, written.entries)
        return
    places: dict[_Likeness, list[int]] = {}
    for position, found in reversed(list(enumerate(written.entries))):
        for likeness in _likenesses(found, meant.format):
            places.setdefault(likeness, []).append(position)
    left = set(range(len(written.entries)))
    chained = {certificate for key in written.keys for certificate in key.chain}
    for planned in meant.entries:
        likeness, *_ = _likenesses(planned, meant.format)
        place = _first(places.get(likeness, []), left)
        if place is not None:
            left.remove(place)
            yield planned, written.entries[place]
        elif not _is_in_a_chain(planned, chained):
            yield planned, None
    yield from ((None, written.entries[position]) for position in sorted(left))


def _first(places: list[int], left: Collection[int]) -> int | None:
    """Remove places from the end up to one that is in `left`, and return that; else None."""
    while places:
        position = places.pop()
        if position in left:
            return position
    return None


def _likenesses(entry: Entry, kind: Format) -> tuple[_Likeness, ...]:
    """The keys that find an entry again: its raw bytes, or the certificate and alias if new."""
    new: tuple[_Likeness, ...] = ()
    if isinstance(entry, TrustedEntry):
        alias = "" if kind.facts.naming is Naming.NONE else entry.alias
        new = ((entry.certificate, alias),)
    return ((entry.raw, ""), *new) if entry.raw or not new else new


def _is_written(meant: Entry, found: Entry, kind: Format) -> bool:
    if kind is Format.PEM:
        return type(meant) is type(found) and content_of(meant) == content_of(found)
    if meant.raw and meant.raw != found.raw:
        return False
    match meant, found:
        case TrustedEntry(), TrustedEntry():
            same = (meant.certificate, meant.trusted) == (found.certificate, found.trusted)
            return same and (bool(meant.raw) or _is_named_and_dated(meant, found, kind))
        case KeyEntry(), KeyEntry() if meant.raw:
            length = len(meant.chain) if kind.facts.composed_chains else None
            return (meant.kind, meant.sealed) == (found.kind, found.sealed) and (
                meant.chain == found.chain[:length]
            )
        case UnreadableEntry(), UnreadableEntry():
            return bool(meant.raw)
        case _:
            return False


def _is_named_and_dated(meant: TrustedEntry, found: TrustedEntry, kind: Format) -> bool:
    """Whether a new entry has its alias and its date, if the format keeps them."""
    named = kind.facts.naming is Naming.NONE or meant.alias == found.alias
    return named and (meant.created_ms is None or found.created_ms in {meant.created_ms, None})


def _is_in_a_chain(entry: Entry, chained: Collection[Certificate]) -> bool:
    """Whether an untrusted certificate is only part of a key's chain, and no entry of its own."""
    return isinstance(entry, TrustedEntry) and not entry.trusted and entry.certificate in chained
