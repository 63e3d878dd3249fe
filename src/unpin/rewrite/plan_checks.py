"""Refuse a plan after which a client would lose a connection that it has today."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime

from unpin.catalogue.handshakes import (
    FULL,
    SHAPES,
    Handshake,
    handshake_under,
    handshakes_of,
    view_of,
)
from unpin.catalogue.model import Catalogue, Profile
from unpin.model.entries import TrustedEntry
from unpin.model.errors import RefusedPlanError
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, is_issuer
from unpin.pki.clients import reading_clients
from unpin.pki.clients.rules import ClientRules
from unpin.rehearsal.rehearser import Rehearser, lost
from unpin.rehearsal.scenarios import Scenario
from unpin.rewrite.plan import Plan
from unpin.rewrite.removal_candidates import PlanOptions, RemovalKind


def check_plan(
    store: Store,
    plan: Plan,
    after: Store,
    lost: Sequence[Scenario],
    catalogue: Catalogue,
    profile: Profile | None,
    plan_options: PlanOptions,
) -> None:
    """Raise RefusedPlanError for a plan that must not be carried out.

    `after` is the store after the plan, `lost` the result of lost_scenarios. A plan is refused if a
    client would no longer validate a documented chain of the catalogue, if a root to add is not
    bundled, if the plan drops a root that the service is leaving, or if no entry would remain.
    With `drop_retired` the chains of other profiles may be lost.
    """
    if plan.lacking:
        names = ", ".join(record.name for record in plan.lacking)
        raise RefusedPlanError(
            f"{store.source}: cannot add {names}: certificate not bundled",
            f"unpin catalogue fetch {' '.join(record.slug for record in plan.lacking)}",
        )
    _check_leaving(store, plan, catalogue, plan_options)
    if not plan.is_empty and not after.trusted and not after.keys:
        expired = any(line.removal is RemovalKind.EXPIRED for line in plan.remove)
        raise RefusedPlanError(
            f"{store.source}: the plan would leave the store empty",
            "get the current bundle where this one came from" if expired else None,
        )
    every = [chain.name for chain in catalogue.chains]
    chains = every if profile is None else profile.chains
    first = next(
        (
            scenario
            for scenario in lost
            if scenario.shape == FULL
            and not (plan_options.drop_retired and scenario.chain not in chains)
        ),
        None,
    )
    if first is not None:
        raise RefusedPlanError(
            f"{store.source}: {first.client.title} accepts the chain {first.chain} with this "
            "store, and would refuse it with the planned store",
            f"unpin rehearse --fixed --paths {shlex.quote(store.source)} shows the paths; "
            "--keep-pins removes nothing",
        )


def lost_scenarios(
    before: Rehearser, after: Rehearser, named: Sequence[ClientRules] = ()
) -> list[Scenario]:
    """The scenarios that a client accepts with the store before and not with the store after.

    The clients are those that read such a store, and those that the user `named`.
    All chains of the catalogue in every shape are rehearsed, and also the servers whose
    certificates are in the store, since some clients trust these whatever the chain above is.
    """
    catalogue = before.catalogue
    handshakes = [
        *handshakes_of(catalogue, [chain.name for chain in catalogue.chains], SHAPES),
        *_pinned_servers(before.store, catalogue, before.now),
    ]
    clients = tuple(dict.fromkeys((*reading_clients(before.store), *named)))
    now = before.rehearse(clients, handshakes)
    return list({id(scenario): scenario for scenario, _ in lost(now, after)}.values())


def _check_leaving(
    store: Store, plan: Plan, catalogue: Catalogue, plan_options: PlanOptions
) -> None:
    if plan_options.drop_retired:
        return
    for line in plan.remove:
        if line.removal is RemovalKind.EXPIRED:
            continue
        entry = store.entries[line.index]
        if not isinstance(entry, TrustedEntry):
            continue
        record = catalogue.by_sha256.get(entry.certificate.sha256)
        if record is not None and record.leaving:
            raise RefusedPlanError(
                f"{store.source}: the plan drops {record.name}, {record.leaving}",
                "--drop-retired allows it",
            )


def _pinned_servers(store: Store, catalogue: Catalogue, now: datetime) -> Iterator[Handshake]:
    """The handshakes of servers whose certificates are in `store`, under CAs of the catalogue."""
    views = {
        certificate.sha256: CertificateView.of(certificate)
        for certificate in store.certificates()
        if certificate.problem is None
    }
    for view in views.values():
        if view.ca or not view.valid(now):
            continue
        for chain in catalogue.chains:
            for slug in chain.issuing:
                if not is_issuer(view_of(catalogue, catalogue.certificate(slug)), view):
                    continue
                for shape in chain.shapes:
                    yield handshake_under(catalogue, chain, slug, shape, leaf=view)
