"""Run every rule over one store, and sum up what the findings mean for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from unpin.catalogue.model import Catalogue, Profile
from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import ALL_PINS, AuditContext
from unpin.judge.rule import Rule
from unpin.judge.rules import RULES
from unpin.model.finding import AuditStatus, Finding, Severity
from unpin.model.store import Store
from unpin.pki.clients import default_clients
from unpin.pki.clients.rules import ClientRules
from unpin.pki.work import WorkLimitError, judged_in_full


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of one store: its judged entries, its findings (worst first), its status.

    `clients` are the idents of the client families asked about. `breaking` are the 0-based
    positions of the entries that make clients fail, now or when their CA changes. `fix_command`
    is the call of unpin that may cure an error, up to the name of the store; empty where no
    error is curable.
    """

    store: Store
    entries: tuple[AuditedEntry, ...]
    findings: tuple[Finding, ...]
    clients: tuple[str, ...]
    status: AuditStatus
    breaking: tuple[int, ...]
    fix_command: tuple[str, ...]

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

    `clients` empty means those that read the format: Java for Java's own, all for the others. What
    takes more work than a store may (pki.work) is not judged, and the rule gave-up says so. Raises
    LimitExceededError where not even the roles of the entries were found out.
    """
    context = AuditContext(
        store, catalogue, profile, tuple(clients) or default_clients(store), now, expires_within
    )
    with judged_in_full(store.source, len(store.entries)):
        context.entries  # noqa: B018  (what every rule needs)
        found = list(_findings(context))
    errors = [(rule, finding) for rule, finding in found if finding.severity is Severity.ERROR]
    breaking = {
        finding.location.index
        for rule, finding in errors
        if rule.breaking and finding.location.index is not None
    }
    cures = [f.remedy.command for rule, f in errors if rule.curable and f.remedy.command]
    options = (ALL_PINS,) if any(ALL_PINS in command for command in cures) else ()
    return Audit(
        store,
        context.entries,
        tuple(
            sorted((finding for _, finding in found), key=lambda finding: -finding.severity.rank)
        ),
        tuple(client.ident for client in context.clients),
        _status(context, errors=bool(errors), breaking=bool(breaking)),
        tuple(sorted(breaking)),
        context.fix_command(*options) if cures else (),
    )


def _findings(context: AuditContext) -> Iterator[tuple[Rule, Finding]]:
    """The findings of every rule, as far as the work allowed for the store goes."""
    context.rehearsal  # noqa: B018  (the chains of the profile come first, whatever else there is)
    for rule in RULES:
        try:
            for finding in rule.check(context):
                yield rule, finding
        except WorkLimitError:
            context.unfinished.append(rule.ident)


def _status(context: AuditContext, *, errors: bool, breaking: bool) -> AuditStatus:
    if not context.trusted:
        return AuditStatus.NOTHING_TRUSTED
    if breaking:
        return AuditStatus.PINNED
    if errors:
        return AuditStatus.NEEDS_WORK
    return AuditStatus.NO_PINS if context.profile is None else AuditStatus.READY
