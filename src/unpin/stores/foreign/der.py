"""Recognise DER that is no store: keys, requests, revocation lists."""

from collections.abc import Sequence
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.stores.foreign.kinds import ForeignFile, ForeignKind

_MAX_FIELDS: Final = 8
_REQUEST: Final = [tlv.INTEGER, tlv.SEQUENCE, tlv.SEQUENCE]
"""The first tags of a CertificationRequestInfo (RFC 2986 4.1); its attributes may be missing."""


def der_kind(data: bytes) -> ForeignFile | None:
    """What the first element of `data` is; None if it is not a SEQUENCE of whole elements."""
    try:
        fields = _first(tlv.read(data))
    except tlv.TlvError:
        return None
    tags = [field.tag for field in fields]
    try:
        if tags[:1] == [tlv.OID]:
            oid = fields[0].oid()
            if oid.startswith(f"{oids.PKCS7_ARC}."):
                what = f"{ForeignKind.PKCS7.what} (content type {oid})"
                return ForeignFile(ForeignKind.PKCS7, what)
        return _key(tags) or _signed(fields, tags) or ForeignFile(ForeignKind.DER)
    except tlv.TlvError:
        return ForeignFile(ForeignKind.DER)


def _key(tags: Sequence[int]) -> ForeignFile | None:
    """A private or public key: RFC 5208 5 and 6, RFC 8017 A.1, RFC 5915 3, RFC 5280 4.1."""
    if tags[:3] == [tlv.INTEGER, tlv.SEQUENCE, tlv.OCTET_STRING]:
        return ForeignFile(ForeignKind.PRIVATE_KEY, "a private key (PKCS8 DER)")
    if tags[:2] == [tlv.INTEGER, tlv.OCTET_STRING]:
        return ForeignFile(ForeignKind.PRIVATE_KEY, "an EC private key (DER)")
    if len(tags) >= 6 and set(tags) == {tlv.INTEGER}:
        return ForeignFile(ForeignKind.PRIVATE_KEY, "a private key (PKCS1 DER)")
    if tags == [tlv.INTEGER, tlv.INTEGER]:
        return ForeignFile(ForeignKind.PUBLIC_KEY, "an RSA public key (DER)")
    if tags == [tlv.SEQUENCE, tlv.OCTET_STRING]:
        return ForeignFile(ForeignKind.PRIVATE_KEY, "an encrypted private key (PKCS8 DER)")
    if tags == [tlv.SEQUENCE, tlv.BIT_STRING]:
        return ForeignFile(ForeignKind.PUBLIC_KEY, "a public key (DER)")
    return None


def _signed(fields: Sequence[tlv.Node], tags: Sequence[int]) -> ForeignFile | None:
    """A request (RFC 2986 4.1) or a revocation list (RFC 5280 5.1)."""
    if tags != [tlv.SEQUENCE, tlv.SEQUENCE, tlv.BIT_STRING]:
        return None
    inner = [field.tag for field in _first(fields[0])]
    if inner[:3] == _REQUEST and inner[3:4] in ([], [tlv.CONTEXT_0]):
        return ForeignFile(ForeignKind.REQUEST, "a certificate signing request (DER)")
    version = 1 if inner[:1] == [tlv.INTEGER] else 0
    if inner[version + 2 : version + 3] in ([tlv.UTC_TIME], [tlv.GENERALIZED_TIME]):
        return ForeignFile(ForeignKind.REVOCATION_LIST, "a certificate revocation list (DER)")
    return None


def _first(node: tlv.Node) -> list[tlv.Node]:
    """At most `_MAX_FIELDS` + 1 elements of a SEQUENCE."""
    fields: list[tlv.Node] = []
    for child in node.expect(tlv.SEQUENCE, "SEQUENCE"):
        fields.append(child)
        if len(fields) > _MAX_FIELDS:
            break
    return fields
