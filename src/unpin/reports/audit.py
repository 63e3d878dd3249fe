"""`unpin audit`: the verdict on a store, who breaks, the command that cures, and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from unpin.judge.cures import FILE_OF_PASSWORD
from unpin.judge.rules.unreadable_entry import unreadable_entry
from unpin.model.finding import AuditStatus, RemedyKind, Severity
from unpin.model.values import frozen
from unpin.reports.audit_wording import (
    failing_clients,
    judged_for,
    reason_text,
    remedy_command,
    remedy_text,
    status_tone,
    status_word,
    verdict_text,
)
from unpin.reports.blocks import Answer, Command, Headline, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.names import shell_command, store_title
from unpin.reports.store_fields import store_row, user_row
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.judge.run import Audit
    from unpin.model.finding import Finding
    from unpin.operations.inventory import LinkedReference
    from unpin.operations.rehearsed_fix import BeforeAndAfter
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row

_HEADINGS: Final = ("severity", "rule", "entry", "impact and fix")

_TONES: Final = {
    Severity.ERROR: Tone.BAD,
    Severity.WARNING: Tone.DOUBTFUL,
    Severity.NOTE: Tone.NEUTRAL,
}

_MOST_SHOWN: Final = {Severity.ERROR: 10, Severity.WARNING: 3, Severity.NOTE: 3}
"""The most findings of a rule that are shown; if there are more, unpin counts the others."""


@frozen
class AuditReport:
    """The audit of a store. `everything` shows every finding.

    `rehearsed` is what a page draws: the rehearsal of the store now, and of the fixed store.
    `same_as` is the place of which a page with the same bytes was shown. `users` are the references
    to the store, if it is judged for their clients alone.
    """

    audit: Audit
    everything: bool = False
    rehearsed: BeforeAndAfter | None = None
    same_as: str | None = None
    users: tuple[LinkedReference, ...] = ()

    title: ClassVar[str] = "unpin audit"
    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "status", "severity", "rule", "entry", "alias", "index", "sha256", "line", "file",
        "message", "remedy", "clients", "accepted",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The verdict, the clients that fail, the command that plans the fix, and the findings."""
        audit, store = self.audit, self.audit.store
        yield from self.heading
        if self.same_as is not None:
            yield shown_above(self.same_as)
            return
        lines = (*_users_line(audit, self.users), *failing_clients(audit), *_accepted_line(audit))
        if lines:
            yield Notes(lines)
        if audit.fix_command:
            if store.archive is not None:
                changed = f"unpin does not change {store.archive}"
                yield Answer(f"{changed}; the plan says how to build it again")
            own = store.embedding is None and store.archive is None
            writes = "--write" if own else "-o NEW"
            asks = FILE_OF_PASSWORD in audit.fix_command and not store.protection.password_file
            needs = f"; {FILE_OF_PASSWORD} has the password of the store" if asks else ""
            yield Answer(f"see the plan of the fix (nothing is written without {writes}{needs}):")
            yield Command(shell_command(audit.fix_command, store))
        elif first := leading_error(audit):
            command = remedy_command(first.remedy, store)
            yield Answer(f"{remedy_text(first.remedy)}{':' if command else ''}")
            if command:
                yield Command(command)
        shown, folded = self._folded()
        if shown:
            yield Table(_HEADINGS, [_cells(same, audit) for same in _by_cure(shown)])
        if folded:
            yield Notes(tuple(folded))

    markdown = text

    @property
    def heading(self) -> tuple[Block, Block]:
        """The name of the store, and the verdict."""
        return (
            Title((store_title(self.audit.store),)),
            Headline(_status_cell(self.audit), reason_text(self.audit)),
        )

    def _folded(self) -> tuple[Sequence[Finding], list[str]]:
        """The findings to show, and a line for each rule of which more are counted."""
        if self.everything:
            return self.audit.findings, []
        kinds: dict[tuple[str, Severity], list[Finding]] = {}
        for finding in self.audit.findings:
            kinds.setdefault((finding.rule, finding.severity), []).append(finding)
        folded = {kind for kind, found in kinds.items() if len(found) > _MOST_SHOWN[kind[1]]}
        shown: list[Finding] = []
        for kind, found in kinds.items():
            errors = kind[1] is Severity.ERROR
            shown += found if kind not in folded else found[: _MOST_SHOWN[kind[1]] * errors]
        lines = []
        for rule, severity in sorted(folded, key=lambda kind: (-kind[1].rank, kind[0])):
            rest = kinds[rule, severity][_MOST_SHOWN[severity] * (severity is Severity.ERROR) :]
            number = counted(len(rest), severity, f"{severity}s")
            names = list(dict.fromkeys(f.location.entry for f in rest if f.location.entry))
            of = f" ({few(names)})" if names else ""
            lines.append(f"{number} of {rule}{of}: -v shows them")
        return shown, lines

    def json_fields(self) -> Row:
        """The store, its status, its findings."""
        return {
            **store_row(self.audit.store),
            **_status_row(self.audit),
            "users": [user_row(each) for each in self.users],
            "findings": [_finding_row(finding) for finding in self.audit.findings],
        }

    def json_lines(self) -> Iterator[Row]:
        """A row for the store, and a row for each finding."""
        users = [user_row(each) for each in self.users]
        status = _status_row(self.audit)
        yield {"type": "store", **store_row(self.audit.store), **status, "users": users}
        for finding in self.audit.findings:
            yield {"type": "finding", **_finding_row(finding)}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each finding, or for the store if there is none."""
        status = str(self.audit.status)
        for finding in self.audit.findings:
            yield {"status": status, **_finding_row(finding)}
        if not self.audit.findings:
            message = reason_text(self.audit)
            yield {"source": self.audit.store.source, "status": status, "message": message}

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        from unpin.reports.html.pictures import rehearsal_pictures, time_line

        if self.rehearsed is not None:
            yield from rehearsal_pictures(*self.rehearsed)
        yield from time_line(self.audit.entries)

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_stores import of_audit

        return of_audit(self.audit)


def shown_above(place: str) -> Notes:
    """What stands in place of the findings about the bytes of a place that was shown."""
    return Notes((f"the same bytes as {place}, whose findings are above",))


def leading_error(audit: Audit) -> Finding | None:
    """The first error whose remedy has a command, or the first; of what cannot be read."""
    errors = [finding for finding in audit.findings if finding.severity is Severity.ERROR]
    if audit.status is AuditStatus.UNREADABLE:
        errors.sort(key=lambda finding: finding.rule != unreadable_entry.ident)
    return next((f for f in errors if f.remedy.command), next(iter(errors), None))


def _status_cell(audit: Audit) -> Toned:
    return Toned(status_word(audit), status_tone(audit))


def _users_line(audit: Audit, users: Sequence[LinkedReference]) -> Iterator[str]:
    """For which clients the store is judged, if not for all of them."""
    if users:
        yield f"judged for {judged_for(audit, users)}; --client all for every client"


def _status_row(audit: Audit) -> Row:
    return {
        "status": str(audit.status),
        "verdict": verdict_text(audit),
        "profile": audit.profile,
        "clients": list(audit.clients),
        "outcomes": {client: str(outcome) for client, outcome in audit.outcomes.items()},
        "counts": {
            "entries": len(audit.entries),
            "pins": len(audit.pins),
            "breaking_pins": len(audit.breaking),
            **{f"{severity}s": audit.count(severity) for severity in Severity},
        },
        "pins": [
            {"index": pin.index, "name": pin.name, "breaks": pin.breaks} for pin in audit.pins
        ],
    }


_REMOVING: Final = {
    RemedyKind.REMOVE_ENTRY,
    RemedyKind.REMOVE_UNUSED,
    RemedyKind.REMOVE_EXPIRED,
}


def _by_cure(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings; those that the same cure of the same entry ends stand together."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        remedy, index = finding.remedy, finding.location.index
        cure = "remove" if remedy.kind in _REMOVING else remedy.command
        whole = index is not None and cure and finding.accepted is None
        key = (index, cure) if whole else len(groups)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _cells(findings: Sequence[Finding], audit: Audit) -> list[Cell]:
    """The cells of findings with one cure; the command of the first screen is not repeated."""
    finding = findings[0]
    rules = ", ".join(dict.fromkeys(each.rule for each in findings))
    messages = tuple(f"{each.message}." for each in findings)
    if finding.accepted is not None:
        accepted = (*messages, f"Not counted: {finding.accepted}.")
        severity = Toned(f"{finding.severity}, accepted", Tone.NEUTRAL)
        return [severity, rules, finding.location.entry, Lines(accepted)]
    command = remedy_command(finding.remedy, audit.store)
    if [word for word in finding.remedy.command if word != "--write"] == list(audit.fix_command):
        command = ""
    return [
        Toned(finding.severity, _TONES[finding.severity]),
        rules,
        finding.location.entry,
        Lines(
            (
                *messages,
                f"Fix: {remedy_text(finding.remedy)}{':' if command else '.'}",
                *((Command(command),) if command else ()),
            )
        ),
    ]


def _accepted_line(audit: Audit) -> Iterator[str]:
    """How many findings do not count, if any."""
    number = sum(finding.accepted is not None for finding in audit.findings)
    if number:
        are = counted(number, "finding is", "findings are")
        yield f"{are} accepted by the policy or the baseline, and not counted by the exit code"


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
        "remedy_kind": str(finding.remedy.kind),
        "remedy_command": list(finding.remedy.command),
        "clients": list(finding.clients),
        "accepted": finding.accepted,
    }
