"""`unpin discover`: the stores of trees, who refers to them, and what is wrong with references."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from unpin.model.finding import AuditStatus, Severity
from unpin.model.values import frozen
from unpin.operations.inventory import Leads
from unpin.references.model import PINS, ReferenceRole
from unpin.rehearsal.scenarios import FAILING, RotationOutcome
from unpin.reports.audit_wording import tone_of_status, word_of_status
from unpin.reports.blocks import Headline, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.names import family_titles
from unpin.reports.store_fields import user_row
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.operations.inventory import (
        Inventory,
        InventoryFinding,
        LinkedReference,
        StoreFacts,
    )
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineFinding, PipelineResult
    from unpin.reports.reporter import Row

_TONES: Final = {
    Severity.ERROR: Tone.BAD,
    Severity.WARNING: Tone.DOUBTFUL,
    Severity.NOTE: Tone.NEUTRAL,
}
_MOST_OF_A_KIND: Final = 5
"""The most findings of a rule in a file that are shown."""

_MOST_USERS: Final = 3
"""The most references of a store that a row names."""

_ROLES: Final = {
    ReferenceRole.TRUST: "trusts it",
    ReferenceRole.CLIENTS: "judges clients with it",
    ReferenceRole.NEVER_READ: "never reads it",
    ReferenceRole.LEAF_PIN: "pins the server certificate",
    ReferenceRole.NAME_PIN: "pins a name in code",
    ReferenceRole.HASH_PIN: "pins a digest in code",
    ReferenceRole.IMPORT: "imports into it",
    ReferenceRole.BUILD: "downloads for a build with it",
    ReferenceRole.MENTION: "mentions it",
}
_LEADS: Final = {
    Leads.HERE: "found",
    Leads.MISSING: "does not exist",
    Leads.NOT_HERE: "not on this machine",
    Leads.OPEN: "known at run time",
    Leads.ELSEWHERE: "provided elsewhere",
    Leads.NO_FILE: "",
}
_TRUSTING: Final = frozenset({ReferenceRole.TRUST, ReferenceRole.LEAF_PIN})


@frozen
class DiscoverReport:
    """The inventory of a call. `everything` shows each reference, and each mention.

    `unread` is how many errors say that something was not read.
    """

    inventory: Inventory
    everything: bool = False
    unread: int = 0

    title: ClassVar[str] = "unpin discover"
    json_key: ClassVar[str] = "inventories"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "type", "file", "line", "key", "variable", "store", "format", "reader", "role", "families",
        "leads", "places", "by", "found", "pinned", "severity", "rule", "message", "entries",
        "status", "verdict", "sha256",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The findings first, then the stores with their users, then the other references."""
        known = self.inventory
        yield Title((known.source,))
        yield Headline(_verdict(known, self.unread), _summary(known, self.unread))
        if known.findings:
            shown, folded = self._folded()
            if shown:
                rows = [_finding_cells(each) for each in shown]
                yield Table(("severity", "rule", "where", "what"), rows)
            if folded:
                yield Notes(tuple(folded))
        if known.stores:
            rows = [_store_cells(each, known.of_store(each)) for each in known.stores]
            yield Table(("store", "what it is", "verdict", "who refers to it"), rows)
        others = [each for each in known.references if self.everything or _stands_alone(each)]
        if others:
            yield Table(
                ("where", "key", "store", "client", "what it does", "leads to"),
                [_reference_cells(each) for each in others],
                "References" if self.everything else "References to no store in the table",
            )
        mentions = sum(each.reference.role is ReferenceRole.MENTION for each in known.references)
        if mentions and not self.everything:
            them = "it" if mentions == 1 else "them"
            said = counted(mentions, "mention", "mentions")
            yield Notes((f"{said} of stores or CAs: -v shows {them}",))

    markdown = text

    def _folded(self) -> tuple[list[InventoryFinding], list[str]]:
        """The findings to show, and a line for those of a kind in a file that are many."""
        known = self.inventory.findings
        if self.everything:
            return list(known), []
        kinds: dict[tuple[str, Severity, str], list[InventoryFinding]] = {}
        for each in known:
            kinds.setdefault((each.rule, each.severity, each.reference.file), []).append(each)
        shown: list[InventoryFinding] = []
        lines: list[str] = []
        notes = 0
        for (rule, severity, file), found in kinds.items():
            if severity is Severity.NOTE:
                notes += len(found)
                continue
            shown += found[:_MOST_OF_A_KIND]
            if (more := len(found) - _MOST_OF_A_KIND) > 0:
                lines.append(f"{counted(more, 'more', 'more')} of {rule} in {file}: -v shows them")
        if notes:
            lines.append(f"{counted(notes, 'note', 'notes')}: -v shows them")
        return shown, lines

    def json_fields(self) -> Row:
        """The stores with their users, the references, and the findings."""
        known = self.inventory
        return {
            "source": known.source,
            "stores": [_store_row(each, known.of_store(each)) for each in known.stores],
            "references": [_reference_row(each) for each in known.references],
            "findings": [_finding_row(each) for each in known.findings],
        }

    def json_lines(self) -> Iterator[Row]:
        """A line for each store, reference and finding."""
        known = self.inventory
        for store in known.stores:
            yield {"type": "discovered-store", **_store_row(store, known.of_store(store))}
        for found in known.references:
            yield {"type": "reference", **_reference_row(found)}
        for finding in known.findings:
            yield {"type": "reference-finding", **_finding_row(finding)}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each store, reference and finding."""
        for row in self.json_lines():
            named = {**row, "file": row.get("file", row.get("source"))}
            yield {
                key: " ".join(map(str, value)) if isinstance(value, list) else value
                for key, value in named.items()
                if key in self.csv_columns and value is not None
            }

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        return iter(())

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.result import FilePlace, PipelineResult

        verdict = _verdict(self.inventory, self.unread)
        findings = [_pipeline_finding(each) for each in self.inventory.findings]
        yield PipelineResult(
            self.inventory.source,
            verdict.text,
            _summary(self.inventory, self.unread),
            FilePlace(None),
            findings,
            verdict.tone,
        )


def families_of(users: Sequence[LinkedReference]) -> tuple[str, ...]:
    """The client families that verify servers with a store, by what refers to it.

    None where a client is among them whose family is not known: it may be any.
    """
    reading = [
        each.reference
        for each in users
        if each.reference.role in {*_TRUSTING, ReferenceRole.IMPORT}
    ]
    if not all(reference.families for reference in reading):
        return ()
    return tuple(dict.fromkeys(family for found in reading for family in found.families))


def _verdict(known: Inventory, unread: int) -> Toned:
    findings = known.findings
    worst = max((each.severity for each in findings), key=lambda each: each.rank, default=None)
    if worst is None or worst is Severity.NOTE:
        if unread:
            return Toned("INCOMPLETE", Tone.DOUBTFUL)
        return Toned("NO FINDING", Tone.DOUBTFUL if _failing(known) else Tone.GOOD)
    number = sum(each.severity is not Severity.NOTE for each in findings)
    return Toned(counted(number, "FINDING", "FINDINGS"), _TONES[worst])


def _failing(known: Inventory) -> int:
    """How many stores fail, which is for `unpin audit` to explain."""
    verdicts = (_store_verdict(each, known.of_store(each)) for each in known.stores)
    return sum(verdict.tone is Tone.BAD for verdict in verdicts)


def _summary(known: Inventory, unread: int) -> str:
    references = [
        each for each in known.references if each.reference.role is not ReferenceRole.MENTION
    ]
    pins = sum(each.reference.role in PINS for each in references)
    failing = _failing(known)
    why = f" ({failing} failing: unpin audit says why)" if failing else ""
    parts = [
        f"{counted(len(known.stores), 'store', 'stores')}{why}",
        counted(len(references) - pins, "reference", "references"),
        counted(pins, "pin in code", "pins in code"),
    ]
    unused = sum(not _users(known.of_store(each)) for each in known.stores)
    said = ", ".join(parts)
    if unread:
        said += f"; not all was read: {counted(unread, 'error', 'errors')}"
    if not unused:
        return said
    which = f"{unused} of the stores" if len(known.stores) > 1 else "the store"
    return f"{said}; nothing here refers to {which}"


def _users(users: Sequence[LinkedReference]) -> list[LinkedReference]:
    return [each for each in users if each.reference.role is not ReferenceRole.MENTION]


def _place(found: LinkedReference) -> str:
    return f"{found.reference.file}:{found.reference.line}"


def _store_cells(store: StoreFacts, users: Sequence[LinkedReference]) -> list[Cell]:
    what = f"{store.format}, {counted(store.entries, 'entry', 'entries')}"
    named = [
        f"{_place(each)} ({each.reference.reader}: {_ROLES[each.reference.role]})"
        for each in _users(users)
    ]
    more = len(named) - _MOST_USERS
    if more > 0:
        named = [*named[:_MOST_USERS], f"and {counted(more, 'more reference', 'more references')}"]
    users_said = Lines(tuple(named or ["nothing refers to it"]))
    return [store.source, what, _store_verdict(store, users), users_said]


def _store_verdict(store: StoreFacts, users: Sequence[LinkedReference]) -> Toned:
    """The outcome for the clients that read the store, or the verdict for all of them."""
    asked = [ident for ident in families_of(users) if ident in store.outcomes]
    if not asked or store.status is AuditStatus.UNREADABLE:
        return Toned(
            word_of_status(store.status, store.errors), tone_of_status(store.status, store.errors)
        )
    failing = [ident for ident in asked if store.outcomes[ident] in FAILING]
    if failing:
        outcomes = {str(store.outcomes[ident]) for ident in failing}
        said = outcomes.pop() if len(outcomes) == 1 else "fails"
        said = said if len(failing) == 1 else said.replace("fails", "fail", 1)
        return Toned(f"{family_titles(failing)} {said}", Tone.BAD)
    unknown = [i for i in asked if store.outcomes[i] is RotationOutcome.UNKNOWN]
    if unknown:
        return Toned(f"{family_titles(unknown)} not known", Tone.DOUBTFUL)
    return Toned(f"{family_titles(asked)} survives" if len(asked) == 1 else
                 f"{family_titles(asked)} survive", Tone.GOOD)  # fmt: skip


def _stands_alone(found: LinkedReference) -> bool:
    """Whether no row of a store or of a finding shows it."""
    role = found.reference.role
    return role not in {*PINS, ReferenceRole.MENTION} and found.leads is not Leads.HERE


def _reference_cells(found: LinkedReference) -> list[Cell]:
    reference = found.reference
    leads = few(list(found.places), 2) or _LEADS[found.leads]
    if found.by:
        leads += f" (put there by {found.by})"
    key = f"{reference.variable}: {reference.key}" if (
        reference.variable and reference.variable != reference.key
    ) else reference.key  # fmt: skip
    return [_place(found), key, reference.store, reference.reader, _ROLES[reference.role], leads]


def _finding_cells(finding: InventoryFinding) -> list[Cell]:
    reference = finding.reference
    where = f"{reference.file}:{reference.line}"
    said = f"{reference.variable or reference.key}: {finding.message}."
    return [Toned(finding.severity, _TONES[finding.severity]), finding.rule, where, said]


def _store_row(store: StoreFacts, users: Sequence[LinkedReference]) -> Row:
    asked = families_of(users)
    return {
        "source": store.source,
        "format": store.format,
        "entries": store.entries,
        "keys": store.keys,
        "sha256": store.sha256,
        "archive": store.archive,
        "status": str(store.status),
        "reason": store.reason,
        "profile": store.profile,
        "breaking": list(store.breaking),
        "families": list(asked),
        "outcomes": {ident: str(outcome) for ident, outcome in store.outcomes.items()},
        "verdict": _store_verdict(store, users).text,
        "users": [user_row(each) for each in users],
    }


def _reference_row(found: LinkedReference) -> Row:
    reference = found.reference
    return {
        "file": reference.file,
        "line": reference.line,
        "key": reference.key,
        "variable": reference.variable or None,
        "store": reference.store,
        "format": reference.format or None,
        "reader": reference.reader,
        "role": str(reference.role),
        "families": list(reference.families),
        "source": reference.source or None,
        "leads": str(found.leads),
        "places": list(found.places),
        "by": found.by or None,
        "found": found.found or None,
        "if_missing": str(reference.if_missing),
        "pinned": list(reference.pinned),
        "breaks": reference.breaks,
        "note": reference.note or None,
    }


def _finding_row(finding: InventoryFinding) -> Row:
    reference = finding.reference
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "file": reference.file,
        "line": reference.line,
        "key": reference.key,
        "store": reference.store,
        "reader": reference.reader,
        "message": finding.message,
    }


def _pipeline_finding(finding: InventoryFinding) -> PipelineFinding:
    from unpin.reports.pipeline.result import PipelineFinding, place_in

    reference = finding.reference
    return PipelineFinding(
        finding.rule, finding.severity, reference.file, finding.message,
        place_in(reference.file, line=reference.line), f"{reference.key}",
        f"{reference.key} {reference.store}",
    )  # fmt: skip
