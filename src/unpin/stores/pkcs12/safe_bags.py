"""Read the SafeBags of a PKCS12 store (RFC 7292 4.2), and say how the JDK reads each."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import explicit, octet_string, pair
from unpin.model.certificate import Certificate
from unpin.model.entries import Attribute
from unpin.model.errors import LimitExceededError
from unpin.stores.formats import MAX_WITHOUT_CERTIFICATE, too_many_without
from unpin.stores.java.data_streams import java_bytes
from unpin.stores.pkcs12.bags import BAG_ARC, Bag, BagKind
from unpin.stores.pkcs12.usual_bags import KNOWN_CERTIFICATES, usual_bag

MAX_BAGS: Final = 100_000
"""The most SafeBags of a store."""

MAX_ATTRIBUTES: Final = 1_000
"""The most attributes of a SafeBag."""

_LONE: Final = re.compile(
    "(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])(?s:.)?"
)
_KEYS: Final = frozenset({BagKind.KEY, BagKind.SHROUDED_KEY, BagKind.SECRET})


def read_bags(
    safe_contents: bytes, *, source: str, room: int = MAX_BAGS, exact: bool = False
) -> list[Bag]:
    """Read a SafeContents. Raises tlv.TlvError, and LimitExceededError beyond `room` bags.

    So it is for more than `MAX_WITHOUT_CERTIFICATE` that give entries without a certificate: the
    others are not read. Java ignores bytes after the bags. `exact` refuses them, because they may
    show a wrong password.
    """
    bags: list[Bag] = []
    without = 0
    read = tlv.only(safe_contents, "SafeContents") if exact else tlv.read(safe_contents)
    for bag in _bags(read.expect(tlv.SEQUENCE, "SafeContents"), nested=False):
        if len(bags) == room:
            raise LimitExceededError(f"{source}: more than {MAX_BAGS} bags")
        bags.append(bag)
        # Below that, no certificate is parsed before it is asked for.
        if len(bags) > MAX_WITHOUT_CERTIFICATE:
            new = bags if len(bags) == MAX_WITHOUT_CERTIFICATE + 1 else (bag,)
            without += sum(map(_is_without_certificate, new))
            # The first key may have a chain without a localKeyID (ChainBuilder).
            if without > MAX_WITHOUT_CERTIFICATE + 1:
                raise too_many_without(source)
    return bags


def _is_without_certificate(bag: Bag) -> bool:
    """Whether the entry of the bag has no certificate, whatever the other bags hold."""
    if bag.certificate is not None:
        return bag.certificate.problem is not None
    return bag.kind is not BagKind.SHROUDED_KEY or bag.local_key_id is None


def _bags(outer: tlv.Node, *, nested: bool) -> Iterator[Bag]:
    if nested or outer.indefinite:
        for index, node in enumerate(outer):
            yield from _bags_of(node, nested=nested, first=index == 0)
        return
    data, position, limit = outer.data, outer.body, outer.body_end
    while position < limit:
        first = position == outer.body
        usual = usual_bag(data, position, limit, first=first)
        if usual is not None:
            yield usual
            position += len(usual.raw)
            continue
        node = tlv.read(data, position, limit, depth=outer.depth + 1)
        yield from _bags_of(node, nested=False, first=first)
        position = node.end


def _bags_of(node: tlv.Node, *, nested: bool, first: bool) -> Iterator[Bag]:
    """The bag, or the bags that it holds."""
    try:
        oid, value, attributes = _fields(node)
        kind = _kind(oid)
    except tlv.TlvError as error:
        refusal = "" if nested else str(error)
        yield Bag(node.raw, None, nested=nested, reason=str(error), refusal=refusal)
        return
    if _holds_bags(kind, value):
        yield from _bags(value, nested=True)
    else:
        reason = "" if kind else f"bag of unknown type {oid}"
        yield _bag(node.raw, kind, value, attributes, reason, first=first, nested=nested)


def bags_inside(node: tlv.Node) -> tlv.Node | None:
    """The SafeContents in a bag of bags; None for any other bag."""
    try:
        oid, value, _ = _fields(node)
        return value if _holds_bags(_kind(oid), value) else None
    except tlv.TlvError:
        return None


def _holds_bags(kind: BagKind | None, value: tlv.Node) -> bool:
    return kind is BagKind.SAFE_CONTENTS and value.tag == tlv.SEQUENCE


def _fields(node: tlv.Node) -> tuple[str, tlv.Node, tlv.Node | None]:
    """The OID, the value and the attributes of a SafeBag.

    NOTE: Java treats attributes that it cannot read, or that are not a SET, as absent
    (PKCS12KeyStore.loadSafeContents catches the exception of getSet).
    """
    fields = iter(node.expect(tlv.SEQUENCE, "SafeBag"))
    oid, value = next(fields, None), next(fields, None)
    if oid is None or value is None:
        raise tlv.TlvError(f"SafeBag of fewer than 2 elements at byte {node.start}")
    try:
        attributes = next(fields, None)
    except tlv.TlvError:
        attributes = None
    if attributes is not None and attributes.tag != tlv.SET:
        attributes = None
    return oid.oid(), explicit(value, "bag value"), attributes


def _bag(
    raw: bytes,
    kind: BagKind | None,
    value: tlv.Node,
    attributes: tlv.Node | None,
    reason: str,
    *,
    first: bool,
    nested: bool,
) -> Bag:
    try:
        read = _Attributes(attributes)
    except _TooManyError as error:
        return Bag(raw, None, nested=nested, reason=str(error))
    refusal, certificate = read.refusal, None
    try:
        if kind is BagKind.CERTIFICATE:
            certificate = (_certificate if nested else _known_certificate)(value)
        elif kind is BagKind.SECRET:
            _typed_octets(value, "SecretBag")
    except tlv.TlvError as error:
        kind, reason = None, str(error)
        refusal = refusal or reason
    return Bag(
        raw,
        kind,
        first=first,
        nested=nested,
        alias=read.alias,
        local_key_id=read.local_key_id,
        trusted=read.trusted,
        attributes=read.attributes,
        certificate=certificate,
        reason=reason,
        refusal="" if nested else refusal,
        sealed=value.raw if kind in _KEYS else b"",
    )


def _kind(oid: str) -> BagKind | None:
    try:
        return BagKind(oid.removeprefix(BAG_ARC)) if oid.startswith(BAG_ARC) else None
    except ValueError:
        return None


def _certificate(value: tlv.Node) -> Certificate:
    """Read a CertBag. Java ignores the certificate type: any type may hold an X.509 certificate."""
    return Certificate(java_bytes(_typed_octets(value, "CertBag")))


def _known_certificate(value: tlv.Node) -> Certificate:
    """The same of a CertBag outside of other bags.

    NOTE: how deep a bag is nested decides whether it is read (tlv.MAX_DEPTH), too, not its bytes
    alone.
    """
    raw = value.raw
    known = KNOWN_CERTIFICATES.get(raw)
    if known is None:
        known = _certificate(value)
        KNOWN_CERTIFICATES.keep(raw, known)
    return known


def _typed_octets(value: tlv.Node, what: str) -> bytes:
    """The OCTET STRING of a CertBag or SecretBag (RFC 7292 4.2.3 and 4.2.5)."""
    kind, held = pair(value, what)
    kind.oid()
    return octet_string(explicit(held, f"value of {what}"), f"value of {what}")


class _TooManyError(tlv.TlvError):
    """More attributes than unpin reads; Java reads them all."""


class _Attributes:
    """The attributes of a bag as Java reads them: the last of several of the same type counts.

    `refusal` says which attribute Java refuses; the other attributes are read all the same.
    """

    def __init__(self, node: tlv.Node | None) -> None:
        self.attributes: tuple[Attribute, ...] = ()
        self.alias: str | None = None
        self.local_key_id: bytes | None = None
        self.trusted = False
        self.refusal = ""
        try:
            self.attributes = tuple(_attributes(node)) if node is not None else ()
        except _TooManyError:
            raise
        except tlv.TlvError as error:
            self.refusal = f"attributes: {error}"
        for attribute in self.attributes:
            try:
                self._take(attribute)
            except tlv.TlvError as error:
                self.refusal = self.refusal or f"attribute {attribute.oid}: {error}"

    def _take(self, attribute: Attribute) -> None:
        for _ in tlv.read(attribute.values):
            pass  # Java divides the values of every attribute into elements
        if attribute.oid == oids.TRUSTED_KEY_USAGE:
            self.trusted = True
            for usage in tlv.read(attribute.values):
                usage.oid()
        elif attribute.oid == oids.LOCAL_KEY_ID:
            self.local_key_id = octet_string(_first_value(attribute), "localKeyID")
        elif attribute.oid == oids.FRIENDLY_NAME:
            value = _first_value(attribute)
            if value.tag == tlv.UTF8_STRING:
                self.alias = value.content.decode("utf-8", "replace")
            else:
                self.alias = _bmp_text(value.content)
            value.expect(tlv.BMP_STRING, "friendlyName")


def _attributes(node: tlv.Node) -> Iterator[Attribute]:
    for child in _elements(node):
        kind, values = pair(child, "attribute")
        oid, raw = kind.oid(), values.expect(tlv.SET, "attribute values").raw
        yield _shared_usage(oid, raw) if oid == oids.TRUSTED_KEY_USAGE else Attribute(oid, raw)


@lru_cache(maxsize=16)
def _shared_usage(oid: str, values: bytes) -> Attribute:
    """The attribute that all trusted certificates of a store have alike."""
    return Attribute(oid, values)


def _bmp_text(content: bytes) -> str:
    """Decode UTF-16BE as Java's String does: a lone high surrogate also consumes the next unit."""
    with suppress(UnicodeDecodeError):
        return content.decode("utf-16-be")
    units = [chr(high << 8 | low) for high, low in zip(content[::2], content[1::2], strict=False)]
    text = _LONE.sub("\ufffd", "".join(units)) + "\ufffd" * (len(content) % 2)
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be")


def _elements(node: tlv.Node) -> list[tlv.Node]:
    """The elements of a bag's attributes; empty if they are not valid elements (see _fields)."""
    try:
        found = list(islice(node, MAX_ATTRIBUTES + 1))
    except tlv.TlvError:
        return []
    if len(found) > MAX_ATTRIBUTES:
        raise _TooManyError(f"more than {MAX_ATTRIBUTES} attributes")
    return found


def _first_value(attribute: Attribute) -> tlv.Node:
    for value in tlv.read(attribute.values):
        return value
    raise tlv.TlvError("no value")
