"""Places in a text: their lines, and where a pattern may match at all."""

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

    Ask it before you search for a pattern that matches nothing without them: the search takes fifty
    times as long.
    """
    return any(word in text for word in words)


@lru_cache(maxsize=2)
def lowered(text: str) -> str:
    """The text in lower case.

    It is kept, since several ask for it: of a document as it is, and without its comments.
    """
    return text.lower()


def matches_from(
    pattern: re.Pattern[str], text: str, begins: Sequence[str]
) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` gives, in less time.

    Each match must begin with one of `begins`, in any case; they are in lower case, and rare in
    texts: the pattern is tried where they stand, and not at each character.
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
