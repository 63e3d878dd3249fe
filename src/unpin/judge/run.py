"""Run every rule over one store, and sum up what the findings mean for it."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

from unpin.catalogue.model import Catalogue, Profile
from unpin.judge.acceptance_by_policy import under_policy
from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import ALL_PINS, AuditContext
from unpin.judge.cures import cure_command, with_outputs_apart, with_password
from unpin.judge.rule import Rule
from unpin.judge.rules import RULES
from unpin.judge.rules.gave_up import gave_up
from unpin.judge.rules.unknown_outcome import unknown_outcome
from unpin.judge.wording import certificate_name
from unpin.model.finding import AuditStatus, Finding, Severity
from unpin.model.store import Store
from unpin.model.store_policy import NO_STORE_POLICY, StorePolicy
from unpin.model.values import frozen
from unpin.pki.clients import default_clients
from unpin.pki.clients.rules import ClientRules
from unpin.pki.work import EACH_CERTIFICATE, WorkLimitError, judged_in_full, spend
from unpin.rehearsal.scenarios import RotationOutcome

_MOST_WITH_ROOTS: Final = 3
"""The most harmless pins of which the roots are looked up: a sentence names no more."""


DEFAULT_WITHIN: Final = timedelta(days=30)
"""The time before its end in which a certificate is called expiring."""


@frozen
class Pin:
    """An entry that pins: its 0-based position, and whether it makes clients fail.

    `name` is what the entry is called, `roots` are the names of the roots above it in the store.
    """

    index: int
    name: str
    breaks: bool
    roots: tuple[str, ...] = ()


@frozen
class Audit:
    """What is known of one store: its judged entries, its findings (worst first), its status.

    `clients` are the idents of the client families asked about; `outcomes` has the outcome of each
    on the chains of the profile, and is empty without a profile. `rotation_is_over` says that every
    chain of today has ended. `pins` are the entries that pin.
    `profile` is the name of the profile that the store is held against, None without one.
    `fix_command` is the call of unpin that may cure an error, up to the name of the store; empty
    where no error is curable.
    """

    store: Store
    entries: Sequence[AuditedEntry]
    findings: tuple[Finding, ...]
    clients: tuple[str, ...]
    status: AuditStatus
    fix_command: tuple[str, ...]
    profile: str | None = None
    outcomes: Mapping[str, RotationOutcome] = field(default_factory=dict)
    pins: tuple[Pin, ...] = ()
    rotation_is_over: bool = False

    @property
    def breaking(self) -> tuple[int, ...]:
        """The 0-based positions of the pins that make clients fail, now or after a change of CA."""
        return tuple(pin.index for pin in self.pins if pin.breaks)

    def at_least(self, severity: Severity) -> bool:
        """Whether a finding that nobody accepts is as severe as `severity` or worse."""
        return any(
            finding.severity.rank >= severity.rank and finding.accepted is None
            for finding in self.findings
        )

    def count(self, severity: Severity) -> int:
        """The number of findings of this severity."""
        return sum(finding.severity is severity for finding in self.findings)


def audit(  # noqa: PLR0913  (the question in full)
    store: Store,
    *,
    catalogue: Catalogue,
    profile: Profile | None,
    now: datetime,
    clients: Sequence[ClientRules] = (),
    expires_within: timedelta = DEFAULT_WITHIN,
    set_aside: Profile | None = None,
    policy: StorePolicy = NO_STORE_POLICY,
) -> Audit:
    """Judge `store` at the moment `now` (aware UTC); pure.

    `clients` empty means `default_clients`. `set_aside` is the default profile of a store that is
    not for it (unpin.catalogue.profile_choice). `policy` is what the project says about the store.
    What takes more work than a store may (pki.work) is not judged, and the rule gave-up says so.
    Raises LimitExceededError where not even the roles of the entries were found out.
    """
    context = AuditContext(
        store,
        catalogue,
        profile,
        tuple(clients) or default_clients(store),
        now,
        expires_within,
        set_aside,
        policy,
    )
    with judged_in_full(store):
        spend(EACH_CERTIFICATE * store.distinct_certificates)
        context.entries  # noqa: B018  (what every rule needs)
        found = list(_findings(context))
        errors = [(rule, finding) for rule, finding in found if finding.severity is Severity.ERROR]
        breaking = {
            finding.location.index
            for rule, finding in errors
            if rule.breaking and finding.location.index is not None
        }
        pins = tuple(_pins(context, breaking))
    cures = [f.remedy.command for rule, f in errors if rule.curable and f.remedy.command]
    options = (ALL_PINS,) if any(ALL_PINS in command for command in cures) else ()
    return Audit(
        store,
        context.entries,
        with_outputs_apart(
            sorted(
                under_policy((_with_command(context, f) for _, f in found), policy, now),
                key=lambda finding: -finding.severity.rank,
            ),
            store,
        ),
        tuple(client.ident for client in context.clients),
        _status(context, [finding for _, finding in found], pins),
        with_password(context.fix_command(*options), store) if cures else (),
        None if profile is None else profile.name,
        _outcomes(context),
        pins,
        context.rehearsal.rotation_is_over,
    )


def with_catalogue(found: Audit, path: str) -> Audit:
    """The audit with commands that read the catalogue at `path`, too."""

    def kept(command: tuple[str, ...]) -> tuple[str, ...]:
        if command[1:2] not in {("fix",), ("audit",), ("rehearse",)}:
            return command
        return (*command[:2], "--catalogue", path, *command[2:])

    findings = (each.with_command(kept(each.remedy.command)) for each in found.findings)
    return replace(found, findings=tuple(findings), fix_command=kept(found.fix_command))


def at_another_place(audit: Audit, old: str, new: str, archive: str | None) -> Audit | None:
    """The audit of a store with the same bytes, in the file `new` instead of `old`.

    None if a file that a command writes has one of their names: it would be called otherwise.
    """
    written = {
        command[command.index("-o") + 1]
        for finding in audit.findings
        if "-o" in (command := finding.remedy.command)
    }
    if any(name.startswith(PurePath(each).stem) for each in (old, new) for name in written):
        return None
    source = new + audit.store.source.removeprefix(old)
    findings = tuple(
        replace(finding, location=replace(finding.location, source=source))
        for finding in audit.findings
    )
    store = replace(audit.store, source=source, archive=archive)
    return replace(audit, store=store, findings=findings)


def _with_command(context: AuditContext, finding: Finding) -> Finding:
    """The finding with the command of its remedy, which carries it out."""
    command = finding.remedy.command or cure_command(context, finding.remedy)
    if not command:
        return finding
    command = with_password(command, context.store)
    if command[:2] == ("unpin", "fix"):
        command = ("unpin", "fix", "--write", *command[2:])
    return finding.with_command(command)


def _pins(context: AuditContext, breaking: AbstractSet[int]) -> Iterator[Pin]:
    """The entries that pin, and the other entries that make clients fail.

    The first harmless pins have the roots above them.
    """
    harmless = 0
    pinning = {entry.index for entry in context.remarkable if context.is_pin(entry)}
    for index in sorted(pinning | breaking):
        entry = context.entries[index]
        if index in breaking:
            yield Pin(index, certificate_name(entry), breaks=True)
        else:
            harmless += 1
            roots = _roots_above(context, entry) if harmless <= _MOST_WITH_ROOTS else ()
            yield Pin(index, certificate_name(entry), breaks=False, roots=roots)


def _roots_above(context: AuditContext, entry: AuditedEntry) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(map(certificate_name, context.roots_above(entry))))
    except WorkLimitError:
        return ()


def _outcomes(context: AuditContext) -> dict[str, RotationOutcome]:
    if context.profile is None:
        return {}
    return {client.ident: context.rehearsal.outcome(client) for client in context.clients}


def _findings(context: AuditContext) -> Iterator[tuple[Rule, Finding]]:
    """The findings of every rule, as far as the work allowed for the store goes."""
    context.rehearsal  # noqa: B018  (the chains of the profile come first, whatever else there is)
    for rule in RULES:
        try:
            for finding in rule.check(context):
                yield rule, finding
        except WorkLimitError:
            context.unfinished.append(rule.ident)


def _status(context: AuditContext, findings: Sequence[Finding], pins: Sequence[Pin]) -> AuditStatus:
    errors = {finding.rule for finding in findings if finding.severity is Severity.ERROR}
    if context.is_unreadable:
        return AuditStatus.UNREADABLE
    if any(pin.breaks for pin in pins):
        return AuditStatus.PINNED
    if errors - {gave_up.ident}:
        return AuditStatus.FAILING
    if errors or any(finding.rule == unknown_outcome.ident for finding in findings):
        return AuditStatus.UNKNOWN
    if pins:
        return AuditStatus.PINNED
    only_keys = bool(context.store.keys) and not context.store.trusted
    aside = context.set_aside is not None or only_keys
    return AuditStatus.NOT_FOR_PROFILE if aside else AuditStatus.READY
