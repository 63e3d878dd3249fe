"""Create SafeBags (RFC 7292 4.2), and change single fields of a SafeBag; the rest is copied."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import spliced
from unpin.model.entries import Attribute, KeyEntry, TrustedEntry
from unpin.model.errors import CannotWriteError, LimitExceededError
from unpin.stores.pkcs12.bags import Bag, BagKind
from unpin.stores.pkcs12.safe_bags import bags_inside, read_bags

_CERT_BAG: Final = tlv.encode_oid(BagKind.CERTIFICATE.oid)
_X509: Final = tlv.encode_oid(oids.X509_CERTIFICATE)
_ANY_USAGE: Final = Attribute(
    oids.TRUSTED_KEY_USAGE, tlv.element(tlv.SET, tlv.encode_oid(oids.ANY_EXTENDED_KEY_USAGE))
)
"""anyExtendedKeyUsage, which the JDK writes (PKCS12KeyStore.getTrustedKeyUsage)."""


def read_bag(raw: bytes) -> Bag | None:
    """Read a SafeBag; None if `raw` is something else, like the raw entry of another format."""
    try:
        bags = read_bags(tlv.element(tlv.SEQUENCE, raw), source="", room=2, exact=True)
    except (tlv.TlvError, LimitExceededError):
        return None
    return bags[0] if len(bags) == 1 and bags[0].raw == raw else None


def certificate_bag(der: bytes, attributes: Sequence[Attribute] = ()) -> bytes:
    """A CertBag with an X.509 certificate."""
    value = tlv.element(tlv.CONTEXT_0, tlv.element(tlv.OCTET_STRING, der))
    return tlv.element(
        tlv.SEQUENCE,
        _CERT_BAG,
        tlv.element(tlv.CONTEXT_0, tlv.element(tlv.SEQUENCE, _X509, value)),
        attribute_set(attributes),
    )


def bag_of(entry: TrustedEntry) -> bytes:
    """A new bag for an entry, with its alias, its trust and its other attributes.

    Raises CannotWriteError for an alias that a BMPString cannot hold.
    """
    name = friendly_name_attribute(entry.alias)
    attributes = [
        name if attribute.oid == oids.FRIENDLY_NAME else attribute for attribute in entry.attributes
    ]
    if name not in attributes:
        attributes.insert(0, name)
    if not entry.trusted:
        attributes = [
            attribute for attribute in attributes if attribute.oid != oids.TRUSTED_KEY_USAGE
        ]
    elif all(attribute.oid != oids.TRUSTED_KEY_USAGE for attribute in attributes):
        attributes.append(_ANY_USAGE)
    return certificate_bag(entry.certificate.der, attributes)


def friendly_name_attribute(alias: str) -> Attribute:
    """The friendlyName attribute. Raises CannotWriteError for half a surrogate pair."""
    try:
        text = alias.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise CannotWriteError(
            f"alias {alias[:40]!r}: half a surrogate pair, which PKCS12 does not hold",
            "give the entry another alias",
        ) from error
    return Attribute(oids.FRIENDLY_NAME, tlv.element(tlv.SET, tlv.element(tlv.BMP_STRING, text)))


def local_key_id_attribute(value: bytes) -> Attribute:
    """The localKeyID attribute, by which Java matches a key and its certificate."""
    return Attribute(oids.LOCAL_KEY_ID, tlv.element(tlv.SET, tlv.element(tlv.OCTET_STRING, value)))


def attribute_set(attributes: Sequence[Attribute]) -> bytes:
    """The attributes of a bag, its last field; b"" if there are none, as the field is optional."""
    return tlv.element(tlv.SET, *map(_encoded, attributes)) if attributes else b""


def renamed_bag(raw: bytes, alias: str) -> bytes:
    """The bag with another friendlyName; of several, the last is replaced, which Java uses."""
    return with_attribute(raw, friendly_name_attribute(alias))


def with_attribute(raw: bytes, attribute: Attribute) -> bytes:
    """The bag with the attribute: it replaces the last one of its type, or is appended.

    Raises CannotWriteError if the existing attributes cannot be read.
    """
    slices = _attributes(raw)
    mine = [at for at, encoded in enumerate(slices) if _oid(encoded) == attribute.oid]
    if mine:
        slices[mine[-1]] = _encoded(attribute)
    else:
        slices.append(_encoded(attribute))
    return _with_attributes(raw, slices)


def demoted(raw: bytes) -> bytes:
    """The bag of a certificate without trustedKeyUsage, the attribute for which Java trusts it."""
    return _with_attributes(raw, [r for r in _attributes(raw) if _oid(r) != oids.TRUSTED_KEY_USAGE])


def reread(entry: TrustedEntry | KeyEntry, raw: bytes, alias: str) -> TrustedEntry | KeyEntry:
    """The entry with another bag, its attributes, and another alias."""
    bag = read_bag(raw)
    attributes = entry.attributes if bag is None else bag.attributes
    return replace(entry, alias=alias, raw=raw, attributes=attributes)


def edited(safe_contents: bytes, bags: Sequence[bytes | None], more: Sequence[bytes]) -> bytes:
    """The SafeContents with `bags` in place of the bags of `read_bags`, and `more` at its end.

    None removes a bag. A bag of bags is rewritten only if a bag in it changes.
    """
    outer = tlv.read(safe_contents)
    kept = _edited(outer, iter(bags))
    return tlv.element(tlv.SEQUENCE, *kept, *more) + safe_contents[outer.end :]


def _edited(outer: tlv.Node, bags: Iterator[bytes | None]) -> list[bytes]:
    kept: list[bytes] = []
    for node in outer:
        inside = bags_inside(node)
        if inside is None:
            new = next(bags)
            if new is not None:
                kept.append(new)
            continue
        before = [child.raw for child in inside]
        after = _edited(inside, bags)
        if before == after:
            kept.append(node.raw)
        else:
            kept.append(spliced(node, (1, 0), tlv.element(tlv.SEQUENCE, *after)))
    return kept


def _attributes(raw: bytes) -> list[bytes]:
    """The raw attributes of a bag. Raises CannotWriteError if they cannot be read."""
    try:
        fields = tlv.read(raw).sequence("SafeBag", 2)
        slices = [child.raw for child in fields[2].expect(tlv.SET, "")] if fields[2:] else []
        for encoded in slices:
            _oid(encoded)
    except tlv.TlvError as error:
        raise CannotWriteError(
            f"a bag whose attributes cannot be read is not changed: {error}",
            "remove the entry and add it again",
        ) from error
    return slices


def _with_attributes(raw: bytes, attributes: Sequence[bytes]) -> bytes:
    fields = [child.raw for child in tlv.read(raw)]
    found = tlv.element(tlv.SET, *attributes) if attributes else b""
    return tlv.element(tlv.SEQUENCE, *fields[:2], found, *fields[3:])


def _oid(attribute: bytes) -> str:
    for child in tlv.read(attribute).expect(tlv.SEQUENCE, "attribute"):
        return child.oid()
    raise tlv.TlvError("empty attribute")


def _encoded(attribute: Attribute) -> bytes:
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(attribute.oid), attribute.values)
