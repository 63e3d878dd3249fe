"""Rule pinned-server-certificate."""

from collections.abc import Iterator

from unpin.judge.case import Case
from unpin.judge.rule import rule
from unpin.judge.wording import called, day
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("pinned-server-certificate")
def pinned_server_certificate(case: Case) -> Iterator[Finding]:
    """A server's own certificate is in the trust store.

    What it does
    Looks for end-entity certificates that a CA signed, among the trusted entries.

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
    for one in case.trusted:
        if one.role is Role.SERVER and one.certificate is not None:
            fields = one.certificate.fields
            yield Finding(
                "pinned-server-certificate",
                Severity.ERROR,
                case.location(one),
                f"{called(one)} is a server's own certificate, signed by {fields.issuer.label}: "
                "clients that connect through it fail at the server's next renewal, by "
                f"{day(fields.not_after)} at the latest",
                "trust the root of the server's chain, then remove this entry",
            )
