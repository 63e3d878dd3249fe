"""Rule weak-store-protection."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity


@rule("weak-store-protection", curable=True)
def weak_store_protection(context: AuditContext) -> Iterator[Finding]:
    """A weak algorithm protects the store.

    What it does
    Reports the weak ciphers, digests and iteration counts that the file states.

    Why it matters
    Public certificates need no secrecy. But a weak digest lets others add a trust anchor, and a
    weak cipher lets them guess the private keys in the store.

    Example
    A PKCS12 that is encrypted with RC2-40, as every JDK before 8u301 wrote it.

    Remedy
    Write the store again with current algorithms. For a PKCS12:
    `unpin fix --upgrade-protection --write truststore.p12`
    For another format: `unpin convert truststore.jks -o truststore.p12`

    References
    RFC 7292 appendix C; RFC 8018
    """
    renewable = context.store.format.facts.schemes
    for weakness in context.store.protection.weaknesses:
        yield weak_store_protection.finding(
            Severity.NOTE,
            context.location(),
            weakness.rstrip("."),
            Remedy(
                RemedyKind.RENEW_PROTECTION,
                command=context.fix_command("--upgrade-protection") if renewable else (),
            ),
        )
