"""Read and write the certificates of a SignedData (PKCS7, CMS), as in "certs-only" bundles."""

import re
from itertools import islice
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import explicit, fields_of
from unpin.jdk.certificate import certificate_refusal
from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import Entry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError, LimitExceededError, MalformedStoreError
from unpin.model.formats import Format, Variant
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.stores.formats import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    nothing_left,
    read_back,
    rename_unnamed,
)

FORMAT: Final = Format.PKCS7

MAX_CERTIFICATES: Final = 100_000
"""The most certificates of a SignedData."""

_BEFORE: Final = 3
"""The number of fields before the certificates: version, digest algorithms and content
(RFC 5652 5.1)."""

_HEADER: Final = re.compile(
    rb"\x30" + tlv.LENGTH + re.escape(tlv.encode_oid(oids.SIGNED_DATA)), re.DOTALL
)


@frozen
class SignedData:
    """The raw certificates of a SignedData, and the number of its revocation lists.

    `bare` is True if it holds only certificates: no content, revocation list or signature. `ber` is
    True if its length is indefinite, `trailing` the number of bytes after it.
    """

    slots: tuple[bytes, ...]
    revocation_lists: int
    ber: bool
    trailing: int
    bare: bool


def claims(data: bytes) -> bool:
    """Whether `data` begins like a ContentInfo of type SignedData; it may be truncated."""
    return _HEADER.match(data) is not None


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a SignedData (RFC 5652 5.1, RFC 2315 9.1); its signatures, if any, are not checked.

    Raises MalformedStoreError, and LimitExceededError beyond `MAX_CERTIFICATES`.
    """
    del password
    try:
        content = read_signed_data(data, source=source)
    except tlv.TlvError as error:
        raise MalformedStoreError(f"{source}: {error}") from error
    notes = []
    if content.revocation_lists:
        notes.append(f"{content.revocation_lists} revocation lists beside the certificates")
    if content.trailing:
        notes.append(f"{content.trailing} bytes after the end of the PKCS7 structure")
    entries = tuple(map(entry_of, content.slots))
    faults = [EncodingFault(FaultKind.PKCS7)]
    if any(
        isinstance(entry, TrustedEntry) and certificate_refusal(entry.certificate.der)
        for entry in entries
    ):
        faults.append(EncodingFault(FaultKind.JAVA_CERTIFICATE))
    return Store(
        source=source,
        format=FORMAT,
        entries=entries,
        variant=Variant.BER if content.ber else Variant.PLAIN,
        faults=tuple(faults),
        notes=tuple(notes),
        container=data,
    )


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the certificates in their order; sorted as a DER SET if they were sorted, or are new.

    Content, revocation lists, signatures and trailing bytes stay byte for byte. A signature stays
    valid, since it does not cover the certificates; the caller checks that its signer is still
    among them. Lengths around a change are written in the shortest form; indefinite lengths stay
    indefinite. Raises CannotWriteError for keys, if no certificate is left, and for a malformed
    structure.
    """
    del password
    check_writable(store, options)
    return read_back(_written(store), store, None, decode)


def rename(entry: Entry, alias: str) -> Entry:
    """A new entry with another alias. Raises CannotWriteError for others: PKCS7 has no aliases."""
    return rename_unnamed(entry, alias, Format.PKCS7)


def slot_of(entry: TrustedEntry) -> bytes:
    """The bytes of the certificate in the file, BER or DER; its DER if the entry has no such."""
    der = entry.certificate.der
    try:
        same = tlv.definite(tlv.only(entry.raw, "certificate")) == der
    except tlv.TlvError:
        same = False
    return entry.raw if same else der


def entry_of(slot: bytes) -> TrustedEntry | UnreadableEntry:
    """Turn a CertificateChoices (RFC 5652 10.2.2) into an entry; unreadable if it is not X.509."""
    if slot[0] != tlv.SEQUENCE:
        return UnreadableEntry("", slot, f"not an X.509 certificate (tag {slot[0]:#04x})")
    return TrustedEntry("", Certificate(tlv.definite(tlv.read(slot))), slot)


def read_signed_data(data: bytes, *, source: str) -> SignedData:
    """Read a ContentInfo. Raises tlv.TlvError, LimitExceededError beyond `MAX_CERTIFICATES`."""
    outer = tlv.read(data)
    info = fields_of(outer, "ContentInfo")
    oid = info[0].oid() if info else ""
    if oid != oids.SIGNED_DATA:
        raise tlv.TlvError(f"PKCS7 content of type {oid or 'none'}, not SignedData")
    if len(info) < 2:
        raise tlv.TlvError("ContentInfo without content")
    slots: list[bytes] = []
    revocation_lists = 0
    fields = fields_of(explicit(info[1], "content"), "SignedData")
    signers = 0
    for field in fields[3:]:
        if field.tag == tlv.CONTEXT_0:
            for slot in field:
                if len(slots) == MAX_CERTIFICATES:
                    raise LimitExceededError(
                        f"{source}: more than {MAX_CERTIFICATES} certificates in one PKCS7"
                    )
                slots.append(slot.raw)
        elif field.tag == tlv.CONTEXT_1:
            revocation_lists += sum(1 for _ in field)
        elif field.tag == tlv.SET:
            signers += field.body_end - field.body
    trailing = len(data) - outer.end
    bare = not revocation_lists and not trailing and not signers and _has_no_content(fields)
    return SignedData(tuple(slots), revocation_lists, outer.indefinite, trailing, bare)


def _has_no_content(fields: list[tlv.Node]) -> bool:
    """Whether the encapsulated content is absent: there is only its type."""
    return len(fields) > 2 and fields[2].tag == tlv.SEQUENCE and sum(1 for _ in fields[2]) == 1


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
            slots.append(slot_of(entry))
        elif entry.raw in old:
            slots.append(entry.raw)
        else:
            raise foreign_entry(entry, store.source)
    return tuple(slots)


def _exchanged(fields: list[tlv.Node], slots: tuple[bytes, ...]) -> list[bytes]:
    """The fields of a SignedData with other certificates, all in its first certificates field."""
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
    """The element with other content; an indefinite length stays indefinite."""
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
