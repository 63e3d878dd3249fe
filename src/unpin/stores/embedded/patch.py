"""Write changes of a text as a unified diff, which patch(1) and git apply take."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from unpin.stores.embedded.value_replacement import LineChange

_CONTEXT: Final = 1
"""The unchanged lines around a change: git apply asks for one, and more may show a password."""

_ODD: Final = re.compile(r'["\\\x00-\x1f\x7f-\U0010ffff]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class _Change(NamedTuple):
    """Lines with their ends: those from `start` give way to `new`."""

    start: int
    old: list[str]
    new: list[str]

    @property
    def end(self) -> int:
        return self.start + len(self.old)


def unified_diff(name: str, text: str, changes: Sequence[LineChange]) -> str:
    """The diff of the file called `name`, by that name on both sides; "" without a change."""
    lines = text.split("\n")
    found = [_cut(lines, change) for change in changes]
    hunks = list(
        _hunks(_ended(lines, is_end=True), [each for each in found if each.old or each.new])
    )
    if not hunks:
        return ""
    shown = _file_name(name)
    return f"--- {shown}\n+++ {shown}\n{''.join(hunks)}"


def _ended(lines: Sequence[str], *, is_end: bool) -> list[str]:
    """The lines with their line feeds; `is_end`: the last of them is what follows the last feed."""
    if not is_end:
        return [f"{line}\n" for line in lines]
    *whole, rest = lines
    return [*(f"{line}\n" for line in whole), *([rest] if rest else [])]


def _cut(lines: Sequence[str], change: LineChange) -> _Change:
    """The change without the lines that stay."""
    is_end = change.end == len(lines)
    old = _ended(lines[change.start : change.end], is_end=is_end)
    new = _ended(change.new, is_end=is_end)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    same = 0
    while same < min(len(old), len(new)) - start and old[-1 - same] == new[-1 - same]:
        same += 1
    return _Change(change.start + start, old[start : len(old) - same], new[start : len(new) - same])


def _hunks(lines: Sequence[str], changes: Sequence[_Change]) -> Iterator[str]:
    """The hunks; changes whose context would meet are one."""
    at = shift = 0
    while at < len(changes):
        group = [changes[at]]
        at += 1
        while at < len(changes) and changes[at].start - group[-1].end <= 2 * _CONTEXT:
            group.append(changes[at])
            at += 1
        first = position = max(0, group[0].start - _CONTEXT)
        out: list[str] = []
        for change in group:
            out += [f" {line}" for line in lines[position : change.start]]
            out += [f"-{line}" for line in change.old]
            out += [f"+{line}" for line in change.new]
            position = change.end
        last = min(len(lines), position + _CONTEXT)
        out += [f" {line}" for line in lines[position:last]]
        before = last - first
        after = before + sum(len(change.new) - len(change.old) for change in group)
        yield f"@@ -{_range(first, before)} +{_range(first + shift, after)} @@\n"
        yield from (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in out
        )
        shift += after - before


def _range(first: int, count: int) -> str:
    return f"{first + 1 if count else first},{count}"


def _file_name(name: str) -> str:
    """The name as patch and git spell it: in quotes if it is odd, with a tab behind a blank."""
    if _ODD.search(name) is None:
        return f"{name}\t" if " " in name else name
    data = name.encode("utf-8", "surrogateescape")
    return '"' + "".join(_byte(byte) for byte in data) + '"'


def _byte(byte: int) -> str:
    character = chr(byte)
    if (escape := _ESCAPES.get(character)) is not None:
        return escape
    return character if 0x20 <= byte < 0x7F else f"\\{byte:03o}"
