"""Rule duplicate-certificate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called
from unpin.model.finding import Finding, Severity


@rule("duplicate-certificate")
def duplicate_certificate(context: AuditContext) -> Iterator[Finding]:
    """The same certificate is in the store twice.

    What it does
    Compares the SHA-256 of the trusted certificates.

    Why it matters
    No client minds, but whoever removes one copy believes that the certificate is gone.

    Example
    One root under the aliases "digicertglobalrootg2" and "mykey".

    Remedy
    Remove all but one.

    References
    docs/concepts.md
    """
    first: dict[str, str] = {}
    for one in context.trusted:
        if one.certificate is None:
            continue
        digest = one.certificate.sha256
        if digest in first:
            yield Finding(
                "duplicate-certificate",
                Severity.NOTE,
                context.location(one),
                f"{called(one)} is here twice; the other entry is {first[digest]}: removing only "
                "one of them leaves it trusted",
                "remove all but one of them",
            )
        else:
            first[digest] = context.location(one).entry
