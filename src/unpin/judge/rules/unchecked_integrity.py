"""Rule unchecked-integrity."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.model.store import Integrity


@rule("unchecked-integrity")
def unchecked_integrity(context: AuditContext) -> Iterator[Finding]:
    """The store was read without its password, so its digest was not checked.

    What it does
    Reports a store whose digest or MAC could not be compared.

    Why it matters
    Anyone may have changed the certificates since the owner wrote them.

    Example
    A JKS whose password is neither given nor "changeit".

    Remedy
    Give the password, or set UNPIN_PASSWORD:
    `unpin audit --password-file password.txt truststore.jks`

    References
    sun.security.provider.JavaKeyStore; RFC 7292 section 4
    """
    if context.store.protection.integrity is Integrity.NOT_CHECKED:
        yield unchecked_integrity.finding(
            Severity.NOTE,
            context.location(),
            "integrity not checked: the store was read without its password",
            Remedy(RemedyKind.GIVE_PASSWORD),
        )
