"""Rule expiring-anchor."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from unpin.judge.audited_entry import AuditedEntry
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
    for entry in context.remarkable:
        end = entry.view.not_after if entry.view is not None else None
        if end is None or not context.now < end <= horizon:
            continue
        if _is_renewed(context, entry, horizon):
            continue
        effect = effect_of_expiry(context, entry, at=end + timedelta(seconds=1))
        yield expiring_anchor.finding(
            Severity.WARNING,
            context.location(entry),
            f"{certificate_name(entry)} expires on {day(end)}, in "
            f"{counted((end - context.now).days, 'day', 'days')}: then {effect}",
            Remedy(RemedyKind.ADD_SUCCESSOR),
        )


def _is_renewed(context: AuditContext, entry: AuditedEntry, horizon: datetime) -> bool:
    """Whether the store holds a certificate of the same name and key that lasts longer."""
    view = entry.view
    return view is not None and any(
        other.view is not None and other.view.key == view.key and other.view.valid(horizon)
        for other in context.called(view.subject)
    )
