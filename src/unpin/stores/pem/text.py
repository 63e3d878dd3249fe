"""Find the blocks of a PEM text in linear time: its encoding, its markers, what is between them."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.model.encoding_faults import FaultKind
from unpin.model.formats import Variant
from unpin.model.values import frozen

_BEGIN: Final = b"-----BEGIN "
_DASHES: Final = b"-----"
_MARKER: Final = re.compile(rb"-----(?:(BEGIN)|END) ")
_LABEL: Final = re.compile(rb"[ -,./-\[\]-~]{0,64}-----")
_UNCLOSED: Final = re.compile(rb"-----BEGIN [^\r\n]*+[A-Za-z0-9+/=\s]*+")
_LINE: Final = 200
"""How far before a marker the start of its line is looked for."""

_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LONGEST_LABEL: Final = 64
BREAKS_OFF: Final = "the file ends inside this block, before its END line"
"""The problem of a last block that broke off."""
_BLANKS: Final = b" \t"
_SPACE: Final = b" \t\n\r\v\f"


@frozen
class PemText:
    """The file as one byte a character, and how to get from there to the file's own bytes.

    `start` is where the text begins, after a byte order mark; `width` the bytes of a character.
    """

    data: bytes
    ascii: bytes
    start: int
    width: int
    codec: str
    fault: FaultKind | None
    newline: bytes

    @property
    def variant(self) -> Variant:
        return Variant.PLAIN if self.width == 1 else Variant(self.codec.upper())

    def original(self, start: int, end: int) -> bytes:
        """The file's bytes of the characters `start` to `end`, the odd last byte included."""
        first = self.start + start * self.width
        last = len(self.data) if end == len(self.ascii) else self.start + end * self.width
        return self.data[first:last]

    def decoded(self, start: int, end: int) -> str:
        return self.original(start, end).decode(self.codec, "replace")


@frozen
class TextBlock:
    """One block: `start` (with the text before it), `begin` (its marker), `end`, as characters.

    `body` is its base64 without line ends; `problem` says why there is none. `closed` says that it
    has its END line.
    """

    label: str
    start: int
    begin: int
    end: int
    line: int
    body: bytes
    faults: tuple[FaultKind, ...] = ()
    problem: str | None = None
    closed: bool = True

    @property
    def holds_key(self) -> bool:
        """Whether it is labelled as a private key, of whatever kind."""
        return _is_of_key(self.label)

    def without_body(self) -> "TextBlock":
        """The block for those who know what is in it: the base64 is half of what a store takes."""
        return TextBlock(
            self.label,
            self.start,
            self.begin,
            self.end,
            self.line,
            b"",
            self.faults,
            self.problem,
            self.closed,
        )

    def content(self, text: PemText) -> bytes:
        """The block without white space and without the text that a missing END line adds."""
        whole = text.ascii[self.begin : self.end]
        match = None if self.closed else _UNCLOSED.match(whole)
        return (match[0] if match else whole).translate(None, _SPACE)


@frozen
class _Marker:
    """A BEGIN or END marker, from `position` to `after`."""

    position: int
    after: int
    begins: bool
    label: str | None
    """None where the marker's closing dashes are missing."""


def markers_in(data: bytes) -> bool:
    """Whether a BEGIN marker is in `data`, in 8-bit text or UTF-16 of either byte order."""
    return _BEGIN in data or any(_wide(codec) in data for codec in _UTF16_BOMS.values())


def read_text(data: bytes) -> PemText:
    """Find out the encoding by byte order mark or by where a marker is."""
    codec = _UTF16_BOMS.get(data[:2])
    start = 2 if codec else 0
    if codec is None and _BEGIN not in data:
        # NOTE: after another character, a marker of one byte order reads, a byte off, as one of
        # the other order too; the even offset is the right one.
        found = {each: data.find(_wide(each)) for each in _UTF16_BOMS.values()}
        hits = [(at % 2, each) for each, at in found.items() if at >= 0]
        start, codec = min(hits, default=(0, None))
    if codec is None or (_BEGIN in data and _wide(codec) not in data):
        bom = data.startswith(_UTF8_BOM)
        start = len(_UTF8_BOM) if bom else 0
        narrow = data[start:]
        return PemText(
            data, narrow, start, 1, "utf-8", FaultKind.UTF_8_BOM if bom else None, _newline(narrow)
        )
    end = start + (len(data) - start) // 2 * 2
    low, high = data[start:end:2], data[start + 1 : end : 2]
    if codec == "utf-16-be":
        low, high = high, low
    if high.count(0) != len(high):
        low = bytes(c if not h else 0x3F for c, h in zip(low, high, strict=True))
    return PemText(data, low, start, 2, codec, FaultKind.UTF_16, _newline(low))


def hidden(data: bytes, text: PemText) -> tuple[int, int] | None:
    """Where blocks of another encoding hide in `text`: byte offset and line; None if nowhere.

    UTF-16 inside 8-bit text or the other way round, as tools write it that append to a file.
    """
    others = (_BEGIN,) if text.width == 2 else tuple(map(_wide, _UTF16_BOMS.values()))
    found = [at for at in map(data.find, others) if at >= 0]
    if not found:
        return None
    first = min(found)
    return first, 1 + text.ascii.count(text.newline, 0, (first - text.start) // text.width)


def blocks(text: PemText) -> Iterator[TextBlock]:
    """The blocks of a text, in order. A BEGIN without its END is a block with a `problem`."""
    lines = _Lines(text)
    start = 0
    opened: _Marker | None = None
    ended_at = -1
    for marker in _markers(text):
        if marker.begins:
            if opened is not None:
                yield _unclosed(opened, start, marker.position, lines)
                start = marker.position
            opened = marker
        elif opened is not None and not _breaks_off(text, marker):
            end = _line_end(text.ascii, marker.after)
            yield _block(text, opened, marker, (start, end), ended_at, lines)
            opened, start, ended_at = None, end, marker.after
    if opened is not None:
        yield _unclosed(opened, start, len(text.ascii), lines, BREAKS_OFF)


def plain_block(base64: bytes, span: tuple[int, int], start: int, line: int) -> TextBlock:
    """The same block of a plain text (unpin.stores.pem.scanners.plain_blocks): nothing is odd.

    `start` is where the text before it begins, `line` that of its marker.
    """
    return TextBlock("CERTIFICATE", start, *span, line, base64.translate(None, _SPACE))


def _breaks_off(text: PemText, end: "_Marker") -> bool:
    """Whether the text ends inside the END marker `end`."""
    if end.label is not None or len(text.ascii) - end.after > _LONGEST_LABEL:
        return False
    return text.newline not in text.ascii[end.after :]


def stray_end(text: PemText) -> int | None:
    """The line of the first END marker that ends no block; None where there is none."""
    opened = False
    for marker in _markers(text):
        if not marker.begins and not opened:
            return _Lines(text).at(marker.position)
        opened = marker.begins
    return None


def commented_begin(text: PemText) -> int | None:
    """The line of the first BEGIN marker that is commented out with #; None where there is none."""
    for position in _positions(text.ascii, _BEGIN):
        if _is_comment(text.ascii, position):
            return _Lines(text).at(position)
    return None


class _Lines:
    """Counts lines up to ever later positions, so that a whole file costs one pass."""

    def __init__(self, text: PemText) -> None:
        self._text = text
        self._position = 0
        self._line = 1

    def at(self, position: int) -> int:
        self._line += self._text.ascii.count(self._text.newline, self._position, position)
        self._position = position
        return self._line


def _block(
    text: PemText, begin: _Marker, end: _Marker, span: tuple[int, int], ended_at: int, lines: _Lines
) -> TextBlock:
    start, stop = span
    if begin.label is None:
        return _broken(begin, start, stop, lines, "malformed BEGIN line")
    if end.label != begin.label:
        return _broken(
            begin, start, stop, lines, f"begins as {begin.label} and ends as {end.label or '?'}"
        )
    body = text.ascii[begin.after : end.position]
    faults = tuple(_faults(text, begin.position, body, ended_at))
    if FaultKind.LITERAL_NEWLINE in faults:
        body = body.replace(b"\\n", b"\n").replace(b"\\r", b"").replace(b"\\", b"")
    if b":" in body:  # the encapsulated headers of RFC 1421 4.4
        headers, _, rest = body.replace(b"\r", b"").partition(b"\n\n")
        body = rest or headers
        if not _is_of_key(begin.label):  # OpenSSL's own encryption of keys has them
            faults = (*faults, FaultKind.BLOCK_HEADERS)
    return TextBlock(
        begin.label,
        start,
        begin.position,
        stop,
        lines.at(begin.position),
        body.translate(None, _SPACE),
        faults,
    )


def _is_of_key(label: str) -> bool:
    return label.endswith("PRIVATE KEY")


def _unclosed(
    begin: _Marker, start: int, stop: int, lines: _Lines, problem: str = "no END line"
) -> TextBlock:
    return _broken(begin, start, stop, lines, problem, closed=False)


def _broken(
    begin: _Marker, start: int, stop: int, lines: _Lines, problem: str, *, closed: bool = True
) -> TextBlock:
    line = lines.at(begin.position)
    label = begin.label or ""
    return TextBlock(label, start, begin.position, stop, line, b"", problem=problem, closed=closed)


def _faults(text: PemText, begin: int, body: bytes, ended_at: int) -> Iterator[FaultKind]:
    before = _before(text.ascii, begin)
    literal = b"\\n" in body
    if literal:
        yield FaultKind.LITERAL_NEWLINE
    elif not body.endswith((b"\n", b"\r")) and not body.strip(_BLANKS).count(text.newline):
        yield FaultKind.ONE_LINE
    if ended_at >= 0 and not text.ascii[ended_at:begin].strip(_BLANKS):
        yield FaultKind.GLUED_MARKERS
    elif before.strip(_BLANKS):
        if not literal:
            yield FaultKind.TEXT_BEFORE_MARKER
    elif before:
        yield FaultKind.INDENTED


def _markers(text: PemText) -> Iterator[_Marker]:
    """Every marker that is not in a line commented out with #."""
    data = text.ascii
    for found in _MARKER.finditer(data):
        position, after, begins = found.start(), found.end(), found[1] is not None
        if _is_comment(data, position):
            continue
        match = _LABEL.match(data, after)
        if match is None:
            yield _Marker(position, after, begins, None)
        else:
            label = match[0][: -len(_DASHES)].decode("ascii").strip()
            yield _Marker(position, match.end(), begins, label)


def _positions(data: bytes, marker: bytes) -> Iterator[int]:
    at = data.find(marker)
    while at >= 0:
        yield at
        at = data.find(marker, at + len(marker))


def _is_comment(data: bytes, position: int) -> bool:
    return _before(data, position).lstrip(_BLANKS).startswith(b"#")


def _before(data: bytes, position: int) -> bytes:
    """What is before `position` on its line, at most `_LINE` bytes of it."""
    window = data[max(0, position - _LINE) : position]
    return window[max(window.rfind(b"\n"), window.rfind(b"\r")) + 1 :]


def _line_end(data: bytes, position: int) -> int:
    """The end of a line of which nothing but blanks is left; else `position`."""
    if data.startswith(b"\\n", position):
        return position + 2
    end = position
    limit = min(len(data), position + _LINE)
    while end < limit and data[end] in _BLANKS:
        end += 1
    if data.startswith(b"\r\n", end):
        return end + 2
    if data[end : end + 1] in {b"\n", b"\r"}:
        return end + 1
    return end if end == len(data) else position


def _newline(data: bytes) -> bytes:
    return b"\r" if b"\n" not in data and b"\r" in data else b"\n"


def _wide(codec: str) -> bytes:
    return _BEGIN.decode("ascii").encode(codec)
