"""Rule missing-root."""

from collections.abc import Iterator, Sequence

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import clients_and_verb
from unpin.model.finding import CertificateReference, Finding, Remedy, RemedyKind, Severity
from unpin.pki.clients.rules import ClientRules


@rule("missing-root", curable=True)
def missing_root(context: AuditContext) -> Iterator[Finding]:
    """A root that the profile's clients need is not in the store.

    What it does
    Compares the store with the roots of the profile (`--profile`). It rehearses the current and
    the new chain to find the clients that fail without the root.

    Why it matters
    Without the root of the new chain, verifying clients cannot connect after the rotation.

    Example
    A store with "DigiCert Global Root CA" but without "DigiCert Global Root G2".

    Remedy
    Add the root. `unpin fix truststore.p12` shows the plan,
    `unpin fix --write truststore.p12` carries it out.
    `unpin catalogue export` prints the roots as PEM.

    References
    Microsoft, "TLS in Azure Database for PostgreSQL"
    """
    if context.profile is None:
        return
    for wanted in context.profile.roots:
        root = context.catalogue.by_slug[wanted.slug]
        if context.holds_root(root):
            continue
        handshakes = [
            handshake
            for handshake in context.handshakes
            if context.catalogue.chain(handshake.chain).root == wanted.slug
        ]
        today, after = (
            tuple(
                client
                for client in context.clients
                if not all(context.accepts(client, handshake) for handshake in part)
            )
            for part in (
                [handshake for handshake in handshakes if handshake.phase.is_today],
                [handshake for handshake in handshakes if handshake.phase.is_after],
            )
        )
        effect = _effect(today, after)
        failing = [client for client in context.clients if client in today or client in after]
        yield missing_root.finding(
            Severity.ERROR if failing else Severity(wanted.otherwise),
            context.location(),
            f"{root.name} is not in the store"
            + (f": {effect}" if effect else f"; it is for {wanted.who}"),
            Remedy(
                RemedyKind.ADD_ROOTS,
                (CertificateReference(root.name, root.sha256),),
                command=context.fix_command(),
            ),
            failing,
        )


def _effect(today: Sequence[ClientRules], after: Sequence[ClientRules]) -> str:
    """Who fails when; empty where nobody does."""
    if tuple(today) == tuple(after):
        parts = [(today, "today and after the rotation")]
    else:
        parts = [(today, "today"), (after, "after the rotation")]
    return ", ".join(
        f"{clients_and_verb(clients, 'fail')} {when} on chains that end there"
        for clients, when in parts
        if clients
    )
