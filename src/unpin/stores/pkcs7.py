"""Read the certificates of a PKCS7 or CMS SignedData, the "certs-only" bundle of many CAs."""

import re
from dataclasses import dataclass
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import explicit, fields_of
from unpin.jdk.certificate import certificate_refusal
from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import TrustedEntry, UnreadableEntry
from unpin.model.errors import LimitExceededError, MalformedStoreError
from unpin.model.formats import Format, Variant
from unpin.model.store import Store

FORMAT: Final = Format.PKCS7

MAX_CERTIFICATES: Final = 100_000
"""Most certificates of one SignedData."""

_HEADER: Final = re.compile(
    rb"\x30" + tlv.LENGTH + re.escape(tlv.encode_oid(oids.SIGNED_DATA)), re.DOTALL
)


@dataclass(frozen=True, slots=True)
class SignedData:
    """What a SignedData holds of interest: each certificate slot, and how many revocation lists.

    `bare` is True where it holds certificates and nothing else: no content, list or signature.
    """

    slots: tuple[bytes, ...]
    revocation_lists: int
    ber: bool
    trailing: int
    bare: bool


def claims(data: bytes) -> bool:
    """Whether `data` begins like a ContentInfo of type SignedData, even if truncated."""
    return _HEADER.match(data) is not None


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a SignedData (RFC 5652 5.1, RFC 2315 9.1); its signatures, if any, are not looked at.

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
    entries = tuple(map(entry, content.slots))
    faults = [EncodingFault(FaultKind.PKCS7)]
    if any(
        isinstance(one, TrustedEntry) and certificate_refusal(one.certificate.der)
        for one in entries
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


def entry(slot: bytes) -> TrustedEntry | UnreadableEntry:
    """Turn a CertificateChoices (RFC 5652 10.2.2) into an entry; only X.509 is a certificate."""
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
    """Whether the encapsulated content is absent: nothing but its type is there."""
    return len(fields) > 2 and fields[2].tag == tlv.SEQUENCE and sum(1 for _ in fields[2]) == 1
