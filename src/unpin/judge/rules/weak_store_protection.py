"""Rule weak-store-protection."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Severity


@rule("weak-store-protection")
def weak_store_protection(context: AuditContext) -> Iterator[Finding]:
    """The store is protected by an algorithm that no longer protects.

    What it does
    Reports weak ciphers, digests and iteration counts that the file itself states.

    Why it matters
    Public certificates need no secrecy, but a weak integrity value lets others add an anchor,
    and private keys beside them may be guessed.

    Example
    A PKCS12 encrypted with RC2-40, as every JDK before 8u301 wrote it.

    Remedy
    Write the store again with a current keytool or BouncyCastle.

    References
    RFC 7292 appendix C; RFC 8018
    """
    for weakness in context.store.protection.weaknesses:
        yield Finding(
            "weak-store-protection",
            Severity.NOTE,
            context.location(),
            weakness.rstrip("."),
            "write the store again with a current version of the tool that made it",
        )
