"""Rule not-a-ca."""

from collections.abc import Iterator

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called
from unpin.model.finding import Finding, Severity
from unpin.pki.certificate_view import issued
from unpin.pki.roles import Role


@rule("not-a-ca")
def not_a_ca(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate may not sign others, or is neither a CA nor a server's.

    What it does
    Looks for end-entity certificates that are not for servers (client, e-mail, code signing), for
    certificates without the CA mark that signed others in the store all the same, and for CAs
    whose key usage does not let them sign certificates.

    Why it matters
    A trust store says whose signatures count. Clients refuse paths through a certificate that may
    not sign: Java "basic constraints check failed", OpenSSL "invalid CA certificate".

    Example
    A client certificate imported together with the CA that signed it.

    Remedy
    Trust the CA that signs the servers' certificates; remove this one.

    References
    RFC 5280 sections 4.2.1.3, 4.2.1.9 and 4.2.1.12
    """
    for one in context.trusted:
        reason = _reason(context, one)
        if reason:
            yield Finding(
                "not-a-ca",
                Severity.WARNING,
                context.location(one),
                f"{called(one)} {reason}",
                "trust the CA that signs the servers' certificates, then remove this entry",
            )


def _reason(context: AuditContext, one: AuditedEntry) -> str:
    assert one.certificate is not None
    fields = one.certificate.fields
    if one.role is Role.END_ENTITY:
        return (
            "is neither a CA nor a server's certificate: its extended key usage leaves out "
            "servers, so it proves no server to any client"
        )
    if fields.ca and fields.key_cert_sign is False:
        return (
            "is marked as a CA, but its key usage does not let it sign certificates: clients "
            "refuse paths through it"
        )
    if one.role in (Role.SERVER, Role.SELF_SIGNED_SERVER) and _signed_another(context, one):
        return (
            "signed other certificates of this store, but is not marked as a CA: clients refuse "
            "paths through it"
        )
    return ""


def _signed_another(context: AuditContext, one: AuditedEntry) -> bool:
    return any(
        one.view is not None
        and other.view is not None
        and other.index != one.index
        and other.view.id != one.view.id
        and other.view.issuer == one.view.subject
        and issued(one.view, other.view)
        for other in context.trusted
    )
