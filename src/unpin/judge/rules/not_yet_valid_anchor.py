"""Rule not-yet-valid-anchor."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called, day
from unpin.model.finding import Finding, Severity


@rule("not-yet-valid-anchor")
def not_yet_valid_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate is not valid yet.

    What it does
    Compares the beginning of each trusted certificate with the date of the audit.

    Why it matters
    Clients that read an anchor's dates refuse paths through it until then; a wrong clock looks
    the same.

    Example
    A root that its owner published a month before its first day.

    Remedy
    Keep it beside the one it will replace, and check the machine's clock.

    References
    RFC 5280 section 4.1.2.5
    """
    for one in context.trusted:
        begin = one.certificate.fields.not_before if one.certificate else None
        if begin is not None and begin > context.now:
            yield Finding(
                "not-yet-valid-anchor",
                Severity.WARNING,
                context.location(one),
                f"{called(one)} begins on {day(begin)}: until then clients that read its dates "
                "refuse paths through it",
                "keep what it replaces until that day, and check the clock",
            )
