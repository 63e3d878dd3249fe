"""Go through what a pattern finds in a document: within bounds, with lines, past comments."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from unpin.configurations.lines import matches_from
from unpin.configurations.model import Document, at_most

COMMENTS: Final = ("#", "//", ";", "*", "-- ")
"""How the lines begin that are comments, in any of the languages."""


def matches_in(
    document: Document, pattern: re.Pattern[str], most: int, begins: Sequence[str] = ()
) -> Iterator[re.Match[str]]:
    """The first `most` matches. Raises LimitExceededError behind them, if there are more.

    With `begins`, each match begins with one of them, in any case (lines.matches_from).
    """
    text = document.text
    found = matches_from(pattern, text, begins) if begins else pattern.finditer(text)
    return at_most(found, most, "places of a kind", document)


def line_before(match: re.Match[str], group: int | str = 0) -> str:
    """What stands before the match, or a group of it, on the line where the match begins."""
    return match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start(group)]


def is_comment(match: re.Match[str], comments: tuple[str, ...] = COMMENTS) -> bool:
    """Whether the line where the match begins is a comment."""
    return line_before(match).lstrip().startswith(comments)
