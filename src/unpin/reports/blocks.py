"""The parts of a report that a person reads; an output format gives them their looks.

They are named tuples, since a dataclass adds half a millisecond to the start of every command.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple, TypeAlias


class Tone(Enum):
    """How good or bad the news is; a terminal shows it as a colour."""

    GOOD = auto()
    BAD = auto()
    DOUBTFUL = auto()
    NEUTRAL = auto()


class Toned(NamedTuple):
    """A text that is news."""

    text: str
    tone: Tone


class Fingerprint(NamedTuple):
    """A SHA-256 in hexadecimal, of which a narrow table shows the first digits."""

    sha256: str


class Lines(NamedTuple):
    """Sentences of a cell, each of which begins a line."""

    texts: tuple[str, ...]


Cell: TypeAlias = str | Toned | Fingerprint | Lines


class Title(NamedTuple):
    """What the following blocks are about; the first line is the heading."""

    lines: tuple[str, ...]


class Table(NamedTuple):
    """Rows under headings. `caption` says what they are where the title does not.

    A page folds away a table with a caption: it is a detail.
    """

    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""


class Notes(NamedTuple):
    """Sentences beside a table, in no particular order."""

    lines: tuple[str | Toned, ...]


class Answer(NamedTuple):
    """What it all comes to, in a sentence."""

    text: str


Block: TypeAlias = Title | Table | Notes | Answer
