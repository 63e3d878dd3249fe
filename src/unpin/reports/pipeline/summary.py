"""The page of a pipeline run in Markdown: a table of verdicts, and the findings, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.model.finding import Severity
from unpin.reports.blocks import Answer, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.pipeline.result import tally, worst_first
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.reports.blocks import Block, Cell
    from unpin.reports.pipeline.result import PipelineFinding, PipelineResult

_MOST_OF_A_TEXT: Final = 400
"""The most characters of a cell; each may become several."""

_TONES: Final = {
    Severity.ERROR: Tone.BAD,
    Severity.WARNING: Tone.DOUBTFUL,
    Severity.NOTE: Tone.NEUTRAL,
}


def run_summary(
    results: Sequence[PipelineResult], unread: Sequence[PipelineFinding], most: int
) -> Iterator[Block]:
    """The first `most` verdicts and the worst `most` findings; the others are counted.

    `unread` is what could not be read or done.
    """
    every = worst_first([*unread, *(each for result in results for each in result.findings)])
    yield Title(("unpin",))
    yield Answer(tally(every))
    if results:
        yield Table(("verdict", "what", "reason"), [_row(each) for each in results[:most]])
    if every:
        yield Table(
            ("severity", "rule", "where", "finding and fix"),
            [_finding(each) for each in every[:most]],
            "findings",
        )
    left = [
        (len(results) - most, "verdict", "verdicts"),
        (len(every) - most, "finding", "findings"),
    ]
    notes = tuple(f"{counted(*each)} more: in the log" for each in left if each[0] > 0)
    if notes:
        yield Notes(notes)


def _row(result: PipelineResult) -> list[Cell]:
    return [_short(result.verdict), _short(result.source), _short(result.reason)]


def _finding(finding: PipelineFinding) -> list[Cell]:
    cure = (f"Fix: {_short(finding.cure)}.",) if finding.cure else ()
    return [
        Toned(finding.severity, _TONES[finding.severity]),
        finding.rule,
        _short(finding.source),
        Lines((f"{_short(finding.sentence)}.", *cure)),
    ]


def _short(text: str) -> str:
    return text if len(text) <= _MOST_OF_A_TEXT else f"{text[:_MOST_OF_A_TEXT]}..."
