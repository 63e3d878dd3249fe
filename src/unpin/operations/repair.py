"""Repair a store in memory: plan, encode, read back, rehearse before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.judge.run import DEFAULT_WITHIN, audit
from unpin.model.errors import CannotWriteError, RefusedPlanError, UnpinError
from unpin.model.finding import Severity
from unpin.model.formats import Format
from unpin.model.store_policy import NO_STORE_POLICY
from unpin.model.values import frozen
from unpin.operations.fault_repair import repairable_faults, written_anew
from unpin.pki.clients import default_clients
from unpin.pki.work import WorkLimitError, judged_in_full
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import FAILING, Rehearsal
from unpin.rewrite.aliases import AliasStyle
from unpin.rewrite.plan import Plan, applied, make_plan, planned
from unpin.rewrite.plan_checks import check_plan, lost_scenarios
from unpin.rewrite.removal_candidates import DEFAULT_PLAN, PlanOptions
from unpin.stores.encoders import encode_verified
from unpin.stores.formats import DEFAULT_OPTIONS, EncodeOptions, ProtectionScheme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from unpin.catalogue.model import Catalogue, Profile
    from unpin.judge.run import Audit
    from unpin.model.encoding_faults import EncodingFault
    from unpin.model.store import Store
    from unpin.model.store_policy import StorePolicy
    from unpin.pki.clients.rules import ClientRules
    from unpin.rehearsal.scenarios import Scenario


@frozen
class Repair:
    """The repair of a store: the plan, the new bytes, and the rehearsals before and after.

    `then` is the rehearsal of the new store. `data` is None if there is nothing to change, or if
    `refusal` says why the plan is not carried out. `lost` are the scenarios that a client would
    lose. `upgrades` says that an outdated protection is renewed; `weak_keys` are the aliases of
    keys that keep their outdated encryption. `repaired` are the encoding faults that are gone, for
    every certificate is written anew. `changed` are the entries that `data` should hold. `audit` is
    the audit of the new store, or of the old store where there is no new one; a finding of the
    severity `fail_on` or a worse one fails.
    """

    store: Store
    plan: Plan
    before: Rehearsal
    then: Rehearsal
    data: bytes | None = None
    refusal: UnpinError | None = None
    lost: tuple[Scenario, ...] = ()
    upgrades: bool = False
    weak_keys: tuple[str, ...] = ()
    repaired: tuple[EncodingFault, ...] = ()
    changed: Store | None = None
    audit: Audit | None = None
    fail_on: Severity = Severity.ERROR

    @property
    def aliases(self) -> tuple[str, ...]:
        """The aliases of the new roots, in the order of the store."""
        if self.store.format is Format.PEM:
            return ("",) * len(self.plan.add)
        known = {id(entry) for entry in self.store.entries}
        new = self.changed.entries if self.changed else ()
        return tuple(entry.alias for entry in new if id(entry) not in known)

    @property
    def due(self) -> bool:
        """Whether there is anything to change, even if the plan is refused."""
        return bool(not self.plan.is_empty or self.plan.lacking or self.upgrades or self.repaired)

    @property
    def fails(self) -> bool:
        """Whether a client fails with the store after the plan, or its audit has an error."""
        return self.clients_fail or (self.audit is not None and self.audit.at_least(self.fail_on))

    @property
    def clients_fail(self) -> bool:
        """Whether a client fails with the store after the plan."""
        return any(self.then.outcome(client) in FAILING for client in self.then.clients)


@frozen
class RepairOptions:
    """The options of a repair.

    `clients` are the client families to rehearse; empty means the families that read such a
    store. `now` is aware UTC, `created_ms` (milliseconds since 1970) the creation date of new
    entries. `plan_options` say what to change, `style` how to name new entries, and `options` how
    to encode the store. `set_aside` is the default profile of a store that is not for it. `policy`,
    `expires_within` and `fail_on` are for the audit at the end.
    """

    catalogue: Catalogue
    profile: Profile | None
    now: datetime
    created_ms: int
    clients: Sequence[ClientRules] = ()
    plan_options: PlanOptions = DEFAULT_PLAN
    style: AliasStyle = AliasStyle.SLUG
    options: EncodeOptions = DEFAULT_OPTIONS
    set_aside: Profile | None = None
    policy: StorePolicy = NO_STORE_POLICY
    expires_within: timedelta = DEFAULT_WITHIN
    fail_on: Severity = Severity.ERROR


def repair(store: Store, way: RepairOptions) -> Repair:
    """Plan the repair of a store and carry it out in memory; nothing is written.

    The rehearsal after the repair uses the store as read back from the new bytes. A refused plan
    and a store that cannot be written are in `refusal`. Raises LimitExceededError where a verdict
    takes more work than a store may (pki.work): a pin that was not judged must not go.
    """
    with judged_in_full(store):
        found = _repair(store, way)
        if found.before.gave_up or found.then.gave_up:
            raise WorkLimitError
    planned_only = found.refusal is None and found.due
    return replace(
        found,
        audit=audit(
            found.then.store if planned_only else store,
            catalogue=way.catalogue,
            profile=way.profile,
            set_aside=way.set_aside,
            now=way.now,
            clients=way.clients,
            policy=way.policy,
            expires_within=way.expires_within,
        ),
        fail_on=way.fail_on,
    )


def _repair(store: Store, way: RepairOptions) -> Repair:
    clients = tuple(way.clients) or default_clients(store)
    chains = () if way.profile is None else way.profile.chains
    handshakes = handshakes_of(way.catalogue, chains, (FULL,))
    rehearser = Rehearser(store, way.catalogue, way.now)
    before = rehearser.rehearse(clients, handshakes)
    plan = make_plan(rehearser, way.profile, way.plan_options, clients=way.clients)
    upgrades = _upgrades(store, way.options)
    repaired = repairable_faults(store)
    if plan.is_empty and not upgrades and not repaired:
        return Repair(store, plan, before, before, refusal=_lacking(store, plan, way))
    data: bytes | None = None
    refusal: UnpinError | None = None
    changed = applied(store, plan, way.style, way.created_ms)
    after = planned(store, plan)
    if repaired:
        changed, after = written_anew(changed), written_anew(after)
    try:
        encoded = encode_verified(changed, password=store.password, options=way.options)
        data, after = encoded.data, encoded.store
    except CannotWriteError as error:
        data, refusal = None, error
    fixed = Rehearser(after, way.catalogue, way.now)
    lost = lost_scenarios(rehearser, fixed, way.clients)
    try:
        check_plan(store, plan, after, lost, way.catalogue, way.profile, way.plan_options)
    except RefusedPlanError as error:
        data, refusal = None, error
    return Repair(
        store,
        plan,
        before,
        fixed.rehearse(clients, handshakes),
        data,
        refusal,
        tuple(lost),
        upgrades,
        _weak_keys(store) if upgrades else (),
        repaired,
        changed,
    )


def _upgrades(store: Store, options: EncodeOptions) -> bool:
    return (
        options.scheme is not ProtectionScheme.KEEP
        and store.format is Format.PKCS12
        and bool(store.protection.weaknesses)
    )


def _weak_keys(store: Store) -> tuple[str, ...]:
    from unpin.stores.pkcs12.protection import weak_keys

    return weak_keys(store)


def _lacking(store: Store, plan: Plan, way: RepairOptions) -> UnpinError | None:
    try:
        check_plan(store, plan, store, (), way.catalogue, way.profile, way.plan_options)
    except RefusedPlanError as error:
        return error
    return None
