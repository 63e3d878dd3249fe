"""What differs between two entries that are one another's partner, field by field."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.comparison.pairing import ComparableFields, Pairing, key_bytes, name_of
from unpin.model.certificate import Certificate
from unpin.model.entries import Attribute, Entry, KeyEntry, TrustedEntry, UnreadableEntry, moment
from unpin.model.formats import Naming
from unpin.model.store import Store

_KNOWN_ATTRIBUTES: Final = {
    oids.LOCAL_KEY_ID: "localKeyID",
    oids.TRUSTED_KEY_USAGE: "trusted-key-usage",
}

_LONGEST_VALUE: Final = 32
"""The longest attribute value, in bytes, that is shown as it is."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One field (an ident of docs/json.md) and its values as text; None where there is none.

    Bytes that are not shown (`sealed_key`, `raw`) differ without values.
    """

    field: str
    before: str | None
    after: str | None


def entry_details(one: Entry, other: Entry, scope: ComparableFields) -> Iterator[Detail]:
    """Compare two entries of one kind in what both formats hold."""
    if scope.names:
        yield from _differing("alias", name_of(one) or None, name_of(other) or None)
    match one, other:
        case TrustedEntry(), TrustedEntry():
            yield from _certificates(one.certificate, other.certificate)
        case KeyEntry(), KeyEntry():
            yield from _keys(one, other, scope)
        case UnreadableEntry(), UnreadableEntry():
            if scope.sealed and one.raw != other.raw:
                yield Detail("raw", None, None)
            return
        case _:
            raise AssertionError("entries of two kinds are never paired")
    yield from _dates(one.created_ms, other.created_ms)
    if scope.attributes:
        dated = one.created_ms is not None and other.created_ms is not None
        yield from _attributes(one.attributes, other.attributes, dated=dated)


def store_details(before: Store, after: Store) -> Iterator[Detail]:
    """Compare what protects two stores of one format, and what is odd about them."""
    one, other = before.protection, after.protection
    if before.format is after.format:
        yield from _differing("variant", before.variant or None, after.variant or None)
        yield from _differing("mac", one.mac, other.mac)
        encryption = [", ".join(each.encryption) or None for each in (one, other)]
        yield from _differing("encryption", *encryption)
        kinds = [{str(fault.kind): None for fault in each.faults} for each in (before, after)]
        yield from _one_sided("encoding_fault", *kinds)
        yield from _one_sided("note", dict.fromkeys(before.notes), dict.fromkeys(after.notes))
        needed = ["yes" if each.needs_password else "no" for each in (one, other)]
        yield from _differing("needs_password", *needed)


def uncompared(
    before: Store, after: Store, pairing: Pairing, scope: ComparableFields
) -> Iterator[str]:
    """What one of the stores has and the other's format does not hold, in words."""
    if before.format is after.format:
        return
    pairs = [(before.entries[left], after.entries[right]) for left, right in pairing.pairs]
    if not scope.names and any(name_of(one) != name_of(other) for one, other in pairs):
        namings = {before.format.facts.naming, after.format.facts.naming}
        yield "names" if Naming.FILE in namings else "aliases"
    dates = [(_created_ms(one), _created_ms(other)) for one, other in pairs]
    if any((one is None) != (other is None) for one, other in dates):
        yield "creation dates"
    if before.keys and after.keys:
        yield "encrypted keys" if scope.chains else "keys and their chains"
    if before.unreadable and after.unreadable:
        yield "entries that cannot be read"
    yield "protection"


def _certificates(one: Certificate, other: Certificate) -> Iterator[Detail]:
    if one == other:
        return
    yield Detail("sha256", one.sha256, other.sha256)
    if one.problem is not None or other.problem is not None:
        return
    for field, before, after in (
        ("subject", str(one.fields.subject), str(other.fields.subject)),
        ("issuer", str(one.fields.issuer), str(other.fields.issuer)),
        ("serial", f"{one.fields.serial:x}", f"{other.fields.serial:x}"),
        ("not_before", _iso(one.fields.not_before), _iso(other.fields.not_before)),
        ("not_after", _iso(one.fields.not_after), _iso(other.fields.not_after)),
        ("key", str(one.fields.public_key), str(other.fields.public_key)),
        (
            "signature_algorithm",
            one.fields.signature_algorithm,
            other.fields.signature_algorithm,
        ),
    ):
        yield from _differing(field, before, after)


def _keys(one: KeyEntry, other: KeyEntry, scope: ComparableFields) -> Iterator[Detail]:
    if scope.chains and one.chain != other.chain:
        if one.chain and other.chain:
            yield from _certificates(one.chain[0], other.chain[0])
        if one.chain[1:] != other.chain[1:] or not (one.chain and other.chain):
            chains = [" ".join(view.sha256 for view in each.chain) for each in (one, other)]
            yield Detail("chain_sha256", chains[0] or None, chains[1] or None)
    if scope.sealed and key_bytes(one) != key_bytes(other):
        yield Detail("sealed_key", None, None)


def _dates(one: int | None, other: int | None) -> Iterator[Detail]:
    if one is not None and other is not None and one != other:
        yield Detail("created", _created(one), _created(other))


def _attributes(
    one: tuple[Attribute, ...], other: tuple[Attribute, ...], *, dated: bool
) -> Iterator[Detail]:
    """Compare PKCS12 attributes but for the alias, and the date that localKeyID hides."""
    skipped = {oids.FRIENDLY_NAME, oids.LOCAL_KEY_ID} if dated else {oids.FRIENDLY_NAME}
    values = [
        {each.oid: _shown(each.values) for each in every if each.oid not in skipped}
        for every in (one, other)
    ]
    for oid in dict.fromkeys(sorted({*values[0], *values[1]})):
        field = f"attribute {_KNOWN_ATTRIBUTES.get(oid, oid)}"
        yield from _differing(field, values[0].get(oid), values[1].get(oid))


def _shown(value: bytes) -> str:
    if len(value) <= _LONGEST_VALUE:
        return value.hex()
    return f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()}"


def _differing(field: str, before: str | None, after: str | None) -> Iterator[Detail]:
    if before != after:
        yield Detail(field, before, after)


def _one_sided(
    field: str, before: Mapping[str, None], after: Mapping[str, None]
) -> Iterator[Detail]:
    yield from (Detail(field, each, None) for each in before if each not in after)
    yield from (Detail(field, None, each) for each in after if each not in before)


def _created_ms(entry: Entry) -> int | None:
    return None if isinstance(entry, UnreadableEntry) else entry.created_ms


def _created(milliseconds: int) -> str:
    return _iso(moment(milliseconds)) or f"{milliseconds} ms"


def _iso(at: datetime | None) -> str | None:
    if at is None:
        return None
    text = at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")
    return text.replace("+00:00", "Z")
