"""Rule expiring-anchor."""

from collections.abc import Iterator
from datetime import timedelta

from unpin.judge.context import AuditContext
from unpin.judge.expiry_wording import datedness
from unpin.judge.rule import rule
from unpin.judge.wording import called, day
from unpin.model.finding import Finding, Severity


@rule("expiring-anchor")
def expiring_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate ends soon.

    What it does
    Compares the end of each trusted certificate with the date of the audit plus
    `--expires-within` days.

    Why it matters
    From that day OpenSSL, Go and GnuTLS clients refuse every path through it.

    Example
    A private root with 12 days left.

    Remedy
    Get its successor and add it beside the old one.

    References
    RFC 5280 section 4.1.2.5
    """
    for one in context.trusted:
        end = one.certificate.fields.not_after if one.certificate else None
        if end is None or not context.now < end <= context.now + context.expires_within:
            continue
        days = (end - context.now).days
        effect = datedness(context, one, at=end + timedelta(seconds=1))
        yield Finding(
            "expiring-anchor",
            Severity.WARNING,
            context.location(one),
            f"{called(one)} expires on {day(end)}, in {days} day{'' if days == 1 else 's'}: then "
            f"{effect}",
            "add its successor before that day",
        )
