"""The effect of a difference on the clients: rehearsals of both stores, and in either order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.catalogue.model import Catalogue, Profile
from unpin.comparison.differences import Comparison
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.pki.clients.rules import ClientRules
from unpin.pki.work import bounded_work
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import Rehearsal, RotationOutcome


@frozen
class Effect:
    """The outcome of the rotation for a client family with either store.

    `by_order` says that a verdict differs because the entries are in another order.
    """

    client: ClientRules
    before: RotationOutcome
    after: RotationOutcome
    by_order: bool = False


def effects(
    comparison: Comparison,
    *,
    clients: Sequence[ClientRules],
    catalogue: Catalogue,
    profile: Profile,
    now: datetime,
) -> tuple[Effect, ...]:
    """Rehearse both stores with the documented chains of `profile` at `now` (aware UTC).

    What takes more work than a store may (pki.work) is not known.
    """
    handshakes = handshakes_of(catalogue, profile.chains, (FULL,))

    def rehearsed(store: Store) -> Rehearsal:
        with bounded_work(len(store.entries)):
            return Rehearser(store, catalogue, now).rehearse(clients, handshakes)

    before, after = rehearsed(comparison.before), rehearsed(comparison.after)
    reordered = _in_the_order_of_before(comparison)
    in_old_order = after if reordered is None else rehearsed(reordered)
    return tuple(
        Effect(
            client,
            before.outcome(client),
            after.outcome(client),
            _verdicts(after, client) != _verdicts(in_old_order, client),
        )
        for client in clients
    )


def _in_the_order_of_before(comparison: Comparison) -> Store | None:
    """The second store with its paired entries in the order of the first.

    None if they are in that order already.
    """
    wanted = [right for _, right in comparison.pairing.pairs]
    places = sorted(wanted)
    if wanted == places:
        return None
    entries = list(comparison.after.entries)
    for place, index in zip(places, wanted, strict=True):
        entries[place] = comparison.after.entries[index]
    return replace(comparison.after, entries=tuple(entries))


def _verdicts(rehearsal: Rehearsal, client: ClientRules) -> list[bool | None]:
    return [
        attempt.verdict.accepted
        for scenario in rehearsal.of(client)
        for attempt in scenario.attempts
    ]
