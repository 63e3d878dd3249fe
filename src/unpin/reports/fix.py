"""`unpin fix`: what is removed, added and kept, and which clients connect before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import own_certificate
from unpin.model.formats import Format
from unpin.model.store import Integrity
from unpin.pki.certificate_view import CertificateView, IssuerPool, is_issuer
from unpin.pki.clients import reading_clients
from unpin.pki.roles import Role, role
from unpin.rehearsal.scenarios import FAILING
from unpin.reports.blocks import Answer, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.names import entry_title, some_clients, store_title
from unpin.reports.plan import NOT_BUNDLED, line_row, plan_row
from unpin.reports.rehearsal_wording import answer, heading, outcome_cell, reasons
from unpin.reports.store_fields import store_row
from unpin.rewrite.plan import only_keys
from unpin.rewrite.removal_candidates import RemovalKind
from unpin.wording import counted, few, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.files.distribution_managed import Managed
    from unpin.operations.repair import Repair
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Row
    from unpin.rewrite.plan import PlannedEntry

_UNSEEN_COPY: Final = "Java does not see the copy in the store"
_PLAN_HEADINGS: Final = ("plan", "entry", "certificate", "why")
_OUTCOME_HEADINGS: Final = ("client", "now", "after the fix")

_MOST_DROPPED: Final = 8
"""The most names in the warning about entries that are removed without a replacement."""

_MOST_STAYING: Final = 8
"""The most kept entries that have a row of their own."""


@dataclass(frozen=True, slots=True)
class FixReport:
    """A repair for `profile`, and what was done with the file.

    `written` is the name of the file that was written, `backup` the copy of the old file,
    `other_names` the number of hard links that still lead to the old file. `managed` is the
    distribution's command that generates the file, if any. `other_format` is the format that the
    name of the output suggests, if it is not the format of the store. `check` and
    `upgrade_protection` are the options of the call.
    """

    repair: Repair
    profile: str | None
    written: str | None = None
    backup: str | None = None
    other_names: int = 0
    managed: Managed | None = None
    out: str | None = None
    other_format: Format | None = None
    check: bool = False
    upgrade_protection: bool = False
    set_aside: str | None = None

    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "action", "index", "alias", "label", "sha256", "reason", "written",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The plan, the clients before and after, and what was done or would be done."""
        yield Title((store_title(self.repair.store),))
        if cells := self._plan_cells():
            yield Table(_PLAN_HEADINGS, cells)
        if outcomes := self._outcome_cells():
            yield Table(_OUTCOME_HEADINGS, outcomes)
        if remarks := (*self.remarks(), *self._about_the_file()):
            yield Notes(remarks)
        yield Answer(self._answer())

    markdown = text

    def json_fields(self) -> Row:
        """The store, the plan, the clients before and after, and the file."""
        repair = self.repair
        clients, then = repair.before.clients, repair.then
        return {
            **store_row(repair.store),
            **plan_row(repair.plan),
            "aliases": list(repair.aliases),
            "upgrades_protection": repair.upgrades,
            "repaired": [
                {"kind": str(fault.kind), "line": fault.line} for fault in repair.repaired
            ],
            "profile": self.profile,
            "due": repair.due,
            "before": {client.ident: str(repair.before.outcome(client)) for client in clients},
            "after": {client.ident: str(then.outcome(client)) for client in clients},
            "fails_after": [
                client.ident for client in then.clients if then.outcome(client) in FAILING
            ],
            "remarks": [
                remark.text if isinstance(remark, Toned) else remark for remark in self.remarks()
            ],
            "refused": repair.refusal.message if repair.refusal else None,
            "written": self.written,
            "backup": self.backup,
        }

    def json_lines(self) -> Iterator[Row]:
        """A single row: the parts of a plan have no meaning without each other."""
        yield {"type": "plan", **self.json_fields()}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each entry that is removed, kept, added or lacking."""
        plan = self.repair.plan
        common: Row = {"source": self.repair.store.source, "written": self.written}
        for action, lines in (("remove", plan.remove), ("keep", plan.keep)):
            for line in lines:
                yield {**common, "action": action, **line_row(line)}
        for action, records, aliases in (
            ("add", plan.add, self.repair.aliases),
            ("lacking", plan.lacking, ("",) * len(plan.lacking)),
        ):
            for alias, record in zip(aliases, records, strict=True):
                yield {
                    **common,
                    "action": action,
                    "alias": alias,
                    "label": record.name,
                    "sha256": record.sha256,
                }

    def remarks(self) -> Iterator[str | Toned]:
        """What the tables do not show: what else stays, what is lost, what still fails."""
        repair, plan, store = self.repair, self.repair.plan, self.repair.store
        shown = len(plan.remove) + min(len(plan.keep), _MOST_STAYING)
        others = len(store.entries) - shown
        if repair.repaired:
            yield "every certificate is written anew, without the text between the blocks"
        elif others and repair.due:
            yield f"{counted(others, 'other entry stays', 'other entries stay')} byte for byte"
        for alias, label in _longer_chains(repair):
            yield f"key {alias}: Java will extend its chain to {label}, which is then in the store"
        if repair.data is not None and store.protection.integrity is Integrity.NOT_CHECKED:
            yield (
                "the integrity of the store was not checked; the new digest uses the given "
                "password, and only that password will open the store"
            )
        if repair.upgrades:
            yield f"the protection is renewed: {' '.join(store.protection.weaknesses)}"
            if repair.weak_keys:
                yield (
                    f"{listed(repair.weak_keys)}: the key keeps its outdated encryption, because "
                    "unpin does not decrypt it; keytool -importkeystore into a new store renews it"
                )
        if only_keys(store) and not repair.due:
            yield (
                "the key store of a server needs no roots; if clients use it as their trust store, "
                "--replace-all adds them"
            )
        yield from _lost(repair)
        if dropped := [line.label for line in _unreplaced(repair)]:
            yield Toned(_beware(dropped), Tone.BAD)
        if repair.fails:
            yield f"still a problem: {answer(repair.then, failing_only=True)}"
            yield from reasons(repair.then)

    def _plan_cells(self) -> list[list[Cell]]:
        """A row for each entry that is removed or added, and for the first kept ones.

        If nothing is removed or added: only the pins that stay because a root is lacking.
        """
        repair, plan, store = self.repair, self.repair.plan, self.repair.store
        if not repair.due:
            return [_line_cells("stays", repair, line) for line in plan.keep if line.stuck]
        rows = [_line_cells(Toned("out", Tone.BAD), repair, line) for line in plan.remove]
        named = store.format.has_aliases
        unseen = [own_certificate(store.entries[index]) for index in hidden_from_java(store)]
        hidden = {certificate.sha256 for certificate in unseen if certificate is not None}
        rows += [
            [
                Toned("in", Tone.GOOD),
                alias if named else "-",
                record.name,
                Lines(
                    (
                        f"SHA-256 {record.sha256}",
                        *([_UNSEEN_COPY] if record.sha256 in hidden else ()),
                    )
                ),
            ]
            for alias, record in zip(repair.aliases, plan.add, strict=True)
        ]
        rows += [
            ["missing", "-", record.name, Lines((f"certificate {NOT_BUNDLED}",))]
            for record in plan.lacking
        ]
        rows += [
            [
                Toned("repair", Tone.GOOD),
                f"line {fault.line}" if fault.line else "-",
                str(fault.kind),
                fault.kind.description,
            ]
            for fault in repair.repaired
        ]
        return rows + [_line_cells("stays", repair, line) for line in plan.keep[:_MOST_STAYING]]

    def _held(self) -> str:
        if self.set_aside is not None:
            return (
                "no certificate of the catalogue is in the store; unpin audit judges what is; "
                f"--profile {self.set_aside} adds its roots, --root FILE your own"
            )
        if self.profile is None:
            return "no pin is below a root that was given or is in the catalogue"
        return f"the store has the roots of {self.profile} and no pin that they replace"

    def _outcome_cells(self) -> list[list[Cell]]:
        """A row for each client: its outcome with the store now, and after the fix."""
        before, then = self.repair.before, self.repair.then
        if not before.scenarios:
            return []
        return [
            [
                client.label,
                outcome_cell(before.outcome(client)),
                outcome_cell(then.outcome(client)),
            ]
            for client in before.clients
        ]

    def _about_the_file(self) -> Iterator[str]:
        """Why --write would refuse, what it left unchanged, and options without effect."""
        kind = self.repair.store.format
        if self.managed is not None and self.repair.due and self.written is None:
            yield f"the file belongs to the distribution: {self.managed.hint(may_follow=True)}"
        if self.upgrade_protection and not self.repair.upgrades:
            current = (
                "the protection is current" if kind is Format.PKCS12 else "it is for PKCS12 only"
            )
            yield f"--upgrade-protection changes nothing: {current}"
        if self.other_format is not None:
            yield (
                f"{self.out} looks like {self.other_format}, but fix keeps the format {kind}; "
                "unpin convert changes the format"
            )
        if self.other_names:
            names = counted(self.other_names, "other name (hard link)", "other names (hard links)")
            yield f"the file has {names}, which keep the old contents"

    def _answer(self) -> str:
        repair = self.repair
        if repair.refusal is not None:
            return f"refused, nothing was written: {_summary(repair)}"
        if not repair.due:
            to = f"; copied unchanged to {self.written}" if self.written else ""
            if repair.fails:
                return f"no root or pin to change, but a client fails{to}"
            if only_keys(repair.store):
                return f"nothing to do: the store holds only keys{to}"
            return f"nothing to do: {self._held()}{to}"
        how = "--write" if repair.store.embedding is None else "-o NEW (the value alone)"
        if self.check:
            return f"a fix is due: {_summary(repair)}; {how} applies it"
        if self.written is None:
            return f"planned: {_summary(repair)}; nothing is written without {how}"
        kept = f"; the old file is {self.backup}" if self.backup else ""
        return f"written to {self.written}: {_summary(repair)}{kept}"


def _line_cells(action: Cell, repair: Repair, line: PlannedEntry) -> list[Cell]:
    name = entry_title(repair.store.entries[line.index], line.index)
    return [action, name, line.label, Lines((line.reason,))]


def _beware(dropped: list[str]) -> str:
    removed = counted(len(dropped), "entry is", "entries are")
    return (
        f"beware: {removed} removed without a replacement, and clients will not trust the servers "
        f"under {'it' if len(dropped) == 1 else 'them'}: {few(dropped, _MOST_DROPPED)}"
    )


def _lost(repair: Repair) -> Iterator[str]:
    """The clients that connect now and would not after the fix, by the chain that servers send."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for place in dict.fromkeys(heading(scenario) for scenario in repair.lost):
        scenarios = [scenario for scenario in repair.lost if heading(scenario) == place]
        who = some_clients(
            [scenario.client.ident for scenario in scenarios], len(reading_clients(repair.store))
        )
        groups.setdefault((who, scenarios[0].is_risk), []).append(place)
    for (who, is_risk), places in groups.items():
        cure = "; --with-new-root adds the self-signed root that cures it" if is_risk else ""
        yield f"lost, where servers send the chain {' or '.join(places)}: {who}{cure}"


_BY_WISH: Final = frozenset({RemovalKind.EVERYTHING, RemovalKind.NAMED})


def _unreplaced(repair: Repair) -> Iterator[PlannedEntry]:
    """The removed entries for which no certificate of the new store has the same name and key.

    Only roots, and entries of --replace-all.
    """
    readable = (
        certificate
        for certificate in repair.then.store.certificates()
        if certificate.problem is None
    )
    views = [CertificateView.of(certificate) for certificate in readable]
    held = {(view.subject, view.key) for view in views}
    pool = IssuerPool(views)
    for line in repair.plan.remove:
        certificate = own_certificate(repair.store.entries[line.index])
        if certificate is None or certificate.problem is not None:
            continue
        view = CertificateView.of(certificate)
        by_wish = line.removal in _BY_WISH or role(certificate) is Role.ROOT
        above = any(is_issuer(issuer, view) for issuer in pool.called(view.issuer))
        if by_wish and (view.subject, view.key) not in held and not above:
            yield line


def _longer_chains(repair: Repair) -> Iterator[tuple[str, str]]:
    """The keys whose chain becomes longer: Java uses all certificates of a PKCS12 store for it."""
    before = {key.raw: key for key in repair.store.keys}
    for key in repair.then.store.keys:
        if key.raw in before and len(key.chain) > len(before[key.raw].chain):
            yield key.alias, key.chain[-1].label


def _summary(repair: Repair) -> str:
    """The plan in a short clause: 2 entries out, 3 in."""
    parts = []
    if repair.plan.remove:
        parts.append(f"{counted(len(repair.plan.remove), 'entry', 'entries')} out")
    if repair.plan.add:
        parts.append(f"{counted(len(repair.plan.add), 'root', 'roots')} in")
    if repair.plan.lacking:
        parts.append(f"{counted(len(repair.plan.lacking), 'root', 'roots')} missing")
    if repair.upgrades:
        parts.append("protection renewed")
    if repair.repaired:
        parts.append(
            f"{counted(len(repair.repaired), 'encoding fault', 'encoding faults')} repaired"
        )
    return ", ".join(parts) or "nothing to do"
