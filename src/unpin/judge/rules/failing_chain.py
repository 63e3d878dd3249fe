"""Rule failing-chain."""

from collections.abc import Iterator

from unpin.catalogue.handshakes import Handshake
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import clients_and_verb
from unpin.model.finding import CertificateReference, Finding, Remedy, RemedyKind, Severity
from unpin.pki.acceptance import printed_text
from unpin.pki.clients.rules import ClientRules
from unpin.pki.verdict import Reason


@rule("failing-chain", curable=True)
def failing_chain(context: AuditContext) -> Iterator[Finding]:
    """A client refuses a chain of the profile, although its root is in the store.

    What it does
    Rehearses every chain of the profile with every client, as `unpin rehearse` does. It reports
    the failures that neither a missing root nor a single entry explains.

    Why it matters
    The root is in the store, and the client fails all the same. Perhaps the only copy has
    expired, Java does not see it, or several entries break the path together.

    Example
    An expired "DigiCert Global Root G2" as the only copy in a PEM file.

    Remedy
    `unpin rehearse --paths truststore.p12` shows the path that each client builds.
    `unpin fix truststore.p12` shows whether the roots of the profile cure it.

    References
    docs/why-pinning-breaks.md
    """
    groups: dict[tuple[str, str], list[ClientRules]] = {}
    for handshake in context.handshakes:
        chain = context.catalogue.chain(handshake.chain)
        if not context.holds_root(context.catalogue.certificate(chain.root)):
            continue
        for client in context.clients:
            verdict = context.verdict(client, handshake)
            if verdict.accepted is not False or verdict.reason is Reason.FILE_REFUSED:
                continue
            if _explained(context, client, handshake):
                continue
            clients = groups.setdefault(
                (chain.name, printed_text(client, verdict) or verdict.reason), []
            )
            if client not in clients:
                clients.append(client)
    for (name, reason), clients in groups.items():
        root = context.catalogue.certificate(context.catalogue.chain(name).root)
        yield failing_chain.finding(
            Severity.ERROR,
            context.location(),
            f"{clients_and_verb(clients, 'fail')} on the chain {name!r} although {root.name} is in "
            f"the store: {reason}",
            Remedy(
                RemedyKind.USE_ROOT_ALONE,
                (CertificateReference(root.name, root.sha256),),
                command=("unpin", "rehearse", "--paths"),
            ),
            clients,
        )


def _explained(context: AuditContext, client: ClientRules, handshake: Handshake) -> bool:
    """Whether a single entry makes the client fail; shadowing-twin reports that."""
    return any(
        context.accepts(client, handshake, frozenset({index}))
        for index in context.rehearser.deciding_entries(handshake)
        if context.entries[index].is_trusted_entry
    )
