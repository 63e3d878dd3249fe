"""Plan which bags of a PKCS12 store stay, change or go, from the wanted entries."""

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.model.certificate import Certificate
from unpin.model.entries import Attribute, Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError
from unpin.model.values import frozen
from unpin.stores.pkcs12.bags import Bag, BagKind, sealed_secret
from unpin.stores.pkcs12.pfx import WHOLE, BagPosition, Pkcs12Container
from unpin.stores.pkcs12.safe_bag_edit import (
    bag_of,
    certificate_bag,
    demoted,
    friendly_name_attribute,
    local_key_id_attribute,
    read_bag,
    renamed_bag,
    with_attribute,
)

Slots: TypeAlias = list[bytes | None]
_Read: TypeAlias = tuple[Entry, BagPosition]

_KEYS = (BagKind.KEY, BagKind.SHROUDED_KEY, BagKind.SECRET)


@frozen
class PlannedBag:
    """An entry and the bag that is written for it; `was` is the entry that was read, if any."""

    entry: Entry
    raw: bytes
    was: Entry | None = None


@dataclass(slots=True)
class BagChanges:
    """The planned changes: for each ContentInfo its bags in order, None for a removed bag.

    `gone` holds the positions of ContentInfos that are removed as a whole. The bags of new entries
    are `certificates`, `keys` (encrypted themselves) and `clear` (unencrypted keys, which only an
    encrypted ContentInfo may hold). `wanted` are the entries that the new store must hold.
    """

    slots: list[Slots]
    gone: set[int] = field(default_factory=set)
    certificates: list[bytes] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    clear: list[bytes] = field(default_factory=list)
    wanted: list[PlannedBag] = field(default_factory=list)


def bag_changes(container: Pkcs12Container, entries: Sequence[Entry], source: str) -> BagChanges:
    """Match the wanted entries with the bags that were read, and plan the changes.

    Raises CannotWriteError for an entry that no bag can hold, and for an entry whose raw bytes are
    in another format.
    """
    return _BagPlanner(container, source).draft(entries)


class _BagPlanner:
    def __init__(self, container: Pkcs12Container, source: str) -> None:
        self._container = container
        self._source = source
        self._out = BagChanges([[bag.raw for bag in item.bags] for item in container.contents])
        self._pairs = list(zip(container.entries, container.places, strict=True))

    def draft(self, entries: Sequence[Entry]) -> BagChanges:
        rest, lost = self._match(list(entries), self._pairs, _exactly)
        rest, lost = self._match(rest, lost, _by_raw)
        rest, lost = self._match(rest, lost, _by_likeness)
        for entry in rest:
            self._add(entry)
        self._take_away(lost)
        return self._out

    def _match(
        self, entries: list[Entry], read: list[_Read], by: Callable[[Entry], Hashable]
    ) -> tuple[list[Entry], list[_Read]]:
        """Pair wanted entries with read entries of the same key, and return the unpaired of both.

        Entries for which `by` returns None are not paired.
        """
        found: dict[Hashable, deque[int]] = defaultdict(deque)
        for number, (old, _) in enumerate(read):
            key = by(old)
            if key is not None:
                found[key].append(number)
        rest: list[Entry] = []
        paired: set[int] = set()
        for entry in entries:
            key = by(entry)
            if key is not None and found.get(key):
                number = found[key].popleft()
                paired.add(number)
                self._keep(entry, *read[number])
            else:
                rest.append(entry)
        return rest, [pair for number, pair in enumerate(read) if number not in paired]

    def _keep(self, entry: Entry, old: Entry, place: BagPosition) -> None:
        raw = entry.raw
        if raw != old.raw and not isinstance(entry, UnreadableEntry):
            raw = self._bag_for(entry)
        self._out.wanted.append(PlannedBag(entry, raw, old))
        if raw == old.raw:
            return
        self._out.slots[place.contents][place.bag] = raw
        if isinstance(entry, KeyEntry) and entry.chain:
            self._rename_own_certificate(entry, self._bag(place))

    def _rename_own_certificate(self, key: KeyEntry, old: Bag) -> None:
        """Give the certificate of a renamed key the same name: Java matches them by name."""
        for number, item in enumerate(self._container.contents):
            for position, bag in enumerate(item.bags):
                if (
                    bag.certificate == key.chain[0]
                    and not bag.trusted
                    and bag.alias is not None
                    and (bag.alias, bag.local_key_id) == (old.alias, old.local_key_id)
                ):
                    self._out.slots[number][position] = renamed_bag(bag.raw, key.alias)

    def _bag(self, place: BagPosition) -> Bag:
        return self._container.contents[place.contents].bags[place.bag]

    def _add(self, entry: Entry) -> None:
        match entry:
            case TrustedEntry():
                raw = self._bag_for(entry)
                self._out.certificates.append(raw)
                self._out.wanted.append(PlannedBag(entry, raw))
            case KeyEntry():
                self._add_key(entry, self._bag_for(entry))
            case UnreadableEntry():
                raise self._refused(entry, "an entry that could not be read")

    def _bag_for(self, entry: TrustedEntry | KeyEntry) -> bytes:
        """A new bag, or the entry's own bag, renamed if its friendlyName is not the alias."""
        if isinstance(entry, TrustedEntry) and not entry.raw:
            return bag_of(entry)
        bag = read_bag(entry.raw)
        if isinstance(entry, KeyEntry):
            what = f"a {entry.kind} of another format"
            fits = bag is not None and bag.kind in _KEYS
        else:
            what = "a certificate in the shape of another format"
            fits = bag is not None and bag.certificate == entry.certificate
        if bag is None or not fits:
            raise self._refused(entry, what)
        return entry.raw if bag.alias == entry.alias else renamed_bag(entry.raw, entry.alias)

    def _add_key(self, entry: KeyEntry, raw: bytes) -> None:
        bag = read_bag(raw)
        assert bag is not None
        if bag.kind is BagKind.SHROUDED_KEY and bag.local_key_id is None:
            # Java skips keys without a localKeyID, except the first.
            own = local_key_id_attribute(hashlib.sha1(bag.sealed, usedforsecurity=False).digest())
            raw = with_attribute(raw, own)
            bag = read_bag(raw)
            assert bag is not None
        shrouded = bag.kind is BagKind.SHROUDED_KEY or sealed_secret(bag)
        (self._out.keys if shrouded else self._out.clear).append(raw)
        self._out.wanted.append(PlannedBag(entry, raw))
        for number, certificate in enumerate(entry.chain):
            own_attributes: tuple[Attribute, ...] = ()
            if number == 0 and bag.local_key_id is not None:
                own_attributes = (
                    friendly_name_attribute(entry.alias),
                    local_key_id_attribute(bag.local_key_id),
                )
            chained = certificate_bag(certificate.der, own_attributes)
            if number == 0 or chained not in self._out.certificates:
                self._out.certificates.append(chained)

    def _take_away(self, lost: Sequence[_Read]) -> None:
        needed = {
            certificate for planned in self._out.wanted for certificate in _chain(planned.entry)
        }
        chained = {certificate for entry, _ in self._pairs for certificate in _chain(entry)}
        for _, place in lost:
            if place.bag == WHOLE:
                self._out.gone.add(place.contents)
            else:
                self._out.slots[place.contents][place.bag] = None
        for item, slots in zip(self._container.contents, self._out.slots, strict=True):
            for position, bag in enumerate(item.bags):
                only_there = bag.certificate in chained and bag.certificate not in needed
                if only_there and not bag.trusted and not bag.nested:
                    slots[position] = None
        self._demote(lost, needed)

    def _demote(self, lost: Sequence[_Read], needed: set[Certificate]) -> None:
        """Keep certificates that keys need and that no other bag holds, but not as trusted ones.

        Java builds the chains of keys from all certificates of the store, trusted ones included.
        """
        if not needed:
            return
        held = Counter(
            bag.certificate
            for item, slots in zip(self._container.contents, self._out.slots, strict=True)
            for bag, slot in zip(item.bags, slots, strict=True)
            if slot is not None and not bag.nested
        )
        for raw in self._out.certificates:
            bag = read_bag(raw)
            held[bag.certificate if bag is not None else None] += 1
        for entry, place in lost:
            if not isinstance(entry, TrustedEntry) or self._bag(place).nested:
                continue
            if entry.certificate in needed and not held[entry.certificate]:
                self._out.slots[place.contents][place.bag] = demoted(entry.raw)
                held[entry.certificate] += 1

    def _refused(self, entry: Entry, what: str) -> CannotWriteError:
        return CannotWriteError(
            f"{self._source}: {entry.alias or 'an entry'}: {what} cannot be written",
            "leave it out: only PKCS12 keeps the keys of PKCS12 as they are",
        )


def _exactly(entry: Entry) -> Hashable:
    return entry if entry.raw else None


def _by_raw(entry: Entry) -> Hashable:
    return entry.raw or None


def _by_likeness(entry: Entry) -> Hashable:
    """A key of everything but name and trust, which may have changed."""
    match entry:
        case TrustedEntry():
            return entry.certificate, _others(entry.attributes)
        case KeyEntry(sealed=sealed, raw=raw) if sealed and raw:
            return sealed, _others(entry.attributes)
        case _:
            return None


def _others(attributes: Sequence[Attribute]) -> tuple[Attribute, ...]:
    return tuple(a for a in attributes if a.oid not in (oids.FRIENDLY_NAME, oids.TRUSTED_KEY_USAGE))


def _chain(entry: Entry) -> tuple[Certificate, ...]:
    return entry.chain if isinstance(entry, KeyEntry) else ()
