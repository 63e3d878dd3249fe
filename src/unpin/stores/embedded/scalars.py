"""How a value is spelled in its file, and how another text is spelled in the same way."""

import json
import re
from enum import Enum, auto
from typing import Final

from unpin.model.values import frozen

_WHITE: Final = re.compile(r"[ \t\r\n]+")


class Spelling(Enum):
    """The ways in which the languages write a value."""

    YAML_LITERAL = auto()
    YAML_FOLDED = auto()
    YAML_DOUBLE = auto()
    YAML_SINGLE = auto()
    YAML_PLAIN = auto()
    JSON = auto()
    QUOTED = auto()
    """The value of an assignment, in quotes."""
    BARE = auto()
    """The value of an assignment without quotes."""


@frozen
class Scalar:
    """Where a value stands in its file: from the line and column of `start` to those of `end`.

    Both count from 0, without carriage returns; `end` is behind it. A block scalar of YAML is given
    by its lines, without its header; `start` has the column of its text.
    """

    spelling: Spelling
    start: tuple[int, int]
    end: tuple[int, int]

    @property
    def begin(self) -> tuple[int, int]:
        """Where the text that is replaced begins: of a block, with the indentation of a line."""
        is_block = self.spelling in {Spelling.YAML_LITERAL, Spelling.YAML_FOLDED}
        return (self.start[0], 0) if is_block else self.start

    def source(self, lines: list[str]) -> list[str]:
        """What stands there: a line each."""
        (first, left), (last, right) = self.start, self.end
        if first == last:
            return [lines[first][left:right]]
        return [lines[first][left:], *lines[first + 1 : last], lines[last][:right]]


def respelled(text: str, scalar: Scalar, old: list[str], *, base64: bool) -> list[str] | None:
    """The lines that take the place of `old`, the source of `scalar`; None if there is no way.

    The style, the indentation and the breaks of lines stay as they are. A text in `base64` has its
    breaks in it already.
    """
    match scalar.spelling:
        case Spelling.YAML_LITERAL:
            return _indented(text.rstrip("\n").split("\n"), scalar.start[1])
        case Spelling.YAML_FOLDED:
            return _indented(_unfolded(text.rstrip("\n"), base64=base64), scalar.start[1])
        case Spelling.YAML_DOUBLE:
            return _double_quoted(text, old, base64=base64)
        case Spelling.YAML_SINGLE:
            if len(old) == 1:
                return [f"'{_doubled(text)}'"] if "\n" not in text else [_on_a_line(text)]
            lines = [_doubled(line) for line in _unfolded(text, base64=base64)]
            return _quoted(lines, "'", _indent(old[1]))
        case Spelling.YAML_PLAIN:
            return [text if base64 and "\n" not in text else _on_a_line(text)]
        case Spelling.JSON:
            written = json.dumps(text, ensure_ascii=old[0].isascii())
            escapes = "\\/" in old[0] and "/" not in old[0].replace("\\/", "")
            return [written.replace("/", "\\/") if escapes else written]
        case Spelling.QUOTED:
            return _quoted_assignment(text, old)
        case Spelling.BARE:
            return _bare_assignment(text, old)


def wrapped(encoded: str, old: str) -> str:
    """The base64 `encoded`, broken into lines as the text `old` is."""
    lines = _WHITE.split(old.strip())
    breaks = _WHITE.search(old.strip())
    if breaks is None:
        broken = encoded
    else:
        width = len(lines[0])
        broken = breaks[0].join(encoded[at : at + width] for at in range(0, len(encoded), width))
    before, after = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
    return f"{before}{broken}{after}"


def _indented(lines: list[str], width: int) -> list[str]:
    return [f"{' ' * width}{line}" if line else "" for line in lines]


def _unfolded(text: str, *, base64: bool) -> list[str]:
    """The lines that fold to `text`: an empty line is a line end, a line end a blank."""
    if base64:
        return [piece for line in text.split("\n") for piece in [*line.split(" "), ""]][:-1]
    return [piece for line in text.split("\n") for piece in (line, "")][:-1]


def _double_quoted(text: str, old: list[str], *, base64: bool) -> list[str]:
    if len(old) == 1:
        return [_on_a_line(text)]
    if any(line.endswith("\\") for line in old):
        *lines, last = [_escaped(line) for line in text.split("\n")]
        joined = [f"{line}\\n\\" for line in lines]
        if not last and joined:
            joined[-1] = joined[-1].removesuffix("\\")
            return _quoted(joined, '"', _indent(old[1]))
        return _quoted([*joined, last], '"', _indent(old[1]))
    return _quoted(list(map(_escaped, _unfolded(text, base64=base64))), '"', _indent(old[1]))


def _on_a_line(text: str) -> str:
    """A double-quoted scalar of YAML on one line."""
    return '"' + _escaped(text).replace("\n", "\\n") + '"'


def _escaped(text: str) -> str:
    """The text for a double-quoted scalar of YAML, but for its line ends."""
    out = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\r", "\\r")
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\U{ord(character):08x}"
        for character in out
    )


def _doubled(text: str) -> str:
    return text.replace("'", "''")


def _quoted(lines: list[str], quote: str, indent: str) -> list[str]:
    """Lines between quotes, of which all but the first are indented."""
    first, *others = lines
    out = [f"{quote}{first}", *(f"{indent}{line}" if line else "" for line in others)]
    if len(out) > 1 and not others[-1]:
        out[-1] = indent
    out[-1] += quote
    return out


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _quoted_assignment(text: str, old: list[str]) -> list[str] | None:
    quote = old[0][0]
    if "\\" in text or quote in text or not text.isascii():
        return None  # what shells, dotenv and Java make of it differs
    lines = text.split("\n")
    if len(old) == 1:
        return [quote + "\\n".join(lines) + quote]
    if not old[0].endswith("\\"):
        return [*f"{quote}{text}{quote}".split("\n")]
    *joined, last = lines
    indent = _indent(old[1])
    if not last and joined:
        *joined, last = joined
        last += "\\n"
    return _quoted([*(f"{line}\\n\\" for line in joined), last], quote, indent)


def _bare_assignment(text: str, old: list[str]) -> list[str] | None:
    if "\\" in text or not text.isascii():
        return None
    lines = text.split("\n")
    if len(old) == 1:
        return ["\\n".join(lines)]
    starts_below = old[0].strip(" \t") == "\\"
    model = old[1] if starts_below and len(old) > 2 else old[0]
    end = model[len(model.rstrip("\\ \t").removesuffix("\\n")) :]
    tail = "\\n" if lines[-1] == "" and len(lines) > 1 and "\\n" in end else ""
    while lines and not lines[-1]:
        lines.pop()
    indent = _indent(old[1])
    body = [f"{line}{end}" for line in lines[:-1]] + [lines[-1] + tail]
    if starts_below:
        return [old[0], *(indent + line for line in body)]
    return [body[0], *(indent + line for line in body[1:])]
