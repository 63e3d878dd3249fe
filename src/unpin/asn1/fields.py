"""Read the typed fields that certificates and stores share from their TLV (RFC 5280 4.1)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

from unpin.asn1 import tlv

MAX_FIELDS: Final = 16
"""Most elements of a SEQUENCE of fields; the longest that is known has ten."""


def fields_of(node: tlv.Node, what: str, at_least: int = 0) -> list[tlv.Node]:
    """The elements of a SEQUENCE of few fields, without building a hostile list of millions.

    Raises tlv.TlvError for fewer than `at_least` and more than `MAX_FIELDS`, which names `what`.
    """
    found: list[tlv.Node] = []
    for child in node.expect(tlv.SEQUENCE, what):
        if len(found) == MAX_FIELDS:
            raise tlv.TlvError(f"{what} has more than {MAX_FIELDS} elements")
        found.append(child)
    if len(found) < at_least:
        raise tlv.TlvError(f"{what} has {len(found)} elements, {at_least} expected")
    return found


def pair(node: tlv.Node, what: str) -> tuple[tlv.Node, tlv.Node]:
    """The elements of a SEQUENCE of two. Raises tlv.TlvError for any other count."""
    fields = fields_of(node, what, 2)
    if len(fields) > 2:
        raise tlv.TlvError(f"{what} has {len(fields)} elements, 2 expected")
    return fields[0], fields[1]


class AlgorithmIdentifier(NamedTuple):
    """An AlgorithmIdentifier (RFC 5280 4.1.1.2): `parameters` is None where they are absent."""

    oid: str
    parameters: tlv.Node | None

    def required(self, what: str) -> tlv.Node:
        """The parameters. Raises tlv.TlvError, which names `what`, where they are absent."""
        if self.parameters is None:
            raise tlv.TlvError(f"{what} without parameters")
        return self.parameters


def algorithm_identifier(node: tlv.Node, what: str) -> AlgorithmIdentifier:
    """Read an AlgorithmIdentifier; what follows the parameters is passed over."""
    fields = fields_of(node, what, 1)
    return AlgorithmIdentifier(fields[0].oid(), fields[1] if len(fields) > 1 else None)


def octet_string(node: tlv.Node, what: str) -> bytes:
    """The value of an OCTET STRING, primitive or in BER's segments (X.690 8.7)."""
    if node.tag not in (tlv.OCTET_STRING, tlv.CONSTRUCTED_OCTET_STRING):
        raise tlv.TlvError(f"{what} expected at byte {node.start}, found tag {node.tag:#04x}")
    return node.octets()


def explicit(node: tlv.Node, what: str) -> tlv.Node:
    """The first element inside [0] EXPLICIT (X.690 8.14)."""
    for child in node.expect(tlv.CONTEXT_0, what):
        return child
    raise tlv.TlvError(f"empty {what} at byte {node.start}")


def boolean(node: tlv.Node) -> bool:
    """The value of a BOOLEAN; any octets but a single zero are TRUE (X.690 8.2)."""
    return node.content != b"\x00"


def named_bits(node: tlv.Node, what: str) -> frozenset[int]:
    """The numbers of the bits that are set in a BIT STRING with a named bit list (X.680 22)."""
    octets = node.expect(tlv.BIT_STRING, what).content[1:]
    return frozenset(
        8 * at + bit for at, octet in enumerate(octets) for bit in range(8) if octet & 0x80 >> bit
    )


def object_identifiers(node: tlv.Node, what: str) -> tuple[str, ...]:
    """The elements of a SEQUENCE OF OBJECT IDENTIFIER, as in ExtKeyUsage (RFC 5280 4.2.1.12)."""
    return tuple(child.oid() for child in node.expect(tlv.SEQUENCE, what))


def general_names(node: tlv.Node, what: str) -> tuple[tuple[int, bytes], ...]:
    """The tag and the content of each of the GeneralNames (RFC 5280 4.2.1.6)."""
    return tuple((name.tag, name.content) for name in node.expect(tlv.SEQUENCE, what))


def time_of(node: tlv.Node) -> datetime:
    """The moment of a UTCTime or GeneralizedTime (RFC 5280 4.1.2.5), aware, in UTC.

    Takes the offsets, fractions and missing seconds of old certificates, and a second 60. Raises
    ValueError and OverflowError for what is no time.
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
    """The element at the end of a path of 0-based positions."""
    for index in path:
        node = node.children()[index]
    return node


def spliced(node: tlv.Node, path: Sequence[int], new: bytes) -> bytes:
    """The element with `new` for the element at `path`; the frames around it become DER."""
    if not path:
        return new
    return tlv.element(
        node.tag,
        *(
            spliced(child, path[1:], new) if index == path[0] else child.raw
            for index, child in enumerate(node)
        ),
    )
