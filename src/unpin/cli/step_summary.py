"""The summary of a step of GitHub Actions: Markdown that is appended to the file of the runner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.cli.output import STEP_SUMMARY, say_note
from unpin.files.reading import reason
from unpin.reports.formats.markdown import markdown_page
from unpin.reports.pipeline.result import of_errors
from unpin.reports.pipeline.summary import run_summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Reporter, Run

MAX_SUMMARY: Final = 1_048_576
"""The most bytes of a summary: GitHub drops a larger one (docs.github.com, job summaries)."""


_MOST_ROWS: Final = (300, 30, 3)
"""The rows of each table, until the page is small enough; a cell has a few hundred characters."""


def summarised(results: Iterable[Reporter], run: Run, file: Path) -> Iterator[Reporter]:
    """The results again; at the end, their summary is appended to `file`.

    A summary is no result: where it cannot be written, a note says so.
    """
    found: list[PipelineResult] = []
    for result in results:
        found.extend(result.pipeline_results())
        yield result
    unread = list(of_errors(run.errors))
    pages = (markdown_page(run_summary(found, unread, most)) for most in _MOST_ROWS)
    encoded = (f"{page}\n".encode("utf-8", "backslashreplace") for page in pages)
    try:
        with file.open("ab") as stream:
            stream.write(next(data for data in encoded if len(data) <= MAX_SUMMARY))
    except OSError as error:
        say_note(f"{STEP_SUMMARY}: the summary cannot be written: {reason(error)}")
