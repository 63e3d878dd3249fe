"""Rule unknown-outcome."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import client_titles
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.verdict import Reason
from unpin.rehearsal.explanation import explanation
from unpin.rehearsal.scenarios import RotationOutcome, Scenario
from unpin.wording import listed

if TYPE_CHECKING:
    from unpin.pki.clients.rules import ClientRules


@rule("unknown-outcome")
def unknown_outcome(context: AuditContext) -> Iterator[Finding]:
    """It is unknown whether a client connects with this store.

    What it does
    Rehearses every chain of the profile with every client, as `unpin rehearse` does. It reports
    the clients that fail on no chain, but for which the verdict on some chain is unknown.

    Why it matters
    The store may or may not be ready for these clients. unpin reports only behaviour that was
    measured.

    Example
    A PEM file with a byte order mark, read by a client that was never tested with such a file.

    Remedy
    Connect with the client itself, or give it a store that holds only the roots of the profile:
    `unpin convert --roots azure-postgresql -o roots.pem`

    References
    docs/conformance.md
    """
    groups: dict[str, tuple[list[ClientRules], list[str]]] = {}
    for client in context.clients:
        if context.rehearsal.outcome(client) is not RotationOutcome.UNKNOWN:
            continue
        for scenario in context.rehearsal.of(client):
            if scenario.accepted is None and not _is_not_judged(scenario):
                reason = explanation(context.rehearsal, scenario)
                clients, chains = groups.setdefault(reason, ([], []))
                clients += [client] if client not in clients else []
                chains += [scenario.chain] if scenario.chain not in chains else []
    for reason, (clients, chains) in groups.items():
        chain_words = "chain" if len(chains) == 1 else "chains"
        yield unknown_outcome.finding(
            Severity.WARNING,
            context.location(),
            f"{client_titles(clients)}: unknown on the {chain_words} {listed(chains)}; {reason}",
            Remedy(RemedyKind.TRY_CLIENT),
            clients,
        )


def _is_not_judged(scenario: Scenario) -> bool:
    """Whether unpin itself gave up: the rule gave-up reports that."""
    return scenario.decisive_attempt.verdict.reason is Reason.GAVE_UP
