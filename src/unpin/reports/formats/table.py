"""Text for a terminal or a pipe: the answer first, then aligned tables and paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.reports.blocks import (
    Answer,
    Command,
    Fingerprint,
    Headline,
    Lines,
    Notes,
    Rows,
    Table,
    Title,
    Tone,
    Toned,
    WholeName,
)
from unpin.reports.columns import (
    COLUMN_GAP,
    HEADING_PADDING,
    NARROW_COLUMN,
    fitting_widths,
    tabulated,
    with_breaks,
)
from unpin.reports.escaping import TerminalText, laid_out, on_lines, on_terminal
from unpin.reports.reporter import Rendering, nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Reporter, Run


class Terminal(NamedTuple):
    """The output device: its width in columns (None for no limit), and whether it has colours."""

    width: int | None = None
    colour: bool = False


_COLOURS: Final = {Tone.GOOD: "32", Tone.BAD: "31", Tone.DOUBTFUL: "33", Tone.NEUTRAL: "36"}
"""ECMA-48 8.3.117, Select Graphic Rendition: green, red, yellow, cyan."""


MOST_OF_A_CELL: Final = 1_000
"""The most characters of a line of a cell; every row is padded to the widest cell of its column."""


_FEW_DIGITS: Final = 16
_WIDE: Final = 160
"""The width in columns at which a whole SHA-256 fits beside the other columns."""

_PROSE: Final = 110
"""The width in columns from which sentences stand in a column; below, they get the whole width."""


def render(run: Run) -> Rendering:
    """The page of each result as soon as it is ready, with blank lines between pages."""
    between: list[TerminalText] = []

    def each(result: Reporter) -> Iterator[TerminalText]:
        page = page_of(result.text(), run.terminal)
        if page:
            yield on_lines([*between, page])
            between[:] = [TerminalText("")]

    return Rendering(each, nothing)


def page_of(blocks: Iterable[Block], terminal: Terminal) -> TerminalText:
    """The blocks with blank lines between them, but none below a heading."""
    parts: list[TerminalText] = []
    joined = True
    for block in blocks:
        close = joined or isinstance(block, Command)
        parts += [*([] if close else [TerminalText("")]), _block(block, terminal)]
        joined = isinstance(block, Title) and len(block.lines) == 1
    return on_lines(parts)


def _block(block: Block, terminal: Terminal) -> TerminalText:
    match block:
        case Title(lines=texts):
            return on_lines(_filled(text, terminal) for text in texts)
        case Headline(verdict=verdict, text=text):
            mark = _painted_lines([on_terminal(verdict.text)], verdict, terminal)[0]
            rest = _filled(f"{verdict.text}: {text}", terminal).removeprefix(
                on_terminal(verdict.text)
            )
            return laid_out(mark + rest)
        case Table(caption=caption):
            table = _table(block, terminal)
            return on_lines([on_terminal(f"{caption}:"), table]) if caption else table
        case Notes(lines=texts):
            return on_lines(_note(text, terminal) for text in texts)
        case Answer(text=answer):
            return _filled(f"=> {answer}", terminal, "   ")
        case Command(text=command):
            return on_terminal(f"   {command}")


def _note(text: str | Toned, terminal: Terminal) -> TerminalText:
    shown = text.text if isinstance(text, Toned) else text
    lines = _filled(shown, terminal, indent=2).split("\n")
    painted = _painted_lines([TerminalText(line) for line in lines], text, terminal)
    first, *others = painted
    return on_lines([TerminalText(f"- {first}"), *(TerminalText(f"  {line}") for line in others)])


def _filled(text: str, terminal: Terminal, hanging: str = "", indent: int = 0) -> TerminalText:
    """`text` on lines that fit, `indent` columns aside; no word breaks.

    `hanging` begins each line but the first.
    """
    shown = on_terminal(text)
    if terminal.width is None or len(shown) + indent <= terminal.width:
        return shown
    import textwrap

    lines = textwrap.wrap(
        shown,
        max(1, terminal.width - indent),
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return laid_out("\n".join(lines))


def fitted_message(message: str, terminal: Terminal) -> TerminalText:
    """A message on lines that fit; all but the first are indented."""
    indent = " " * (len(message) - len(message.lstrip()) + 2)
    return _filled(message, terminal, indent)


def fitted(page: TerminalText, terminal: Terminal) -> TerminalText:
    """The lines of a page of text, wrapped; what follows a label ("  cause:  ") hangs below it."""
    lines = []
    for line in page.split("\n"):
        label = re.match(r" *\w+: +|  +", line)
        hanging = " " * len(label[0]) if label else ""
        lines.append(_filled(line, terminal, hanging))
    return on_lines(lines)


def _table(table: Table, terminal: Terminal) -> TerminalText:
    """The table, made by tabulate; a paragraph for each row where its columns do not fit."""
    width = terminal.width
    if width is not None and (_has_command(table) or (width < _PROSE and _has_prose(table))):
        return _paragraphs(table, terminal)
    headings = [on_terminal(heading) for heading in table.headings]

    def plain(row: Sequence[Cell]) -> list[TerminalText]:
        return [_plain(cell, terminal) for cell in row]

    if width is None:
        return tabulated(
            headings, Rows(table.rows, lambda row: _painted_row(row, plain(row), terminal))
        )
    names = [any(isinstance(row[i], WholeName) for row in table.rows) for i in range(len(headings))]
    limits = fitting_widths([headings, *map(plain, table.rows)], width, names)
    if limits is None:
        return _paragraphs(table, terminal)

    def wrapped(cells: Sequence[TerminalText], padding: int = 0) -> list[TerminalText]:
        return [
            with_breaks(cell, limit - padding) for cell, limit in zip(cells, limits, strict=True)
        ]

    return tabulated(
        wrapped(headings, HEADING_PADDING),
        Rows(table.rows, lambda row: _painted_row(row, wrapped(plain(row)), terminal)),
    )


def _has_prose(table: Table) -> bool:
    return any(isinstance(cell, Lines) for row in table.rows for cell in row)


def _has_command(table: Table) -> bool:
    """Whether a cell has a command, which a column would break."""
    return any(
        isinstance(text, Command)
        for row in table.rows
        for cell in row
        if isinstance(cell, Lines)
        for text in cell.texts
    )


def _paragraphs(table: Table, terminal: Terminal) -> TerminalText:
    """A paragraph for each row: its short cells, and below them its sentences or long cells."""
    prose = _has_prose(table)
    parts: list[TerminalText] = []
    for row in table.rows:
        if parts and prose:
            parts.append(TerminalText(""))
        parts += _prose_row(row, terminal) if prose else _named_row(table.headings, row, terminal)
    return on_lines(parts)


def _prose_row(row: Sequence[Cell], terminal: Terminal) -> Iterator[TerminalText]:
    yield _head([cell for cell in row if not isinstance(cell, Lines)], terminal)
    for cell in row:
        if isinstance(cell, Lines):
            for text in cell.texts:
                if isinstance(text, Command):
                    yield _in_cell(f"    {text.text}")
                else:
                    yield _indented(_filled(_in_cell(text), terminal, indent=2))


def _named_row(
    headings: Sequence[str], row: Sequence[Cell], terminal: Terminal
) -> Iterator[TerminalText]:
    """The first cell with those that are short, then a line for each other cell."""
    first, *others = row
    below = [
        (heading, value)
        for heading, value in zip(
            headings[1:], (_plain(cell, terminal) for cell in others), strict=True
        )
        if len(value) > NARROW_COLUMN
    ]
    beside = [cell for cell in others if len(_plain(cell, terminal)) <= NARROW_COLUMN]
    yield _head([first, *beside], terminal)
    for heading, value in below:
        yield _indented(_filled(f"{heading}: {value}", terminal, "  ", indent=2))


def _head(cells: Sequence[Cell], terminal: Terminal) -> TerminalText:
    """The cells on a line; on further lines, indented, what does not fit."""
    width = terminal.width or 0
    lines: list[str] = []
    used = 0
    for cell in cells:
        plain = _plain(cell, terminal)
        if not plain:
            continue
        used += COLUMN_GAP + len(plain)
        if lines and used <= width:
            lines[-1] += " " * COLUMN_GAP + _painted(cell, terminal)
            continue
        aside = COLUMN_GAP if lines else 0
        used = aside + len(plain)
        if used > width:
            lines += [
                " " * (aside or COLUMN_GAP * (number > 0)) + line
                for number, line in enumerate(
                    _filled(plain, terminal, indent=COLUMN_GAP).split("\n")
                )
            ]
        else:
            lines.append(" " * aside + _painted(cell, terminal))
    return laid_out("\n".join(lines))


def _indented(text: TerminalText) -> TerminalText:
    return on_lines(TerminalText(f"  {line}") for line in text.split("\n"))


def _plain(cell: Cell, terminal: Terminal) -> TerminalText:
    match cell:
        case Toned(text=text) | WholeName(text=text):
            return _in_cell(text)
        case Fingerprint(sha256=sha256):
            # A digest on several lines cannot be compared; other formats show all digits.
            narrow = terminal.width is not None and terminal.width < _WIDE
            return on_terminal(sha256[:_FEW_DIGITS] if narrow else sha256)
        case Lines(texts=texts):
            return on_lines(
                _in_cell(f"  {text.text}" if isinstance(text, Command) else text) for text in texts
            )
        case str():
            return _in_cell(cell)


def _in_cell(text: str) -> TerminalText:
    """The text, or its beginning and how long it is; an escape of it may be longer."""
    shown = on_terminal(text[: MOST_OF_A_CELL + 1])
    if len(shown) <= MOST_OF_A_CELL:
        return shown
    return TerminalText(f"{shown[:MOST_OF_A_CELL]}... ({len(text):,} characters)")


def _painted(cell: Cell, terminal: Terminal) -> TerminalText:
    return on_lines(_painted_lines([_plain(cell, terminal)], cell, terminal))


def _painted_row(
    row: Sequence[Cell], shown: list[TerminalText], terminal: Terminal
) -> list[TerminalText]:
    """The texts `shown` of the cells, in colour: each line for itself, since tables pad lines."""
    if not terminal.colour:
        return shown
    return [
        on_lines(_painted_lines([*map(TerminalText, text.split("\n"))], cell, terminal))
        for cell, text in zip(row, shown, strict=True)
    ]


def _painted_lines(
    lines: Sequence[TerminalText], cell: Cell, terminal: Terminal
) -> list[TerminalText]:
    if not (terminal.colour and isinstance(cell, Toned)):
        return list(lines)
    return [TerminalText(f"\x1b[{_COLOURS[cell.tone]}m{line}\x1b[0m") for line in lines]
