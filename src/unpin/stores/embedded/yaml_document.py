"""Find the scalars of a YAML document (YAML 1.2) that may be stores, with their keys and lines.

This is no parser of YAML: it follows block mappings and sequences by their indentation, as people
and kubectl write them, and reads block, quoted and plain scalars. A flow mapping is passed over.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from unpin.stores.embedded.scalars import Scalar, Spelling
from unpin.stores.embedded.values import BEGIN_MARKER, END_MARKER, TextValue, is_of_interest

_QUOTED_KEY: Final = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')[ \t]*:(?=[ \t]|\Z)""")
_COLON: Final = re.compile(r":(?=[ \t]|\Z)")
_NO_KEY: Final = frozenset("#{}[],&*!|>'\"%@`:")
"""With what a plain key does not begin."""
_DEEPEST: Final = 32
"""Most items within items on one line."""
_LONGEST_KEY: Final = 1024
_BLOCK: Final = re.compile(
    r"(?P<style>[|>])(?:(?P<indent>[1-9])|(?P<chomp>[-+])){0,2}[ \t]*(?:#.*)?\Z"
)
_PROPERTY: Final = re.compile(r"[!&][^\s]*[ \t]+")
_DOUBLE_END: Final = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)
_SINGLE_END: Final = re.compile(r"(?:[^']|'')*'", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_MOST_LINES: Final = 20_000
"""Most lines that are looked through for the ends of quoted scalars, those without end included."""


@dataclass(slots=True)
class _Place:
    """The keys around a line: the column of each, its name, and how many items were below it."""

    levels: list[tuple[int, str]] = field(default_factory=list)
    items: dict[int, int] = field(default_factory=dict)

    def leave(self, column: int) -> None:
        """Leave all that begins at `column` or behind it."""
        while self.levels and self.levels[-1][0] >= column:
            self.levels.pop()

    def leave_item(self, column: int) -> None:
        """Leave the item at `column`; the key of its list may stand in the same column."""
        while self.levels and self.levels[-1][0] > column:
            self.levels.pop()
        if self.levels and self.levels[-1][0] == column and self.levels[-1][1].startswith("["):
            self.levels.pop()

    def leave_items(self, column: int) -> None:
        self.items = {at: number for at, number in self.items.items() if at <= column}

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.levels)


def yaml_values(text: str, wanted: Callable[[str], bool] = is_of_interest) -> list[TextValue]:
    """The scalars that are `wanted`, in their order; without it those that may be stores."""
    return list(_Scanner([line.rstrip("\r") for line in text.split("\n")], wanted).values())


_Found: TypeAlias = tuple[str, tuple[int, ...], Scalar | None]
"""The text of a scalar, the lines that its lines come from, and where it stands."""


class _Scanner:
    def __init__(self, lines: list[str], wanted: Callable[[str], bool]) -> None:
        self._lines = lines
        self._wanted = wanted
        self._at = 0
        self._left = _MOST_LINES

    def values(self) -> Iterator[TextValue]:
        place = _Place()
        while self._at < len(self._lines):
            line = self._lines[self._at]
            content = line.lstrip(" ")
            if line.startswith(("---", "...")) and not line.startswith("-----"):
                place = _Place()
                content = ""
            if not content or content[0] in "#\t":
                self._at += 1
                continue
            yield from self._line(place, len(line) - len(content), content)

    def _line(self, place: _Place, column: int, content: str) -> Iterator[TextValue]:
        """The value that begins on this line; goes on behind it."""
        parent = column - 1
        begins = False
        depth = 0
        while depth < _DEEPEST and (content.startswith("- ") or content == "-"):
            depth += 1
            parent, begins = column, True
            place.leave_item(column)
            place.leave_items(column)
            number = place.items.get(column, -1) + 1
            place.items[column] = number
            place.levels.append((column, f"[{number}]"))
            rest = content[1:].lstrip(" ")
            column += len(content) - len(rest)
            content = rest
        split = _key(content)
        if split is not None:
            parent, begins = column, True
            place.leave(column)
            place.leave_items(column)
            place.items.pop(column, None)
            name, content = split
            place.levels.append((column, name))
        if not begins:  # the next line of a plain scalar, or no YAML
            self._at += 1
            return
        while (prefix := _PROPERTY.match(content)) is not None:
            content = content[prefix.end() :]
        yield from self._scalar(place.path, parent, content)

    def _scalar(self, path: tuple[str, ...], parent: int, content: str) -> Iterator[TextValue]:
        if not content:
            content = self._next_line(parent)
        start = self._at
        block = _BLOCK.match(content)
        found: _Found | None
        if block is not None:
            found = self._block(parent, block)
        elif content.startswith('"'):
            found = self._quoted(content, _DOUBLE_END, _unescaped, Spelling.YAML_DOUBLE)
        elif content.startswith("'"):
            found = self._quoted(content, _SINGLE_END, _undoubled, Spelling.YAML_SINGLE)
        else:
            plain = content.partition(" #")[0].rstrip()
            # NOTE: a plain scalar that goes on is no PEM: its lines become one.
            goes_on = BEGIN_MARKER in plain and END_MARKER not in plain
            left = len(self._lines[start]) - len(content)
            scalar = Scalar(Spelling.YAML_PLAIN, (start, left), (start, left + len(plain)))
            found = None if goes_on else (plain, (start + 1,), scalar)
            self._at = start + 1
        if found is not None and path and self._wanted(found[0]):
            yield TextValue(path, *found)

    def _next_line(self, parent: int) -> str:
        """What follows a key on a line of its own, if that is a scalar; goes on to it.

        Programs write a long plain scalar so, whose line would be longer than they like.
        """
        following = self._at + 1
        line = self._lines[following] if following < len(self._lines) else ""
        content = line.lstrip(" ")
        deeper = len(line) - len(content) > parent
        if not content or not deeper or content[0] in "#\t" or _key(content) is not None:
            return ""
        if content.startswith("- ") or content == "-":
            return ""
        if content[0] not in "\"'":  # a plain scalar of several lines is not joined here
            after = self._lines[following + 1] if following + 1 < len(self._lines) else ""
            if after.strip(" ") and len(after) - len(after.lstrip(" ")) > parent:
                return ""
        self._at = following
        return content

    def _block(self, parent: int, match: re.Match[str]) -> _Found:
        """A literal or folded block scalar (YAML 1.2, 8.1)."""
        self._at += 1
        first = self._at
        indent = parent + int(match["indent"]) if match["indent"] else None
        if indent is not None and parent < 0:
            indent = int(match["indent"])
        taken: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            width = len(line) - len(line.lstrip(" "))
            if line.strip(" "):
                if indent is None:
                    indent = width
                if width < indent or width <= parent:
                    break
            taken.append(line)
            self._at += 1
        body = [line[indent or 0 :] for line in taken]
        kept = len(body)
        while kept and not body[kept - 1]:
            kept -= 1
        end = (
            ""
            if match["chomp"] == "-"
            else "\n"
            if match["chomp"] != "+"
            else "\n" * (len(body) - kept + 1)
        )
        body = body[:kept]
        lines = tuple(range(first + 1, first + 1 + max(kept, 1)))
        is_literal = match["style"] == "|"
        scalar = None
        if body:
            last = first + kept - 1
            scalar = Scalar(
                Spelling.YAML_LITERAL if is_literal else Spelling.YAML_FOLDED,
                (first, indent or 0),
                (last, len(self._lines[last])),
            )
        if is_literal:
            return "\n".join(body) + (end if body else ""), lines, scalar
        return _folded(body) + (end if body else ""), lines[:1], scalar

    def _quoted(
        self,
        content: str,
        ending: re.Pattern[str],
        unescape: Callable[[str], str],
        spelling: Spelling,
    ) -> _Found | None:
        """A quoted scalar (YAML 1.2, 7.3), whose line ends are folded; None without its end."""
        first = self._at
        text = content[1:]
        end = ending.match(text)
        last = min(len(self._lines), first + self._left)
        if end is None and first + 1 < last:
            text = "\n".join((text, *self._lines[first + 1 : last]))
            end = ending.match(text)
            self._left -= last - first if end is None else end[0].count("\n")
        if end is None:
            self._at = first + 1
            return None
        inner = end[0][:-1]
        breaks = inner.count("\n")
        self._at = first + 1 + breaks
        left = len(self._lines[first]) - len(content)
        right = len(end[0]) - end[0].rfind("\n") - 1 + (0 if breaks else left + 1)
        scalar = Scalar(spelling, (first, left), (first + breaks, right))
        return unescape(_flow_folded(inner)), (first + 1,), scalar


def _key(content: str) -> tuple[str, str] | None:
    """The key with which a line begins, and what follows its colon; None without a key."""
    quoted = _QUOTED_KEY.match(content)
    if quoted is not None:
        double, single = quoted.groups()
        name = _unescaped(double) if double is not None else single.replace("''", "'")
        return name, content[quoted.end() :].lstrip(" \t")
    colon = _COLON.search(content, 0, _LONGEST_KEY)
    if colon is None or content[0] in _NO_KEY or " #" in content[: colon.start()]:
        return None
    return content[: colon.start()].rstrip(" \t"), content[colon.end() :].lstrip(" \t")


def _undoubled(text: str) -> str:
    return text.replace("''", "'")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _character(match[1]), text)


def _character(escape: str) -> str:
    if escape[0] in "xuU" and len(escape) > 1:
        number = int(escape[1:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return "" if escape == "\n" else _ESCAPES.get(escape, escape)


def _flow_folded(text: str) -> str:
    """Line folding in a quoted scalar: a line end is a blank, an empty line a line end."""
    if "\n" not in text:
        return text
    first, *others = text.split("\n")
    out, empty = [first], 0
    for number, line in enumerate(others, 1):
        stripped = line.lstrip(" \t")
        if not stripped and number < len(others):
            empty += 1
            continue
        before = out[-1]
        joined = before.endswith("\\") and not before.endswith("\\\\") and not empty
        if joined:
            out[-1] = before[:-1]
        else:
            out[-1] = before.rstrip(" \t")
            out.append("\n" * empty or " ")
        out.append(stripped)
        empty = 0
    return "".join(out)


def _folded(lines: list[str]) -> str:
    """Line folding in a block scalar; more-indented lines keep their ends (YAML 1.2, 8.1.3)."""
    out: list[str] = []
    before, empty = "", 0
    for line in lines:
        if not line:
            empty += 1
            continue
        if out:
            keeps = line[0] in " \t" or before[0] in " \t"
            out.append("\n" * (empty + keeps) or " ")
        else:
            out.append("\n" * empty)
        out.append(line)
        before, empty = line, 0
    return "".join(out)
