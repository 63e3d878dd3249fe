"""Find the brackets, strings and expressions of a call in one pass over its text."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final

_TELLING: Final = re.compile(r"\\.|['\"`(\[{)\]},;\n]", re.DOTALL)


@dataclass(slots=True)
class CallStructure:
    """Where the brackets of a text close, where its strings are, and where its expressions end.

    A string in ' or " ends with its line at the latest: the apostrophe of a comment begins none.
    """

    text: str
    closing: dict[int, int] = field(default_factory=dict)
    """The place behind the bracket that closes the one at a place; none for one left open."""
    _marks: list[int] = field(default_factory=list)
    _groups: list[int] = field(default_factory=list)
    """The bracket (-1: none) around what follows each of the marks."""
    _depths: list[int] = field(default_factory=list)
    _ends: dict[int, list[int]] = field(default_factory=dict)
    """Where expressions end directly inside of a bracket."""
    _strings: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> "CallStructure":
        """The structure of a text, in a time that grows with its length alone."""
        found = cls(text)
        open_at, quote, begun = [-1], "", 0
        for match in _TELLING.finditer(text):
            sign, at = match[0], match.start()
            if quote:
                if sign == quote or (sign == "\n" and quote != "`"):
                    found._strings.append((begun, at))
                    quote = ""
            elif sign in "'\"`":
                quote, begun = sign, at
            elif sign in "([{":
                open_at.append(at)
                found._mark(at, open_at)
            elif sign in ")]}":
                found._ends.setdefault(open_at[-1], []).append(at)
                if len(open_at) > 1:
                    found.closing[open_at.pop()] = at + 1
                found._mark(at, open_at)
            elif sign in ",;":
                found._ends.setdefault(open_at[-1], []).append(at)
        if quote:
            found._strings.append((begun, len(text)))
        return found

    def _mark(self, at: int, open_at: list[int]) -> None:
        self._marks.append(at)
        self._groups.append(open_at[-1])
        self._depths.append(len(open_at) - 1)

    def depth(self, at: int) -> int:
        """How many brackets are open at a place."""
        mark = bisect_left(self._marks, at) - 1
        return self._depths[mark] if mark >= 0 else 0

    def around(self, at: int) -> int:
        """The place of the bracket that is open around a place; -1 if there is none."""
        mark = bisect_left(self._marks, at) - 1
        return self._groups[mark] if mark >= 0 else -1

    def is_in_string(self, at: int) -> bool:
        """Whether a place is inside of a string."""
        number = bisect_left(self._strings, (at, 0)) - 1
        return number >= 0 and at <= self._strings[number][1]

    def expression(self, at: int) -> str:
        """The expression that begins at a place: up to a comma or a bracket that closes."""
        mark = bisect_left(self._marks, at) - 1
        ends = self._ends.get(self._groups[mark] if mark >= 0 else -1, [])
        number = bisect_right(ends, at - 1)
        return self.text[at : ends[number] if number < len(ends) else len(self.text)]
