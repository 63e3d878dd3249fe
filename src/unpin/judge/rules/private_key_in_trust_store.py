"""Rule private-key-in-trust-store."""

from collections.abc import Iterator
from typing import Final

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role, role

_ROOTS_OF_CHAINS: Final = (
    "unpin", "convert", "--chains", "--role", "root", "-o", "new.p12",
)  # fmt: skip


@rule("private-key-in-trust-store")
def private_key_in_trust_store(context: AuditContext) -> Iterator[Finding]:
    """A private key is in the store.

    What it does
    Reports the entries that hold a private key.

    Why it matters
    Trust stores are copied widely; a private key must not be. If Java uses the file as a trust
    store, the key's own certificate becomes a trust anchor. The rest of its chain does not.

    Example
    A server's key store used as javax.net.ssl.trustStore.

    Remedy
    Keep private keys and trusted certificates in two files. This copies the trusted certificates:
    `unpin convert keystore.p12 -o truststore.p12`
    and this the root of a key's chain:
    `unpin convert --chains --role root keystore.p12 -o truststore.p12`

    References
    docs/concepts.md
    """
    for entry in context.entries if context.store.keys else ():
        if not entry.has_private_key:
            continue
        trusted = (
            f"; Java, using this file as trust store, also trusts {entry.certificate.label} "
            "itself, but not the rest of the key's chain"
            if entry.certificate is not None
            else ""
        )
        yield private_key_in_trust_store.finding(
            Severity.NOTE,
            context.location(entry),
            f"a private key is in this store{trusted}",
            _remedy(context, entry),
        )


def _remedy(context: AuditContext, entry: AuditedEntry) -> Remedy:
    """Keys and certificates in two files; of keys alone, the roots of their chains."""
    if context.store.trusted:
        command = context.convert_command(keys=False)
        return Remedy(RemedyKind.SEPARATE_KEYS, entries=(entry.index,), command=command)
    roots = context.catalogue.root_keys
    has_root = any(
        certificate.problem is None and role(certificate, roots) is Role.ROOT
        for key in context.store.keys
        for certificate in key.chain
    )
    return Remedy(
        RemedyKind.MAKE_TRUST_STORE,
        entries=(entry.index,),
        command=_ROOTS_OF_CHAINS if has_root else (),
    )
