"""Name what is odd about the text of a bundle, where a client does not load all that is in it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from unpin.model.encoding_faults import FaultKind
from unpin.stores.pem.text import PemText, TextBlock

_BEGIN: Final = re.compile(rb"-----BEGIN [^\r\n]*?-----([^\r\n]*)")
_END: Final = b"-----END "
_LINE: Final = re.compile(rb"[^\r\n]*")
_BLANK_LINE: Final = re.compile(rb"\n[ \t\r\v\f]*\n")
_RETURN: Final = re.compile(rb"\r(?!\n)")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]")
_DASHES: Final = re.compile(rb"-----(?!END )")
_NAMED: Final = re.compile(rb"[ \t]*(?:#|-----END )")
"""How lines with dashes begin that other faults name."""
_DER: Final = b"0"
CUT_OUT: Final = frozenset(
    {
        FaultKind.INDENTED,
        FaultKind.LITERAL_NEWLINE,
        FaultKind.ONE_LINE,
        FaultKind.GLUED_MARKERS,
    }
)
"""The faults of a block that say enough of its lines, and of what stands beside its markers."""

BESIDE_MARKERS: Final = frozenset({FaultKind.TEXT_AFTER_MARKER, FaultKind.TEXT_BEFORE_END})


def irregularities(text: PemText, found: Sequence[TextBlock]) -> Iterator[tuple[FaultKind, int]]:
    """The faults, each with the first line that shows it."""
    first: dict[FaultKind, int] = {}
    for kind, position in _all(text, found):
        if kind not in first or position < first[kind]:
            first[kind] = position
    for kind, position in first.items():
        yield kind, 1 + text.ascii.count(text.newline, 0, position)


def _all(text: PemText, found: Sequence[TextBlock]) -> Iterator[tuple[FaultKind, int]]:
    data = text.ascii
    if text.newline == b"\n" and (match := _RETURN.search(data)) is not None:
        yield FaultKind.MIXED_LINE_ENDS, match.start()
    end = 0
    for block in found:
        yield from _between(data, end, block.begin, after_block=end > 0)
        if block.problem is None and CUT_OUT.isdisjoint(block.faults):
            yield from _within(data, block)
        end = block.end
    yield from _between(data, end, len(data), after_block=end > 0)


def _between(
    data: bytes, start: int, end: int, *, after_block: bool
) -> Iterator[tuple[FaultKind, int]]:
    """What is odd in the text between two blocks, before the first and after the last."""
    if after_block and data[start - 1 : start] not in (b"\n", b"\r"):
        rest = _LINE.match(data, start, end)
        if rest is not None and rest[0] and not rest[0].lstrip().startswith(b"-----BEGIN "):
            yield FaultKind.TEXT_AFTER_MARKER, start
    elif data.startswith(_DER, start, end):
        yield FaultKind.TEXT_LIKE_DER, start
    line = at = start - 1
    for match in _DASHES.finditer(data, start, end):
        # The line may be as long as the file: each part of it is looked at once.
        ends = (data.rfind(newline, at + 1, match.start()) for newline in (b"\n", b"\r"))
        line, at = max(line, *ends), match.start()
        if _NAMED.match(data, max(line + 1, start)) is None:
            yield FaultKind.MALFORMED_MARKER, match.start()
            return


def _within(data: bytes, block: TextBlock) -> Iterator[tuple[FaultKind, int]]:
    """What is odd in the lines of a block, its markers included."""
    begin = _BEGIN.match(data, block.begin, block.end)
    end = data.rfind(_END, block.begin, block.end)
    if begin is None or end < 0:
        return
    label = block.label.encode("ascii")
    if not (
        data.startswith(b"-----BEGIN " + label + b"-----", block.begin)
        and data.startswith(_END + label + b"-----", end)
    ):
        yield FaultKind.MALFORMED_MARKER, block.begin
    if begin[1]:
        yield FaultKind.TEXT_AFTER_MARKER, block.begin
    if data[end - 1 : end] not in (b"\n", b"\r"):
        yield FaultKind.TEXT_BEFORE_END, end
    closing = _LINE.match(data, end + len(_END) + len(label) + 5, block.end)
    if closing is not None and closing[0]:
        yield FaultKind.TEXT_AFTER_MARKER, end
    if FaultKind.BLOCK_HEADERS not in block.faults:
        blank = _BLANK_LINE.search(data, block.begin, end)
        if blank is not None:
            yield FaultKind.BLANK_LINE, blank.start() + 1
    control = _CONTROL.search(data, begin.end(), end)
    if control is not None:
        yield FaultKind.CONTROL_CHARACTERS, control.start()
