"""Issues of Azure Pipelines: the worst findings as commands, the others in a group of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.model.finding import Severity
from unpin.reports.escaping import azure_command, azure_mark, in_azure_log
from unpin.reports.pipeline.log import in_a_line, in_a_sentence, shared_out
from unpin.reports.pipeline.paths import in_repository
from unpin.reports.pipeline.result import of_errors, tally, worst_first
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.escaping import AzureText
    from unpin.reports.pipeline.paths import Folders
    from unpin.reports.pipeline.result import PipelineFinding, PipelineResult
    from unpin.reports.reporter import Reporter, Run

MAX_ISSUES: Final = 10
"""The most issues of a kind that an agent keeps of a step (ExecutionContext of the agent)."""

_TYPES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning"}
"""Notes have no command: they are in the log."""


def render(run: Run) -> Rendering:
    """The verdicts, an issue for each of the worst findings, and every other finding."""
    results: list[PipelineResult] = []

    def each(result: Reporter) -> Iterable[AzureText]:
        found = list(result.pipeline_results())
        results.extend(found)
        return [in_azure_log(f"{each.source}: {each.verdict}: {each.reason}") for each in found]

    def end() -> Iterator[AzureText]:
        found = (finding for result in results for finding in result.findings)
        every = worst_first([*of_errors(run.errors), *found])
        commands, others = shared_out(every, MAX_ISSUES, _TYPES)
        for finding in commands:
            yield _issue(finding, run.folders)
        if others:
            yield azure_mark("group", f"{tally(others)} more")
            for finding in others:
                yield in_azure_log(in_a_line(finding))
            yield azure_mark("endgroup")
        yield in_azure_log(f"unpin: {tally(every)}")

    return Rendering(each, end)


def _issue(finding: PipelineFinding, folders: Folders) -> AzureText:
    place = finding.place
    properties: dict[str, str | int] = {"type": _TYPES[finding.severity]}
    if place.file is not None:
        properties["sourcepath"] = in_repository(place.file, folders)
        if place.line is not None:
            properties["linenumber"] = place.line
    properties["code"] = finding.rule
    return azure_command("task.logissue", properties, in_a_sentence(finding))
