"""Rule retired-root."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity


@rule("retired-root", curable=True)
def retired_root(context: AuditContext) -> Iterator[Finding]:
    """A root that Azure no longer uses is in the store.

    What it does
    Looks for roots that the catalogue marks as retired.

    Why it matters
    The root does no harm, and other services may still need it. It does not help at the next
    rotation.

    Example
    "Baltimore CyberTrust Root", which expired on 2025-05-12.

    Remedy
    Nothing has to be done. If no other server uses the root, this removes it:
    `unpin fix --drop-retired --write truststore.p12`

    References
    docs/catalogue.md
    """
    for entry in context.remarkable:
        if entry.record is not None and entry.record.retired and entry.rooted:
            yield retired_root.finding(
                Severity.NOTE,
                context.location(entry),
                f"{certificate_name(entry)} no longer anchors any Azure chain: "
                f"{entry.record.retired}",
                Remedy(
                    RemedyKind.REMOVE_UNUSED,
                    entries=(entry.index,),
                ),
            )
