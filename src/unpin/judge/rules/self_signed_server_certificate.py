"""Rule self-signed-server-certificate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called, day
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("self-signed-server-certificate")
def self_signed_server_certificate(context: AuditContext) -> Iterator[Finding]:
    """A self-signed certificate that is no CA is in the trust store.

    What it does
    Looks for end-entity certificates that signed themselves.

    Why it matters
    It is a pin of one server of the user's own, not of Azure's: no rotation of Azure touches it,
    and it fails when that server gets another certificate.

    Example
    The certificate of a development database, made with `openssl req -x509`.

    Remedy
    Keep it if the server is still there; a private CA would end the need to repeat the import.

    References
    RFC 5280 section 3.2
    """
    for one in context.trusted:
        if one.role is Role.SELF_SIGNED_SERVER and one.certificate is not None:
            yield Finding(
                "self-signed-server-certificate",
                Severity.WARNING,
                context.location(one),
                f"{called(one)} is a self-signed server certificate, not Azure's: clients of that "
                f"one server fail when it is replaced, by {day(one.certificate.fields.not_after)} "
                "at the latest",
                "keep it while that server uses it",
            )
