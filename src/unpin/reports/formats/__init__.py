"""The output formats: a module for each, and the function that renders results in any of them.

A format is a member of `OutputFormat`, a case of `rendering`, and a module. If a new format needs
more of a result, that becomes a method of `Reporter`; mypy then names every command that lacks it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unpin.reports.blocks import Block
    from unpin.reports.escaping import EscapedText
    from unpin.reports.formats.table import Terminal
    from unpin.reports.reporter import Rendering, Run


class OutputFormat(StrEnum):
    """The choices of `--format`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    JUNIT = "junit"
    GITLAB = "gitlab"
    GITHUB = "github"
    AZURE = "azure"
    HTML = "html"
    CYCLONEDX = "cyclonedx"
    CYCLONEDX17 = "cyclonedx17"
    PROMETHEUS = "prometheus"

    @property
    def is_for_people(self) -> bool:
        """Whether a page is read by people, who look at the first lines, and not by programs."""
        return self in {OutputFormat.TABLE, OutputFormat.MARKDOWN}

    @property
    def has_pages(self) -> bool:
        """Whether it has a page of each result, and says which of them are the same."""
        return not {"text", "markdown"}.isdisjoint(self.asks)

    @property
    def asks(self) -> tuple[str, ...]:
        """The methods of a result (Reporter) that the format asks."""
        return _ASKS.get(self, ("pipeline_results",))

    @property
    def lists_contents(self) -> bool:
        """Whether the format says what is in a store, too (reports/pipeline/contents.py)."""
        return self in {OutputFormat.CYCLONEDX, OutputFormat.CYCLONEDX17, OutputFormat.PROMETHEUS}

    def suits(self, command: str) -> bool:
        """Whether the format can say what the command says."""
        return command not in _NOT_FOR.get(self, ())


_ASKS: Final = {
    OutputFormat.TABLE: ("text",),
    OutputFormat.MARKDOWN: ("markdown",),
    OutputFormat.JSON: ("json_fields",),
    OutputFormat.JSONL: ("json_lines",),
    OutputFormat.CSV: ("csv_rows",),
    OutputFormat.HTML: ("pipeline_results", "pictures", "text"),
}
"""What the formats ask of a result; the others, that are for pipelines, ask the verdicts."""

_NOT_OF_STORES: Final = ("rehearse", "probe", "server", "doctor", "discover", "diff", "fix")

_NOT_FOR: Final = {
    # Findings in files: a server is no file, and a list finds nothing.
    OutputFormat.SARIF: ("list", "probe", "server"),
    OutputFormat.GITLAB: ("list", "probe", "server"),
    # Findings: a list finds nothing.
    OutputFormat.JUNIT: ("list",),
    OutputFormat.GITHUB: ("list",),
    OutputFormat.AZURE: ("list",),
    # An inventory of stores: other commands are about clients, servers and settings.
    OutputFormat.CYCLONEDX: _NOT_OF_STORES,
    OutputFormat.CYCLONEDX17: _NOT_OF_STORES,
    # What is watched over time: a plan and a difference are looked at once.
    OutputFormat.PROMETHEUS: ("diff", "fix"),
}
"""The commands of which a format cannot say what they say."""


def rendering(output: OutputFormat, run: Run) -> Rendering:  # noqa: C901, PLR0911  (cases)
    """The rendering of a run in a format; only the module of that format is loaded."""
    match output:
        case OutputFormat.TABLE:
            from unpin.reports.formats import table

            return table.render(run)
        case OutputFormat.JSON:
            from unpin.reports.formats import json

            return json.render(run)
        case OutputFormat.JSONL:
            from unpin.reports.formats import jsonl

            return jsonl.render(run)
        case OutputFormat.CSV:
            from unpin.reports.formats import csv

            return csv.render(run)
        case OutputFormat.MARKDOWN:
            from unpin.reports.formats import markdown

            return markdown.render()
        case OutputFormat.SARIF:
            from unpin.reports.formats import sarif

            return sarif.render(run)
        case OutputFormat.JUNIT:
            from unpin.reports.formats import junit

            return junit.render(run)
        case OutputFormat.GITLAB:
            from unpin.reports.formats import gitlab

            return gitlab.render(run)
        case OutputFormat.GITHUB:
            from unpin.reports.formats import github

            return github.render(run)
        case OutputFormat.AZURE:
            from unpin.reports.formats import azure

            return azure.render(run)
        case OutputFormat.HTML:
            from unpin.reports.formats import html

            return html.render(run)
        case OutputFormat.CYCLONEDX:
            from unpin.reports.formats import cyclonedx

            return cyclonedx.render(run)
        case OutputFormat.CYCLONEDX17:
            from unpin.reports.formats import cyclonedx17

            return cyclonedx17.render(run)
        case OutputFormat.PROMETHEUS:
            from unpin.reports.formats import prometheus

            return prometheus.render(run)


def render_page(output: OutputFormat, blocks: Iterable[Block], terminal: Terminal) -> EscapedText:
    """A page for people, in Markdown if `output` is that, else as text."""
    if output is OutputFormat.MARKDOWN:
        from unpin.reports.formats.markdown import markdown_page

        return markdown_page(blocks)
    from unpin.reports.formats.table import page_of

    return page_of(blocks, terminal)
