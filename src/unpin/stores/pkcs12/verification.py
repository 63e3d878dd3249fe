"""Check that a new PKCS12 store holds the wanted entries before it is written."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from unpin.asn1 import object_identifiers as oids
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError
from unpin.stores.pkcs12.bag_changes import PlannedBag
from unpin.stores.pkcs12.bags import BagKind
from unpin.stores.pkcs12.decoder import UNENCRYPTED
from unpin.stores.pkcs12.safe_bag_edit import read_bag


class _Seen(NamedTuple):
    """The properties of an entry that a rewrite must keep, its bag byte for byte.

    `alias` is None for a certificate without friendlyName: Java's number for it depends on the
    entries before it. `created_ms` is None for certificates: PKCS12 keeps no date for them.
    """

    what: type[Entry]
    alias: str | None
    raw: bytes
    chain: tuple[Certificate, ...]
    created_ms: int | None
    trusted: bool
    unlisted: str


def check_same(wanted: Sequence[PlannedBag], read: Sequence[Entry], source: str) -> None:
    """Compare the entries read from the new store with the wanted ones, in any order.

    Java builds entries by counting and searching (ChainBuilder), so an added or removed bag can
    change another entry. Raises CannotWriteError if it does. A single change is allowed: the chain
    of a key may become longer if the issuer of its last certificate came into the store.
    """
    chained = {
        certificate
        for planned in wanted
        if isinstance(planned.entry, KeyEntry)
        for certificate in planned.entry.chain
    }
    expected = Counter(_expected(planned) for planned in wanted if not _is_hidden(planned, chained))
    found = Counter(
        _seen(entry, entry.raw, entry.unlisted if not isinstance(entry, UnreadableEntry) else "")
        for entry in read
    )
    if expected == found:
        return
    missing, surplus = expected - found, found - expected
    for lost in list(missing.elements()):
        longer = next((other for other in surplus if _extends(other, lost)), None)
        if longer is not None:
            missing[lost] -= 1
            surplus[longer] -= 1
            missing, surplus = +missing, +surplus
    for lost in sorted(missing, key=lambda seen: seen.what is not KeyEntry):
        others = [other for other in surplus if other.raw == lost.raw]
        raise _refusal(source, lost, others[0] if others else None)
    for added in surplus:
        raise _refusal(source, added, added)


def _expected(planned: PlannedBag) -> _Seen:
    entry, was = planned.entry, planned.was
    if was is not None:
        unlisted = "" if isinstance(was, UnreadableEntry) else was.unlisted
    else:
        bag = read_bag(planned.raw) if isinstance(entry, KeyEntry) else None
        clear = bag is not None and bag.kind is BagKind.KEY
        unlisted = UNENCRYPTED if clear else ""
    return _seen(entry, planned.raw, unlisted)


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


def _extends(longer: _Seen, shorter: _Seen) -> bool:
    """Whether `longer` is `shorter` with more certificates at the end of its chain."""
    size = len(shorter.chain)
    same_start = size > 0 and longer.chain[:size] == shorter.chain
    return same_start and longer._replace(chain=shorter.chain) == shorter


def _is_hidden(planned: PlannedBag, chained: set[Certificate]) -> bool:
    """Whether an untrusted certificate is only part of a key's chain, and no entry of its own."""
    entry = planned.entry
    if not isinstance(entry, TrustedEntry) or entry.trusted or entry.certificate not in chained:
        return False
    return planned.was is None or not (
        isinstance(planned.was, TrustedEntry) and planned.was.unlisted
    )


def _refusal(source: str, wanted: _Seen, found: _Seen | None) -> CannotWriteError:
    name = f"{source}: {wanted.alias or 'an entry'}"
    if found is None:
        return CannotWriteError(f"{name}: it would be lost", "put it into a store of its own")
    if wanted.chain != found.chain:
        more = [certificate.label for certificate in found.chain if certificate not in wanted.chain]
        less = [certificate.label for certificate in wanted.chain if certificate not in found.chain]
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
        f"{name}: Java would read it differently in the new store",
        "put it into a store of its own",
    )
