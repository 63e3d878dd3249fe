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
from unpin.pki.clients import default_clients
from unpin.rehearsal.rehearser import Rehearser, lost
from unpin.rehearsal.scenarios import Scenario
from unpin.rewrite.plan import Plan
from unpin.rewrite.removal_candidates import PlanOptions


def check_plan(
    store: Store,
    plan: Plan,
    after: Store,
    lost: Sequence[Scenario],
    catalogue: Catalogue,
    profile: Profile,
    plan_options: PlanOptions,
) -> None:
    """Raise RefusedPlanError for a plan that must not be carried out.

    `after` is the store as the plan leaves it, `lost` what lost_scenarios found: a chain of the
    catalogue that some reader of the store validates today it has to validate then. Who drops the
    retired roots may lose the chains of other profiles by it.
    """
    if plan.lacking:
        names = ", ".join(record.name for record in plan.lacking)
        raise RefusedPlanError(
            f"{store.source}: {names} should be added, and its bytes are not here",
            f"unpin catalogue fetch {' '.join(record.slug for record in plan.lacking)}",
        )
    _check_leaving(store, plan, catalogue, plan_options)
    if not plan.is_empty and not after.trusted and not after.keys:
        raise RefusedPlanError(f"{store.source}: the plan would leave the store empty")
    first = next(
        (
            scenario
            for scenario in lost
            if scenario.shape == FULL
            and not (plan_options.drop_retired and scenario.chain not in profile.chains)
        ),
        None,
    )
    if first is not None:
        raise RefusedPlanError(
            f"{store.source}: {first.client.title} validates the chain {first.chain} with this "
            "store and would not with the planned one",
            f"unpin rehearse --fixed --paths {shlex.quote(store.source)} shows the paths; "
            "--keep-pins removes nothing",
        )


def lost_scenarios(before: Rehearser, after: Rehearser) -> list[Scenario]:
    """What some client validates with the store before and not after, in every shape of a chain.

    Servers whose own certificates are in the store are asked for besides: some clients trust these
    as such, whatever is sent above them.
    """
    catalogue = before.catalogue
    handshakes = [
        *handshakes_of(catalogue, [chain.name for chain in catalogue.chains], SHAPES),
        *_pinned_servers(before.store, catalogue, before.now),
    ]
    clients = default_clients(before.store)
    now = before.rehearse(clients, handshakes)
    return list({id(scenario): scenario for scenario, _ in lost(now, after)}.values())


def _check_leaving(
    store: Store, plan: Plan, catalogue: Catalogue, plan_options: PlanOptions
) -> None:
    if plan_options.drop_retired:
        return
    for line in plan.remove:
        entry = store.entries[line.index]
        if not isinstance(entry, TrustedEntry):
            continue
        record = catalogue.by_sha256.get(entry.certificate.sha256)
        if record is not None and record.leaving:
            raise RefusedPlanError(
                f"{store.source}: the plan drops {record.name}, {record.leaving}",
                "--drop-retired drops it all the same",
            )


def _pinned_servers(store: Store, catalogue: Catalogue, now: datetime) -> Iterator[Handshake]:
    """The servers under CAs of the catalogue whose certificates are in `store`, in every shape."""
    views = {
        one.sha256: CertificateView.of(one) for one in store.certificates() if one.problem is None
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
