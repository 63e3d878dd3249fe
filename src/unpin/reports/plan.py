"""A plan as a row of JSON, and as a few lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.reports.reporter import Row
    from unpin.rewrite.plan import Plan, PlannedEntry

NOT_BUNDLED: Final = "not bundled (unpin catalogue fetch gets it)"
"""The phrase for a certificate that the catalogue knows only by its fingerprint."""


def plan_row(plan: Plan) -> Row:
    """The fields of a plan in `unpin fix` and `unpin rehearse --fixed`."""
    return {
        "remove": [line_row(line) for line in plan.remove],
        "add": [record.slug for record in plan.add],
        "lacking": [record.slug for record in plan.lacking],
        "keep": [line_row(line) for line in plan.keep],
    }


def line_row(line: PlannedEntry) -> Row:
    """An entry that is removed or kept, and the reason."""
    return {
        "index": line.index,
        "alias": line.alias,
        "label": line.label,
        "sha256": line.sha256,
        "reason": line.reason,
    }


def plan_lines(plan: Plan) -> Iterator[str]:
    """A line for each entry that is removed, added, or lacking."""
    for removal in plan.remove:
        yield f"out: {removal.label} ({removal.reason})"
    for record in plan.add:
        yield f"in: {record.name} (SHA-256 {record.sha256})"
    for record in plan.lacking:
        yield f"missing: {record.name} (certificate {NOT_BUNDLED})"
    if plan.is_empty and not plan.lacking:
        yield "nothing to change"
