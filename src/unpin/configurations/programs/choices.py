"""Take one of the two values of a choice in a program: ssl: isProduction ? {...} : false."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from unpin.configurations.lines import line_of
from unpin.configurations.programs.brackets import CallStructure

_MOST: Final = 50
"""The most choices of a kind in a text."""

_LONGEST: Final = 3000
"""The most characters of a value."""

_CHOICE: Final = re.compile(
    r"(?P<begin>(?<![A-Za-z0-9])['\"]?(?:ssl|tls|dialectOptions|extra|ca|rejectUnauthorized|trust)\w{0,20}"
    r"['\"]?\s{0,4}(?::|=>?)\s{0,4}|\.\.\.\(\s{0,4})(?P<condition>[^,;:{}?&\n]{1,200}?)\s{0,40}"
    r"(?P<sign>(?:(?<=\s)\?|\?(?=\s))(?![?.:])|&&)\s{0,40}(?=[^\s&])"
)
"""A choice between two values; the sign stands beside a blank, which that of a URL does not."""

_OF_PYTHON: Final = re.compile(
    r"(?<![=!<>+\w])(?P<begin>\w{1,60}[ \t]{0,4}=[ \t]{0,4})"
    r"(?P<one>(?:[^\n,()\[\]{}=]|\([^()\n]{0,500}\)|\{[^{}\n]{0,500}\}|\[[^\[\]\n]{0,500}\]){1,300}?)"
    r"[ \t]+if[ \t]+[^\n]{1,200}?[ \t]+else[ \t]+(?P<other>[^\n,()]{1,200}(?:\([^()\n]{0,200}\))?)"
)
_TELLING: Final = re.compile(r"(?i)ssl|tls|\bca|cert|trust|verif")
_OF_FILES: Final = re.compile(r"(?i)exists|is_?file|is_?readable|accessSync")
"""A condition that asks for a file: which value counts is not in the program."""

_NEXT: Final = re.compile(r"[\s:]*")


class _Choice(NamedTuple):
    """The place of a choice in a text, and its two values."""

    begin: int
    end: int
    values: tuple[str, str]


def with_choices(text: str, *, first: bool) -> tuple[str, list[int]]:
    """The text with the first or the second value of each choice for TLS, and their lines."""
    found = sorted([*_of_signs(text), *_of_words(text)])
    parts: list[str] = []
    lines: list[int] = []
    at = 0
    for each in found:
        if each.begin < at:
            continue
        value = each.values[0] if first else each.values[1]
        missing = text.count("\n", each.begin, each.end) - value.count("\n")
        parts += [text[at : each.begin], value, "\n" * missing]
        lines.append(line_of(text, each.begin))
        at = each.end
    return "".join([*parts, text[at:]]), lines


def _of_words(text: str) -> Iterator[_Choice]:
    """Choices of Python: mode = "verify-full" if PROD else "disable"."""
    for match in islice(_OF_PYTHON.finditer(text), _MOST):
        if _TELLING.search(match[0]) is not None and _OF_FILES.search(match[0]) is None:
            values = match["one"], match["other"].rstrip()
            yield _Choice(match.end("begin"), match.start("other") + len(values[1]), values)


def _of_signs(text: str) -> Iterator[_Choice]:
    """Choices with ? and :, and objects that are spread on a condition: ...(prod && {...})."""
    structure: CallStructure | None = None
    for match in islice(_CHOICE.finditer(text), _MOST):
        structure = CallStructure.of(text) if structure is None else structure
        if structure.is_in_string(match.start("condition")) or _OF_FILES.search(match["condition"]):
            continue
        begin = match.start("condition")
        middle = _end_of_value(text, match.end(), structure)
        one = text[match.end() : middle].strip()
        if match["sign"] == "&&":
            other = "{}" if match["begin"].startswith(".") else "false"
            yield _Choice(begin, middle, (one, other))
        elif text[middle : middle + 1] == ":":
            behind = _NEXT.match(text, middle)
            at = middle + 1 if behind is None else behind.end()
            end = _end_of_value(text, at, structure)
            yield _Choice(begin, end, (one, text[at:end].strip()))


def _end_of_value(text: str, at: int, structure: CallStructure) -> int:
    """Where a value ends: before a colon, a comma, a bracket that closes, or the end of a line."""
    end = min(len(text), at + _LONGEST)
    quote = ""
    while at < end:
        sign = text[at]
        if quote:
            at += 2 if sign == "\\" else 1
            quote = "" if sign == quote else quote
            continue
        if sign in "'\"`":
            quote = sign
        elif at in structure.closing:
            at = structure.closing[at]
            continue
        elif sign in ",;:)]}" or (sign == "\n" and not _goes_on(text, at)):
            return at
        at += 1
    return end


def _goes_on(text: str, at: int) -> bool:
    """Whether a value goes on behind the end of a line."""
    return re.compile(r"\s*[:?.|&+]").match(text, at) is not None
