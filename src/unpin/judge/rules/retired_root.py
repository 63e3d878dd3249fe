"""Rule retired-root."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called
from unpin.model.finding import Finding, Severity


@rule("retired-root")
def retired_root(context: AuditContext) -> Iterator[Finding]:
    """A root that Azure no longer uses is in the store.

    What it does
    Looks for roots that the catalogue marks as retired.

    Why it matters
    It does no harm, and other services may still need it; it is not what protects against the
    next rotation.

    Example
    "Baltimore CyberTrust Root", which ended on 2025-05-12.

    Remedy
    None needed; remove it when no other server uses it.

    References
    docs/catalogue.md
    """
    for one in context.trusted:
        if one.record is not None and one.record.retired and one.rooted:
            yield Finding(
                "retired-root",
                Severity.NOTE,
                context.location(one),
                f"{called(one)} no longer anchors any Azure chain: {one.record.retired}",
                "remove it when no other server needs it",
            )
