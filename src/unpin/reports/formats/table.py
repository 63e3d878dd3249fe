"""Text for a terminal or a pipe: aligned tables, notes, and the answer on the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.reports.blocks import Answer, Fingerprint, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.escaping import TerminalText, laid_out, on_lines, on_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Reporter


class Terminal(NamedTuple):
    """The output device: its width in columns (None for no limit), and whether it has colours."""

    width: int | None = None
    colour: bool = False


_COLOURS: Final = {Tone.GOOD: "32", Tone.BAD: "31", Tone.DOUBTFUL: "33", Tone.NEUTRAL: "36"}
"""ECMA-48 8.3.117, Select Graphic Rendition: green, red, yellow, cyan."""

_MIN_COLUMN: Final = 12
_MOST_BESIDE_PROSE: Final = 26
_LEAST_PROSE: Final = 30

_FEW_DIGITS: Final = 16
_WIDE: Final = 160
"""The width in columns at which a whole SHA-256 fits beside the other columns."""


def render(results: Iterable[Reporter], terminal: Terminal) -> Iterator[TerminalText]:
    """The page of each result as soon as it is ready, with blank lines between pages."""
    for number, result in enumerate(results):
        page = page_of(result.text(), terminal)
        yield on_lines([TerminalText(""), page]) if number else page


def page_of(blocks: Iterable[Block], terminal: Terminal) -> TerminalText:
    """The blocks with blank lines between them, but none after a title of a single line."""
    parts: list[TerminalText] = []
    joined = True
    for block in blocks:
        parts += [*([] if joined else [TerminalText("")]), _block(block, terminal)]
        joined = isinstance(block, Title) and len(block.lines) == 1
    return on_lines(parts)


def _block(block: Block, terminal: Terminal) -> TerminalText:
    match block:
        case Title(lines=texts):
            return on_lines(map(on_terminal, texts))
        case Table(caption=caption):
            table = _table(block, terminal)
            return on_lines([on_terminal(f"{caption}:"), table]) if caption else table
        case Notes(lines=texts):
            return on_lines(TerminalText(f"- {_painted(text, terminal)}") for text in texts)
        case Answer(text=answer):
            return on_terminal(f"=> {answer}")


def _table(table: Table, terminal: Terminal) -> TerminalText:
    """The table, made by tabulate; on a terminal of limited width, the widest columns wrap."""
    from tabulate import MIN_PADDING, tabulate

    plain = [[_plain(cell, terminal) for cell in row] for row in table.rows]
    headings = [on_terminal(heading) for heading in table.headings]
    least = [len(heading) + MIN_PADDING for heading in headings]
    painted = [[_painted(cell, terminal) for cell in row] for row in table.rows]
    return laid_out(
        tabulate(
            painted,
            headers=headings,
            tablefmt="simple",
            disable_numparse=True,
            maxcolwidths=_widths(least, plain, terminal.width),
        )
    )


def _plain(cell: Cell, terminal: Terminal) -> TerminalText:
    match cell:
        case Toned(text=text):
            return on_terminal(text)
        case Fingerprint(sha256=sha256):
            # A digest on several lines cannot be compared; other formats show all digits.
            narrow = terminal.width is not None and terminal.width < _WIDE
            return on_terminal(sha256[:_FEW_DIGITS] if narrow else sha256)
        case Lines(texts=texts):
            return on_lines(map(on_terminal, texts))
        case str():
            return on_terminal(cell)


def _painted(cell: Cell, terminal: Terminal) -> TerminalText:
    shown = _plain(cell, terminal)
    if terminal.colour and isinstance(cell, Toned):
        return TerminalText(f"\x1b[{_COLOURS[cell.tone]}m{shown}\x1b[0m")
    return shown


def _widths(
    least: Sequence[int], rows: Sequence[Sequence[TerminalText]], width: int | None
) -> list[int | None] | None:
    """The wrap width of each column, None if it fits; the widest column keeps most of the room."""
    if width is None:
        return None
    wanted = [
        max([floor, *(len(line) for row in rows for line in row[i].splitlines())])
        for i, floor in enumerate(least)
    ]
    words = [
        min(
            _MOST_BESIDE_PROSE,
            max((len(word) for row in rows for word in row[i].split()), default=0),
        )
        for i in range(len(least))
    ]
    room = width - 2 * (len(least) - 1)
    limits = list(wanted)
    prose = limits.index(max(limits))
    for most in (_MOST_BESIDE_PROSE, _MIN_COLUMN):
        for i in sorted(range(len(limits)), key=lambda i: -limits[i]):
            if i != prose:
                spare = limits[i] - max(most, least[i], words[i])
                limits[i] -= max(0, min(spare, sum(limits) - room))
        limits[prose] -= max(0, min(limits[prose] - _LEAST_PROSE, sum(limits) - room))
    return [
        limit if limit < natural else None for limit, natural in zip(limits, wanted, strict=True)
    ]
