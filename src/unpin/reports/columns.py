"""Columns of texts: their widths on a page, and the lines of a table."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from unpin.reports.escaping import TerminalText, laid_out

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAINTED: Final = r"\x1b\[[0-9]+m"

_ROWS_AT_A_TIME: Final = 1_000
"""tabulate takes five times the memory of the rows."""

_UNEVEN: Final = re.compile(r"[^\n\x1b -~\xa1-\xac\xae-\xff]")
"""Characters that may not have one column: all but ASCII and Latin-1."""

_MOST_BESIDE_PROSE: Final = (40, 26, 18, 12)
"""The widths to which the other columns shrink in turn, until the widest has `_LEAST_PROSE`."""

_LEAST_PROSE: Final = 44

COLUMN_GAP: Final = 2
"""Blanks between two columns."""

HEADING_PADDING: Final = 2
"""Blanks that tabulate leaves beside a heading (MIN_PADDING)."""

NARROW_COLUMN: Final = 16
"""Up to this width in columns, a column keeps its width: dates do not break."""

_PIECE: Final = r"\s+|[^\s,_./:=-]*[,_./:=-]+|[^\s,_./:=-]+"
"""What stays on a line of a cell: subjects, aliases and paths break behind a separator."""


def tabulated(
    headings: Sequence[TerminalText], rows: Sequence[Sequence[TerminalText]]
) -> TerminalText:
    """The table; a large one in parts, to each of which a row as wide as all gives the columns."""
    if len(rows) <= _ROWS_AT_A_TIME:
        return laid_out("\n".join(_drawn(headings, list(rows))))
    widest = [TerminalText("-" * width) for width in _column_widths(headings, rows)]
    head = 2 + max(heading.count("\n") for heading in headings)
    lines: list[str] = []
    for at in range(0, len(rows), _ROWS_AT_A_TIME):
        part = _drawn(headings, [*rows[at : at + _ROWS_AT_A_TIME], widest])
        lines.append("\n".join(part[head if at else 0 : -1]))
    return laid_out("\n".join(lines))


def _drawn(headings: Sequence[TerminalText], rows: Sequence[Sequence[TerminalText]]) -> list[str]:
    """The lines of the table. tabulate draws characters that may be wider or narrower than others.

    NOTE: to load it takes a twentieth of an audit, and drawing with it five times as long.
    """
    if not any(map(_UNEVEN.search, chain(headings, *rows))):
        return _drawn_evenly(headings, rows)
    from tabulate import tabulate

    page = tabulate(rows, headers=headings, tablefmt="simple", disable_numparse=True)
    return [line.rstrip() for line in page.split("\n")]


def _drawn_evenly(
    headings: Sequence[TerminalText], rows: Sequence[Sequence[TerminalText]]
) -> list[str]:
    """The same of characters that all have one column: the format "simple" of tabulate."""
    widths = _column_widths(headings, rows)
    lines: list[str] = []
    for row in (headings, ["-" * width for width in widths], *rows):
        cells = [cell.strip().split("\n") for cell in row]
        for at in range(max(map(len, cells), default=0)):
            texts = (cell[at] if at < len(cell) else "" for cell in cells)
            padded = (
                text + " " * (width - len(re.sub(_PAINTED, "", text) if "\x1b" in text else text))
                for text, width in zip(texts, widths, strict=True)
            )
            lines.append((" " * COLUMN_GAP).join(padded).rstrip())
    return lines


def _column_widths(
    headings: Sequence[TerminalText], rows: Sequence[Sequence[TerminalText]]
) -> list[int]:
    """The width of each column: of its widest line, without colours."""
    widths = [max(map(len, heading.split("\n"))) + HEADING_PADDING for heading in headings]
    for row in rows:
        for i, cell in enumerate(row):
            text = cell.strip()
            lines = (re.sub(_PAINTED, "", text) if "\x1b" in text else text).split("\n")
            widths[i] = max(widths[i], *map(len, lines))
    return widths


def fitting_widths(
    rows: Sequence[Sequence[TerminalText]], width: int, names: Sequence[bool]
) -> list[int] | None:
    """The widths of the columns in a page of `width`; None if they do not fit.

    `rows` includes the headings. The widest column gets what the others leave. The columns of
    `names` keep their width: a name that is broken cannot be copied.
    """
    columns = list(zip(*rows, strict=True))
    natural = [
        max(
            len(head) + HEADING_PADDING,
            *(len(line) for cell in column for line in cell.split("\n")),
        )
        for head, *column in columns
    ]
    room = width - COLUMN_GAP * (len(columns) - 1)
    if sum(natural) <= room:
        return natural
    least = [
        wanted if is_name or wanted <= NARROW_COLUMN else _longest_piece(column)
        for wanted, column, is_name in zip(natural, columns, names, strict=True)
    ]
    widest = max(range(len(natural)), key=lambda i: (not names[i], natural[i]))
    for most in _MOST_BESIDE_PROSE:
        limits = [
            min(wanted, max(floor, most)) for wanted, floor in zip(natural, least, strict=True)
        ]
        left = room - sum(limits) + limits[widest]
        limits[widest] = min(natural[widest], left)
        if limits[widest] >= max(least[widest], min(natural[widest], _LEAST_PROSE)):
            return limits
    if any(names):
        return None
    limits = list(least)
    limits[widest] = room - sum(limits) + limits[widest]
    return limits if limits[widest] >= least[widest] else None


def _longest_piece(column: Sequence[TerminalText]) -> int:
    heading, *cells = column
    return max(
        *(len(word) + HEADING_PADDING for word in heading.split()),
        *(len(piece) for cell in cells for piece in _pieces(cell)),
    )


def _pieces(text: str) -> list[str]:
    return re.findall(_PIECE, text)


def with_breaks(text: TerminalText, limit: int) -> TerminalText:
    """The text on lines of at most `limit` columns, broken at blanks and behind separators."""
    if all(len(line) <= limit for line in text.split("\n")):
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        filled = ""
        for piece in _pieces(line):
            if len(filled) + len(piece.rstrip()) > limit and filled:
                lines.append(filled.rstrip())
                filled = ""
            if filled or not piece.isspace():
                filled += piece
        lines.append(filled.rstrip())
    return laid_out("\n".join(lines))
