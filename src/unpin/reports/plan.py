"""Spell a plan: for the machine, and in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.reports.reporter import Row
    from unpin.rewrite.plan import Plan, PlannedEntry

NOT_BUNDLED: Final = "not bundled (unpin catalogue fetch gets it)"
"""What to say of a certificate that the catalogue knows by its fingerprint only."""


def plan_row(plan: Plan) -> Row:
    """A plan, field by field: of `unpin fix`, and of `unpin rehearse --fixed`."""
    return {
        "remove": [line_row(line) for line in plan.remove],
        "add": [record.slug for record in plan.add],
        "lacking": [record.slug for record in plan.lacking],
        "keep": [line_row(line) for line in plan.keep],
    }


def line_row(line: PlannedEntry) -> Row:
    """An entry that goes or stays, and why."""
    return {
        "index": line.index,
        "alias": line.alias,
        "label": line.label,
        "sha256": line.sha256,
        "reason": line.reason,
    }


def plan_lines(plan: Plan) -> Iterator[str]:
    """What goes, what comes, and what should come but cannot."""
    for removal in plan.remove:
        yield f"out: {removal.label} ({removal.reason})"
    for record in plan.add:
        yield f"in: {record.name} (SHA-256 {record.sha256})"
    for record in plan.lacking:
        yield f"missing: {record.name} (certificate {NOT_BUNDLED})"
    if plan.is_empty and not plan.lacking:
        yield "nothing to change"
