"""Rule failing-chain."""

from collections.abc import Iterator

from unpin.catalogue.handshakes import Act
from unpin.judge.context import Case
from unpin.judge.rule import rule
from unpin.judge.rules.missing_root import holds
from unpin.judge.wording import who
from unpin.model.finding import Finding, Severity
from unpin.pki.clients.families import ClientRules


@rule("failing-chain")
def failing_chain(case: Case) -> Iterator[Finding]:
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
    for act in case.acts:
        chain = case.catalogue.chain(act.presented.chain)
        if not holds(case, case.catalogue.certificate(chain.root)):
            continue
        for client in case.clients:
            verdict = case.verdict(client, act)
            if verdict.accepted is not False or _explained(case, client, act):
                continue
            clients = groups.setdefault((chain.name, verdict.error or verdict.reason), [])
            if client not in clients:
                clients.append(client)
    for (name, reason), clients in groups.items():
        root = case.catalogue.certificate(case.catalogue.chain(name).root)
        yield Finding(
            "failing-chain",
            Severity.ERROR,
            case.location(),
            f"{who(clients, 'fail')} on the chain {name!r} although {root.name} is in the store: "
            f"{reason}",
            f"see unpin rehearse --paths; a store with {root.name} alone would do",
            tuple(client.ident for client in clients),
        )


def _explained(case: Case, client: ClientRules, act: Act) -> bool:
    return any(case.accepts(client, act, frozenset({one.index})) for one in case.trusted)
