"""A web page of its own: verdicts, findings, drawings; it loads nothing and needs no network."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from unpin.reports.blocks import Tone
from unpin.reports.escaping import html_element, html_text
from unpin.reports.formats.json import versions
from unpin.reports.html.drawing import drawn
from unpin.reports.html.elements import block_elements
from unpin.reports.html.page import ResultRow, page
from unpin.reports.html.pictures import PathDrawing
from unpin.reports.pipeline.result import of_errors
from unpin.reports.reporter import Rendering
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.reports.escaping import HtmlText
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineFinding
    from unpin.reports.reporter import Reporter, Run


def render(run: Run) -> Rendering:
    """The page, with a row for each result and for each thing that could not be read."""
    rows: list[ResultRow] = []
    at = (run.about or {}).get("at")
    now = None if at is None else datetime.fromisoformat(at)

    def each(result: Reporter) -> Iterable[HtmlText]:
        (found,) = result.pipeline_results()
        pictures = list(result.pictures())
        parts = [*block_elements(result.text(), found.reason), *_drawn(pictures, now)]
        words = " ".join(dict.fromkeys(f"{f.rule} {f.entry}" for f in found.findings))
        rows.append(ResultRow(found.mood, found.verdict, found.source, found.reason, words, parts))
        return ()

    def end() -> Iterator[HtmlText]:
        rows.extend(map(_unread, of_errors(run.errors)))
        yield page(run.kind.title, list(_about(run, len(rows))), rows)

    return Rendering(each, end)


def _about(run: Run, number: int) -> Iterator[str]:
    about = run.about or {}
    yield f"unpin {versions()['unpin']}"
    yield counted(number, "result", "results")
    if catalogue := about.get("catalogue"):
        yield f"catalogue {catalogue['name']} of {catalogue['seen']}"
    if at := about.get("at"):
        yield f"judged at {at[:16].replace('T', ' ')} UTC"


def _drawn(pictures: Sequence[Picture], now: datetime | None) -> Iterator[HtmlText]:
    """The pictures; the paths stand side by side."""
    paths = [drawn(each, now) for each in pictures if isinstance(each, PathDrawing)]
    yield from (drawn(each, now) for each in pictures if not isinstance(each, PathDrawing))
    if paths:
        yield html_element("h3", {}, html_text("The way of each chain through the store"))
        yield html_element("div", {"class": "paths"}, *paths)


def _unread(finding: PipelineFinding) -> ResultRow:
    cure = [html_element("p", {"class": "answer"}, html_text(finding.cure))] if finding.cure else []
    parts = [html_element("p", {}, html_text(finding.message)), *cure]
    source = finding.source or "unpin"
    return ResultRow(Tone.BAD, "NOT READ", source, finding.message, finding.rule, parts)
