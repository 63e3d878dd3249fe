"""`unpin rehearse`: the handshakes with a store, as it is and after a fix."""

from __future__ import annotations

import shlex
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.model.values import frozen
from unpin.pki.acceptance import printed_text
from unpin.pki.verdict import Reason
from unpin.rehearsal.scenarios import FAILING, Rehearsal, RotationOutcome
from unpin.rehearsal.seen_chain import ChainForm
from unpin.reports.blocks import Answer, Headline, Notes, Table, Title, Tone, Toned
from unpin.reports.names import entry_title, family_titles, shell_argument, store_title
from unpin.reports.plan import plan_lines, plan_row
from unpin.reports.rehearsal_wording import (
    agreement,
    answer,
    cells,
    headings,
    paths,
    reasons,
    remarks,
)
from unpin.reports.store_fields import iso, store_row
from unpin.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from unpin.model.store import Store
    from unpin.rehearsal.scenarios import Attempt
    from unpin.reports.blocks import Block
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row
    from unpin.reports.servers.host_name import HostNameReport
    from unpin.reports.servers.seen_chain import SeenChainReport
    from unpin.rewrite.plan import Plan

_MOST_BLOCKING: Final = 3
"""The most entries that the answer names."""


@frozen
class FixedRehearsal:
    """The plan that puts the roots of a profile in place of the pins, and its rehearsal.

    `blocking` is as in RehearsalReport, `options` are those of `unpin fix` for the same plan.
    """

    profile: str | None
    plan: Plan
    rehearsal: Rehearsal
    blocking: Mapping[int, tuple[str, ...]]
    options: tuple[str, ...] = ()


@frozen
class RehearsalReport:
    """The rehearsal of a store, and of the fixed store if requested or if a client fails.

    `blocking` are the clients (idents) that fail because of an entry which no chain presents, on
    servers below it, by the position of the entry. `shows_fixed` says that the fixed store was
    requested, `all_shapes` that every shape counts, and `paths` that the path of each handshake
    is shown. `set_aside` is the default profile, if the store is not for it: nothing was
    rehearsed.
    """

    rehearsal: Rehearsal
    blocking: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    fixed: FixedRehearsal | None = None
    name: HostNameReport | None = None
    seen: SeenChainReport | None = None
    shows_fixed: bool = False
    all_shapes: bool = False
    paths: bool = False
    set_aside: str | None = None

    title: ClassVar[str] = "unpin rehearse"
    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "client", "chain", "shape", "phase", "issuing", "accepted", "reason", "error",
        "anchor", "path", "at", "over", "by_facts", "fixed",
    )  # fmt: skip

    @property
    def gave_up(self) -> bool:
        """Whether unpin gave up on a handshake: then the outcome is worthless."""
        return self.rehearsal.gave_up

    @property
    def is_blocked(self) -> bool:
        """Whether an entry of the store that counts blocks servers below it."""
        fixed = self._shown
        return bool(self.blocking if fixed is None else fixed.blocking)

    @property
    def outcomes(self) -> set[RotationOutcome]:
        """The outcomes that decide the exit code: of the fixed store, if it was requested."""
        fixed = self._shown
        return self._outcomes(self.rehearsal if fixed is None else fixed.rehearsal)

    @property
    def deciding(self) -> tuple[Rehearsal, Mapping[int, tuple[str, ...]]]:
        """The rehearsal that decides the exit code, and its blocking entries."""
        fixed = self._shown
        if fixed is None:
            return self.rehearsal, self.blocking
        return fixed.rehearsal, fixed.blocking

    def conclusion(self) -> str:
        """The answer of the rehearsal that decides."""
        return self._answer(*self.deciding, "" if self._shown else self._cure())

    def text(self) -> Iterator[Block]:
        """A table of clients, the reasons and the answer; then the same for the fixed store."""
        store, fixed = self.rehearsal.store, self._shown
        yield Title((store_title(store),))
        if self.set_aside is not None:
            from unpin.model.finding import AuditStatus
            from unpin.reports.audit_wording import STATUS_WORDS

            yield Headline(
                Toned(STATUS_WORDS[AuditStatus.NOT_FOR_PROFILE], Tone.NEUTRAL),
                "nothing was rehearsed; no certificate of the catalogue is in the store; "
                f"--profile {self.set_aside} rehearses its chains, --chain-file FILE what a server "
                "sends",
            )
            return
        name = () if self.name is None else tuple(self.name.lines())
        seen = () if self.seen is None else tuple(self.seen.lines())
        cure = "" if fixed else self._cure()
        yield from self._part(self.rehearsal, self.blocking, *seen, *name, cure=cure)
        if fixed is not None:
            yield Title((f"{store.source} with roots instead of its pins",))
            yield Notes(tuple(plan_lines(fixed.plan)))
            yield from self._part(fixed.rehearsal, fixed.blocking)

    markdown = text

    def json_fields(self) -> Row:
        """The store, the outcomes of the clients, and every handshake; `fixed` if requested."""
        row = self._row(self.rehearsal, self.blocking, cure=self._cure())
        if self.seen is not None:
            row["seen"] = self.seen.json_fields()
        if self.name is not None:
            row["name"] = self.name.json_fields()
        if fixed := self._shown:
            row["fixed"] = {
                **plan_row(fixed.plan),
                **self._row(fixed.rehearsal, fixed.blocking),
            }
        return row

    def json_lines(self) -> Iterator[Row]:
        """A row for the store, and for each handshake; `fixed`: with the fixed store."""
        yield {"type": "store", **self._facts(self.rehearsal, self.blocking, cure=self._cure())}
        for row in self.csv_rows():
            yield {"type": "handshake", **row}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each handshake."""
        for row in attempt_rows(self.rehearsal):
            yield {**row, "fixed": False}
        if fixed := self._shown:
            for row in attempt_rows(fixed.rehearsal):
                yield {**row, "fixed": True}

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        from unpin.reports.html.pictures import rehearsal_pictures

        after = None if self.fixed is None else self.fixed.rehearsal
        return rehearsal_pictures(self.rehearsal, after)

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_rehearsals import of_rehearsal

        return of_rehearsal(self)

    @property
    def _shown(self) -> FixedRehearsal | None:
        return self.fixed if self.shows_fixed else None

    def _outcomes(self, rehearsal: Rehearsal) -> set[RotationOutcome]:
        clients = rehearsal.clients
        return {rehearsal.outcome(client, all_shapes=self.all_shapes) for client in clients}

    def _part(
        self,
        rehearsal: Rehearsal,
        blocking: Mapping[int, tuple[str, ...]],
        *details: str,
        cure: str = "",
    ) -> Iterator[Block]:
        """The answer of a rehearsal, the table where clients differ, and the reasons."""
        yield Answer(self._answer(rehearsal, blocking, cure))
        agreed = agreement(rehearsal)
        if not agreed:
            yield Table(headings(rehearsal), cells(rehearsal))
        lines = [agreed] if agreed else []
        lines += [*reasons(rehearsal, all_shapes=self.all_shapes), *remarks(rehearsal)]
        lines += [*(paths(rehearsal) if self.paths else ()), *details]
        if lines:
            yield Notes(tuple(lines))

    def _answer(
        self, rehearsal: Rehearsal, blocking: Mapping[int, tuple[str, ...]], cure: str
    ) -> str:
        """The answer of a rehearsal, and the effect of a blocking entry and of a wrong name."""
        told = {Reason.EXPIRED, Reason.NOT_YET_VALID} if cure and self._invalid() else frozenset()
        said = answer(rehearsal, all_shapes=self.all_shapes, cure=cure, said=told)
        said = "; ".join([said, *_blocked(rehearsal.store, blocking)])
        if self.name is None:
            return said
        connecting = [
            client.ident
            for client in rehearsal.clients
            if rehearsal.outcome(client, all_shapes=self.all_shapes) is RotationOutcome.SURVIVES
        ]
        everyone = len(connecting) == len(rehearsal.clients)
        wrong = self.name.answer(connecting, everyone=everyone)
        return "; ".join(part for part in ("" if everyone and wrong else said, wrong) if part)

    def _cure(self) -> str:
        """What to do if a client fails; "" if no fix was rehearsed."""
        if self.fixed is None:
            return ""
        if self.seen is not None and self.fixed.plan.is_empty:
            return self._cure_of_seen(self.seen)
        if self.fixed.plan.is_empty and self.fixed.profile is None:
            return ""
        if self.fixed.plan.is_empty:
            return "the store has the roots of the profile and no pins; unpin audit says more"
        fixed = self.fixed.rehearsal
        if not self._outcomes(fixed).isdisjoint(FAILING):
            return f"with the roots of the profile instead of the pins: {answer(fixed)}"
        return (
            f"with the roots of {self.fixed.profile} instead of the pins, no client fails; "
            f"{shlex.join(('unpin', 'fix', *self.fixed.options))} "
            f"{shell_argument(self.rehearsal.store)} shows the plan"
        )

    def _cure_of_seen(self, seen: SeenChainReport) -> str:
        """What to do if a client refuses a chain that was seen, and no pin is to blame."""
        reasons = {attempt.verdict.reason for attempt in self._refused()}
        if invalid := self._invalid():
            return f"{invalid}: the server needs another certificate; no trust store cures that"
        store = shell_argument(self.rehearsal.store)
        if not reasons <= {Reason.NO_ANCHOR, Reason.STORE_ISSUER_MISSING}:
            return ""
        if seen.chain.form is ChainForm.SERVER_ONLY:
            return (
                f"the server sends its certificate alone: have it send {seen.chain.missing}, too, "
                "unless s_client was called without -showcerts; if that is a root, add it: "
                f"unpin fix --profile none --root new-root.pem {store}"
            )
        return f"unpin fix --profile none --root new-root.pem {store} adds the root that is missing"

    def _refused(self) -> list[Attempt]:
        """The attempts that clients refuse."""
        scenarios = self.rehearsal.scenarios
        return [each.decisive_attempt for each in scenarios if each.accepted is False]

    def _invalid(self) -> str:
        """Which certificate of a chain that was seen is out of date; "" if none is."""
        for attempt in self._refused() if self.seen is not None else ():
            sent = attempt.handshake.certificates
            for view in sent[:-1] or sent:
                if view.not_after is not None and view.not_after < attempt.at:
                    return f"{view.label} expired on {day(view.not_after)}"
                if not view.valid(attempt.at):
                    return f"{view.label} is valid only from {day(view.not_before)} on"
        return ""

    def _row(
        self, rehearsal: Rehearsal, blocking: Mapping[int, tuple[str, ...]], *, cure: str = ""
    ) -> Row:
        facts = self._facts(rehearsal, blocking, cure=cure)
        return {**facts, "handshakes": list(attempt_rows(rehearsal))}

    def _facts(
        self, rehearsal: Rehearsal, blocking: Mapping[int, tuple[str, ...]], *, cure: str = ""
    ) -> Row:
        return {
            **store_row(rehearsal.store),
            "outcomes": {
                client.ident: str(rehearsal.outcome(client, all_shapes=self.all_shapes))
                for client in rehearsal.clients
            },
            "blocking": [
                {
                    "index": index,
                    "alias": rehearsal.store.entries[index].alias,
                    "clients": list(idents),
                }
                for index, idents in blocking.items()
            ],
            "not_for_profile": self.set_aside,
            "answer": self._answer(rehearsal, blocking, cure),
            "remarks": list(remarks(rehearsal)),
        }


def _blocked(store: Store, blocking: Mapping[int, tuple[str, ...]]) -> Iterator[str]:
    """A part of the answer for each of the first blocking entries, and one for the rest."""
    for index, idents in list(blocking.items())[:_MOST_BLOCKING]:
        name = entry_title(store.entries[index], index)
        yield f"but {name} blocks {family_titles(idents)} on servers below it (unpin audit)"
    if (left := len(blocking) - _MOST_BLOCKING) > 0:
        yield f"and {counted(left, 'more entry does', 'more entries do')}"


def attempt_rows(rehearsal: Rehearsal) -> Iterator[Row]:
    """The fields of every handshake of a rehearsal."""
    for scenario in rehearsal.scenarios:
        for attempt in scenario.attempts:
            verdict = attempt.verdict
            yield {
                "source": rehearsal.store.source,
                "client": scenario.client.ident,
                "chain": scenario.chain,
                "shape": scenario.shape,
                "phase": str(scenario.phase),
                "issuing": attempt.handshake.issuing,
                "accepted": verdict.accepted,
                "reason": str(verdict.reason),
                "error": printed_text(scenario.client, verdict),
                "anchor": verdict.anchor.id if verdict.anchor is not None else None,
                "path": list(verdict.path_labels),
                "at": iso(attempt.at),
                "over": attempt.over,
                "by_facts": attempt.handshake.by_facts,
            }
