"""What `unpin audit` keeps of a store, whichever process judged it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from unpin.cli import judge_pool
from unpin.cli.judge_pool import Jobs
from unpin.cli.output import STEP_SUMMARY
from unpin.reports.audit import AuditReport
from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from unpin.model.finding import Finding
    from unpin.reports.audit_overview import StoreVerdict
    from unpin.reports.recorded_audit import RecordedAudit


class AuditedStore(NamedTuple):
    """The verdict on a store, what the exit code and a baseline ask of it, and its report.

    `fails`: a finding decides the exit code. `report` is None for a store that is not shown.
    """

    verdict: StoreVerdict
    fails: bool
    empty: bool
    findings: tuple[Finding, ...]
    report: AuditReport | RecordedAudit | None

    def recorded(self, asked: Iterable[str]) -> AuditedStore:
        """The same without the store itself, for another process."""
        if not isinstance(self.report, AuditReport):
            return self
        from unpin.reports.recorded_audit import RecordedAudit

        return self._replace(report=RecordedAudit.of(self.report, asked))


def audit_jobs(
    number: int | None, output: OutputFormat, files: Sequence[str], *, page: bool
) -> Jobs[AuditedStore]:
    """The processes of a call, and what its outputs ask; a page asks the verdicts alone.

    A single process where an output says what is in the stores: that is most of a store.
    """
    names = {file.partition("=")[0] for file in files}
    formats = [each for each in OutputFormat if each in names or each is output]
    if any(each.lists_contents for each in formats):
        number = 1
    asked = {name for each in formats if each in names or not page for name in each.asks}
    if files or os.environ.get(STEP_SUMMARY):
        asked.add("pipeline_results")
    return Jobs(number or judge_pool.usable_cores(), lambda store: store.recorded(sorted(asked)))
