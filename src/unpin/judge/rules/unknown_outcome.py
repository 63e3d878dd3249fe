"""Rule unknown-outcome."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import listed
from unpin.model.finding import Finding, Severity
from unpin.rehearsal.explanation import explanation
from unpin.rehearsal.scenarios import RotationOutcome

if TYPE_CHECKING:
    from unpin.pki.clients.rules import ClientRules


@rule("unknown-outcome")
def unknown_outcome(context: AuditContext) -> Iterator[Finding]:
    """Unpin does not know whether a client connects with this store.

    What it does
    Rehearses every chain of the profile with every client, as `unpin rehearse` does, and reports
    the clients of which no failure is known, and not every success either.

    Why it matters
    The store may or may not be ready for these clients. unpin states only what was measured.

    Example
    A PEM file that holds each root twice, read by a client whose choice among twins is unknown.

    Remedy
    Connect with the client itself, or use a store of the profile's roots alone.

    References
    docs/conformance.md
    """
    groups: dict[str, tuple[list[ClientRules], list[str]]] = {}
    for client in context.clients:
        if context.rehearsal.outcome(client) is not RotationOutcome.UNKNOWN:
            continue
        for scenario in context.rehearsal.of(client):
            if scenario.accepted is None:
                words = explanation(context.rehearsal, scenario)
                clients, chains = groups.setdefault(words, ([], []))
                clients += [client] if client not in clients else []
                chains += [scenario.chain] if scenario.chain not in chains else []
    for words, (clients, chains) in groups.items():
        yield Finding(
            "unknown-outcome",
            Severity.WARNING,
            context.location(),
            f"{listed(clients)}: unknown on {', '.join(chains)}: {words}",
            "connect with the client itself, or use a store of the profile's roots alone",
            tuple(client.ident for client in clients),
        )
