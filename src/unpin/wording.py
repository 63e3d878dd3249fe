"""Counts, lists and dates in sentences: "2 entries", "Java, Go and rustls"."""

from collections.abc import Iterable, Sequence
from datetime import datetime


def counted(number: int, singular: str, plural: str = "") -> str:
    """The number and the noun: "1 entry", "2 entries". Without `plural` the noun never changes."""
    return f"{number} {singular if number == 1 else plural or singular}"


def listed(words: Iterable[str]) -> str:
    """The words as a list in a sentence: "Java, Go and rustls"; "" for no words."""
    items = list(words)
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def few(words: Sequence[str], most: int = 3) -> str:
    """The first `most` words as a list in a sentence, and how many more there are."""
    more = len(words) - most
    return listed([*words[:most], *([f"{more} more"] if more > 0 else ())])


def day(moment: datetime | None) -> str:
    """A date as YYYY-MM-DD, or "an unreadable date"."""
    return f"{moment:%Y-%m-%d}" if moment else "an unreadable date"
