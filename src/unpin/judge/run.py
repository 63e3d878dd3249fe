"""Run every rule over one store and put the outcome into one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from unpin.catalogue.model import Catalogue, Profile
from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.judge.rules import RULES
from unpin.model.finding import Finding, Severity
from unpin.model.store import Store
from unpin.pki.clients import default_clients
from unpin.pki.clients.rules import ClientRules

_BREAKING = frozenset(
    {"pinned-intermediate", "pinned-server-certificate", "orphan-intermediate", "shadowing-twin"}
)


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of one store: its judged entries, its findings (worst first), the verdict."""

    store: Store
    entries: tuple[AuditedEntry, ...]
    findings: tuple[Finding, ...]
    clients: tuple[str, ...]
    verdict: str

    def at_least(self, severity: Severity) -> bool:
        """Whether a finding is as severe as `severity` or worse."""
        return any(finding.severity.rank >= severity.rank for finding in self.findings)


def audit(
    store: Store,
    *,
    catalogue: Catalogue,
    profile: Profile | None,
    now: datetime,
    clients: Sequence[ClientRules] = (),
    expires_within: timedelta = timedelta(days=30),
) -> Audit:
    """Judge `store` at the moment `now` (aware UTC); pure.

    `clients` empty means those that read the format: Java for Java's own, all for the others.
    """
    context = AuditContext(
        store, catalogue, profile, tuple(clients) or default_clients(store), now, expires_within
    )
    found = [finding for rule in RULES for finding in rule.check(context)]
    found.sort(key=lambda finding: -finding.severity.rank)
    return Audit(
        store,
        context.judged,
        tuple(found),
        tuple(client.ident for client in context.clients),
        _verdict(context, found),
    )


def _verdict(context: AuditContext, findings: Sequence[Finding]) -> str:
    counts = [
        f"{number} {word}{'s' if number != 1 else ''}"
        for word in Severity
        if (number := sum(finding.severity is word for finding in findings))
    ]
    summary = ", ".join(counts) or "no findings"
    entries = f"{len(context.judged)} entr{'y' if len(context.judged) == 1 else 'ies'}"
    if not context.trusted:
        return f"nothing trusted in this store ({entries}; {summary})"
    pins = len(
        {
            finding.location.index
            for finding in findings
            if finding.rule in _BREAKING and finding.severity is Severity.ERROR
        }
    )
    if pins:
        return f"pinned: {pins} of {entries} will break or already break clients ({summary})"
    if any(finding.severity is Severity.ERROR for finding in findings):
        return f"needs work ({entries}; {summary})"
    if context.profile is None:
        return f"no pins ({entries}; {summary})"
    return f"ready for the rotation ({entries}; {summary})"
