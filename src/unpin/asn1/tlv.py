"""Read and write ASN.1 tag-length-value (X.690) on slices of the data; no length is trusted.

Reads DER, and the BER of real stores: indefinite lengths and constructed OCTET STRINGs. Nothing is
allocated from a length field, `MAX_DEPTH` limits the nesting, and the content of an element is
parsed only on demand. `name` is the name of the element in error messages.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

MAX_DEPTH: Final = 64
"""The deepest nesting that is read. Real certificates and stores stay below 20."""

MAX_INDEFINITE_ELEMENTS: Final = 300_000
"""The most elements that are read to find the end of an indefinite length, at all levels."""

DECODED_OID_OCTETS: Final = 1024
"""The longest object identifier that is decoded."""

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
ENUMERATED: Final = 0x0A
UTF8_STRING: Final = 0x0C
SEQUENCE: Final = 0x30
SET: Final = 0x31
NUMERIC_STRING: Final = 0x12
PRINTABLE_STRING: Final = 0x13
TELETEX_STRING: Final = 0x14
IA5_STRING: Final = 0x16
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
VISIBLE_STRING: Final = 0x1A
GENERAL_STRING: Final = 0x1B
UNIVERSAL_STRING: Final = 0x1C
BMP_STRING: Final = 0x1E
CONSTRUCTED_OCTET_STRING: Final = 0x24
"""An OCTET STRING in segments, which DER forbids."""

CONTEXT_0: Final = 0xA0
CONTEXT_1: Final = 0xA1
CONTEXT_2: Final = 0xA2
CONTEXT_3: Final = 0xA3
"""Context-specific tags of constructed elements, such as [0] EXPLICIT."""

PRIMITIVE_CONTEXT_0: Final = 0x80
PRIMITIVE_CONTEXT_1: Final = 0x81
PRIMITIVE_CONTEXT_2: Final = 0x82
"""Context-specific tags of primitive elements, such as [0] IMPLICIT INTEGER."""

LENGTH: Final = (
    rb"(?:[\x00-\x80]|\x81.|\x82.{2}|\x83.{3}|\x84.{4}|\x85.{5}|\x86.{6}|\x87.{7}|\x88.{8})"
)
"""The length octets of X.690 8.1.3 as a regular expression, for re.DOTALL."""

_PADDED_ARC: Final = re.compile(rb"[\x00-\x7f]\x80")
"""An arc that begins with the octet 80, which X.690 8.19.2 forbids."""

_CACHE_SIZE: Final = 1024
_CONSTRUCTED: Final = 0x20
_HIGH_TAG: Final = 0x1F
_LONG_FORM: Final = 0x80
_REMEMBERED: Final = 16_384
"""The octets from which the end of an element is remembered; what is shorter is scanned again."""


class TlvError(ValueError):
    """The bytes are not the expected element; the text says at which byte, and why."""


class Node:
    """An element inside `data`, as offsets; bytes are copied only on demand.

    `start`:`end` is the whole element with its header (and its end-of-contents octets if the
    length is indefinite), `body`:`body_end` its content. `tag` is the identifier octet, `depth`
    the nesting, 0 outermost.
    """

    __slots__ = ("body", "body_end", "data", "depth", "end", "start", "tag")

    def __init__(
        self, data: bytes, tag: int, start: int, body: int, body_end: int, end: int, depth: int
    ) -> None:
        self.data = data
        self.tag = tag
        self.start = start
        self.body = body
        self.body_end = body_end
        self.end = end
        self.depth = depth

    @property
    def raw(self) -> bytes:
        """The bytes of the whole element, header included."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        """The content octets."""
        return self.data[self.body : self.body_end]

    @property
    def constructed(self) -> bool:
        return bool(self.tag & _CONSTRUCTED)

    @property
    def indefinite(self) -> bool:
        """True for BER's indefinite length form (X.690 8.1.3.6)."""
        return self.end != self.body_end

    def __iter__(self) -> Iterator["Node"]:
        """Iterate over the elements of a constructed node.

        Raises TlvError if the node is primitive or its content is not a series of elements.
        """
        if not self.tag & _CONSTRUCTED:
            raise TlvError(f"tag {self.tag:#04x} at byte {self.start} has no elements")
        data, position, limit, depth = self.data, self.body, self.body_end, self.depth + 1
        # The fast path for short lengths: a certificate has about a hundred such elements.
        last = limit - 2 if depth <= MAX_DEPTH else -1
        while position < limit:
            if (
                position <= last
                and (length := data[position + 1]) < _LONG_FORM
                and (end := position + 2 + length) <= limit
                and (tag := data[position]) & _HIGH_TAG != _HIGH_TAG
            ):
                yield Node(data, tag, position, position + 2, end, end, depth)
                position = end
            else:
                child = read(data, position, limit, depth=depth)
                yield child
                position = child.end

    def children(self) -> list["Node"]:
        """The elements of a constructed node, in order."""
        return list(self)

    def expect(self, tag: int, name: str) -> "Node":
        """This node. Raises TlvError if its tag is not `tag`."""
        if self.tag != tag:
            raise TlvError(f"{name} expected at byte {self.start}, found tag {self.tag:#04x}")
        return self

    def sequence(self, name: str, at_least: int = 0) -> list["Node"]:
        """The elements of a SEQUENCE. Raises TlvError if there are fewer than `at_least`."""
        nodes = self.expect(SEQUENCE, name).children()
        if len(nodes) < at_least:
            raise TlvError(f"{name} has {len(nodes)} elements, {at_least} expected")
        return nodes

    def octets(self) -> bytes:
        """The value of an OCTET STRING; the segments of BER are joined (X.690 8.7.3)."""
        if not self.constructed:
            return self.content
        if self.indefinite:
            segments: list[bytes] = []
            _segments(self, self.start, self.depth, segments)
            return b"".join(segments)
        return b"".join(segment.octets() for segment in self)

    def integer(self) -> int:
        """The value of an INTEGER, signed. Raises TlvError for another type and for no octets."""
        content = self.expect(INTEGER, "INTEGER").content
        if not content:
            raise TlvError(f"empty INTEGER at byte {self.start}")
        return int.from_bytes(content, "big", signed=True)

    def oid(self) -> str:
        """The value of an OBJECT IDENTIFIER in dotted form. Raises TlvError if it is malformed."""
        return decode_oid(self.expect(OID, "OBJECT IDENTIFIER").content)


class _IndefiniteNode(Node):
    """An element of indefinite length; `ends` says where the content of long ones in it ends."""

    __slots__ = ("ends",)

    def __init__(
        self, data: bytes, start: int, body_end: int, depth: int, ends: dict[int, int]
    ) -> None:
        super().__init__(data, data[start], start, start + 2, body_end, body_end + 2, depth)
        self.ends = ends

    def __iter__(self) -> Iterator[Node]:
        position, depth = self.body, self.depth + 1
        while position < self.body_end:
            known = self.ends.get(position)
            child = (
                read(self.data, position, self.body_end, depth=depth)
                if known is None
                else _IndefiniteNode(self.data, position, known, depth, self.ends)
            )
            yield child
            position = child.end


def read(data: bytes, position: int = 0, limit: int | None = None, *, depth: int = 0) -> Node:
    """Read the element at byte `position`, which must end by `limit` (None: the end of `data`).

    `depth` is its nesting. Raises TlvError for an element that is truncated, nested too deeply, or
    of a form that X.690 forbids or certificates and stores do not use.
    """
    if limit is None:
        limit = len(data)
    if depth > MAX_DEPTH:
        raise TlvError(f"nested more than {MAX_DEPTH} deep at byte {position}")
    if position + 2 > limit:
        raise TlvError(f"truncated at byte {position}")
    start = position
    tag = data[position]
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise TlvError(f"multi-byte tag at byte {position} is not used in certificates or stores")
    length = data[position + 1]
    position += 2
    if length < _LONG_FORM:
        end = position + length
    elif length == _LONG_FORM:
        if not tag & _CONSTRUCTED:
            raise TlvError(f"indefinite length on a primitive tag at byte {start}")
        return _indefinite(data, start, limit, depth)
    else:
        octets = length & 0x7F
        if octets > 8 or position + octets > limit:
            raise TlvError(f"length field at byte {start} runs past the end")
        end = position + octets + int.from_bytes(data[position : position + octets], "big")
        position += octets
    if end > limit:
        raise TlvError(
            f"element at byte {start} claims {end - position} bytes, {limit - position} remain"
        )
    return Node(data, tag, start, position, end, end, depth)


def _indefinite(data: bytes, start: int, limit: int, depth: int) -> Node:
    """The element of indefinite length at `start`, whose end-of-contents octets are looked for.

    NOTE: a Node for each element, or a scan for each level, takes several times as long.
    """
    ends: dict[int, int] = {}
    levels = [start]
    position = start + 2
    for _ in range(MAX_INDEFINITE_ELEMENTS):
        if position + 2 > limit:
            raise TlvError(f"indefinite length at byte {levels[-1]} has no end-of-contents")
        tag, length = data[position], data[position + 1]
        plain = tag & _HIGH_TAG != _HIGH_TAG and depth + len(levels) <= MAX_DEPTH
        if not tag and not length:
            begun = levels.pop()
            if not levels:
                return _IndefiniteNode(data, start, position, depth, ends)
            if position - begun >= _REMEMBERED:
                ends[begun] = position
            position += 2
        elif plain and length < _LONG_FORM and position + 2 + length <= limit:
            position += 2 + length
        elif plain and length == _LONG_FORM and tag & _CONSTRUCTED:
            levels.append(position)
            position += 2
        else:
            position = read(data, position, limit, depth=depth + len(levels)).end
    raise TlvError(f"indefinite length at byte {start} holds too many elements")


def only(data: bytes, name: str) -> Node:
    """The single element of `data`. Raises TlvError if bytes follow it."""
    node = read(data)
    if node.end != len(data):
        raise TlvError(f"{len(data) - node.end} bytes after the {name}")
    return node


def definite(node: Node) -> bytes:
    """The element with definite lengths, as sun.security.util.DerIndefLenConverter rewrites BER.

    An element whose length is definite keeps its content as it is.
    """
    if not node.indefinite:
        return element(node.tag, node.content)
    return _definite(node, node.start, node.depth)[0]


def _definite(within: Node, start: int, depth: int) -> tuple[bytes, int]:
    """The indefinite element at `start`, inside an element that was read, and where it ends.

    NOTE: a Node for each level would look for the end of all that is below it, again and again.
    """
    data, position, parts = within.data, start + 2, []
    while data[position] or data[position + 1]:
        if data[position + 1] == _LONG_FORM:
            part, position = _definite(within, position, depth + 1)
        else:
            child = read(data, position, within.end, depth=depth + 1)
            part, position = element(child.tag, child.content), child.end
        parts.append(part)
    return element(data[start], *parts), position + 2


def _segments(within: Node, start: int, depth: int, found: list[bytes]) -> int:
    """The same for the segments of an OCTET STRING, which go to `found`; where it ends."""
    data, position = within.data, start + 2
    while data[position] or data[position + 1]:
        if data[position + 1] == _LONG_FORM:
            position = _segments(within, position, depth + 1, found)
        else:
            child = read(data, position, within.end, depth=depth + 1)
            found.append(child.octets())
            position = child.end
    return position + 2


@lru_cache(maxsize=_CACHE_SIZE)
def decode_oid(content: bytes) -> str:
    """The dotted form of an OBJECT IDENTIFIER from its content octets (X.690 8.19).

    Raises TlvError for octets that X.690 forbids, and for more than `DECODED_OID_OCTETS`.
    """
    check_oid(content)
    if len(content) > DECODED_OID_OCTETS:
        raise TlvError(f"OBJECT IDENTIFIER of more than {DECODED_OID_OCTETS} octets")
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def check_oid(content: bytes) -> None:
    """Check the content octets of an OBJECT IDENTIFIER. Raises TlvError for what X.690 forbids."""
    if not content or content[-1] & 0x80:
        raise TlvError("truncated OBJECT IDENTIFIER")
    if content[0] == 0x80 or _PADDED_ARC.search(content):
        raise TlvError("OBJECT IDENTIFIER with a padded arc")


def element(tag: int, *parts: bytes) -> bytes:
    """A DER element; its content is `parts`, joined."""
    body = b"".join(parts)
    length = len(body)
    if length < _LONG_FORM:
        return bytes((tag, length)) + body
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(octets))) + octets + body


def encode_oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER element from the dotted form."""
    arcs = [int(arc) for arc in dotted.split(".")]
    out = bytearray()
    for arc in [arcs[0] * 40 + arcs[1], *arcs[2:]]:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return element(OID, bytes(out))


def encode_integer(value: int) -> bytes:
    """The INTEGER element of a non-negative value."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))
