"""Places in a text: their lines, and those where a pattern is looked for."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache


def line_of(text: str, at: int) -> int:
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, at) + 1


def line_at(match: re.Match[str], group: int | str = 0) -> int:
    """The line, from 1, where a match or a group of it begins."""
    return line_of(match.string, match.start(group))


def has_any(text: str, words: Sequence[str]) -> bool:
    """Whether one of `words` is in a text.

    Asked before a pattern is looked for that needs one of them: that takes fifty times as long.
    """
    return any(word in text for word in words)


@lru_cache(maxsize=2)
def lowered(text: str) -> str:
    """The text in lower case, kept for those who ask after another."""
    return text.lower()


def matches_from(
    pattern: re.Pattern[str], text: str, begins: Sequence[str]
) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` gives, if each match begins with one of `begins`, in any case.

    `begins` are in lower case, and rare. To look for a pattern at each character of a text takes
    much longer.
    """
    lower = lowered(text)
    if len(lower) != len(text):  # some capitals have two letters in lower case
        yield from pattern.finditer(text)
        return
    end = 0
    for at in sorted({at for begin in begins for at in _places(lower, begin)}):
        if at >= end and (match := pattern.match(text, at)) is not None:
            yield match
            end = match.end()


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
