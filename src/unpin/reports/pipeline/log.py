"""Findings in the log of a pipeline, which shows a few of each kind beside the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from unpin.model.finding import Severity
    from unpin.reports.pipeline.result import PipelineFinding


class Shares(NamedTuple):
    """The findings that get a command of the pipeline, and those that get a line of the log."""

    commands: list[PipelineFinding]
    lines: list[PipelineFinding]


def shared_out(
    findings: Iterable[PipelineFinding], most: int, kinds: Collection[Severity]
) -> Shares:
    """The first `most` findings of each of the severities `kinds`, and the others."""
    shares, left = Shares([], []), dict.fromkeys(kinds, most)
    for finding in findings:
        if left.get(finding.severity, 0):
            left[finding.severity] -= 1
            shares.commands.append(finding)
        else:
            shares.lines.append(finding)
    return shares


def in_a_sentence(finding: PipelineFinding) -> str:
    """The finding with its source and its cure."""
    cure = f". Fix: {finding.cure}" if finding.cure else ""
    named = not finding.source or finding.source in finding.message
    return f"{'' if named else f'{finding.source}: '}{finding.sentence}{cure}"


def in_a_line(finding: PipelineFinding) -> str:
    """The same with the severity and the rule in front."""
    return f"{finding.severity} {finding.rule}: {in_a_sentence(finding)}"
