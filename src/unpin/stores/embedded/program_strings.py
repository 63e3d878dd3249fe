"""Find the PEM texts that a program puts together of strings, a line of the text in each."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.stores.embedded.values import BEGIN_MARKER, END_MARKER, TextValue

_STRING: Final = re.compile(
    r"(?P<quote>[\"'])(?P<text>(?:[^\"'\\\n]|\\.){0,2000})(?P=quote)", re.DOTALL
)
_GAP: Final = re.compile(r"[\s+\\,.&]*(?:u8|L|R)?")
"""What stands between strings that are one: "+" of Java, "," of an array, "\\" of a macro of C."""

_NAME: Final = re.compile(
    r"(?P<name>[A-Za-z_]\w{0,80})[\"']?\s{0,8}(?:\[[^\]\n]{0,40}\]\s{0,8})?(?:PROGMEM\s{0,8})?"
    r"(?::\s{0,8}[A-Za-z_][\w\[\]<>]{0,40}\s{0,8})?[=:(][\s\\(\[]{0,200}\Z"
)
"""The name to which a value is given: `const char ca[] =`, `ca: string =`, `ca: [`."""

_LONGEST: Final = 1_000_000
"""The most characters of a PEM text that is put together."""

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "\n": "", "0": ""}


def program_values(text: str) -> list[TextValue]:
    """The PEM texts of strings, each under the name before it, or else "string"."""
    return list(_found(text))


def _found(text: str) -> Iterator[TextValue]:
    at = text.find(BEGIN_MARKER)
    line, counted = 1, 0
    while at >= 0:
        begin = max(text.rfind("\n", 0, at), text.rfind('"', 0, at), text.rfind("'", 0, at))
        match = _STRING.match(text, begin) if begin >= 0 and text[begin] != "\n" else None
        end = at + len(BEGIN_MARKER)
        if match is not None:
            parts, end = _joined(text, match)
            whole = "".join(parts)
            if END_MARKER in whole and len(parts) > 1:
                line += text.count("\n", counted, begin)
                counted = begin
                name = _NAME.search(text, max(0, text.rfind("\n", 0, begin) - 200), begin)
                lines = _lines(whole, line)
                yield TextValue((name["name"] if name else "string",), whole, lines)
        at = text.find(BEGIN_MARKER, end)


def _joined(text: str, first: re.Match[str]) -> tuple[list[str], int]:
    """The lines of the strings from the first to the one with an END marker; where they end."""
    parts: list[str] = []
    size = 0
    match: re.Match[str] | None = first
    end = first.end()
    while match is not None and size < _LONGEST:
        part = re.sub(r"\\(.)", _character, match["text"], flags=re.DOTALL)
        parts.append(part if part.endswith("\n") else f"{part}\n")
        size += len(part)
        end = match.end()
        if END_MARKER in part:
            break
        gap = _GAP.match(text, end)
        match = _STRING.match(text, gap.end() if gap else end)
    return parts, end


def _character(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[1])


def _lines(whole: str, line: int) -> tuple[int, ...]:
    return tuple(range(line, line + whole.count("\n") + 1))
