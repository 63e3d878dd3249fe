"""GitHub's Markdown: a heading for each result, tables, and details folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from unpin.reports.blocks import Answer, Fingerprint, Lines, Notes, Table, Title, Toned
from unpin.reports.escaping import in_markdown, in_markdown_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Reporter


def render(results: Iterable[Reporter]) -> Iterator[str]:
    """The page of each result as soon as it is ready, with blank lines between pages."""
    for number, result in enumerate(results):
        page = "\n\n".join(_block(block) for block in result.markdown())
        yield f"\n{page}" if number else page


def _block(block: Block) -> str:
    match block:
        case Title(lines=(heading, *others)):
            return "\n\n".join([f"### {in_markdown(heading)}", *map(in_markdown, others)])
        case Title():
            return ""
        case Table(caption=""):
            return _table(block)
        case Table(caption=caption):
            summary = in_markdown(caption[:1].upper() + caption[1:])
            return f"<details><summary>{summary}</summary>\n\n{_table(block)}\n\n</details>"
        case Notes(lines=lines):
            return "\n".join(
                f"- {in_markdown(line.text if isinstance(line, Toned) else line)}" for line in lines
            )
        case Answer(text=text):
            return f"**{in_markdown(text)}**"


def _table(table: Table) -> str:
    cells = [[_cell(cell) for cell in row] for row in table.rows]
    return tabulate(cells, headers=table.headings, tablefmt="github", disable_numparse=True)


def _cell(cell: Cell) -> str:
    match cell:
        case Toned(text=text):
            return in_markdown_cell(text)
        case Fingerprint(sha256=sha256):
            return sha256
        case Lines(texts=texts):
            return "<br>".join(map(in_markdown_cell, texts))
        case str():
            return in_markdown_cell(cell)
