"""`unpin audit`: the findings of a store, the worst first, and the verdict."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.model.finding import Severity
from unpin.reports.audit_wording import remedy_text, verdict_text
from unpin.reports.blocks import Answer, Lines, Table, Title, Tone, Toned
from unpin.reports.names import opened_with, shell_argument
from unpin.reports.store_fields import store_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.judge.run import Audit
    from unpin.model.finding import Finding
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Row

_HEADINGS: Final = ("severity", "rule", "entry", "impact and fix")

_TONES: Final = {
    Severity.ERROR: Tone.BAD,
    Severity.WARNING: Tone.DOUBTFUL,
    Severity.NOTE: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The audit of a store."""

    audit: Audit

    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "severity", "rule", "entry", "alias", "index", "sha256", "line", "file",
        "message", "remedy", "clients",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The findings, and the verdict with the command that plans the fix."""
        audit, store = self.audit, self.audit.store
        yield Title((f"{store.source}: {store.format}{opened_with(store)}",))
        if audit.findings:
            yield Table(_HEADINGS, [_cells(finding) for finding in audit.findings])
        verdict = verdict_text(audit)
        if audit.fix_command:
            command = f"{shlex.join(audit.fix_command)} {shell_argument(store)}"
            verdict += f"; {command} plans the fix"
        yield Answer(verdict)

    markdown = text

    def json_fields(self) -> Row:
        """The store, its findings and the verdict."""
        return {
            **store_row(self.audit.store),
            "entries": len(self.audit.entries),
            "clients": list(self.audit.clients),
            "verdict": verdict_text(self.audit),
            "findings": list(self.json_lines()),
        }

    def json_lines(self) -> Iterator[Row]:
        """A row for each finding."""
        for finding in self.audit.findings:
            yield _finding_row(finding)

    csv_rows = json_lines


def _cells(finding: Finding) -> list[Cell]:
    return [
        Toned(finding.severity, _TONES[finding.severity]),
        finding.rule,
        finding.location.entry,
        Lines((f"{finding.message}.", f"Fix: {remedy_text(finding.remedy)}.")),
    ]


def _finding_row(finding: Finding) -> Row:
    place = finding.location
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "source": place.source,
        "entry": place.entry or None,
        "alias": place.alias,
        "index": place.index,
        "sha256": place.sha256,
        "line": place.line,
        "file": place.file,
        "message": finding.message,
        "remedy": remedy_text(finding.remedy),
        "clients": list(finding.clients),
    }
