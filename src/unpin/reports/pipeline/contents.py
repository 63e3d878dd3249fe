"""The stores of results with their certificates, for inventories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.model.store import Store
    from unpin.reports.reporter import Reporter


class StoreContents(NamedTuple):
    """A store and its audited entries."""

    store: Store
    entries: Sequence[AuditedEntry]


def contents_of(result: Reporter) -> StoreContents | None:
    """The store of an audit or a list; None of other results, which are about clients."""
    from unpin.reports.audit import AuditReport
    from unpin.reports.entry_list import EntryListReport

    match result:
        case AuditReport(audit=audit):
            return StoreContents(audit.store, audit.entries)
        case EntryListReport(store=store, entries=entries):
            return StoreContents(store, entries)
        case _:
            return None
