"""Rule expiring-anchor."""

from collections.abc import Iterator
from datetime import timedelta

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name, effect_of_expiry
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.wording import counted, day


@rule("expiring-anchor")
def expiring_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate expires soon.

    What it does
    Looks for trusted certificates that expire within the time that `--expires-within` gives, 30
    days by default.

    Why it matters
    After that day OpenSSL, Go and GnuTLS clients refuse every path through the certificate.

    Example
    A private root with 12 days left.

    Remedy
    Ask its owner for the certificate that replaces it, and add that to the store:
    `unpin convert truststore.p12 new-root.pem -o new-truststore.p12`

    References
    RFC 5280 section 4.1.2.5
    """
    horizon = context.now + context.expires_within
    lasting = {
        (entry.view.subject, entry.view.key)
        for entry in context.trusted
        if entry.view is not None and entry.view.valid(horizon)
    }
    for entry in context.trusted:
        end = entry.certificate.fields.not_after if entry.certificate else None
        if end is None or not context.now < end <= horizon:
            continue
        if entry.view is not None and (entry.view.subject, entry.view.key) in lasting:
            continue  # renewed: the store holds the certificate that lasts longer
        effect = effect_of_expiry(context, entry, at=end + timedelta(seconds=1))
        yield expiring_anchor.finding(
            Severity.WARNING,
            context.location(entry),
            f"{certificate_name(entry)} expires on {day(end)}, in "
            f"{counted((end - context.now).days, 'day', 'days')}: then {effect}",
            Remedy(RemedyKind.ADD_SUCCESSOR),
        )
