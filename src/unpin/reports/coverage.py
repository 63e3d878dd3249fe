"""`unpin diff STORE`: the chains of a profile, certificate by certificate, against a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.comparison.coverage import ChainPosition
from unpin.comparison.store_variants import AffectedClients
from unpin.model.entries import KeyEntry
from unpin.pki.roles import Role
from unpin.rehearsal.scenarios import FAILING
from unpin.reports import rehearsal_wording
from unpin.reports.blocks import Answer, Notes, Table, Title, Tone, Toned
from unpin.reports.client_names import client_titles, some_clients
from unpin.reports.entry_names import certificate_name, entry_role, entry_title, expiry_date
from unpin.reports.store_fields import entry_row, store_row
from unpin.reports.store_names import store_title
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from unpin.comparison.coverage import Coverage, CoverageRow, OtherEntry
    from unpin.judge.audited_entry import AuditedEntry
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Row

_HEADINGS: Final = ("certificate", "role", "in store", "today", "after")
_LONG_HEADINGS: Final = ("certificate", "role", "in the store", "needed today", "needed after")
_EXTRA_HEADINGS: Final = ("entry", "role", "certificate", "expires", "effect")
_EXTRA: Final = "also in the store"

_MISSING: Final = "MISSING"
_BELOW: Final = "on servers below it"
_MOST_EXTRAS: Final = 20
"""Most extra entries that a table shows; machine formats have them all."""

_MOST_NAMES: Final = 3
"""Most entries that a cell or a sentence names."""


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """A coverage with what is known of the entries of its store."""

    coverage: Coverage
    entries: tuple[AuditedEntry, ...]

    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "certificate", "name", "what", "chains", "sha256", "in_store", "entries",
        "missing_today", "missing_after", "missing_otherwise",
        "needed_today", "needed_after", "needed_otherwise",
        "blocking_today", "blocking_after", "blocking_otherwise",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """A row a certificate of the profile, then the entries beside them, then the answer."""
        profile = self.coverage.profile.name
        question = f"{profile}: the certificates that clients need today and after the rotation"
        yield Title((store_title(self.coverage.store), question))
        yield Table(_HEADINGS, self.cells())
        if extras := self.extra_cells():
            yield Table(_EXTRA_HEADINGS, extras[:_MOST_EXTRAS], _EXTRA)
        if notes := [*self._left_out(len(extras)), *self.remarks()]:
            yield Notes(tuple(notes))
        yield Answer(self.answer())

    def markdown(self) -> Iterator[Block]:
        """The same with the answer first, and the entries beside the profile's folded away."""
        yield Title((f"{self.coverage.store.source}: {self.coverage.profile.name}",))
        yield Answer(self.answer())
        yield Table(_LONG_HEADINGS, self.cells())
        if extras := self.extra_cells():
            yield Table(_EXTRA_HEADINGS, extras[:_MOST_EXTRAS], _EXTRA)
        if notes := [*self._left_out(len(extras)), *self.remarks()]:
            yield Notes(tuple(notes))

    def json_fields(self) -> Row:
        """The store, the certificates of the profile, and every entry beside them."""
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
            "certificates": list(self.json_lines()),
            "extra": [
                {
                    **entry_row(self.entries[extra.index]),
                    "twin_of": twin.record.slug if (twin := self._twin_of(extra)) else None,
                    **_spans("needed", extra.needed),
                    **_spans("blocking", extra.blocking),
                }
                for extra in coverage.extras
            ],
        }

    def json_lines(self) -> Iterator[Row]:
        """A certificate of the profile a line."""
        for one in self.coverage.rows:
            yield {
                "source": self.coverage.store.source,
                "certificate": one.record.slug,
                "name": one.record.name,
                "what": str(one.place),
                "chains": list(one.chains),
                "sha256": one.record.sha256,
                "in_store": "yes" if one.entries else "twin" if one.twins else "no",
                "entries": [self._entry_name(index) for index in one.held],
                **_spans("missing", one.missing),
                **_spans("needed", one.needed),
                **_spans("blocking", one.blocking),
            }

    csv_rows = json_lines

    def cells(self) -> list[list[Cell]]:
        """One row a certificate of the profile."""
        return [
            [
                one.record.name,
                _role_in_profile(one),
                self._in_store(one),
                self._needed(one, lambda who: who.today),
                self._needed(one, lambda who: who.after, otherwise=True),
            ]
            for one in self.coverage.rows
        ]

    def extra_cells(self) -> list[list[Cell]]:
        """The entries beside the profile's: what has an effect first, then pins, then the rest.

        Roots without effect are no rows: `extra_roots` counts them.
        """
        return [
            [
                entry_title(one.entry, one.index),
                self._extra_role(extra),
                certificate_name(one),
                expiry_date(one) or "",
                self._effect(extra),
            ]
            for extra, one in self._listed()
        ]

    @property
    def extra_roots(self) -> int:
        """How many roots are in the store that have nothing to do with the profile."""
        return len(self.coverage.extras) - len(self._listed())

    def remarks(self) -> Iterator[str]:
        """For whom exactly, why a root of the profile is asked for, and what limits the answer."""
        coverage = self.coverage
        asked = {root.slug: root.who for root in coverage.profile.roots}
        for one in coverage.rows:
            needed = _joined(one.missing, one.needed)
            for when, idents in (("today", needed.today), ("after", needed.after)):
                if 0 < len(idents) < self._total:
                    verb = "need" if len(idents) > 1 else "needs"
                    yield f"{client_titles(idents)} {verb} {one.record.name} {when}"
            if needed.otherwise and not needed.documented:
                yield (
                    f"{one.record.name} ({_role_in_profile(one)}) is needed only if a server does "
                    "not send the bridge"
                )
            if not one.held and not needed and one.record.slug in asked:
                yield f"{one.record.name} is not in the store; it is for {asked[one.record.slug]}"
            for index in one.entries:
                if hidden := self.entries[index].hidden:
                    yield f"Java does not see {self._entry_name(index)}: {hidden}"
        if stuck := coverage.stuck.documented:
            yield f"{client_titles(stuck)}: no root of the profile helps on every chain"
        yield from rehearsal_wording.remarks(coverage.rehearsal)

    def answer(self) -> str:
        """Covered or not, what to do, and what the rehearsal says of the clients."""
        coverage = self.coverage
        if coverage.covered:
            said = ["covered"]
        else:
            known = coverage.outcomes & FAILING or coverage.blocking
            said = ["not covered" if known else "unknown"]
        if missing := [one.record.name for one in coverage.rows if one.missing.documented]:
            said.append(f"missing: {', '.join(missing)}")
        if blocking := self._entry_names(coverage.blocking):
            said.append(f"blocking: {blocking}")
        spare = sum(
            len(one.entries)
            for one in coverage.rows
            if one.place is ChainPosition.ISSUING and not one.needed and not one.blocking
        )
        if spare:
            said.append(counted(spare, "unneeded pin", "unneeded pins"))
        said.append(rehearsal_wording.answer(coverage.rehearsal))
        return "; ".join(said)

    @property
    def _total(self) -> int:
        return len(self.coverage.rehearsal.clients)

    def _left_out(self, extras: int) -> Iterator[str]:
        """What the tables leave out."""
        if (left := extras - _MOST_EXTRAS) > 0:
            yield f"{counted(left, 'more entry', 'more entries')} (--format json lists all)"
        if roots := self.extra_roots:
            yield f"{counted(roots, 'other root', 'other roots')} in the store"

    def _entry_name(self, index: int) -> str:
        return entry_title(self.entries[index].entry, index)

    def _entry_names(self, indices: Sequence[int]) -> str:
        """What the entries are called, as far as there is room."""
        names = ", ".join(map(self._entry_name, indices[:_MOST_NAMES]))
        left = len(indices) - _MOST_NAMES
        return f"{names} and {left} more" if left > 0 else names

    def _in_store(self, one: CoverageRow) -> Cell:
        names = self._entry_names(one.held)
        if one.entries:
            return names
        if one.missing.documented:
            return Toned(f"{_MISSING} (twin: {names})" if names else _MISSING, Tone.BAD)
        return f"twin: {names}" if names else "no"

    def _needed(
        self,
        one: CoverageRow,
        at: Callable[[AffectedClients], tuple[str, ...]],
        *,
        otherwise: bool = False,
    ) -> str:
        """How many clients need it; "maybe" if they only do where servers send another shape."""
        who = _joined(one.missing, one.needed)
        said = []
        if idents := at(who):
            every = len(idents) == self._total
            said.append("yes" if every else f"{len(idents)} of {self._total}")
        if blocked := at(one.blocking):
            said.append(f"blocks {some_clients(blocked, self._total)}")
        if otherwise and (below := one.blocking.otherwise):
            said.append(f"blocks {some_clients(below, self._total)} {_BELOW}")
        if not said and otherwise and who.otherwise:
            said.append("maybe")
        return "; ".join(said) or "no"

    def _listed(self) -> list[tuple[OtherEntry, AuditedEntry]]:
        """The extras that a table shows, the worst first."""
        every = [(extra, self.entries[extra.index]) for extra in self.coverage.extras]
        shown = [
            (extra, one)
            for extra, one in every
            if one.role is not Role.ROOT
            or isinstance(one.entry, KeyEntry)
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
        """The certificate of the profile whose name and key the entry has."""
        return next((one for one in self.coverage.rows if extra.index in one.twins), None)

    def _effect(self, extra: OtherEntry) -> str:
        if blocked := extra.blocking.documented:
            return f"blocks {some_clients(blocked, self._total)}"
        if below := extra.blocking.otherwise:
            return f"blocks {some_clients(below, self._total)} {_BELOW}"
        if needed := extra.needed.documented or extra.needed.otherwise:
            return f"needed by {some_clients(needed, self._total)}"
        return "none on these chains"


def _role_in_profile(one: CoverageRow) -> str:
    """What the certificate is; an issuing CA in the store is a pin."""
    chains = ", ".join(one.chains)
    match one.place:
        case ChainPosition.ROOT:
            return "root"
        case ChainPosition.ISSUING:
            return f"pin ({chains})" if one.held else f"{chains} CA"
        case ChainPosition.BRIDGE:
            return "bridge"
        case ChainPosition.SELF_SIGNED_BRIDGE:
            return f"{chains} root"


def _joined(one: AffectedClients, other: AffectedClients) -> AffectedClients:
    return AffectedClients(
        tuple(dict.fromkeys(one.today + other.today)),
        tuple(dict.fromkeys(one.after + other.after)),
        tuple(dict.fromkeys(one.otherwise + other.otherwise)),
    )


def _order(extra: OtherEntry, one: AuditedEntry) -> int:
    """Blocking, needed, pins, cross-signed CAs and roots, the rest."""
    if extra.blocking:
        return 0
    if extra.needed:
        return 1
    if one.is_trusted_entry and one.role in (Role.INTERMEDIATE, Role.SERVER):
        return 2
    return 3 if one.role in (Role.CROSS_SIGNED, Role.ROOT) else 4


def _spans(what_for: str, who: AffectedClients) -> Row:
    return {
        f"{what_for}_today": list(who.today),
        f"{what_for}_after": list(who.after),
        f"{what_for}_otherwise": list(who.otherwise),
    }
