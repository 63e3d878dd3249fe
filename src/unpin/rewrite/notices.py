"""What a conversion says about itself: repaired, left out, renamed, not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_MOST_NAMES: Final = 3
"""Most entries that a sentence names; more are counted."""


class Topic(StrEnum):
    """The kinds of remarks; part of the machine form (docs/json.md)."""

    REPAIRED = "repaired"
    """The input had a fault of encoding that the output has not."""
    LEFT_OUT = "left-out"
    """An entry, or a part of the file, is not in the output."""
    RENAMED = "renamed"
    """An entry has another alias than it had."""
    TRUSTED = "trusted"
    """A certificate is a trusted entry that was none, as Java sees it."""
    NOT_KEPT = "not-kept"
    """The format of the output has no place for it."""
    PROTECTION = "protection"
    """Which password and which encryption guard the output."""
    KEY = "key"
    """How a private key came along."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a summary; `source` names the file that it is about."""

    topic: Topic
    source: str
    message: str


def named(names: Sequence[str]) -> str:
    """The names, or the first few of them and how many more there are."""
    shown = [name or "(no alias)" for name in names[:_MOST_NAMES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
