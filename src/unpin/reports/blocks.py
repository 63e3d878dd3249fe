"""The parts of a report that a person reads; an output format gives them their looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias


class Tone(Enum):
    """How good or bad the news is; a terminal shows it as a colour."""

    GOOD = auto()
    BAD = auto()
    DOUBTFUL = auto()
    NEUTRAL = auto()


@dataclass(frozen=True, slots=True)
class Toned:
    """A text that is news."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A SHA-256 in hexadecimal, of which a narrow table shows the first digits."""

    sha256: str


Cell: TypeAlias = str | Toned | Fingerprint


@dataclass(frozen=True, slots=True)
class Title:
    """What the following blocks are about; the first line is the heading."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. `caption` says what they are where the title does not.

    A page folds away a table with a caption: it is a detail.
    """

    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences beside a table, in no particular order."""

    lines: tuple[str | Toned, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What it all comes to, in a sentence."""

    text: str


Block: TypeAlias = Title | Table | Notes | Answer
