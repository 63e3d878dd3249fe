r"""Escape text, so that nothing that unpin prints acts as a command; nothing else escapes.

Names of files, aliases, subjects, comments, error texts, options and the environment come from
outside. They may hold control characters of a terminal, commands to a CI system that reads the log,
formulas, and the marks of Markdown. A function of each format makes an escaped text of a `str`. The
escaped texts are types of their own, and `unpin.cli.output` prints nothing else: mypy proves that
no `str` reaches an output by another way. tests/cli/test_hostile_text.py proves the rest.

What a reader could not see is shown as Python writes it in a string: `\x1b`, `\u202e`. JSON has an
escape of its own, and loses nothing.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NewType, TypeAlias

TerminalText = NewType("TerminalText", str)
"""Text for a terminal, a pipe or a log."""
MarkdownText = NewType("MarkdownText", str)
"""Text of a page in GitHub's Markdown, which may be printed to a log."""
CsvText = NewType("CsvText", str)
"""A line of CSV."""
JsonText = NewType("JsonText", str)
"""A JSON document, or a line of JSON lines."""

EscapedText: TypeAlias = TerminalText | MarkdownText | CsvText | JsonText

# The patterns are compiled when they are needed, which most calls of unpin never do.

_IGNORABLE: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff"
)
"""Invisible characters that Python calls printable: Default_Ignorable_Code_Point of
Unicode's DerivedCoreProperties.txt, and the empty pattern of Braille."""

_UNSEEN: Final = f"[{_IGNORABLE}]|[^ -~]"
"""Characters that may need an escape; `_is_seen` decides."""

_LOG_COMMAND: Final = r"#(?=#\w*\[)"
"""Azure Pipelines and TeamCity obey ##vso[ and ##teamcity[, GitHub's runner ##[, anywhere in a
line (ActionCommand.TryParse of actions/runner)."""

_LINE_COMMAND: Final = r"(?m)^(\s*):(?=:)"
"""GitHub's runner obeys ::error:: at the start of a line, also behind blanks."""

_FORMULA: Final = "[=+@\uff0b\uff0d\uff1d\uff20-]"
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV Injection), also in the wide
forms of Japanese. A tab and a carriage return are escaped before."""

_QUOTED: Final = r"""[,;"]|\A\s*::|\A\s|\s\Z"""
"""What makes a cell need quotes: RFC 4180, the separator of spreadsheets in some countries, and
what GitHub's runner would obey at the start of a line."""

_MARKED: Final = r"""(?xi)
    [][<&!#@$%~^*_`\\{}|]       # HTML, links, images, mentions, references, emphasis, formulas
    | :(?!\Z)                   # https://, mailto:, :emoji:
    | www\. | gh-\d             # links without a scheme, references to issues
    | \b[0-9a-f]{7,40}\b        # references to commits
    """
"""What has a meaning in the Markdown of GitHub, GitLab or Azure DevOps within a word."""

_FIRST_WORD: Final = r"""[^\W_]|["'(]"""
"""How a first word begins that begins no list, no heading and no quick action of GitLab."""
_LIST_NUMBER: Final = r"\d+[.)]?\Z"


def on_terminal(text: str) -> TerminalText:
    """`text` on a line of its own, or a part of such a line."""
    return laid_out(visible(text))


def on_lines(texts: Iterable[TerminalText]) -> TerminalText:
    """The texts on a line each."""
    return TerminalText("\n".join(texts))


def laid_out(page: str) -> TerminalText:
    """A page that was put together from escaped texts, where others may begin a line now."""
    return TerminalText(re.sub(_LINE_COMMAND, r"\1\\x3a", page) if "::" in page else page)


def in_markdown(text: str) -> MarkdownText:
    """`text` as a reader of the page sees it; words with marks become spans of code.

    A span of code keeps every mark as it is. An escape by a backslash would not: GitHub and GitLab
    look for mentions and references in the finished page.
    """
    words = visible(text).strip().split(" ")
    return MarkdownText(
        " ".join(
            _code(word) if _has_meaning(word, first=not index) else word
            for index, word in enumerate(words)
        )
    )


def in_markdown_cell(text: str) -> MarkdownText:
    r"""The same for a cell of a table: the end-of-cell character is escaped, in code as well.

    NOTE: `\\|` ends a cell (cmark-gfm takes the two backslashes for one), so that a pipe behind a
    backslash is shown as `\x7c`.
    """
    return MarkdownText(in_markdown(text.replace("\\|", "\\\\x7c")).replace("|", "\\|"))


def in_markdown_block(text: str) -> MarkdownText:
    """`text`, which is a single line, as an indented block of code (CommonMark 4.4): no marks."""
    return MarkdownText(f"    {visible(text)}")


def in_html(text: str) -> MarkdownText:
    """`text` in an element of HTML, where Markdown has no meaning."""
    return MarkdownText(visible(text).replace("&", "&amp;").replace("<", "&lt;"))


def csv_line(cells: Sequence[str | int]) -> CsvText:
    """A line of CSV (RFC 4180) without its end. An apostrophe guards a cell from being a formula.

    A number is no formula, whatever its sign.
    """
    return CsvText(",".join(str(cell) if isinstance(cell, int) else _cell(cell) for cell in cells))


def in_json(document: str) -> JsonText:
    r"""A JSON document with everything unseen as \u escapes, which mean the same characters."""
    if not document.isascii() or "\x7f" in document:
        document = re.sub(_UNSEEN, _json_escape, document)
    # Outside of strings, JSON has no # and no backslash.
    return JsonText(re.sub(_LOG_COMMAND, r"\\u0023", document) if "##" in document else document)


def visible(text: str) -> str:
    """`text` with everything unseen as an escape, and without commands to a CI system in a line."""
    if not (text.isascii() and text.isprintable()):
        text = re.sub(_UNSEEN, _escape, text)
    return re.sub(_LOG_COMMAND, r"\\x23", text) if "##" in text else text


def _is_seen(character: str) -> bool:
    return character.isprintable() and not re.match(f"[{_IGNORABLE}]", character)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return character if _is_seen(character) else ascii(character)[1:-1]


def _json_escape(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\n" or _is_seen(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _has_meaning(word: str, *, first: bool) -> bool:
    if first and word and (not re.match(_FIRST_WORD, word) or re.match(_LIST_NUMBER, word)):
        return True
    return re.search(_MARKED, word) is not None


def _code(word: str) -> str:
    """A span of code, between more backticks than it holds (CommonMark 6.1)."""
    fence = "`" * (1 + max(map(len, re.findall("`+", word)), default=0))
    gap = " " if word.startswith("`") or word.endswith("`") else ""
    return f"{fence}{gap}{word}{gap}{fence}"


def _cell(text: str) -> str:
    shown = visible(text)
    if re.match(_FORMULA, shown):
        shown = f"'{shown}"
    return '"' + shown.replace('"', '""') + '"' if re.search(_QUOTED, shown) else shown
