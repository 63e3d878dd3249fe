"""Spell the coverage of the chains field by field (docs/json.md)."""

from collections.abc import Iterator
from typing import Final

from unpin.comparison.store_variants import AffectedClients
from unpin.reports.coverage import Covered, answer, remarks, twin_of
from unpin.reports.entries import entry_title
from unpin.reports.rows import Row, entry_row, store_row

CSV: Final = (
    "source", "certificate", "name", "what", "chains", "sha256", "in_store", "entries",
    "missing_today", "missing_after", "missing_otherwise",
    "needed_today", "needed_after", "needed_otherwise",
    "blocking_today", "blocking_after", "blocking_otherwise",
)  # fmt: skip


def coverage_row(covered: Covered) -> Row:
    """One store of `unpin diff STORE --format json`."""
    coverage = covered.coverage
    return {
        **store_row(coverage.store),
        "entries": len(covered.entries),
        "profile": coverage.profile.name,
        "clients": [client.ident for client in coverage.rehearsal.clients],
        "outcomes": {
            client.ident: str(coverage.rehearsal.outcome(client))
            for client in coverage.rehearsal.clients
        },
        "covered": coverage.covered,
        "answer": answer(covered),
        "remarks": list(remarks(covered)),
        "certificates": list(certificate_rows(covered)),
        "extra": [
            {
                **entry_row(covered.entries[extra.index]),
                "twin_of": twin.record.slug if (twin := twin_of(covered, extra)) else None,
                **_spans("needed", extra.needed),
                **_spans("blocking", extra.blocking),
            }
            for extra in coverage.extras
        ],
    }


def certificate_rows(covered: Covered) -> Iterator[Row]:
    """The certificates of the profile, field by field, for the machine."""
    for one in covered.coverage.rows:
        yield {
            "source": covered.coverage.store.source,
            "certificate": one.record.slug,
            "name": one.record.name,
            "what": str(one.place),
            "chains": list(one.chains),
            "sha256": one.record.sha256,
            "in_store": "yes" if one.entries else "twin" if one.twins else "no",
            "entries": [entry_title(covered.entries[index]) for index in one.own],
            **_spans("missing", one.missing),
            **_spans("needed", one.needed),
            **_spans("blocking", one.blocking),
        }


def _spans(what_for: str, who: AffectedClients) -> Row:
    return {
        f"{what_for}_today": list(who.today),
        f"{what_for}_after": list(who.after),
        f"{what_for}_otherwise": list(who.otherwise),
    }
