"""Write PKCS7 bundles: certificate slots are exchanged, everything around them stays."""

from itertools import islice
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.entries import Entry, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.der_encoder import slot
from unpin.stores.encoding import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    nothing_left,
    read_back,
    rename_unnamed,
)
from unpin.stores.pkcs7 import decode, read_signed_data

_BEFORE: Final = 3
"""Version, digest algorithms and content: what precedes the certificates (RFC 5652 5.1)."""


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the slots in their order, but sorted as a DER SET where the old ones were, or are new.

    Content, revocation lists, signatures and what follows stay byte for byte. A signature stays
    valid, since the certificates are not signed over; whether its signer is still among them is
    the caller's affair. Lengths around a change become the shortest, indefinite ones stay so.
    Raises CannotWriteError for keys, where no certificate is left, and for a broken structure.
    """
    del password
    check_writable(store, options)
    return read_back(_written(store), store, None, decode)


def rename(entry: Entry, alias: str) -> Entry:
    """A new entry under another alias. Raises CannotWriteError for others: there are no names."""
    return rename_unnamed(entry, alias, Format.PKCS7)


def _written(store: Store) -> bytes:
    if not isinstance(store.container, bytes):
        return _certificates_only(tuple(sorted(_slots(store, frozenset()))), store)
    data = store.container
    old = read_signed_data(data, source=store.source).slots
    new = _slots(store, frozenset(old))
    if old == tuple(sorted(old)):
        new = tuple(sorted(new))
    if new == old:
        return data
    if not new:
        raise nothing_left(store.source)
    outer = tlv.read(data)
    oid, content = islice(outer, 2)
    signed = next(iter(content))
    fields = signed.children()
    if len(fields) < _BEFORE:
        raise CannotWriteError(f"{store.source}: an incomplete SignedData is not changed")
    changed = _around(signed, *_exchanged(fields, new))
    wrapped = _around(content, changed, data[signed.end : content.body_end])
    return _around(outer, oid.raw, wrapped, data[content.end : outer.body_end]) + data[outer.end :]


def _slots(store: Store, old: frozenset[bytes]) -> tuple[bytes, ...]:
    slots = []
    for entry in store.entries:
        if isinstance(entry, TrustedEntry):
            slots.append(slot(entry))
        elif entry.raw in old:
            slots.append(entry.raw)
        else:
            raise foreign_entry(entry, store.source)
    return tuple(slots)


def _exchanged(fields: list[tlv.Node], slots: tuple[bytes, ...]) -> list[bytes]:
    """The fields of a SignedData with other certificates, all in the first field of them."""
    parts = [field.raw for field in fields[:_BEFORE]]
    held = [field for field in fields[_BEFORE:] if field.tag == tlv.CONTEXT_0]
    if not held:
        parts.append(tlv.element(tlv.CONTEXT_0, *slots))
    for field in fields[_BEFORE:]:
        if held and field is held[0]:
            parts.append(_around(field, *slots))
        elif field.tag != tlv.CONTEXT_0:
            parts.append(field.raw)
    return parts


def _around(node: tlv.Node, *parts: bytes) -> bytes:
    """The element with other content, of indefinite length if it was."""
    if node.indefinite:
        return b"".join((bytes((node.tag, 0x80)), *parts, b"\0\0"))
    return tlv.element(node.tag, *parts)


def _certificates_only(slots: tuple[bytes, ...], store: Store) -> bytes:
    """A degenerate SignedData (RFC 5652 5.1), as CAs hand out their chains."""
    if not slots:
        raise nothing_left(store.source)
    signed = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_integer(1),
        tlv.element(tlv.SET),
        tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.DATA)),
        tlv.element(tlv.CONTEXT_0, *slots),
        tlv.element(tlv.SET),
    )
    oid = tlv.encode_oid(oids.SIGNED_DATA)
    return tlv.element(tlv.SEQUENCE, oid, tlv.element(tlv.CONTEXT_0, signed))
