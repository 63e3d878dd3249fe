"""Take the comments out of a program, so that nothing in them counts as a setting of it."""

import re
from typing import Final

_SIGNS: Final = re.compile(
    r"""(?m:^[ \t]*)(?P<page>(?P<quotes>\"{3}|'{3})[\s\S]{0,20000}?(?P=quotes))
      | "(?:\\.|[^"\\\n]){0,5000}" | '(?:\\.|[^'\\\n]){0,5000}' | `(?:\\.|[^`\\]){0,2000}`
      | (?P<comment>(?m:^[ \t]*(?:\#|//).*$)
          | (?<=[\s,;(){}\[\]])(?m://.*$|\#(?=[ \t]).*$)
          | (?<=[\s,;(){}\[\]])/\*[\s\S]{0,4000}?\*/)""",
    re.VERBOSE,
)
"""A docstring of Python, a string, or a comment; what begins in a string is none."""


def without_comments(text: str) -> str:
    """The text with blanks in place of comments and of Python's docstrings; lines stay lines."""
    return _SIGNS.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    if found["comment"] is None and found["page"] is None:
        return found[0]
    return "\n" * found[0].count("\n")
