"""Rehearse a store as it is, and as a fix would leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.pki.clients import default_clients
from unpin.pki.work import judged_in_full
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import FAILING
from unpin.rewrite.plan import make_plan, planned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from unpin.catalogue.model import Catalogue, Profile
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules
    from unpin.rehearsal.scenarios import Rehearsal

    BeforeAndAfter: TypeAlias = tuple[Rehearsal, Rehearsal | None]


def before_and_after(
    store: Store,
    catalogue: Catalogue,
    profile: Profile,
    clients: Sequence[ClientRules],
    now: datetime,
) -> BeforeAndAfter:
    """The rehearsal of the documented chains, and that with the roots in place of the pins.

    The second is None if no client fails now, or if there is nothing to change. `clients` () means
    those that read such a store. Raises LimitExceededError.
    """
    with judged_in_full(store):
        asked = tuple(clients) or default_clients(store)
        handshakes = handshakes_of(catalogue, profile.chains, (FULL,))
        rehearser = Rehearser(store, catalogue, now)
        before = rehearser.rehearse(asked, handshakes)
        if all(before.outcome(client) not in FAILING for client in asked):
            return before, None
        plan = make_plan(rehearser, profile, clients=clients)
        if plan.is_empty:
            return before, None
        return before, Rehearser(planned(store, plan), catalogue, now).rehearse(asked, handshakes)
