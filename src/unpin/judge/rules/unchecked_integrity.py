"""Rule unchecked-integrity."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Severity
from unpin.model.store import Integrity


@rule("unchecked-integrity")
def unchecked_integrity(context: AuditContext) -> Iterator[Finding]:
    """The store was read without its password, so its digest was not checked.

    What it does
    Says when the integrity value of a store could not be compared.

    Why it matters
    The certificates may have been altered since the owner wrote them.

    Example
    A JKS whose password is neither given nor "changeit".

    Remedy
    Give the password with --password-file or UNPIN_PASSWORD.

    References
    sun.security.provider.JavaKeyStore; RFC 7292 section 4
    """
    if context.store.protection.integrity is Integrity.NOT_CHECKED:
        yield Finding(
            "unchecked-integrity",
            Severity.NOTE,
            context.location(),
            "integrity not checked: the store was read without its password",
            "give the password with --password-file FILE or UNPIN_PASSWORD",
        )
