"""The code quality report of GitLab: an array of findings in files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from unpin.model.finding import Severity
from unpin.reports.escaping import in_json
from unpin.reports.pipeline.paths import in_repository
from unpin.reports.pipeline.result import fingerprints, of_errors, worst_first
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.escaping import JsonText
    from unpin.reports.pipeline.paths import Folders
    from unpin.reports.pipeline.result import PipelineFinding
    from unpin.reports.reporter import Reporter, Run

_SEVERITIES: Final = {
    Severity.ERROR: "critical",
    Severity.WARNING: "minor",
    Severity.NOTE: "info",
}


def render(run: Run) -> Rendering:
    """An object for each finding, the worst first; what was not read is a blocker."""
    findings: list[PipelineFinding] = []

    def each(result: Reporter) -> Iterable[JsonText]:
        findings.extend(each for found in result.pipeline_results() for each in found.findings)
        return ()

    def end() -> Iterator[JsonText]:
        every = worst_first([*of_errors(run.errors), *findings])
        rows = [
            _row(finding, key, run.folders)
            for finding, key in zip(every, fingerprints(every), strict=True)
        ]
        yield in_json(json.dumps(rows, ensure_ascii=False, indent=1))

    return Rendering(each, end)


def _row(finding: PipelineFinding, key: str, folders: Folders) -> dict[str, Any]:
    place = finding.place
    member = f"{place.member}: " if place.member else ""
    cure = f". Fix: {finding.cure}" if finding.cure else ""
    blocker = finding.unread and finding.severity is Severity.ERROR
    path = finding.source or "unpin" if place.file is None else in_repository(place.file, folders)
    return {
        "description": f"{member}{finding.sentence}{cure}",
        "check_name": finding.rule,
        "fingerprint": key,
        "severity": "blocker" if blocker else _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": place.line or 1}},
    }
