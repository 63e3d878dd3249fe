"""Split a command of a shell into its words, wherever it stands: in a script, a unit, a value."""

import re
from typing import Final, NamedTuple

_PIECE: Final = re.compile(
    r"""(?P<blank>(?:[ \t\r]|\\\r?\n)+)
        |'(?P<single>[^']{0,4000})'
        |"(?P<double>(?:[^"\\]|\\.){0,4000})"
        |\\(?P<escaped>.)
        |(?P<inner>\$\{[^{}\n]{0,200}\}|\$\([A-Za-z_]\w{0,60}\)|\$\{\{[^{}\n]{0,200}\}\})
        |(?P<end>[;|&\n()`])
        |(?P<plain>[^\s'"\\;|&()`$]+|[$'"])""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST: Final = 8000
"""The most characters of a command that are looked at."""

_MOST_WORDS: Final = 500
_ASSIGNED: Final = re.compile(r"[A-Za-z_]\w{0,80}\+?=")
_BEFORE: Final = re.compile(
    r"""(?:(?<=[\s;&|(@"'`{])|\A)(?:[A-Za-z_]\w{0,80}=(?:"[^"\n]{0,1000}"|'[^'\n]{0,1000}'|[^\s"';&|]{0,1000})
        (?:[ \t]|\\\r?\n){1,20}){1,20}\Z""",
    re.VERBOSE,
)
"""The assignments before a command."""

_LONGEST_BEFORE: Final = 2000


class Word(NamedTuple):
    """A word without its quotes, and where it begins in the text."""

    text: str
    at: int


def words_from(text: str, at: int) -> list[Word]:
    """The words of the command that begins at a place, up to its end."""
    end = min(len(text), at + _LONGEST)
    words: list[Word] = []
    word, begun = "", -1
    while at < end and len(words) < _MOST_WORDS:
        match = _PIECE.match(text, at)
        if match is None or match["end"] is not None:
            break
        if match["blank"] is None:
            begun = at if begun < 0 else begun
            word += _content(match)
        elif begun >= 0:
            words.append(Word(word, begun))
            word, begun = "", -1
        at = match.end()
    if begun >= 0:
        words.append(Word(word, begun))
    return words


def variables_before(text: str, at: int) -> list[tuple[Word, str]]:
    """The variables that a command alone gets, `A=b command`: the name, and the value."""
    begin = max(0, at - _LONGEST_BEFORE)
    match = _BEFORE.search(text, begin, at)
    if match is None:
        return []
    return assigned(words_from(text, match.start()))


def assigned(words: list[Word]) -> list[tuple[Word, str]]:
    """The assignments with which the words begin."""
    found: list[tuple[Word, str]] = []
    for each in words:
        if _ASSIGNED.match(each.text) is None:
            break
        name, _, value = each.text.partition("=")
        found.append((Word(name, each.at), value))
    return found


def _content(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return re.sub(r"\\([\"\\$`\n])", lambda m: "" if m[1] == "\n" else m[1], match["double"])
    for group in ("single", "escaped", "inner", "plain"):
        if match[group] is not None:
            return str(match[group])
    return ""
