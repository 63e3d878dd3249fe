"""Rule shadowing-twin."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called, who
from unpin.model.finding import Finding, Severity


@rule("shadowing-twin")
def shadowing_twin(context: AuditContext) -> Iterator[Finding]:
    """A copy of a CA in the store defeats a good root.

    What it does
    Looks for entries whose removal would make a chain validate: one of the profile, or the one
    for which a certificate that the catalogue does not know must have been imported.

    Why it matters
    OpenSSL takes a certificate of the store before the server's, and never backs out: an expired
    or differently issued copy, or a cross-signed copy that stands before its self-signed twin,
    breaks a store that holds the right root.

    Example
    "DigiCert Global Root G2" and an expired "Microsoft Azure RSA TLS Issuing CA 03" in a PEM file.

    Remedy
    Remove the copy.

    References
    openssl/openssl issue 29681
    """
    for one in context.trusted:
        if not one.rooted:
            continue
        victims = context.victims(one)
        if victims:
            yield Finding(
                "shadowing-twin",
                Severity.ERROR,
                context.location(one),
                f"{called(one)} defeats a good root: {who(victims, 'take')} it before what the "
                "server sends, and "
                f"{'fails' if len(victims) == 1 else 'fail'} because it is here",
                "remove this entry",
                tuple(client.ident for client in victims),
            )
