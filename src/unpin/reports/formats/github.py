"""Annotations of GitHub Actions: the worst findings as commands, the others in a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.model.finding import Severity
from unpin.reports.escaping import github_command, in_github_log
from unpin.reports.pipeline.log import in_a_line, in_a_sentence, shared_out
from unpin.reports.pipeline.paths import in_repository
from unpin.reports.pipeline.result import of_errors, tally, worst_first
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.escaping import GithubText
    from unpin.reports.pipeline.paths import Folders
    from unpin.reports.pipeline.result import PipelineFinding, PipelineResult
    from unpin.reports.reporter import Reporter, Run

MAX_ANNOTATIONS: Final = 10
"""The most annotations of a kind that GitHub shows of a step."""

_NAMES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(run: Run) -> Rendering:
    """The verdicts, an annotation for each of the worst findings, and every other finding."""
    results: list[PipelineResult] = []

    def each(result: Reporter) -> Iterable[GithubText]:
        found = list(result.pipeline_results())
        results.extend(found)
        return [in_github_log(f"{each.source}: {each.verdict}: {each.reason}") for each in found]

    def end() -> Iterator[GithubText]:
        found = (finding for result in results for finding in result.findings)
        every = worst_first([*of_errors(run.errors), *found])
        commands, others = shared_out(every, MAX_ANNOTATIONS, _NAMES)
        for finding in commands:
            yield _annotation(finding, run.folders)
        if others:
            yield github_command("group", {}, f"{tally(others)} more")
            for finding in others:
                yield in_github_log(in_a_line(finding))
            yield github_command("endgroup", {}, "")
        yield in_github_log(f"unpin: {tally(every)}")

    return Rendering(each, end)


def _annotation(finding: PipelineFinding, folders: Folders) -> GithubText:
    place = finding.place
    properties: dict[str, str | int] = {}
    if place.file is not None:
        properties["file"] = in_repository(place.file, folders)
        if place.line is not None:
            properties["line"] = place.line
    properties["title"] = f"unpin {finding.rule}"
    return github_command(_NAMES[finding.severity], properties, in_a_sentence(finding))
