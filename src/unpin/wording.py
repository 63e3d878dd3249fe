"""Counts and lists in sentences: "2 entries", "Java, Go and rustls"."""

from collections.abc import Iterable


def counted(number: int, singular: str, plural: str = "") -> str:
    """The number and the noun: "1 entry", "2 entries". Without `plural` the noun never changes."""
    return f"{number} {singular if number == 1 else plural or singular}"


def listed(words: Iterable[str]) -> str:
    """The words as a list in a sentence: "Java, Go and rustls"; "" for no words."""
    items = list(words)
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))
