"""The lines of places in a text."""

import re


def line_of(text: str, at: int) -> int:
    """The line, from 1, of a place in a text."""
    return text.count("\n", 0, at) + 1


def line_at(match: re.Match[str], group: int | str = 0) -> int:
    """The line, from 1, where a match or a group of it begins."""
    return line_of(match.string, match.start(group))
