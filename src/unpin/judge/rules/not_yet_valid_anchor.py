"""Rule not-yet-valid-anchor."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.wording import day


@rule("not-yet-valid-anchor")
def not_yet_valid_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate is not valid yet.

    What it does
    Compares the beginning of each trusted certificate with the date of the audit.

    Why it matters
    Until that day, clients that read an anchor's dates refuse paths through it. A wrong clock has
    the same effect.

    Example
    A root that its owner published a month before its first day.

    Remedy
    Keep the certificate that it replaces until that day, and check the machine's clock.
    `unpin audit --at 2027-01-01 truststore.p12` audits the store as of that day.

    References
    RFC 5280 section 4.1.2.5
    """
    for entry in context.remarkable:
        begin = entry.certificate.fields.not_before if entry.certificate else None
        if begin is not None and begin > context.now:
            yield not_yet_valid_anchor.finding(
                Severity.WARNING,
                context.location(entry),
                f"{certificate_name(entry)} begins on {day(begin)}: until then clients that read "
                "its dates refuse paths through it",
                Remedy(RemedyKind.KEEP_PREDECESSOR),
            )
