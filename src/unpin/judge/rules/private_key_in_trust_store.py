"""Rule private-key-in-trust-store."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.entries import KeyEntry, KeyKind
from unpin.model.finding import Finding, Severity


@rule("private-key-in-trust-store")
def private_key_in_trust_store(context: AuditContext) -> Iterator[Finding]:
    """A private key is in the store.

    What it does
    Reports private-key entries.

    Why it matters
    A trust store is copied widely, a private key must not be. If Java uses the file as a trust
    store, it makes the key's own certificate an anchor (the rest of its chain is not trust).

    Example
    A server's key store used as javax.net.ssl.trustStore.

    Remedy
    Keep keys and trust in two files.

    References
    docs/concepts.md
    """
    for one in context.judged:
        if isinstance(one.entry, KeyEntry) and one.entry.kind is KeyKind.PRIVATE:
            own = (
                f"; Java, using this file as trust store, also trusts {one.certificate.label} "
                "itself, but not the rest of the key's chain"
                if one.certificate is not None
                else ""
            )
            yield Finding(
                "private-key-in-trust-store",
                Severity.NOTE,
                context.location(one),
                f"a private key is in this store{own}",
                "keep private keys and trusted certificates in two files",
            )
