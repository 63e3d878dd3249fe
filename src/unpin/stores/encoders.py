"""Write a store in its own format: encoded, decoded again, and held against what was meant."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import TypeAlias

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry, content_of
from unpin.model.errors import OUR_FAULT, CannotWriteError
from unpin.model.formats import Format, Naming
from unpin.model.store import Store
from unpin.stores.encoding import DEFAULT_OPTIONS, Encoded, EncodeOptions
from unpin.stores.formats import encoder_of, is_recognised

_Likeness: TypeAlias = tuple[bytes | Certificate, str]


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> bytes:
    """Write `store` in its own format. Raises CannotWriteError where that would lose something.

    An entry that was read from a store of another format may get another shape.
    """
    encoder = encoder_of(store.format, store.source)
    return encoder.encode(store, password=password, options=options).data


def encode_verified(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write `store`, and hand over what a reader finds in the bytes, which are decoded once.

    Nobody has to read them again: they are recognised as the format, and `check_written` has held
    every entry against the one that was meant. Raises CannotWriteError.
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
    """The entry of a `kind` store under `alias`, which it may have. Raises CannotWriteError."""
    if entry.alias == alias:
        return entry
    return encoder_of(kind, entry.alias).rename(entry, alias)


def check_written(meant: Store, written: Store) -> None:
    """Compare what was meant with what a reader finds in the bytes. Raises CannotWriteError.

    Entry for entry, in order where the format keeps one: the very slice of what was not to change,
    certificate, alias, date and trust of what is new. In a text the words between the blocks may
    move from one block's slice to another's, so the blocks themselves count. The chain of a key may
    go on where the format makes it up of all certificates of the store.
    """
    for one, found in _pairs(meant, written):
        if one is None or found is None or not _is_written(one, found, meant.format):
            entry = one or found
            name = f"entry {entry.alias!r}" if entry is not None and entry.alias else "an entry"
            raise CannotWriteError(
                f"{meant.source}: {name} would not be written as planned, so nothing is written",
                OUR_FAULT,
            )


def _pairs(meant: Store, written: Store) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Each entry that was meant and the one that was written for it; None for a missing one."""
    if meant.format.facts.keeps_order:
        yield from zip_longest(meant.entries, written.entries)
        return
    places: dict[_Likeness, deque[int]] = defaultdict(deque)
    for position, found in enumerate(written.entries):
        for likeness in _likenesses(found, meant.format):
            places[likeness].append(position)
    left = set(range(len(written.entries)))
    chained = {certificate for key in written.keys for certificate in key.chain}
    for one in meant.entries:
        likeness, *_ = _likenesses(one, meant.format)
        place = _first(places[likeness], left)
        if place is not None:
            left.remove(place)
            yield one, written.entries[place]
        elif not _is_in_a_chain(one, chained):
            yield one, None
    yield from ((None, written.entries[position]) for position in sorted(left))


def _first(places: deque[int], left: Collection[int]) -> int | None:
    """The first of the places that is not taken, which is then gone from them."""
    while places:
        position = places.popleft()
        if position in left:
            return position
    return None


def _likenesses(entry: Entry, kind: Format) -> tuple[_Likeness, ...]:
    """By what an entry is found again: by its slice, or, if it was new, by what it holds."""
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
    """Whether a new entry has its alias and its date, where the format has any."""
    named = kind.facts.naming is Naming.NONE or meant.alias == found.alias
    return named and (meant.created_ms is None or found.created_ms in {meant.created_ms, None})


def _is_in_a_chain(entry: Entry, chained: Collection[Certificate]) -> bool:
    """Whether a certificate without trust is no entry any more: a key's chain holds it."""
    return isinstance(entry, TrustedEntry) and not entry.trusted and entry.certificate in chained
