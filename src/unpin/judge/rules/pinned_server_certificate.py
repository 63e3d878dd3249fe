"""Rule pinned-server-certificate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called, day, listed, who
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("pinned-server-certificate")
def pinned_server_certificate(context: AuditContext) -> Iterator[Finding]:
    """A server's own certificate is in the trust store.

    What it does
    Looks for server certificates that a CA signed, among the trusted entries, and rehearses the
    handshake with their server.

    Why it matters
    Java, Go and OpenSSL with partial chains trust exactly that certificate. Server certificates
    are renewed without notice; the connection fails at the next renewal. Plain OpenSSL, rustls
    and .NET never use it.

    Example
    A certificate saved with a browser or `openssl s_client` and imported with keytool.

    Remedy
    Trust the root of the server's chain instead, then remove the certificate.

    References
    Microsoft, "Certificate pinning and Azure services"
    """
    for one in context.trusted:
        if one.role is not Role.SERVER or one.certificate is None:
            continue
        fields, handshakes = one.certificate.fields, context.handshakes_through(one)
        clients = context.dependents(one, handshakes)
        gone = frozenset({one.index})
        end = day(fields.not_after)
        if clients:
            severity = Severity.ERROR
            effect = (
                f"{who(clients, 'trust')} that server only through this entry, until its next "
                f"renewal, by {end} at the latest"
            )
        elif any(
            context.accepts(client, handshake, gone)
            for client in context.clients
            for handshake in handshakes
        ):
            severity = Severity.WARNING
            effect = "its root is here too, so nothing depends on it"
        else:
            severity = Severity.ERROR
            effect = f"{listed(context.clients)} cannot do with it alone, and its root is not here"
        yield Finding(
            "pinned-server-certificate",
            severity,
            context.location(one),
            f"{called(one)} is a server's own certificate, signed by {fields.issuer.label}: "
            f"{effect}",
            "remove this entry"
            if severity is Severity.WARNING
            else "trust the root of the server's chain, then remove this entry",
            tuple(client.ident for client in clients),
        )
