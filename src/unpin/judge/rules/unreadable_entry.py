"""Rule unreadable-entry."""

from collections.abc import Iterator

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.entries import UnreadableEntry
from unpin.model.finding import Finding, Severity
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.roles import Role


@rule("unreadable-entry")
def unreadable_entry(context: AuditContext) -> Iterator[Finding]:
    """An entry is not what it should be, and unpin or a client cannot read it.

    What it does
    Reports every entry whose bytes do not parse, and every certificate whose encoding keeps a
    client from the whole store: unpin reads more than any client does.

    Why it matters
    What could not be read was not audited. Java refuses a whole JKS or PKCS12 store for one such
    certificate (of PKCS12 it may say "keystore password was incorrect"); OpenSSL refuses a whole
    PEM file for one broken block.

    Example
    A block cut off while it was copied.

    Remedy
    Replace or remove the entry.

    References
    docs/encoding-faults.md
    """
    damages = dict(context.rehearser.damages)
    for one in context.judged:
        if one.role is not Role.UNREADABLE:
            if damage := damages.get(one.index):
                yield from _refused(context, one, damage)
            continue
        if isinstance(one.entry, UnreadableEntry):
            reason = one.entry.reason
        else:
            reason = (one.certificate.problem if one.certificate else None) or "not a certificate"
        yield Finding(
            "unreadable-entry",
            Severity.ERROR,
            context.location(one),
            f"this entry could not be read and was not judged: {reason}",
            "replace or remove the entry",
        )


def _refused(
    context: AuditContext, one: AuditedEntry, damage: frozenset[Flaw]
) -> Iterator[Finding]:
    """The finding where some client refuses the store for the certificate's flaws."""
    refusing = [client for client in context.clients if damage & client.loading.refuses]
    if not refusing:
        return
    worst = sorted(damage & frozenset().union(*(one.loading.refuses for one in refusing)))
    yield Finding(
        "unreadable-entry",
        Severity.ERROR,
        context.location(one),
        f"this certificate has {', and '.join(worst)}: a client refuses the whole store for it",
        "replace or remove the entry",
        tuple(client.ident for client in refusing),
    )
