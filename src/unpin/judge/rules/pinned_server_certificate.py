"""Rule pinned-server-certificate."""

from collections.abc import Iterator

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.pins import roots_suffice, validates_without
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name, clients_and_verb, clients_do_not
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role
from unpin.wording import day


@rule("pinned-server-certificate", breaking=True, curable=True)
def pinned_server_certificate(context: AuditContext) -> Iterator[Finding]:
    """A server's own certificate is in the trust store.

    What it does
    Looks for trusted server certificates that a CA signed, and rehearses the handshake with their
    server.

    Why it matters
    Java, Go and OpenSSL with partial chains trust exactly that certificate. A server certificate
    is renewed without notice, and the connection fails at the next renewal. Plain OpenSSL, rustls
    and .NET never use it.

    Example
    A certificate that was saved with a browser or `openssl s_client` and imported with keytool.

    Remedy
    Trust the root of the server's chain, then remove the certificate.
    `unpin fix truststore.p12` shows the plan, `unpin fix --write truststore.p12` carries it out.
    If the server is not Azure's, add its root first, then run
    `unpin fix --all-pins --write truststore.p12`.

    References
    Microsoft, "Certificate pinning and Azure services"
    """
    for entry in context.judged_as(Role.SERVER):
        if entry.certificate is None:
            continue
        fields = entry.certificate.fields
        clients = context.dependents(entry, context.handshakes_through(entry))
        severity, remedy = Severity.ERROR, RemedyKind.TRUST_SERVER_ROOT
        replaceable = context.is_replaceable(entry) and roots_suffice(
            context, entry, context.profile_roots
        )
        command = context.fix_command() if replaceable else ()
        if clients:
            only = f"{clients_and_verb(clients, 'trust')} that server only through this entry"
            end = fields.not_after
            if end is not None and end < context.now:
                remedy = RemedyKind.RENEW_SERVER_CERTIFICATE
                command = ()
                effect = f"{only}, although it expired on {day(end)}"
            else:
                effect = f"{only}, until its next renewal, by {day(end)} at the latest"
        elif validates_without(context, entry):
            severity, remedy = Severity.WARNING, RemedyKind.REMOVE_ENTRY
            command = context.removal_command(entry)
            effect = _above(context, entry)
        else:
            effect = (
                f"{clients_do_not(context.clients, 'accept it as a trust anchor')}, and its root "
                "is not in the store"
            )
        yield pinned_server_certificate.finding(
            severity,
            context.location(entry),
            f"{certificate_name(entry)} is a server's own certificate, signed by "
            f"{fields.issuer.label}: {effect}",
            Remedy(remedy, entries=(entry.index,), command=command),
            clients,
        )


def _above(context: AuditContext, entry: AuditedEntry) -> str:
    """Why nothing depends on the entry: the root above it, or another certificate of its path."""
    roots = context.roots_above(entry)
    if roots:
        return (
            f"its root {certificate_name(roots[0])} is in the store too, so nothing depends on it"
        )
    return "clients accept its server by another certificate in the store, so nothing depends on it"
