"""The overview of several audits: a row for each different store, a total, and what is next."""

from __future__ import annotations

import shlex
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.model.finding import AuditStatus, Severity
from unpin.reports.audit_wording import judged_for, reason_text, tone_of_status, word_of_status
from unpin.reports.blocks import Answer, Command, Lines, Table, Tone, Toned
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.judge.run import Audit
    from unpin.model.errors import UnpinError
    from unpin.operations.inventory import LinkedReference
    from unpin.reports.blocks import Block, Cell

_MOST_PLACES: Final = 3
"""The most places of a store that a row names."""

_MOST_SOURCES: Final = 5
"""The most stores that a command names."""


class StoreVerdict(NamedTuple):
    """What an overview of several audits keeps of a store; `errors`: there is one at least.

    `fix_command` is that of the audit; `archived`: the store is in an archive, which is not fixed.
    `same` is equal for places with the same bytes, None where they were not compared. `shown`: it
    has a row.
    """

    source: str
    status: AuditStatus
    errors: bool
    reason: str
    fix_command: tuple[str, ...] = ()
    archived: bool = False
    same: bytes | None = None
    shown: bool = True

    @classmethod
    def of(
        cls,
        audit: Audit,
        *,
        shown: bool = True,
        compared: bool = True,
        users: Sequence[LinkedReference] = (),
    ) -> StoreVerdict:
        """The verdict on the store of `audit`, which is judged for the clients of `users`."""
        errors = audit.count(Severity.ERROR) > 0
        return cls(
            audit.store.source,
            audit.status,
            errors,
            f"{reason_text(audit)} (for {judged_for(audit, users)})"
            if users
            else reason_text(audit),
            audit.fix_command,
            audit.store.archive is not None,
            same_bytes(audit) if compared else None,
            shown,
        )

    @property
    def tone(self) -> Tone:
        return tone_of_status(self.status, self.errors)


def audit_overview(
    verdicts: Sequence[StoreVerdict], errors: Sequence[UnpinError], paths: Sequence[str] = ()
) -> Iterator[Block]:
    """A row for each different store, the worst first, with its places; a total; what is next.

    Those of `errors` are among them. `paths` are the stores and folders as the user named them.
    """
    unread = [
        StoreVerdict(place, AuditStatus.UNREADABLE, True, error.message.removeprefix(f"{place}: "))
        for error in errors
        for place in [error.source or "-"]
    ]
    places: dict[object, list[StoreVerdict]] = {}
    for verdict in [*verdicts, *unread]:
        places.setdefault(verdict.same or (verdict.source, verdict.reason), []).append(verdict)
    groups = sorted(places.values(), key=lambda group: group[0].tone.rank)
    rows = [group[0] for group in groups]
    if shown := [group for group in groups if group[0].shown]:
        yield Table(
            ("verdict", "store", "reason"),
            [
                [
                    Toned(word_of_status(group[0].status, group[0].errors), group[0].tone),
                    _places(group),
                    group[0].reason,
                ]
                for group in shown
            ],
        )
    total = ", ".join(_numbers(rows))
    stores = counted(len(rows), "store", "stores")
    if (number := sum(map(len, groups))) > len(groups):
        stores = f"{counted(len(rows), 'different store', 'different stores')} in {number} places"
    yield Answer(f"{stores}: {total}; unpin audit -v shows the findings")
    curable = [verdict for verdict in verdicts if verdict.fix_command]
    if any(verdict.archived for verdict in curable):
        yield Answer("stores in archives: the plan of each says how to build the archive again")
    if curable:
        yield Answer("see the plans of the fixes (nothing is written without --write):")
        named = paths or [verdict.source for verdict in curable[:_MOST_SOURCES]]
        yield Command(shlex.join((*curable[0].fix_command, *named)))


def _numbers(rows: Sequence[StoreVerdict]) -> Iterator[str]:
    """How many rows there are of each verdict; a harmless pin is one of its own, as in the rows."""
    for status in AuditStatus:
        errors = [row.errors for row in rows if row.status is status]
        harmless = errors.count(False) if status is AuditStatus.PINNED else 0
        if number := len(errors) - harmless:
            yield f"{number} {status}"
        if harmless:
            yield f"{harmless} with a harmless pin"


def _places(group: Sequence[StoreVerdict]) -> Cell:
    """The first places of a store, and how many more there are."""
    if len(group) == 1:
        return group[0].source
    more = len(group) - _MOST_PLACES
    names = tuple(verdict.source for verdict in group[:_MOST_PLACES])
    return Lines(
        (*names, f"and {counted(more, 'more place', 'more places')}") if more > 0 else names
    )


def same_bytes(audit: Audit) -> bytes | None:
    """What the audits of places with the same bytes have in common; None where that is not known.

    It is equal only where they have found the same, which a policy may decide by the name.
    """
    store = audit.store
    if store.file_sha256 is None:
        return None
    key = "" if store.embedding is None else store.embedding.key
    found = [(finding.rule, finding.severity, finding.message) for finding in audit.findings]
    said = repr((store.file_sha256, key, audit.status, audit.profile, audit.clients, found))
    return sha256(said.encode("utf-8", "surrogatepass")).digest()
