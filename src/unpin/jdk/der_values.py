"""Read DER as sun.security.util.DerValue and DerInputStream of the JDK do, with their refusals.

Java asks of an element what the caller wants of it: bytes that nobody asks for are not looked at.
"""

from collections.abc import Iterator
from typing import Final

from unpin.asn1 import tlv

_MAX_LENGTH_OCTETS: Final = 4
_MAX_OID_OCTETS: Final = 4096
_INT: Final = range(-(2**31), 2**31)


class JavaRefusalError(ValueError):
    """The JDK refuses these bytes as a certificate; the text says why."""


def der_value(data: bytes, name: str) -> tlv.Node:
    """The single element of `data`, as DerValue(byte[]). Raises JavaRefusalError or TlvError."""
    node = tlv.only(data, name)
    return _checked(tlv.only(tlv.definite(node), name) if node.indefinite else node)


def elements(node: tlv.Node) -> Iterator[tlv.Node]:
    """The elements in the content of `node`, even where its tag is primitive (DerValue.data)."""
    return map(_checked, node if node.constructed else with_tag(node, node.tag | 0x20))


def take(nodes: Iterator[tlv.Node], what: str) -> tlv.Node:
    """The next element. Raises JavaRefusalError where there is none."""
    node = next(nodes, None)
    if node is None:
        raise JavaRefusalError(f"it ends before its {what}")
    return node


def first(node: tlv.Node, what: str) -> tlv.Node:
    """The first element in the content of `node`; what follows is not read."""
    return take(elements(node), what)


def sequence(node: tlv.Node, what: str, tag: int = tlv.SEQUENCE) -> Iterator[tlv.Node]:
    """The elements of a SEQUENCE, or of an element with `tag`."""
    return elements(node.expect(tag, what))


def with_tag(node: tlv.Node, tag: int) -> tlv.Node:
    """The element under another tag (DerValue.resetTag)."""
    return tlv.Node(node.data, tag, node.start, node.body, node.body_end, node.end, node.depth)


def context(node: tlv.Node) -> tuple[int, bool] | None:
    """The number of a context-specific tag, and whether it is constructed; None for other tags."""
    return (node.tag & 0x1F, node.constructed) if node.tag & 0xC0 == 0x80 else None


def java_boolean(node: tlv.Node) -> bool:
    """DerValue.getBoolean, whatever the tag."""
    if len(node.content) != 1:
        raise JavaRefusalError("a BOOLEAN that is not one octet")
    return node.content != b"\0"


def small(node: tlv.Node, tag: int = tlv.INTEGER) -> int:
    """DerValue.getInteger: a number of 32 bits."""
    number = with_tag(node.expect(tag, "INTEGER"), tlv.INTEGER).integer()
    if number not in _INT:
        raise JavaRefusalError("a number of more than 31 bits")
    return number


def positive(node: tlv.Node, what: str) -> int:
    """DerValue.getPositiveBigInteger: the sign bit counts as a bit of the number."""
    node.expect(tlv.INTEGER, what).integer()
    return int.from_bytes(node.content, "big")


def oid(node: tlv.Node) -> str:
    """DerValue.getOID in dotted form; of more than tlv.DECODED_OID_OCTETS, in hexadecimal."""
    content = node.expect(tlv.OID, "OBJECT IDENTIFIER").content
    tlv.check_oid(content)
    if len(content) > _MAX_OID_OCTETS:
        raise JavaRefusalError(f"an OBJECT IDENTIFIER of more than {_MAX_OID_OCTETS} octets")
    return tlv.decode_oid(content) if len(content) <= tlv.DECODED_OID_OCTETS else content.hex()


def bits(node: tlv.Node, *, implicit: bool = False) -> bytes:
    """DerValue.getUnalignedBitString: the number of unused bits, then the octets without these."""
    content = node.content if implicit else node.expect(tlv.BIT_STRING, "BIT STRING").content
    if not content or content[0] > 7 or (len(content) == 1 and content[0]):
        raise JavaRefusalError("a malformed BIT STRING")
    if not content[0]:
        return content
    return content[:-1] + bytes((content[-1] & 0xFF << content[0] & 0xFF,))


def octets(node: tlv.Node) -> bytes:
    """DerValue.getOctetString, in segments too."""
    if node.tag == tlv.OCTET_STRING:
        return node.content
    if not (node.constructed and node.tag & 0x1F == tlv.OCTET_STRING):
        raise JavaRefusalError(f"an OCTET STRING expected, found tag {node.tag:#04x}")
    return b"".join(map(octets, elements(node)))


def check_time(node: tlv.Node, tag: int) -> None:
    """DerValue.getTimeInternal: seconds are optional before Z, and an offset is allowed.

    Raises JavaRefusalError. `tag` says which of the two times it is.
    """
    if not _is_time(node.content, tag):
        raise JavaRefusalError("a time that Java cannot read")


def _is_time(text: bytes, tag: int) -> bool:
    if tag == tlv.UTC_TIME and not 11 <= len(text) <= 17:
        return False
    year = 2 if tag == tlv.UTC_TIME else 4
    zone = text[-1:] if text.endswith(b"Z") else text[-5:]
    digits = text[: len(text) - len(zone)]
    if zone != b"Z" and not (zone[:1] in b"+-" and _digits(zone[1:], 4)):
        return False
    if tag != tlv.UTC_TIME:
        digits, separator, fraction = digits.replace(b",", b".").partition(b".")
        if separator and not (_digits(fraction) and len(digits) == year + 10):
            return False
    if not (_digits(digits, year + 10) or (zone == b"Z" and _digits(digits, year + 8))):
        return False
    month, day, hour, minute, second = (
        int(digits[at : at + 2] or b"0") for at in range(year, year + 10, 2)
    )
    if zone != b"Z" and (int(zone[1:3]) > 23 or int(zone[3:]) > 59):
        return False
    return 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60


def _digits(text: bytes, number: int | None = None) -> bool:
    return text.isdigit() and number in (None, len(text))


def _checked(node: tlv.Node) -> tlv.Node:
    if node.end != node.body_end:  # asked of each element: a property would take twice as long
        raise JavaRefusalError(
            "an indefinite length inside a definite one, which Java reads in some places only"
        )
    if node.body - node.start > 2 + _MAX_LENGTH_OCTETS:
        raise JavaRefusalError(f"a length in more than {_MAX_LENGTH_OCTETS} octets")
    return node
