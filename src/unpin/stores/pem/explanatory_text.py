"""The explanatory text between blocks (RFC 7468 2): whose it is, how it is joined and written."""

import re
import sys
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from typing import Final

from unpin.asn1.textual_encoding import block_lines
from unpin.model.certificate import Certificate
from unpin.model.values import frozen
from unpin.stores.pem.text import PemText

_DESCRIPTIONS: Final = (
    "Bag Attributes",
    "Key Attributes",
    "subject=",
    "issuer=",
    "Alias name:",
)
"""How paragraphs begin that openssl (up to 1.1.1 with an empty line after each) and keytool -rfc
write about the block that follows."""

_BLANK_LINES: Final = re.compile(r"\A(?:[ \t]*(?:\r\n|\n|\r))+")
_LAST: Final = 400
"""How many characters are enough to see whether an empty line ends a text."""

_LONGEST_COMMENT: Final = 120
"""Most characters of a subject in a comment."""
_DASHES: Final = re.compile(r"-{3,}")
_HASHES: Final = re.compile(r"#{2,}")
_UNPRINTABLE: Final = re.compile(r"[^ -~]+")


@frozen
class TextPart:
    """A piece of text; `start` is where it was in the old file, -1 for a new one.

    No empty line comes before a `tight` one.
    """

    text: str
    start: int = -1
    tight: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.text) if self.start >= 0 else -1


def units(text: PemText) -> str:
    """The text with one character a unit, so that offsets of blocks are offsets in it."""
    if text.width == 1:
        return text.ascii.decode("latin-1")
    size = len(text.ascii) * 2
    values = array("H", text.data[text.start : text.start + size])
    if text.codec != f"utf-16-{sys.byteorder[0]}e":
        values.byteswap()
    return "".join(map(chr, values))


def encoded(text: PemText, written: str) -> bytes:
    """The file of a text of units: what stood before and after it, the odd last byte, is kept."""
    if text.width == 1:
        return text.data[: text.start] + written.encode("latin-1")
    odd = text.data[text.start + len(text.ascii) * 2 :]
    return text.data[: text.start] + written.encode(text.codec, "surrogatepass") + odd


def line_end(text: PemText) -> str:
    """The line end that most lines of the file have."""
    lines = text.ascii.count(b"\n")
    if text.ascii.count(b"\r\n") * 2 > lines:
        return "\r\n"
    return "\n" if lines else text.newline.decode("ascii")


def same_line(text: str, start: int, end: int) -> int:
    """Where the line ends on which a block ended that has more text behind it; at most `end`."""
    if start and text[start - 1] not in "\r\n":
        for at in range(start, end):
            if text[at] in "\r\n":
                return at + (2 if text.startswith("\r\n", at) else 1)
        return end if end == len(text) else start
    return start


def own_begin(preamble: str) -> int:
    """Where, in the text above a block, begins what is about this block alone.

    That is what stands directly above it, and a paragraph of attributes as tools write it even if
    an empty line follows.
    """
    lines = [line for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", preamble) if line]
    if lines and lines[-1][-1] not in "\r\n":
        lines.pop()  # what is before the marker on its own line
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    at = len(lines)
    while at and lines[at - 1].strip():
        at -= 1
    while True:  # at an empty line, or at the beginning
        above = at
        while above and not lines[above - 1].strip():
            above -= 1
        begin = above
        while begin and lines[begin - 1].strip():
            begin -= 1
        found = next((i for i in range(begin, above) if lines[i].startswith(_DESCRIPTIONS)), None)
        if found is None:
            return offsets[at]
        at = found
        if found != begin or lines[found].startswith("Bag Attributes"):
            return offsets[at]


def join(parts: Iterable[TextPart], newline: str, gap: str) -> str:
    """Put the parts together; `gap` is an empty line, or nothing where the file has none.

    Neighbours of the old file stay as they were, others begin on a line of their own.
    """
    return "".join(_joined(parts, newline, gap))


def _joined(parts: Iterable[TextPart], newline: str, gap: str) -> Iterator[str]:
    end, last, fresh = 0, "", False
    for part in parts:
        text, new = part.text, part.start < 0
        if not text:
            continue
        if new or part.start != end:
            blank = _ends_in_blank_line(last)
            if blank and not new:
                text = _BLANK_LINES.sub("", text, count=1)
            if last and last[-1] not in "\r\n":
                yield newline
            if gap and not (blank or part.tight) and (new or fresh) and text[:1] not in "\r\n":
                yield gap
        yield text
        last = (last + text)[-_LAST:]
        end, fresh = part.end, new


def _ends_in_blank_line(text: str) -> bool:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t")
    return plain.endswith("\n\n") or not plain.strip()


def certificate_block(certificate: Certificate, newline: str = "\n") -> str:
    """The comment and the block, ASCII only, with a line end after each line."""
    digest = certificate.sha256.upper()
    fingerprint = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    lines = (
        f"# {comment(certificate.label)}",
        f"# SHA-256 {fingerprint}",
        *block_lines("CERTIFICATE", certificate.der),
    )
    return "".join(line + newline for line in lines)


def comment(text: str) -> str:
    r"""A subject as one line of ASCII in which no reader finds a marker, whatever it holds.

    Accents are dropped, other characters written as in Python (`\\u0131`), and dashes that might
    make up a marker shortened; so are hashes, since a CI system obeys `##vso[` where a store is
    printed to its log.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    ascii_text = plain.encode("ascii", "backslashreplace").decode("ascii")
    line = " ".join(_UNPRINTABLE.sub(" ", ascii_text).split())
    line = _HASHES.sub("#", _DASHES.sub("--", line))
    return line if len(line) <= _LONGEST_COMMENT else line[: _LONGEST_COMMENT - 3] + "..."
