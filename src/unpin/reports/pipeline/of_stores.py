"""Audits, plans and lists as pipelines show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.judge.rules.gave_up import gave_up
from unpin.judge.rules.unreadable_entry import unreadable_entry
from unpin.model.finding import Severity
from unpin.rehearsal.scenarios import FAILING
from unpin.reports.audit_wording import (
    reason_text,
    remedy_command,
    remedy_text,
    status_tone,
    status_word,
)
from unpin.reports.blocks import Tone
from unpin.reports.names import shell_command
from unpin.reports.pipeline.of_rehearsals import client_findings
from unpin.reports.pipeline.result import PipelineFinding, PipelineResult, place_in
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.judge.run import Audit
    from unpin.model.finding import Finding
    from unpin.model.store import Store
    from unpin.reports.fixes.report import FixReport

FIX_DUE: Final = "fix-due"
NOT_CURED: Final = "not-cured"

_UNREAD: Final = frozenset({unreadable_entry.ident, gave_up.ident})
"""The rules for what was not judged."""


def of_audit(audit: Audit) -> Iterator[PipelineResult]:
    """The verdict on a store with its findings."""
    store = audit.store
    yield PipelineResult(
        store.source,
        status_word(audit),
        reason_text(audit),
        place_in(store.source, store),
        [_finding(finding, store) for finding in audit.findings],
        status_tone(audit),
    )


def _finding(finding: Finding, store: Store) -> PipelineFinding:
    place, remedy = finding.location, finding.remedy
    named = [each.sha256 or each.name for each in remedy.certificates]
    where = place_in(place.source, store, place.line)
    if place.file is not None and not where.member:
        where = where._replace(file=f"{where.file}/{place.file}")
    accepted = finding.accepted or ""
    return PipelineFinding(
        finding.rule,
        Severity.NOTE if accepted else finding.severity,
        place.source,
        f"{finding.message}; not counted: {accepted}" if accepted else finding.message,
        where,
        place.entry,
        " ".join([place.sha256 or "", place.alias or "", *named]).strip(),
        remedy_text(remedy),
        remedy_command(remedy, store),
        unread=finding.rule in _UNREAD and not accepted,
        accepted=accepted,
    )


def of_fix(report: FixReport) -> Iterator[PipelineResult]:
    """Whether a fix is due, and who fails after it. A refusal is in the errors of the run."""
    repair, store = report.repair, report.repair.store
    place = place_in(store.source, store)
    headline = report.headline()
    findings: list[PipelineFinding] = []
    pending = repair.due and repair.refusal is None and report.written is None
    accepted = report.accepted or ""
    if pending:
        severity = Severity.ERROR if report.check else Severity.WARNING
        severity = Severity.NOTE if accepted else severity
        command = shell_command(report.command, store) if report.command else ""
        findings.append(
            PipelineFinding(
                FIX_DUE,
                severity,
                store.source,
                headline.text,
                place,
                remedy="write it" if command else "",
                command=command,
                accepted=accepted,
            )
        )
    if accepted:
        pass  # the store stays, and unpin audit has its findings
    elif any(repair.then.outcome(client) in FAILING for client in repair.then.clients):
        findings += client_findings(repair.then, store.source, place)
    elif repair.fails and repair.audit is not None:
        findings.append(
            PipelineFinding(
                NOT_CURED,
                Severity.ERROR,
                store.source,
                reason_text(repair.audit),
                place,
                remedy="unpin audit says what is left to do",
            )
        )
    verdict = headline.verdict
    failing = any(each.severity is Severity.ERROR for each in findings)
    tone = Tone.BAD if failing else verdict.tone
    yield PipelineResult(store.source, verdict.text, headline.text, place, findings, tone)


def of_list(store: Store) -> Iterator[PipelineResult]:
    """A store that was read; what could not be read of it is in the errors of the run."""
    entries = counted(len(store.entries), "entry", "entries")
    yield PipelineResult(
        store.source, "READ", entries, place_in(store.source, store), (), Tone.NEUTRAL
    )
