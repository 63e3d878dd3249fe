"""Read the typed fields of certificates and stores from their ASN.1 elements (RFC 5280 4.1).

`name` is the name of the element in error messages. Each function that has this parameter raises
tlv.TlvError for an element of another type.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

from unpin.asn1 import tlv

MAX_FIELDS: Final = 16
"""The most elements that a SEQUENCE of fields may have; the longest known has ten."""


def fields_of(node: tlv.Node, name: str, at_least: int = 0) -> list[tlv.Node]:
    """The elements of a SEQUENCE of a few fields; a hostile SEQUENCE is not read to its end.

    Raises tlv.TlvError for fewer than `at_least` and for more than `MAX_FIELDS` elements.
    """
    fields: list[tlv.Node] = []
    for child in node.expect(tlv.SEQUENCE, name):
        if len(fields) == MAX_FIELDS:
            raise tlv.TlvError(f"{name} has more than {MAX_FIELDS} elements")
        fields.append(child)
    if len(fields) < at_least:
        raise tlv.TlvError(f"{name} has {len(fields)} elements, {at_least} expected")
    return fields


def pair(node: tlv.Node, name: str) -> tuple[tlv.Node, tlv.Node]:
    """The two elements of a SEQUENCE. Raises tlv.TlvError for any other number of elements."""
    fields = fields_of(node, name, 2)
    if len(fields) > 2:
        raise tlv.TlvError(f"{name} has {len(fields)} elements, 2 expected")
    return fields[0], fields[1]


class AlgorithmIdentifier(NamedTuple):
    """An AlgorithmIdentifier (RFC 5280 4.1.1.2); `parameters` is None if they are absent."""

    oid: str
    parameters: tlv.Node | None

    def required(self, name: str) -> tlv.Node:
        """The parameters. Raises tlv.TlvError if they are absent; its text begins with `name`."""
        if self.parameters is None:
            raise tlv.TlvError(f"{name} without parameters")
        return self.parameters


def algorithm_identifier(node: tlv.Node, name: str) -> AlgorithmIdentifier:
    """Read an AlgorithmIdentifier; elements after the parameters are ignored."""
    fields = fields_of(node, name, 1)
    return AlgorithmIdentifier(fields[0].oid(), fields[1] if len(fields) > 1 else None)


def octet_string(node: tlv.Node, name: str) -> bytes:
    """The value of an OCTET STRING, primitive or in segments as BER allows (X.690 8.7)."""
    if node.tag not in (tlv.OCTET_STRING, tlv.CONSTRUCTED_OCTET_STRING):
        raise tlv.TlvError(f"{name} expected at byte {node.start}, found tag {node.tag:#04x}")
    return node.octets()


def explicit(node: tlv.Node, name: str) -> tlv.Node:
    """The first element inside [0] EXPLICIT (X.690 8.14)."""
    for child in node.expect(tlv.CONTEXT_0, name):
        return child
    raise tlv.TlvError(f"empty {name} at byte {node.start}")


def boolean(node: tlv.Node) -> bool:
    """The value of a BOOLEAN; everything but a single zero octet is TRUE (X.690 8.2)."""
    return node.content != b"\x00"


def named_bits(node: tlv.Node, name: str) -> frozenset[int]:
    """The numbers (from 0) of the set bits of a BIT STRING with a named bit list (X.680 22)."""
    octets = node.expect(tlv.BIT_STRING, name).content[1:]
    return frozenset(
        8 * at + bit for at, octet in enumerate(octets) for bit in range(8) if octet & 0x80 >> bit
    )


def object_identifiers(node: tlv.Node, name: str) -> tuple[str, ...]:
    """The identifiers of a SEQUENCE OF OBJECT IDENTIFIER: ExtKeyUsage (RFC 5280 4.2.1.12)."""
    return tuple(child.oid() for child in node.expect(tlv.SEQUENCE, name))


def general_names(node: tlv.Node, name: str) -> tuple[tuple[int, bytes], ...]:
    """The tag and the content octets of each GeneralName of GeneralNames (RFC 5280 4.2.1.6)."""
    return tuple((child.tag, child.content) for child in node.expect(tlv.SEQUENCE, name))


def time_of(node: tlv.Node) -> datetime:
    """The moment of a UTCTime or GeneralizedTime (RFC 5280 4.1.2.5) as aware UTC.

    Accepts the offsets, fractions and missing seconds of old certificates, and second 60. Raises
    ValueError or OverflowError for a malformed time.
    """
    text = node.content.decode("ascii")
    digits = text.rstrip("Z")
    offset = timedelta()
    for sign in "+-":
        if sign in digits:
            digits, _, zone = digits.partition(sign)
            offset = timedelta(hours=int(zone[:2]), minutes=int(zone[2:4] or 0))
            offset = -offset if sign == "-" else offset
    digits = digits.partition(".")[0]
    if node.tag == tlv.UTC_TIME:
        year, rest = int(digits[:2]), digits[2:]
        year += 2000 if year < 50 else 1900
    else:
        year, rest = int(digits[:4]), digits[4:]
    month, day, hour, minute, second = (int(rest[i : i + 2] or 0) for i in range(0, 10, 2))
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset))
    return moment.astimezone(UTC)


def field_at(node: tlv.Node, path: Sequence[int]) -> tlv.Node:
    """The descendant of `node` that a path of 0-based positions leads to."""
    for index in path:
        node = node.children()[index]
    return node


def spliced(node: tlv.Node, path: Sequence[int], new: bytes) -> bytes:
    """`node` with the element at `path` replaced by `new`; the elements around it become DER.

    `path` is as in `field_at`.
    """
    if not path:
        return new
    return tlv.element(
        node.tag,
        *(
            spliced(child, path[1:], new) if index == path[0] else child.raw
            for index, child in enumerate(node)
        ),
    )
