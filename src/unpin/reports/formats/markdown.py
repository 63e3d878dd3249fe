"""GitHub's Markdown: a heading for each result, tables, and details folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from unpin.reports.blocks import (
    Answer,
    Command,
    Fingerprint,
    Headline,
    Lines,
    Notes,
    Table,
    Title,
    Toned,
    WholeName,
)
from unpin.reports.escaping import (
    MarkdownText,
    in_html,
    in_markdown,
    in_markdown_block,
    in_markdown_cell,
)
from unpin.reports.reporter import Rendering, nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Reporter


def render() -> Rendering:
    """The page of each result as soon as it is ready, with blank lines between pages."""
    between: list[MarkdownText] = []

    def each(result: Reporter) -> Iterator[MarkdownText]:
        yield _joined("\n", [*between, markdown_page(result.markdown())])
        between[:] = [MarkdownText("")]

    return Rendering(each, nothing)


def markdown_page(blocks: Iterable[Block]) -> MarkdownText:
    """The blocks, with blank lines between them."""
    return _joined("\n\n", map(_block, blocks))


def _block(block: Block) -> MarkdownText:
    match block:
        case Title(lines=(heading, *others)):
            above = MarkdownText(f"### {in_markdown(heading)}")
            return _joined("\n\n", [above, *map(in_markdown, others)])
        case Title():
            return MarkdownText("")
        case Headline(verdict=verdict, text=text):
            return MarkdownText(f"**{in_markdown(verdict.text)}**: {in_markdown(text)}")
        case Command(text=command):
            return in_markdown_block(command)
        case Table(caption=""):
            return _table(block)
        case Table(caption=caption):
            summary = in_html(caption[:1].upper() + caption[1:])
            return MarkdownText(
                f"<details><summary>{summary}</summary>\n\n{_table(block)}\n\n</details>"
            )
        case Notes(lines=texts):
            notes = (text.text if isinstance(text, Toned) else text for text in texts)
            return _joined("\n", [MarkdownText(f"- {in_markdown(note)}") for note in notes])
        case Answer(text=text):
            return MarkdownText(f"**{in_markdown(text)}**")


def _table(table: Table) -> MarkdownText:
    return _aligned(
        [[_cell(cell) for cell in row] for row in table.rows],
        [in_markdown_cell(heading) for heading in table.headings],
    )


def _cell(cell: Cell) -> MarkdownText:
    match cell:
        case Toned(text=text) | WholeName(text=text):
            return in_markdown_cell(text)
        case Fingerprint(sha256=sha256):
            return in_markdown_cell(sha256)
        case Lines(texts=texts):
            return _joined(
                "<br>",
                (
                    in_markdown_cell(text.text if isinstance(text, Command) else text)
                    for text in texts
                ),
            )
        case str():
            return in_markdown_cell(cell)


def _aligned(
    rows: Sequence[Sequence[MarkdownText]], headings: Sequence[MarkdownText]
) -> MarkdownText:
    return MarkdownText(tabulate(rows, headers=headings, tablefmt="github", disable_numparse=True))


def _joined(between: str, parts: Iterable[MarkdownText]) -> MarkdownText:
    return MarkdownText(between.join(parts))
