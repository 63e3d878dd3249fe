"""Diagnoses of configurations and reviews of servers as pipelines show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.model.finding import Severity
from unpin.operations.diagnosis import HARMFUL, ConnectionClass
from unpin.reports.blocks import Tone
from unpin.reports.pipeline.result import FilePlace, PipelineFinding, PipelineResult, place_in
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.operations.diagnosis import Diagnosis
    from unpin.reports.doctor import DoctorReport
    from unpin.reports.servers.server import ServerReport

_SEVERITIES: Final = {
    **dict.fromkeys(HARMFUL, Severity.ERROR),
    ConnectionClass.NOT_VERIFIED: Severity.WARNING,
    ConnectionClass.UNKNOWN: Severity.WARNING,
}


def of_doctor(report: DoctorReport) -> Iterator[PipelineResult]:
    """A finding for each connection and driver that the rotation reaches, or that verifies nothing.

    An input that is no file of its own (a connection string, a process) has no place.
    """
    findings = [
        _finding(each, report.source) for each in report.diagnoses if each.kind in _SEVERITIES
    ]
    worst = min(
        (each.kind for each in report.diagnoses if each.kind is not None),
        key=list(ConnectionClass).index,
        default=None,
    )
    number = counted(len(report.diagnoses), "answer", "answers")
    verdict = "NO CONNECTION" if worst is None else str(worst)
    tone = Tone.NEUTRAL if worst is None else None
    reason = report.together or next((d.why for d in report.diagnoses if d.kind is worst), number)
    yield PipelineResult(report.source, verdict, reason, place_in(report.source), findings, tone)


def _finding(found: Diagnosis, source: str) -> PipelineFinding:
    from unpin.reports.doctor import next_command

    assert found.kind is not None
    connection = found.connection
    command = next_command(found) or ""
    return PipelineFinding(
        str(found.kind).lower().replace(" ", "-"),
        _SEVERITIES[found.kind],
        source,
        f"{found.driver.title}: {found.why}",
        place_in(connection.file, line=connection.line or None),
        connection.title,
        f"{connection.title} {found.driver.ident}",
        "the next step" if command else "",
        command,
        unread=found.kind is ConnectionClass.UNKNOWN,
    )


def of_server(report: ServerReport) -> Iterator[PipelineResult]:
    """The findings of the review of a database server."""
    source, place = report.state.source, FilePlace(None)
    findings = [
        PipelineFinding(
            str(each.fault),
            each.severity,
            source,
            each.message,
            place,
            subject=each.message,
            remedy=each.cure,
            command="; ".join(each.commands),
            unread=str(each.fault).endswith("-hidden"),
        )
        for each in report.findings
    ]
    verdict = report.verdict()
    yield PipelineResult(source, verdict.text, report.answer(), place, findings, verdict.tone)
