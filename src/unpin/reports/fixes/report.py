"""`unpin fix`: what is removed, added and kept, and which clients connect before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import own_certificate
from unpin.model.finding import RemedyKind
from unpin.model.formats import Format
from unpin.model.store import Integrity
from unpin.model.values import frozen
from unpin.operations.opening import STANDARD_INPUT_NAME
from unpin.rehearsal.scenarios import FAILING
from unpin.reports.audit import leading_error
from unpin.reports.audit_wording import (
    reason_text,
    remedy_command,
    remedy_text,
    status_word,
    verdict_text,
)
from unpin.reports.blocks import (
    Answer,
    Command,
    Headline,
    Lines,
    Notes,
    Table,
    Title,
    Tone,
    Toned,
)
from unpin.reports.fixes.archive_recipes import rebuilding
from unpin.reports.fixes.wording import (
    beware,
    longer_chains,
    lost_chains,
    plan_summary,
    unreplaced,
)
from unpin.reports.names import entry_title, shell_command, store_title
from unpin.reports.plan import NOT_BUNDLED, line_row, plan_row
from unpin.reports.rehearsal_wording import answer, outcome_cell, reasons
from unpin.reports.store_fields import store_row
from unpin.rewrite.plan import only_keys
from unpin.wording import counted, few, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.files.distribution_managed import Managed
    from unpin.model.errors import UnpinError
    from unpin.operations.repair import Repair
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row
    from unpin.rewrite.plan import PlannedEntry

_UNSEEN_COPY: Final = "Java does not see the copy in the store"
_PLAN_HEADINGS: Final = ("plan", "entry", "certificate", "why")
_OUTCOME_HEADINGS: Final = ("client", "now", "after the fix")

_MOST_STAYING: Final = 8
"""The most kept entries that have a row of their own."""


@frozen
class FixReport:
    """A repair for `profile`, and what was done with the file.

    `written` is the name of the file that was written, `backup` the copy of the old file,
    `other_names` the number of hard links that still lead to the old file. `managed` is the
    distribution's command that generates the file, if any. `other_format` is the format that the
    name of the output suggests, if it is not the format of the store. `check` and
    `upgrade_protection` are the options of the call; `command` is the call that writes the plan.
    `accepted` says who accepts what is wrong, so that the store stays as it is. `kept` says why
    --write left the file as it is, although a fix is due. `links` are the symbolic links of the
    call that lead to the file, `hard_links` its other hard links in the call.
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
    command: tuple[str, ...] = ()
    kept: UnpinError | None = None
    accepted: str | None = None
    links: tuple[str, ...] = ()
    hard_links: tuple[str, ...] = ()

    title: ClassVar[str] = "unpin fix"
    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "action", "index", "alias", "label", "sha256", "reason", "written",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """What was done or would be done, the plan, the clients before and after, what is next."""
        yield Title((store_title(self.repair.store),))
        yield self.headline()
        if cells := self._plan_cells():
            yield Table(_PLAN_HEADINGS, cells)
        if outcomes := self._outcome_cells():
            yield Table(_OUTCOME_HEADINGS, outcomes)
        if remarks := (*self.remarks(), *self._about_the_file()):
            yield Notes(remarks)
        yield from self._next()

    markdown = text

    @property
    def refusal(self) -> UnpinError | None:
        """Why the plan is not carried out; None if it is, or if nobody asked for it."""
        return self.repair.refusal or self.kept

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
            "refused": self.refusal.message if self.refusal else None,
            "accepted": self.accepted,
            "status_after": None if repair.audit is None else str(repair.audit.status),
            "verdict_after": None if repair.audit is None else verdict_text(repair.audit),
            "written": self.written,
            "backup": self.backup,
            "links": list(self.links),
            "hard_links": list(self.hard_links),
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

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        from unpin.reports.html.pictures import rehearsal_pictures

        return rehearsal_pictures(self.repair.before, self.repair.then)

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_stores import of_fix

        return of_fix(self)

    def remarks(self) -> Iterator[str | Toned]:
        """What the tables do not show: what else stays, what is lost, what still fails."""
        repair, plan, store = self.repair, self.repair.plan, self.repair.store
        shown = len(plan.remove) + min(len(plan.keep), _MOST_STAYING)
        others = len(store.entries) - shown
        if repair.repaired:
            yield "every certificate is written anew, without the text between the blocks"
        elif others and repair.due:
            yield f"{counted(others, 'other entry stays', 'other entries stay')} byte for byte"
        for alias, label in longer_chains(repair):
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
        yield from lost_chains(repair)
        if dropped := [line.label for line in unreplaced(repair)]:
            yield Toned(beware(dropped), Tone.BAD)
        if repair.clients_fail:
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

    def _no_plan(self) -> str:
        """Why nothing is removed or added."""
        if self.set_aside is not None:
            what = (
                "the store holds only keys"
                if only_keys(self.repair.store)
                else "no certificate of the catalogue is in the store"
            )
            return f"{what}; --profile {self.set_aside} adds its roots, --root FILE your own"
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
        if self.links:
            yield f"other names of the file in this call: {few(self.links)}"
        if self.hard_links:
            names = few(self.hard_links)
            yield f"hard links to the same file: {names}; each becomes a file of its own"
        if self.other_names:
            names = counted(self.other_names, "other name (hard link)", "other names (hard links)")
            yield f"the file has {names}, which keep the old contents"

    def headline(self) -> Headline:
        """What was done, or would be done."""
        repair, summary = self.repair, plan_summary(self.repair)
        if self.accepted is not None:
            accepted = f"left as it is: {self.accepted}"
            return Headline(Toned("ACCEPTED", Tone.DOUBTFUL), f"{summary}; {accepted}")
        if repair.refusal is not None:
            return Headline(Toned("REFUSED", Tone.BAD), f"{summary}; nothing was written")
        if self.kept is not None:
            return Headline(Toned("NOT WRITTEN", Tone.BAD), f"{summary}; {self.kept_because()}")
        if not repair.due:
            to = f"; copied unchanged to {self.written}" if self.written else ""
            if repair.fails:
                return Headline(Toned("NOT CURED", Tone.BAD), f"{self._no_plan()}{to}")
            return Headline(Toned("NOTHING TO DO", Tone.GOOD), f"{self._no_plan()}{to}")
        if self.written is not None:
            kept = f"; the old file is {self.backup}" if self.backup else ""
            return Headline(
                Toned("WRITTEN", Tone.GOOD), f"{summary}; the new file is {self.written}{kept}"
            )
        if self.check:
            return Headline(Toned("DUE", Tone.BAD), summary)
        return Headline(Toned("PLANNED", Tone.DOUBTFUL), f"{summary}; nothing is written yet")

    def kept_because(self) -> str:
        """Why --write left the file as it is, in a clause."""
        store = self.repair.store
        if store.archive is not None:
            return "it is in an archive, which unpin does not change"
        if store.embedding is not None:
            return f"it is a value of {store.embedding.kind}, which unpin does not change"
        if self.managed is not None:
            return "the file belongs to the distribution"
        return "a link leads to it, out of the folder"

    def _next(self) -> Iterator[Block]:
        """What an audit says of the new store, or of the old one, and the command to run next."""
        repair, audit = self.repair, self.repair.audit
        if self.accepted is not None:
            yield Answer("the policy accepts what is wrong; named by itself, the store is fixed")
            return
        pending = repair.due and repair.refusal is None and self.written is None
        error = None if audit is None else leading_error(audit)
        writes = pending and (error is None or error.remedy.kind is not RemedyKind.GET_FILE_AGAIN)
        if audit is not None:
            when = "afterwards unpin audit says" if pending else "unpin audit says"
            then = f"; then {remedy_text(error.remedy)}" if writes and error is not None else ""
            yield Answer(f"{when} {status_word(audit)}: {reason_text(audit)}{then}")
        if writes:
            yield from self._writing()
        elif audit is not None and error is not None:
            command = remedy_command(error.remedy, audit.store)
            if self.command and error.remedy.command[: len(self.command)] == self.command:
                command = ""  # it would end here again
            yield Answer(f"{remedy_text(error.remedy)}{':' if command else ''}")
            if command:
                yield Command(command)

    def _writing(self) -> Iterator[Block]:
        """The command that writes the plan; where --write is refused, a note has the way."""
        store = self.repair.store
        if not self.command or (self.managed is not None and "--follow" not in self.command):
            return
        if store.archive is not None:
            way = rebuilding(store, tuple(word for word in self.command if word != "--write"))
            stream = store.archive == STANDARD_INPUT_NAME
            where = " (ARCHIVE is the file that the stream came from)" if stream else ""
            yield Answer(f"unpin does not change an archive; this makes the new store{where}:")
            for command in way.commands:
                yield Command(command)
            yield Answer(way.then)
            return
        command = shell_command(self.command, store)
        if store.source == STANDARD_INPUT_NAME:
            command += " < OLD > NEW"
        kept = "" if "--no-backup" in self.command else ", and keeps the old file"
        if store.embedding is not None:
            said = "unpin does not change such a file; this changes it by a patch:"
        elif store.source == STANDARD_INPUT_NAME:
            said = "this writes it:"
        else:
            said = f"this writes it{kept}:"
        yield Answer(said)
        yield Command(command)


def _line_cells(action: Cell, repair: Repair, line: PlannedEntry) -> list[Cell]:
    name = entry_title(repair.store.entries[line.index], line.index)
    return [action, name, line.label, Lines((line.reason,))]
