"""Rule expired-anchor."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.expiry_wording import datedness
from unpin.judge.rule import rule
from unpin.judge.wording import called, day
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("expired-anchor")
def expired_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate is past its end.

    What it does
    Compares the end of each trusted certificate with the date of the audit.

    Why it matters
    OpenSSL, Go and GnuTLS refuse every path through it; Java and rustls go on trusting it. An
    expired root that nothing uses is harmless, and some stores keep it on purpose.

    Example
    A pinned intermediate that ended on 2026-08-25.

    Remedy
    Remove it, unless it is kept to check old signatures.

    References
    RFC 5280 section 6.1.3 (a) (2)
    """
    for one in context.trusted:
        end = one.certificate.fields.not_after if one.certificate else None
        if end is None or end > context.now:
            continue
        yield Finding(
            "expired-anchor",
            Severity.NOTE if one.role is Role.ROOT else Severity.WARNING,
            context.location(one),
            f"{called(one)} expired on {day(end)}: {datedness(context, one)}",
            "remove it unless something still needs it",
        )
