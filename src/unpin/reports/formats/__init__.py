"""The output formats: a module for each, and the function that renders a result in any of them.

A format is a member of `OutputFormat`, a case of `render`, and a module. If a new format needs more
of a result, that becomes a method of `Reporter`; mypy then names every command that lacks it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.reports.blocks import Block
    from unpin.reports.escaping import EscapedText
    from unpin.reports.formats.table import Terminal
    from unpin.reports.reporter import Reporter, Row


class OutputFormat(StrEnum):
    """The choices of `--format`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"

    @property
    def is_for_people(self) -> bool:
        """Whether a page is read by people, who look at the first lines, and not by programs."""
        return self in {OutputFormat.TABLE, OutputFormat.MARKDOWN}


def render(
    output: OutputFormat,
    kind: type[Reporter],
    results: Iterable[Reporter],
    *,
    terminal: Terminal,
    errors: Sequence[UnpinError],
    about: Row | None = None,
) -> Iterator[EscapedText]:
    """The texts to print as soon as they are ready; the caller prints a line end after each.

    `kind` is the class of the results, which may be empty. `errors` is read after the last result:
    the iterator over `results` may add to it until then. `about` are facts about the run, for JSON.
    """
    match output:
        case OutputFormat.TABLE:
            from unpin.reports.formats import table

            return table.render(results, terminal)
        case OutputFormat.JSON:
            from unpin.reports.formats import json

            return json.render(kind, results, errors, about)
        case OutputFormat.JSONL:
            from unpin.reports.formats import jsonl

            return jsonl.render(results, errors, about)
        case OutputFormat.CSV:
            from unpin.reports.formats import csv

            return csv.render(kind, results, errors)
        case OutputFormat.MARKDOWN:
            from unpin.reports.formats import markdown

            return markdown.render(results)


def render_page(output: OutputFormat, blocks: Iterable[Block], terminal: Terminal) -> EscapedText:
    """A page for people, in Markdown if `output` is that, else as text."""
    if output is OutputFormat.MARKDOWN:
        from unpin.reports.formats.markdown import markdown_page

        return markdown_page(blocks)
    from unpin.reports.formats.table import page_of

    return page_of(blocks, terminal)
