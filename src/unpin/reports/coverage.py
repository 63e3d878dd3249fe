"""`unpin diff STORE`: a store compared with the certificates in the chains of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from unpin.comparison.coverage import ChainPosition
from unpin.comparison.store_variants import AffectedClients
from unpin.model.entries import KeyEntry
from unpin.model.values import frozen
from unpin.pki.roles import Role
from unpin.rehearsal.scenarios import FAILING
from unpin.reports import rehearsal_wording
from unpin.reports.blocks import Answer, Notes, Table, Title, Tone, Toned
from unpin.reports.names import (
    certificate_label,
    entry_role,
    entry_title,
    expiry_date,
    family_titles,
    some_clients,
    store_title,
)
from unpin.reports.store_fields import entry_row, store_row
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from unpin.comparison.coverage import Coverage, CoverageRow, OtherEntry
    from unpin.judge.audited_entry import AuditedEntry
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row

_HEADINGS: Final = ("certificate", "role", "in store", "today", "after")
_LONG_HEADINGS: Final = ("certificate", "role", "in the store", "needed today", "needed after")
_EXTRA_HEADINGS: Final = ("entry", "role", "certificate", "expires", "effect")
_EXTRA: Final = "also in the store"

_MISSING: Final = "MISSING"
_BELOW: Final = "on servers below it"
_MOST_EXTRAS: Final = 20
"""The most extra entries that a table shows; machine formats have all of them."""

_MOST_NAMES: Final = 3
"""The most entries that a cell or a sentence names."""


@frozen
class CoverageReport:
    """A coverage, and the audited entries of its store."""

    coverage: Coverage
    entries: Sequence[AuditedEntry]

    title: ClassVar[str] = "unpin diff"
    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "certificate", "name", "what", "chains", "sha256", "in_store", "entries",
        "missing_today", "missing_after", "missing_otherwise",
        "needed_today", "needed_after", "needed_otherwise",
        "blocking_today", "blocking_after", "blocking_otherwise",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The answer, the certificates of the profile, the other entries of the store."""
        profile = self.coverage.profile.name
        question = f"{profile}: certificates that clients need today and after the rotation"
        yield Title((store_title(self.coverage.store), question))
        yield Answer(self.answer())
        yield Table(_HEADINGS, self.cells())
        if extras := self.extra_cells():
            yield Table(_EXTRA_HEADINGS, extras[:_MOST_EXTRAS], _EXTRA)
        if notes := [*self._left_out(len(extras)), *self.remarks()]:
            yield Notes(tuple(notes))

    def markdown(self) -> Iterator[Block]:
        """The same with the answer first, and the other entries folded away."""
        yield Title((f"{self.coverage.store.source}: {self.coverage.profile.name}",))
        yield Answer(self.answer())
        yield Table(_LONG_HEADINGS, self.cells())
        if extras := self.extra_cells():
            yield Table(_EXTRA_HEADINGS, extras[:_MOST_EXTRAS], _EXTRA)
        if notes := [*self._left_out(len(extras)), *self.remarks()]:
            yield Notes(tuple(notes))

    def json_fields(self) -> Row:
        """The store, the certificates of the profile, and every other entry."""
        return {
            **self._facts(),
            "certificates": list(self.csv_rows()),
            "extra": [
                {
                    **entry_row(self.entries[extra.index]),
                    "twin_of": twin.record.slug if (twin := self._twin_of(extra)) else None,
                    **_spans("needed", extra.needed),
                    **_spans("blocking", extra.blocking),
                }
                for extra in self.coverage.extras
            ],
        }

    def _facts(self) -> Row:
        coverage, rehearsal = self.coverage, self.coverage.rehearsal
        return {
            **store_row(coverage.store),
            "entries": len(self.entries),
            "profile": coverage.profile.name,
            "clients": [client.ident for client in rehearsal.clients],
            "outcomes": {
                client.ident: str(rehearsal.outcome(client)) for client in rehearsal.clients
            },
            "covered": coverage.covered,
            "answer": self.answer(),
            "remarks": list(self.remarks()),
        }

    def json_lines(self) -> Iterator[Row]:
        """A row for the store, and a row for each certificate of the profile."""
        yield {"type": "store", **self._facts()}
        for row in self.csv_rows():
            yield {"type": "certificate", **row}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each certificate of the profile."""
        for row in self.coverage.rows:
            yield {
                "source": self.coverage.store.source,
                "certificate": row.record.slug,
                "name": row.record.name,
                "what": str(row.place),
                "chains": list(row.chains),
                "sha256": row.record.sha256,
                "in_store": "yes" if row.entries else "twin" if row.twins else "no",
                "entries": [self._entry_name(index) for index in row.held],
                **_spans("missing", row.missing),
                **_spans("needed", row.needed),
                **_spans("blocking", row.blocking),
            }

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        from unpin.reports.html.pictures import rehearsal_pictures

        return rehearsal_pictures(self.coverage.rehearsal, None)

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_rehearsals import of_coverage

        return of_coverage(self)

    def cells(self) -> list[list[Cell]]:
        """The cells of a row for each certificate of the profile."""
        return [
            [
                row.record.name,
                _role_in_profile(row),
                self._in_store(row),
                self._needed(row, lambda who: who.today),
                self._needed(row, lambda who: who.after, otherwise=True),
            ]
            for row in self.coverage.rows
        ]

    def extra_cells(self) -> list[list[Cell]]:
        """The other entries: those with an effect first, then pins, then the rest.

        Roots without an effect have no row: `extra_roots` counts them.
        """
        return [
            [
                entry_title(audited.entry, audited.index),
                self._extra_role(extra),
                certificate_label(audited),
                expiry_date(audited) or "",
                self._effect(extra),
            ]
            for extra, audited in self._listed()
        ]

    @property
    def extra_roots(self) -> int:
        """The number of roots in the store that do not affect the chains of the profile."""
        return len(self.coverage.extras) - len(self._listed())

    def remarks(self) -> Iterator[str]:
        """Which clients need what, why a root is in the profile, and what limits the answer."""
        coverage = self.coverage
        asked = {root.slug: root.who for root in coverage.profile.roots}
        for row in coverage.rows:
            needed = _joined(row.missing, row.needed)
            for when, idents in (("today", needed.today), ("after", needed.after)):
                if 0 < len(idents) < self._total:
                    verb = "need" if len(idents) > 1 else "needs"
                    yield f"{family_titles(idents)} {verb} {row.record.name} {when}"
            if needed.otherwise and not needed.documented:
                yield (
                    f"{row.record.name} ({_role_in_profile(row)}) is needed only if a server does "
                    "not send the bridge"
                )
            if not row.held and not needed and row.record.slug in asked:
                yield f"{row.record.name} is not in the store; it is for {asked[row.record.slug]}"
            for index in row.entries:
                if hidden := self.entries[index].hidden:
                    yield f"Java does not see {self._entry_name(index)}: {hidden}"
        if stuck := coverage.stuck.documented:
            yield f"{family_titles(stuck)}: no root of the profile helps on every chain"
        yield from rehearsal_wording.remarks(coverage.rehearsal)

    def answer(self) -> str:
        """Whether the store covers the profile, what to do, and what the clients do."""
        coverage = self.coverage
        if coverage.covered:
            said = ["covered"]
        else:
            known = coverage.outcomes & FAILING or coverage.blocking
            said = ["not covered" if known else "unknown"]
        if missing := [row.record.name for row in coverage.rows if row.missing.documented]:
            said.append(f"missing: {', '.join(missing)}")
        if blocking := self._entry_names(coverage.blocking):
            said.append(f"blocking: {blocking}")
        spare = sum(
            len(row.entries)
            for row in coverage.rows
            if row.place is ChainPosition.ISSUING and not row.needed and not row.blocking
        )
        if spare:
            said.append(counted(spare, "unneeded pin", "unneeded pins"))
        said.append(rehearsal_wording.answer(coverage.rehearsal))
        return "; ".join(said)

    @property
    def _total(self) -> int:
        return len(self.coverage.rehearsal.clients)

    def _left_out(self, extras: int) -> Iterator[str]:
        """The numbers of entries that the tables leave out."""
        if (left := extras - _MOST_EXTRAS) > 0:
            yield f"{counted(left, 'more entry', 'more entries')} (--format json lists all)"
        if roots := self.extra_roots:
            yield f"{counted(roots, 'other root', 'other roots')} in the store"

    def _entry_name(self, index: int) -> str:
        return entry_title(self.entries[index].entry, index)

    def _entry_names(self, indices: Sequence[int]) -> str:
        """The names of the first entries, and the number of the rest."""
        names = ", ".join(map(self._entry_name, indices[:_MOST_NAMES]))
        left = len(indices) - _MOST_NAMES
        return f"{names} and {left} more" if left > 0 else names

    def _in_store(self, row: CoverageRow) -> Cell:
        names = self._entry_names(row.held)
        if row.entries:
            return names
        if row.missing.documented:
            return Toned(f"{_MISSING} (twin: {names})" if names else _MISSING, Tone.BAD)
        return f"twin: {names}" if names else "no"

    def _needed(
        self,
        row: CoverageRow,
        at: Callable[[AffectedClients], tuple[str, ...]],
        *,
        otherwise: bool = False,
    ) -> str:
        """How many clients need it; "maybe" if they do only when servers send another shape."""
        who = _joined(row.missing, row.needed)
        said = []
        if idents := at(who):
            every = len(idents) == self._total
            said.append("yes" if every else f"{len(idents)} of {self._total}")
        if blocked := at(row.blocking):
            said.append(f"blocks {some_clients(blocked, self._total)}")
        if otherwise and (below := row.blocking.otherwise):
            said.append(f"blocks {some_clients(below, self._total)} {_BELOW}")
        if not said and otherwise and who.otherwise:
            said.append("maybe")
        return "; ".join(said) or "no"

    def _listed(self) -> list[tuple[OtherEntry, AuditedEntry]]:
        """The extra entries that a table shows, the worst first."""
        every = [(extra, self.entries[extra.index]) for extra in self.coverage.extras]
        shown = [
            (extra, audited)
            for extra, audited in every
            if audited.role is not Role.ROOT
            or isinstance(audited.entry, KeyEntry)
            or extra.needed
            or extra.blocking
            or self._twin_of(extra)
        ]
        return sorted(shown, key=lambda each: _order(*each))

    def _extra_role(self, extra: OtherEntry) -> str:
        twin = self._twin_of(extra)
        role = entry_role(self.entries[extra.index])
        return f"{role}, twin of {twin.record.name}" if twin else role

    def _twin_of(self, extra: OtherEntry) -> CoverageRow | None:
        """The row of the certificate with the same name and key as the entry, if any."""
        return next((row for row in self.coverage.rows if extra.index in row.twins), None)

    def _effect(self, extra: OtherEntry) -> str:
        if blocked := extra.blocking.documented:
            return f"blocks {some_clients(blocked, self._total)}"
        if below := extra.blocking.otherwise:
            return f"blocks {some_clients(below, self._total)} {_BELOW}"
        if needed := extra.needed.documented or extra.needed.otherwise:
            return f"needed by {some_clients(needed, self._total)}"
        return "none on these chains"


def _role_in_profile(row: CoverageRow) -> str:
    """The role of the certificate; an issuing CA in the store is a pin."""
    chains = ", ".join(row.chains)
    match row.place:
        case ChainPosition.ROOT:
            return "root"
        case ChainPosition.ISSUING:
            return f"pin ({chains})" if row.held else f"{chains} CA"
        case ChainPosition.BRIDGE:
            return "bridge"
        case ChainPosition.SELF_SIGNED_BRIDGE:
            return f"{chains} root"


def _joined(first: AffectedClients, second: AffectedClients) -> AffectedClients:
    return AffectedClients(
        tuple(dict.fromkeys(first.today + second.today)),
        tuple(dict.fromkeys(first.after + second.after)),
        tuple(dict.fromkeys(first.otherwise + second.otherwise)),
    )


def _order(extra: OtherEntry, audited: AuditedEntry) -> int:
    """The position in the table: blocking, needed, pins, cross-signed CAs and roots, the rest."""
    if extra.blocking:
        return 0
    if extra.needed:
        return 1
    if audited.is_trusted_entry and audited.role in (Role.INTERMEDIATE, Role.SERVER):
        return 2
    return 3 if audited.role in (Role.CROSS_SIGNED, Role.ROOT) else 4


def _spans(what_for: str, who: AffectedClients) -> Row:
    return {
        f"{what_for}_today": list(who.today),
        f"{what_for}_after": list(who.after),
        f"{what_for}_otherwise": list(who.otherwise),
    }
