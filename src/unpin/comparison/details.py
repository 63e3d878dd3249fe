"""The differences between two paired entries, or two stores, field by field."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.comparison.pairing import ComparableFields, Pairing, key_bytes, name_of
from unpin.model.certificate import Certificate
from unpin.model.entries import Attribute, Entry, KeyEntry, TrustedEntry, UnreadableEntry, moment
from unpin.model.formats import Naming
from unpin.model.store import Store
from unpin.model.values import frozen

_KNOWN_ATTRIBUTES: Final = {
    oids.LOCAL_KEY_ID: "localKeyID",
    oids.TRUSTED_KEY_USAGE: "trusted-key-usage",
}

_LONGEST_VALUE: Final = 32
"""The longest attribute value, in bytes, that is shown as it is."""


@frozen
class Detail:
    """A field that differs (an ident of docs/json.md) and its values as text.

    A value is None if the field is absent. Bytes that are never shown (`sealed_key`, `raw`) have no
    values.
    """

    field: str
    before: str | None
    after: str | None


def entry_details(before: Entry, after: Entry, scope: ComparableFields) -> Iterator[Detail]:
    """Compare two entries of the same kind in the fields that both formats have."""
    if scope.names:
        yield from _differing("alias", name_of(before) or None, name_of(after) or None)
    match before, after:
        case TrustedEntry(), TrustedEntry():
            yield from _certificates(before.certificate, after.certificate)
        case KeyEntry(), KeyEntry():
            yield from _keys(before, after, scope)
        case UnreadableEntry(), UnreadableEntry():
            if scope.sealed and before.raw != after.raw:
                yield Detail("raw", None, None)
            return
        case _:
            raise AssertionError("entries of two kinds are never paired")
    yield from _dates(before.created_ms, after.created_ms)
    if scope.attributes:
        dated = before.created_ms is not None and after.created_ms is not None
        yield from _attributes(before.attributes, after.attributes, dated=dated)


def store_details(before: Store, after: Store) -> Iterator[Detail]:
    """Compare the protection, the faults and the notes of two stores of the same format."""
    old, new = before.protection, after.protection
    if before.format is after.format:
        yield from _differing("variant", before.variant or None, after.variant or None)
        yield from _differing("mac", old.mac, new.mac)
        encryption = [", ".join(each.encryption) or None for each in (old, new)]
        yield from _differing("encryption", *encryption)
        kinds = [{str(fault.kind): None for fault in each.faults} for each in (before, after)]
        yield from _one_sided("encoding_fault", *kinds)
        yield from _one_sided("note", dict.fromkeys(before.notes), dict.fromkeys(after.notes))
        needed = ["yes" if each.needs_password else "no" for each in (old, new)]
        yield from _differing("needs_password", *needed)


def uncompared(
    before: Store, after: Store, pairing: Pairing, scope: ComparableFields
) -> Iterator[str]:
    """The fields that are not compared because one of the formats lacks them, in words."""
    if before.format is after.format:
        return
    pairs = [(before.entries[left], after.entries[right]) for left, right in pairing.pairs]
    if not scope.names and any(name_of(old) != name_of(new) for old, new in pairs):
        namings = {before.format.facts.naming, after.format.facts.naming}
        yield "names" if Naming.FILE in namings else "aliases"
    dates = [(_created_ms(old), _created_ms(new)) for old, new in pairs]
    if any((old is None) != (new is None) for old, new in dates):
        yield "creation dates"
    if before.keys and after.keys:
        yield "encrypted keys" if scope.chains else "keys and their chains"
    if before.unreadable and after.unreadable:
        yield "unreadable entries"
    yield "protection"


def _certificates(before: Certificate, after: Certificate) -> Iterator[Detail]:
    if before == after:
        return
    yield Detail("sha256", before.sha256, after.sha256)
    if before.problem is not None or after.problem is not None:
        return
    old, new = before.fields, after.fields
    for field, old_value, new_value in (
        ("subject", str(old.subject), str(new.subject)),
        ("issuer", str(old.issuer), str(new.issuer)),
        ("serial", f"{old.serial:x}", f"{new.serial:x}"),
        ("not_before", _iso(old.not_before), _iso(new.not_before)),
        ("not_after", _iso(old.not_after), _iso(new.not_after)),
        ("key", str(old.public_key), str(new.public_key)),
        ("signature_algorithm", old.signature_algorithm, new.signature_algorithm),
    ):
        yield from _differing(field, old_value, new_value)


def _keys(before: KeyEntry, after: KeyEntry, scope: ComparableFields) -> Iterator[Detail]:
    if scope.chains and before.chain != after.chain:
        if before.chain and after.chain:
            yield from _certificates(before.chain[0], after.chain[0])
        if before.chain[1:] != after.chain[1:] or not (before.chain and after.chain):
            chains = [" ".join(view.sha256 for view in key.chain) for key in (before, after)]
            yield Detail("chain_sha256", chains[0] or None, chains[1] or None)
    if scope.sealed and key_bytes(before) != key_bytes(after):
        yield Detail("sealed_key", None, None)


def _dates(before: int | None, after: int | None) -> Iterator[Detail]:
    if before is not None and after is not None and before != after:
        yield Detail("created", _created(before), _created(after))


def _attributes(
    before: tuple[Attribute, ...], after: tuple[Attribute, ...], *, dated: bool
) -> Iterator[Detail]:
    """Compare PKCS12 attributes, except the alias and the date in localKeyID."""
    skipped = {oids.FRIENDLY_NAME, oids.LOCAL_KEY_ID} if dated else {oids.FRIENDLY_NAME}
    values = [
        {each.oid: _shown(each.values) for each in attributes if each.oid not in skipped}
        for attributes in (before, after)
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
