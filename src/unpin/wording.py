"""Say how many of what there are, and which, as messages of every floor do."""

from collections.abc import Iterable


def counted(number: int, one: str, many: str = "") -> str:
    """1 entry, 2 entries; without `many`, the word does not change."""
    return f"{number} {one if number == 1 else many or one}"


def listed(words: Iterable[str]) -> str:
    """The words as one list: Java, Go and rustls."""
    every = list(words)
    return " and ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))
