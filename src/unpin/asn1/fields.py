"""Read the typed fields that certificates and stores share from their TLV (RFC 5280 4.1)."""

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
