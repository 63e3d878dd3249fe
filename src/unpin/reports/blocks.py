"""The blocks of a report for people: titles, tables, notes, answers; output formats render them.

They are named tuples, since a dataclass adds half a millisecond to the start of every command.
"""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Generic, NamedTuple, TypeAlias, TypeVar, overload

_Item = TypeVar("_Item")
_Row_co = TypeVar("_Row_co", covariant=True)


class Tone(Enum):
    """Whether a text is good or bad news; a terminal shows it as a colour."""

    GOOD = auto()
    BAD = auto()
    DOUBTFUL = auto()
    NEUTRAL = auto()

    @property
    def rank(self) -> int:
        """A number that is greater for better news: an overview begins with the worst."""
        return (Tone.BAD, Tone.DOUBTFUL, Tone.NEUTRAL, Tone.GOOD).index(self)


class Toned(NamedTuple):
    """A text with a tone."""

    text: str
    tone: Tone


class Fingerprint(NamedTuple):
    """A SHA-256 in hexadecimal; a narrow table shows only its first digits."""

    sha256: str


class WholeName(NamedTuple):
    """A name to copy, such as an alias; it is never broken into lines."""

    text: str


class Command(NamedTuple):
    """A command to paste; it is never broken into lines."""

    text: str


class Lines(NamedTuple):
    """Sentences of a cell, and commands to paste, each on a line of its own."""

    texts: tuple[str | Command, ...]


Cell: TypeAlias = str | Toned | WholeName | Fingerprint | Lines


class Title(NamedTuple):
    """The subject of the following blocks; the first line is the heading."""

    lines: tuple[str, ...]


class Headline(NamedTuple):
    """The verdict of a report in a word, and the sentence that goes with it; it stands first."""

    verdict: Toned
    text: str


class Table(NamedTuple):
    """Rows under headings. `caption` says what the rows are if the title does not.

    Markdown folds away a table with a caption, which holds details.
    """

    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""


class Rows(Sequence[_Row_co], Generic[_Row_co, _Item]):
    """Rows that are made from `items` when they are asked for: a long table takes no memory."""

    def __init__(self, items: Sequence[_Item], made: Callable[[_Item], _Row_co]) -> None:
        self._items = items
        self._made = made

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> _Row_co: ...
    @overload
    def __getitem__(self, at: slice) -> "Rows[_Row_co, _Item]": ...

    def __getitem__(self, at: int | slice) -> "_Row_co | Rows[_Row_co, _Item]":
        if isinstance(at, slice):
            return Rows(self._items[at], self._made)
        return self._made(self._items[at])


class Notes(NamedTuple):
    """Sentences beside a table, in no particular order."""

    lines: tuple[str | Toned, ...]


class Answer(NamedTuple):
    """The conclusion of a report, in a sentence."""

    text: str


Block: TypeAlias = Title | Headline | Table | Notes | Answer | Command
