"""Put the coverage of the chains into words and tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from unpin.comparison.coverage import ChainPosition, Coverage, CoverageRow, OtherEntry
from unpin.comparison.store_variants import AffectedClients
from unpin.judge.audited_entry import AuditedEntry
from unpin.model.entries import KeyEntry
from unpin.pki.roles import Role
from unpin.rehearsal.scenarios import FAILING
from unpin.reports import rehearsal
from unpin.reports.entries import certified, entry_title, expiry, what
from unpin.reports.words import clients, titles
from unpin.wording import counted

COLUMNS: Final = ("certificate", "is", "in store", "today", "after")
FULL_COLUMNS: Final = ("certificate", "is", "in the store", "needed today", "needed after")
EXTRA_COLUMNS: Final = ("entry", "is", "certificate", "expires", "effect")

MISSING: Final = "MISSING"
MOST_EXTRAS: Final = 20
"""Most extra entries that a table shows; machine formats have them all."""

_MOST_NAMES: Final = 3
"""Most entries that a cell or a sentence names."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A coverage with what is known of the entries of its store."""

    coverage: Coverage
    entries: tuple[AuditedEntry, ...]

    @property
    def total(self) -> int:
        return len(self.coverage.rehearsal.clients)


def question(covered: Covered) -> str:
    """What the table answers; its headings are short."""
    profile = covered.coverage.profile.name
    return f"{profile}: who needs which certificate, today and after the rotation?"


def cells(covered: Covered) -> list[list[str]]:
    """One row a certificate of the profile."""
    return [
        [
            one.record.name,
            _what(one),
            _in_store(covered, one),
            _needed(covered, one, "today"),
            _needed(covered, one, "after"),
        ]
        for one in covered.coverage.rows
    ]


def extra_cells(covered: Covered) -> list[list[str]]:
    """The entries beside the profile's: what has an effect first, then pins, then the rest.

    Roots without effect are no rows: `extra_roots` counts them.
    """
    return [
        [
            entry_title(one),
            _extra_what(covered, extra),
            certified(one),
            expiry(one) or "",
            _effect(covered, extra),
        ]
        for extra, one in _listed(covered)
    ]


def extra_roots(covered: Covered) -> int:
    """How many roots are in the store that have nothing to do with the profile."""
    return len(covered.coverage.extras) - len(_listed(covered))


def remarks(covered: Covered) -> Iterator[str]:
    """For whom exactly, why a root of the profile is asked for, and what limits the answer."""
    coverage = covered.coverage
    asked = {root.slug: root.who for root in coverage.profile.roots}
    for one in coverage.rows:
        needed = _joined(one.missing, one.needed)
        for when, idents in (("today", needed.today), ("after", needed.after)):
            if 0 < len(idents) < covered.total:
                yield f"{one.record.name} is needed {when} by {titles(idents)}"
        if needed.otherwise and not needed.documented:
            yield (
                f"{one.record.name} ({_what(one)}) is needed only where a server does not send the "
                "bridge"
            )
        if not one.own and not needed and one.record.slug in asked:
            yield f"{one.record.name} is not in the store: {asked[one.record.slug]}"
        for index in one.entries:
            if hidden := covered.entries[index].hidden:
                yield f"Java does not see {entry_title(covered.entries[index])}: {hidden}"
    if stuck := coverage.stuck.documented:
        yield f"{titles(stuck)}: no root of the profile helps on every chain"
    yield from rehearsal.remarks(coverage.rehearsal)


def answer(covered: Covered) -> str:
    """Covered or not, what to do, and what the rehearsal says of the clients."""
    coverage = covered.coverage
    if coverage.covered:
        said = ["covered"]
    else:
        known = coverage.outcomes & FAILING
        said = ["not covered" if known else "unknown"]
    if missing := [one.record.name for one in coverage.rows if one.missing.documented]:
        said.append(f"missing: {', '.join(missing)}")
    if blocking := _names(covered, coverage.blocking):
        said.append(f"in the way: {blocking}")
    spare = sum(
        len(one.entries)
        for one in coverage.rows
        if one.place is ChainPosition.ISSUING and not one.needed and not one.blocking
    )
    if spare:
        said.append(f"{counted(spare, 'pin that these chains do', 'pins that these chains do')} "
                    "not need")  # fmt: skip
    said.append(rehearsal.answer(coverage.rehearsal))
    return "; ".join(said)


def _what(one: CoverageRow) -> str:
    """What the certificate is; an issuing CA in the store is a pin."""
    chains = ", ".join(one.chains)
    match one.place:
        case ChainPosition.ROOT:
            return "root"
        case ChainPosition.ISSUING:
            return f"pin ({chains})" if one.own else f"{chains} CA"
        case ChainPosition.BRIDGE:
            return "bridge"
        case ChainPosition.SELF_SIGNED_BRIDGE:
            return f"{chains} root"


def _in_store(covered: Covered, one: CoverageRow) -> str:
    names = _names(covered, one.own)
    if one.entries:
        return names
    if one.missing.documented:
        return f"{MISSING}, but for a twin: {names}" if names else MISSING
    return f"by a twin: {names}" if names else "no"


def _names(covered: Covered, indices: Sequence[int]) -> str:
    """What the entries are called, as far as there is room."""
    names = ", ".join(entry_title(covered.entries[index]) for index in indices[:_MOST_NAMES])
    left = len(indices) - _MOST_NAMES
    return f"{names} and {left} more" if left > 0 else names


def _needed(covered: Covered, one: CoverageRow, when: str) -> str:
    """For how many clients; "maybe" where only a server that sends another shape needs it."""
    total = covered.total
    who = _joined(one.missing, one.needed)
    idents: tuple[str, ...] = getattr(who, when)
    blocked: tuple[str, ...] = getattr(one.blocking, when)
    said = []
    if idents:
        said.append("yes" if len(idents) == total else f"{len(idents)} of {total}")
    if blocked:
        said.append(f"in the way of {clients(blocked, total)}")
    if not said and when == "after" and who.otherwise:
        said.append("maybe")
    return "; ".join(said) or "no"


def _joined(one: AffectedClients, other: AffectedClients) -> AffectedClients:
    return AffectedClients(
        *(
            tuple(dict.fromkeys(getattr(one, span) + getattr(other, span)))
            for span in ("today", "after", "otherwise")
        )
    )


def _listed(covered: Covered) -> list[tuple[OtherEntry, AuditedEntry]]:
    """The extras that a table shows, the worst first."""
    every = [(extra, covered.entries[extra.index]) for extra in covered.coverage.extras]
    shown = [
        (extra, one)
        for extra, one in every
        if one.role is not Role.ROOT
        or isinstance(one.entry, KeyEntry)
        or extra.needed
        or extra.blocking
        or twin_of(covered, extra)
    ]
    return sorted(shown, key=lambda each: _order(*each))


def _order(extra: OtherEntry, one: AuditedEntry) -> int:
    """Blocking, needed, pins, cross-signed CAs and roots, the rest."""
    if extra.blocking:
        return 0
    if extra.needed:
        return 1
    if one.is_trusted_entry and one.role in (Role.INTERMEDIATE, Role.SERVER):
        return 2
    return 3 if one.role in (Role.CROSS_SIGNED, Role.ROOT) else 4


def _extra_what(covered: Covered, extra: OtherEntry) -> str:
    twin = twin_of(covered, extra)
    return what(covered.entries[extra.index]) + (f", twin of {twin.record.name}" if twin else "")


def twin_of(covered: Covered, extra: OtherEntry) -> CoverageRow | None:
    """The certificate of the profile whose name and key the entry has."""
    return next((one for one in covered.coverage.rows if extra.index in one.twins), None)


def _effect(covered: Covered, extra: OtherEntry) -> str:
    if blocked := extra.blocking.documented:
        return f"in the way of {clients(blocked, covered.total)}"
    if needed := extra.needed.documented or extra.needed.otherwise:
        return f"needed by {clients(needed, covered.total)}"
    return "none on these chains"
