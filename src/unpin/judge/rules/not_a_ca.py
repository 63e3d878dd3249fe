"""Rule not-a-ca."""

from collections.abc import Iterator

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name, clients_and_verb
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.certificate_view import is_issuer
from unpin.pki.roles import Role, forbids_signing


@rule("not-a-ca")
def not_a_ca(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate is neither a CA that may sign certificates nor a server's.

    What it does
    Looks for end-entity certificates that are not for servers (client, e-mail, code signing), for
    certificates that signed others in the store without being marked as a CA, and for CAs whose
    key usage does not let them sign certificates.

    Why it matters
    A trust store lists the CAs whose signatures count. Clients refuse paths through a certificate
    that may not sign: Java "basic constraints check failed", OpenSSL "invalid CA certificate".

    Example
    A client certificate that was imported together with the CA that signed it.

    Remedy
    Add the CA that signs the servers' certificates, then remove this entry:
    `unpin convert truststore.p12 ca.pem -o new-truststore.p12`
    `keytool -delete -alias ALIAS -keystore new-truststore.p12`

    References
    RFC 5280 sections 4.2.1.3, 4.2.1.9 and 4.2.1.12
    """
    for entry in context.remarkable:
        reason = _reason(context, entry)
        if reason:
            yield not_a_ca.finding(
                Severity.WARNING,
                context.location(entry),
                f"{certificate_name(entry)} {reason}",
                Remedy(RemedyKind.TRUST_ISSUER, entries=(entry.index,)),
            )


def _reason(context: AuditContext, entry: AuditedEntry) -> str:
    assert entry.certificate is not None
    if entry.role is Role.END_ENTITY:
        trusting = [
            client
            for client in context.clients
            if context.accepts_alone(client, entry, context.now)
        ]
        effect = (
            f"only {clients_and_verb(trusting, 'accept')} it from a server nonetheless"
            if trusting
            else "so it proves no server to any client"
        )
        return (
            "is neither a CA nor a server's certificate: its extended key usage leaves out "
            f"servers, {effect}"
        )
    if forbids_signing(entry.certificate):
        return (
            "is marked as a CA, but its key usage does not let it sign certificates: clients "
            "refuse paths through it"
        )
    if entry.role in (Role.SERVER, Role.SELF_SIGNED_SERVER) and _signed_another(context, entry):
        return (
            "signed other certificates of this store, but is not marked as a CA: clients refuse "
            "paths through it"
        )
    return ""


def _signed_another(context: AuditContext, entry: AuditedEntry) -> bool:
    view = entry.view
    if view is None:
        return False
    return any(
        other.id != view.id and is_issuer(view, other) for other in context.issued.perhaps_by(view)
    )
