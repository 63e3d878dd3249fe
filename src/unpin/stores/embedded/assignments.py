"""Find the values of properties and of environment files: one assignment a line, or more lines."""

import re
from typing import Final

from unpin.stores.embedded.scalars import Scalar, Spelling
from unpin.stores.embedded.values import BEGIN_MARKER, END_MARKER, TextValue

_ASSIGNMENT: Final = re.compile(
    r"[ \t]*(?:(?:export|set|ENV)[ \t]+)?(?P<key>[A-Za-z_][\w.\-]*)[ \t]*(?P<sign>=|:)[ \t]*"
)
_ENVIRONMENT: Final = re.compile(r"[A-Za-z_]\w*\Z")
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_MARKER_OR_BLANKS: Final = re.compile(r"(-----(?:BEGIN|END) [^-\n]{0,64}-----)|[ \t]+")
_MOST_LINES: Final = 20_000
"""Most lines that are looked through for the ends of quoted values."""


def assigned_values(text: str) -> tuple[list[TextValue], bool]:
    """The values with PEM in them; and whether their keys can be those of environment variables."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    found: list[TextValue] = []
    at = 0
    environment = True
    left = _MOST_LINES
    while at < len(lines):
        line = lines[at]
        match = None if line.lstrip()[:1] in {"#", "!", ";"} else _ASSIGNMENT.match(line)
        if match is None:
            at += 1
            continue
        rest = line[match.end() :]
        if rest[:1] in {'"', "'"}:
            segments, after, right = _quoted(lines, at, rest, left)
            left -= len(segments)
        else:
            segments, after = _continued(lines, at, rest)
            right = len(lines[after - 1].rstrip())
        value = _joined(segments)
        quoted = rest[:1] in {'"', "'"}
        whole = BEGIN_MARKER in value[0] and END_MARKER in value[0]
        if whole and (quoted or value[0].startswith(BEGIN_MARKER)):
            spelling = Spelling.QUOTED if quoted else Spelling.BARE
            scalar = Scalar(spelling, (at, match.end()), (after - 1, right))
            found.append(TextValue((match["key"],), *value, scalar))
            continued = not quoted and len(segments) > 1
            named = _ENVIRONMENT.match(match["key"]) is not None
            joined = match["sign"] == "=" and line[match.end("key") : match.end()] == "="
            environment = environment and named and joined and not continued
        at = after
    return found, environment


def _quoted(
    lines: list[str], at: int, rest: str, most: int
) -> tuple[list[tuple[str, int]], int, int]:
    """A value in quotes, perhaps over several lines; all that was looked at if it has no end.

    Then the line behind it, and the column behind its end.
    """
    quote = rest[0]
    segments: list[tuple[str, int]] = []
    text = rest[1:]
    for number in range(at, min(len(lines), at + max(most, 1))):
        if number > at:
            text = lines[number]
        end = _closing(text, quote)
        if end is not None:
            right = len(lines[number]) - len(text) + end + 1
            return [*segments, (_unescaped(text[:end]), number + 1)], number + 1, right
        # A backslash at the end of a line of quoted text joins it with the next, as a shell does.
        joined = text.endswith("\\") and not text.endswith("\\\\")
        piece = text[:-1].removesuffix("\\n") if joined else text
        newline = "\n" if not joined or text[:-1].endswith("\\n") else ""
        segments.append((_unescaped(piece) + newline, number + 1))
    return segments, at + 1, len(lines[at])


def _closing(text: str, quote: str) -> int | None:
    """Where the quote ends the value; None if it does not on this line."""
    at = 0
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 2
            continue
        if text[at] == quote:
            return at
        at += 1
    return None


def _continued(lines: list[str], at: int, rest: str) -> tuple[list[tuple[str, int]], int]:
    r"""A value that goes on after a backslash at the end of a line (java.util.Properties).

    Kafka, whose settings hold PEM like this, takes any white space between the lines of a PEM text
    for a line end.
    """
    segments: list[tuple[str, int]] = []
    text = rest
    while True:
        backslashes = len(text) - len(text.rstrip("\\"))
        goes_on = backslashes % 2 == 1 and at + 1 < len(lines)
        piece = _unescaped(text[:-1] if goes_on else text.rstrip())
        if goes_on or segments:
            piece = _MARKER_OR_BLANKS.sub(lambda match: match[1] or "\n", piece)
        segments.append((piece, at + 1))
        at += 1
        if not goes_on:
            return segments, at
        text = lines[at].lstrip(" \t\f")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _character(match[1]), text)


def _character(escape: str) -> str:
    if escape[0] == "u" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    return _ESCAPES.get(escape, escape)


def _joined(segments: list[tuple[str, int]]) -> tuple[str, tuple[int, ...]]:
    """The text, and the line of the file from which each of its lines comes."""
    text = ""
    lines = [segments[0][1]]
    for piece, number in segments:
        if not text or text.endswith("\n"):
            lines[-1] = number
        text += piece
        lines += [number] * piece.count("\n")
    return text, tuple(lines)
