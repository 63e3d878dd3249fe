"""Hold a PKCS12 store that is about to be written against the entries that were wanted of it."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from unpin.asn1 import object_identifiers as oids
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError
from unpin.stores.pkcs12.bag_changes import PlannedBag
from unpin.stores.pkcs12.decoder import UNENCRYPTED
from unpin.stores.pkcs12.safe_bag_edit import read_bag
from unpin.stores.pkcs12.safe_bags import BagKind


class _Seen(NamedTuple):
    """What makes an entry what it is, its bag byte for byte.

    `alias` is None for a certificate without friendlyName: its number counts those before it.
    `created_ms` is None for certificates, of which PKCS12 keeps no date.
    """

    what: type[Entry]
    alias: str | None
    raw: bytes
    chain: tuple[Certificate, ...]
    created_ms: int | None
    trusted: bool
    unlisted: str


def check_same(wanted: Sequence[PlannedBag], read: Sequence[Entry], source: str) -> None:
    """Compare what was read of the new store with what is wanted, but for the order.

    Java puts entries together by counting and searching (ChainBuilder), so that a bag more or less
    can change what another entry is. Raises CannotWriteError where it does. One thing may change:
    the chain of a key goes on where it used to end, if its issuer came into the store.
    """
    chained = {
        certificate
        for one in wanted
        if isinstance(one.entry, KeyEntry)
        for certificate in one.entry.chain
    }
    expected = Counter(_expected(one) for one in wanted if not _is_hidden(one, chained))
    found = Counter(
        _seen(entry, entry.raw, entry.unlisted if not isinstance(entry, UnreadableEntry) else "")
        for entry in read
    )
    if expected == found:
        return
    missing, surplus = expected - found, found - expected
    for one in list(missing.elements()):
        longer = next((other for other in surplus if _goes_on(one, other)), None)
        if longer is not None:
            missing[one] -= 1
            surplus[longer] -= 1
            missing, surplus = +missing, +surplus
    for one in sorted(missing, key=lambda seen: seen.what is not KeyEntry):
        others = [other for other in surplus if other.raw == one.raw]
        raise _refusal(source, one, others[0] if others else None)
    for one in surplus:
        raise _refusal(source, one, one)


def _expected(one: PlannedBag) -> _Seen:
    entry, was = one.entry, one.was
    if was is not None:
        unlisted = "" if isinstance(was, UnreadableEntry) else was.unlisted
    else:
        bag = read_bag(one.raw) if isinstance(entry, KeyEntry) else None
        clear = bag is not None and bag.kind is BagKind.KEY
        unlisted = UNENCRYPTED if clear else ""
    return _seen(entry, one.raw, unlisted)


def _seen(entry: Entry, raw: bytes, unlisted: str) -> _Seen:
    match entry:
        case TrustedEntry():
            numbered = bool(entry.raw) and all(
                a.oid != oids.FRIENDLY_NAME for a in entry.attributes
            )
            alias = None if numbered and raw == entry.raw else entry.alias
            chain = (entry.certificate,)
            return _Seen(TrustedEntry, alias, raw, chain, None, entry.trusted, unlisted)
        case KeyEntry():
            return _Seen(KeyEntry, entry.alias, raw, entry.chain, entry.created_ms, False, unlisted)
        case UnreadableEntry():
            return _Seen(UnreadableEntry, entry.alias, raw, (), None, False, "")


def _goes_on(one: _Seen, other: _Seen) -> bool:
    """Whether the two differ in that the chain of `other` goes on behind that of `one`."""
    size = len(one.chain)
    return size > 0 and other.chain[:size] == one.chain and other._replace(chain=one.chain) == one


def _is_hidden(one: PlannedBag, chained: set[Certificate]) -> bool:
    """Whether a certificate without trust is no entry, being in the chain of a key."""
    entry = one.entry
    if not isinstance(entry, TrustedEntry) or entry.trusted or entry.certificate not in chained:
        return False
    return one.was is None or not (isinstance(one.was, TrustedEntry) and one.was.unlisted)


def _refusal(source: str, wanted: _Seen, found: _Seen | None) -> CannotWriteError:
    name = f"{source}: {wanted.alias or 'an entry'}"
    if found is None:
        return CannotWriteError(f"{name}: it would be lost", "put it into a store of its own")
    if wanted.chain != found.chain:
        more = [one.label for one in found.chain if one not in wanted.chain]
        less = [one.label for one in wanted.chain if one not in found.chain]
        said = ", ".join(
            f"{word} {', '.join(labels)}"
            for word, labels in (("gain", more), ("lose", less))
            if labels
        )
        return CannotWriteError(
            f"{name}: its chain would {said or 'change its order'}: Java builds it from all "
            "certificates of a PKCS12 store",
            "put the trusted certificates into a store of their own",
        )
    bag = read_bag(wanted.raw)
    if wanted.alias != found.alias and bag is not None and bag.alias is not None:
        return CannotWriteError(f"{name}: its bag calls it {bag.alias!r}", "rename it")
    if wanted.alias != found.alias:
        return CannotWriteError(
            f"{name}: it has no name, and Java would call it {found.alias!r} instead",
            "rename it as well",
        )
    return CannotWriteError(
        f"{name}: Java would take it for something else in the store that is asked for",
        "put it into a store of its own",
    )
