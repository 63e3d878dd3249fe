"""Rule failing-chain."""

from collections.abc import Iterator

from unpin.catalogue.handshakes import Handshake
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.rules.missing_root import holds
from unpin.judge.wording import who
from unpin.model.finding import Finding, Severity
from unpin.pki.acceptance import printed_text
from unpin.pki.clients.rules import ClientRules
from unpin.pki.failure_reasons import Reason


@rule("failing-chain")
def failing_chain(context: AuditContext) -> Iterator[Finding]:
    """A chain of the profile does not validate, though its root is in the store.

    What it does
    Rehearses every chain of the profile with every client, and reports the failures that no
    missing root and no single entry explains: what `unpin rehearse` refuses, the audit reports.

    Why it matters
    The root is here, and the client fails all the same: the only copy has expired, Java does not
    see it, or several entries stand in the way together.

    Example
    An expired "DigiCert Global Root G2" as the only copy in a PEM file.

    Remedy
    `unpin rehearse --paths` shows how far each client comes.

    References
    docs/why-pinning-breaks.md
    """
    groups: dict[tuple[str, str], list[ClientRules]] = {}
    for handshake in context.handshakes:
        chain = context.catalogue.chain(handshake.chain)
        if not holds(context, context.catalogue.certificate(chain.root)):
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
        yield Finding(
            "failing-chain",
            Severity.ERROR,
            context.location(),
            f"{who(clients, 'fail')} on the chain {name!r} although {root.name} is in the store: "
            f"{reason}",
            f"see unpin rehearse --paths; a store with {root.name} alone would do",
            tuple(client.ident for client in clients),
        )


def _explained(context: AuditContext, client: ClientRules, handshake: Handshake) -> bool:
    return any(
        context.accepts(client, handshake, frozenset({one.index})) for one in context.trusted
    )
