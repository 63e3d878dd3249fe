"""Rule self-signed-server-certificate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role
from unpin.wording import day


@rule("self-signed-server-certificate")
def self_signed_server_certificate(context: AuditContext) -> Iterator[Finding]:
    """A self-signed certificate that is not a CA is in the trust store.

    What it does
    Looks for end-entity certificates that signed themselves.

    Why it matters
    The certificate pins a single server of your own. Azure's rotations do not touch it. Clients
    fail when that server gets another certificate.

    Example
    The certificate of a development database, made with `openssl req -x509`.

    Remedy
    Keep it while the server uses it. With a private CA you need not import each new certificate.

    References
    RFC 5280 section 3.2
    """
    for entry in context.remarkable:
        if entry.role is Role.SELF_SIGNED_SERVER and entry.certificate is not None:
            end = entry.certificate.fields.not_after
            past = end is not None and end < context.now
            yield self_signed_server_certificate.finding(
                Severity.WARNING,
                context.location(entry),
                f"{certificate_name(entry)} is a self-signed server certificate, not Azure's: "
                "clients of that server fail when it is replaced"
                + ("" if past else f", by {day(end)} at the latest"),
                Remedy(RemedyKind.KEEP_ENTRY, entries=(entry.index,)),
            )
