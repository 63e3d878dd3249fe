"""Rule expired-anchor."""

from collections.abc import Iterator
from typing import Final

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name, effect_of_expiry
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role
from unpin.wording import day

_OWN: Final = {Role.SERVER, Role.SELF_SIGNED_SERVER, Role.END_ENTITY}


@rule("expired-anchor", curable=True)
def expired_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate has expired.

    What it does
    Compares the end of each trusted certificate with the date of the audit.

    Why it matters
    OpenSSL, Go and GnuTLS refuse every path through an expired certificate. Java and rustls still
    trust it. Java also accepts a server's own certificate in the store after its end, as long as
    the server sends it: without the entry, that connection fails. An expired root that no server
    uses is harmless, and some stores keep it on purpose.

    Example
    A pinned intermediate that expired on 2026-08-25.

    Remedy
    Remove it, unless you keep it to check old signatures.
    `unpin fix --drop-expired truststore.p12` removes expired CAs, and `unpin fix truststore.p12`
    expired copies of the CAs in the catalogue. Renew a server's own certificate first.

    References
    RFC 5280 section 6.1.3 (a) (2)
    """
    kind = RemedyKind.REMOVE_EXPIRED if _something_stays(context) else RemedyKind.GET_NEW_BUNDLE
    for entry in context.remarkable:
        end = entry.view.not_after if entry.view is not None else None
        if end is None or end > context.now:
            continue
        yield expired_anchor.finding(
            Severity.NOTE if entry.role is Role.ROOT else Severity.WARNING,
            context.location(entry),
            f"{certificate_name(entry)} expired on {day(end)}: {effect_of_expiry(context, entry)}",
            Remedy(_own_cure(context, entry) or kind, entries=(entry.index,)),
        )


def _own_cure(context: AuditContext, entry: AuditedEntry) -> RemedyKind | None:
    """The remedy of a server's own certificate: a server that sends it has to get another."""
    if entry.role not in _OWN:
        return None
    if context.dependents(entry, context.handshakes_through(entry)):
        return RemedyKind.RENEW_SERVER_CERTIFICATE
    return RemedyKind.REMOVE_UNUSED


def _something_stays(context: AuditContext) -> bool:
    """Whether the store is not empty without its expired CAs: unpin fix empties none."""
    if context.store.keys:
        return True
    return any(
        entry.role in _OWN or entry.view is None or entry.view.valid(context.now)
        for entry in context.trusted
    )
