"""Rule missing-root."""

from collections.abc import Iterator, Sequence

from unpin.catalogue.model import CatalogueCertificate
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import who
from unpin.model.finding import Finding, Severity
from unpin.pki.clients.rules import ClientRules


@rule("missing-root")
def missing_root(context: AuditContext) -> Iterator[Finding]:
    """A root that the profile's clients need is not in the store.

    What it does
    Compares the store with the roots of the profile (`--profile`), and rehearses the current and
    the new chain to say whom the absence hurts.

    Why it matters
    Without the root of the new chain, verifying clients cannot connect after the rotation.

    Example
    A store with "DigiCert Global Root CA" but without "DigiCert Global Root G2".

    Remedy
    Add the root; `unpin catalogue export` writes it as PEM.

    References
    Microsoft, "TLS in Azure Database for PostgreSQL"
    """
    if context.profile is None:
        return
    for wanted in context.profile.roots:
        record = context.catalogue.by_slug[wanted.slug]
        if holds(context, record):
            continue
        handshakes = [
            handshake
            for handshake in context.handshakes
            if context.catalogue.chain(handshake.chain).root == wanted.slug
        ]
        today, after = (
            tuple(
                c
                for c in context.clients
                if not all(context.accepts(c, handshake) for handshake in part)
            )
            for part in (
                [handshake for handshake in handshakes if handshake.phase.is_today],
                [handshake for handshake in handshakes if handshake.phase.is_after],
            )
        )
        effect = _effect(today, after)
        failing = tuple(client for client in context.clients if client in today or client in after)
        yield Finding(
            "missing-root",
            Severity.ERROR if failing else Severity(wanted.otherwise),
            context.location(),
            f"{record.name} is not in the store"
            + (f": {effect}" if effect else f"; it is for {wanted.who}"),
            f"add {record.name} (SHA-256 {record.sha256})",
            tuple(client.ident for client in failing),
        )


def holds(context: AuditContext, record: CatalogueCertificate) -> bool:
    """Whether the root of `record`, or a copy with its name and key whose root is here, is here."""
    return any(
        one.view is not None
        and one.rooted
        and (one.view.subject, one.view.key) == (record.canonical_subject, record.spki_sha256)
        for one in context.trusted
    )


def _effect(today: Sequence[ClientRules], after: Sequence[ClientRules]) -> str:
    """Who fails when; empty where nobody does."""
    if tuple(today) == tuple(after):
        parts = [(today, "today and after the rotation")]
    else:
        parts = [(today, "today"), (after, "after the rotation")]
    said = [
        f"{who(clients, 'fail')} {when} on chains that end there"
        for clients, when in parts
        if clients
    ]
    return ", ".join(said)
