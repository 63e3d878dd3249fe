"""Spell the comparison of two stores field by field (docs/json.md)."""

from collections.abc import Iterator
from typing import Final

from unpin.comparison.details import Detail
from unpin.reports.difference import Compared, answer, sides
from unpin.reports.entries import certified, entry_title, what
from unpin.reports.rows import Row, entry_row, store_row

CSV: Final = (
    "change", "entry_before", "entry_after", "sha256_before", "sha256_after", "certificate",
    "role", "field", "before", "after",
)  # fmt: skip


def difference_rows(compared: Compared) -> Iterator[Row]:
    """Every difference, field by field, for the machine."""
    for one, before, after, _ in sides(compared):
        yield {
            "change": str(one.change),
            "before": None if before is None else entry_row(before),
            "after": None if after is None else entry_row(after),
            "details": [_detail_row(detail) for detail in one.details],
        }


def csv_rows(compared: Compared) -> Iterator[Row]:
    """One row a field that differs; one a difference without fields, and one a store's field."""
    for one, before, after, subject in sides(compared):
        for detail in one.details or (Detail("", None, None),):
            yield {
                "change": str(one.change),
                "entry_before": before and entry_title(before),
                "entry_after": after and entry_title(after),
                "sha256_before": before and before.certificate and before.certificate.sha256,
                "sha256_after": after and after.certificate and after.certificate.sha256,
                "certificate": certified(subject),
                "role": what(subject),
                **_detail_row(detail),
            }
    for detail in compared.comparison.store:
        yield {"change": "store", **_detail_row(detail)}


def comparison_row(compared: Compared) -> Row:
    """The document of `unpin diff A B --format json`."""
    comparison = compared.comparison
    return {
        "before": {**store_row(comparison.before), "entries": len(comparison.before.entries)},
        "after": {**store_row(comparison.after), "entries": len(comparison.after.entries)},
        "same": compared.same,
        "answer": answer(compared),
        "differences": list(difference_rows(compared)),
        "store": [_detail_row(detail) for detail in comparison.store],
        "outcomes": [
            {
                "client": one.client.ident,
                "before": str(one.before),
                "after": str(one.after),
                "by_order": one.by_order,
            }
            for one in compared.effects
        ],
        "not_compared": list(comparison.uncompared),
    }


def _detail_row(detail: Detail) -> Row:
    return {"field": detail.field, "before": detail.before, "after": detail.after}
