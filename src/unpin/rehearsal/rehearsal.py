"""Rehearse a store: which client connects today, which after the rotation, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from unpin.catalogue.handshakes import SHAPES
from unpin.catalogue.model import Phase
from unpin.pki.acceptance import handshake
from unpin.pki.path_building.relevance import relevant
from unpin.pki.trust_anchors import anchors, damaged, loading, reads_as_java
from unpin.rehearsal.file_reading import as_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from unpin.catalogue.handshakes import Act, Presented
    from unpin.model.store import Store
    from unpin.model.verdict import Verdict
    from unpin.pki.acceptance import Handshake
    from unpin.pki.certificate_view import CertificateView
    from unpin.pki.clients.families import ClientRules


class Outcome(StrEnum):
    """What the rotation does to one client family with one store."""

    SURVIVES = "survives"
    FAILS_AFTER = "fails after the rotation"
    FAILS_TODAY = "fails today"
    FAILS_ALWAYS = "fails today and after"
    UNKNOWN = "not known"


FAILING: Final = frozenset({Outcome.FAILS_AFTER, Outcome.FAILS_TODAY, Outcome.FAILS_ALWAYS})


@dataclass(frozen=True, slots=True)
class Try:
    """One handshake: the chain under one issuing CA, and what the client says to it.

    `at` is the moment at which it was rehearsed; `over` says that the chain had ended before the
    moment asked for, so that it was rehearsed at its last valid one.
    """

    presented: Presented
    verdict: Verdict
    at: datetime
    over: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """One client family and one chain in one shape, under each CA that may issue for it.

    `accepted` is True where every one of the handshakes is accepted, False where one is refused,
    None where none is refused but one is not known.
    """

    client: ClientRules
    chain: str
    shape: str
    phase: Phase
    tries: tuple[Try, ...]

    @property
    def accepted(self) -> bool | None:
        verdicts = {one.verdict.accepted for one in self.tries}
        if False in verdicts:
            return False
        return None if None in verdicts else True

    @property
    def connects_partly(self) -> bool:
        """Whether today's server may be one that is accepted: it has one of the CAs."""
        return self.phase is Phase.TODAY and any(one.verdict.accepted for one in self.tries)

    @property
    def is_risk(self) -> bool:
        """Whether the shape is none that the documentation promises."""
        return self.shape in SHAPES[1:]

    @property
    def refused(self) -> tuple[Try, ...]:
        return tuple(one for one in self.tries if one.verdict.accepted is False)

    @property
    def telling(self) -> Try:
        """The handshake that explains `accepted`: the first refused, or unknown, or the first."""
        for wanted in (False, None):
            for one in self.tries:
                if one.verdict.accepted is wanted:
                    return one
        return self.tries[0]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything that was rehearsed with one store, in the order client, chain, shape."""

    store: Store
    clients: tuple[ClientRules, ...]
    scenes: tuple[Scene, ...]

    def of(self, client: ClientRules) -> tuple[Scene, ...]:
        return tuple(scene for scene in self.scenes if scene.client is client)

    def outcome(self, client: ClientRules, *, all_shapes: bool = False) -> Outcome:
        """Compare before and after; of the new chain, the documented full shape counts.

        With `all_shapes` the others count as well. A chain read from a file counts as it is.
        """
        scenes = [s for s in self.of(client) if all_shapes or not s.is_risk]
        today = [s.accepted for s in scenes if s.phase.is_today]
        after = [s.accepted for s in scenes if s.phase.is_after]
        if False in after:
            lost = [s for s in scenes if s.phase.is_today and s.accepted is False]
            # A pin of one of today's CAs connects to the servers that have it: they are the outage.
            return (
                Outcome.FAILS_AFTER
                if all(scene.connects_partly for scene in lost)
                else Outcome.FAILS_ALWAYS
            )
        if False in today:
            return Outcome.FAILS_TODAY
        return Outcome.UNKNOWN if None in today or None in after else Outcome.SURVIVES

    def risks(self, client: ClientRules) -> tuple[Scene, ...]:
        """The refused shapes that are not the documented one."""
        return tuple(s for s in self.of(client) if s.is_risk and s.accepted is False)


def lost(before: Rehearsal, after: Rehearsal) -> Iterator[tuple[Scene, Try]]:
    """The handshakes of `before` that are accepted there, and not in `after`.

    Both have rehearsed the same, with two stores.
    """
    for scene, then in zip(before.scenes, after.scenes, strict=True):
        for one, other in zip(scene.tries, then.tries, strict=True):
            if one.verdict.accepted and not other.verdict.accepted:
                yield scene, one


def rehearse_store(
    store: Store,
    *,
    clients: Sequence[ClientRules],
    acts: Sequence[Act],
    now: datetime,
    without: AbstractSet[int] = frozenset(),
    plus: Sequence[CertificateView] = (),
) -> Rehearsal:
    """Rehearse what `acts` present. `now` is aware UTC; each chain is judged while it is valid.

    As if the entries at the positions `without` were gone and the certificates `plus` stood at
    the end of the store.
    """
    every_link = [view for _, one in acts for view in one.views]
    damages = [damage for index, damage in damaged(store) if index not in without]
    moments = [_moment(one, now) for _, one in acts]
    groups: dict[tuple[str, str, Phase], list[int]] = {}
    for number, (phase, one) in enumerate(acts):
        groups.setdefault((one.chain, one.shape, phase), []).append(number)
    seen: dict[bool, list[Handshake]] = {}
    scenes: list[Scene] = []
    for client in clients:
        loaded = loading(client, damages)
        java = reads_as_java(client)
        if java not in seen:
            held = [view for index, view in anchors(store, client) if index not in without]
            near = relevant([*held, *plus], every_link)
            seen[java] = [handshake(relevant(near, one.views), one.views) for _, one in acts]
        handshakes = seen[java]
        for (chain, shape, phase), numbers in groups.items():
            tries = []
            for number in numbers:
                at, over = moments[number]
                told = as_read(store, client, handshakes[number].verdict(client, at, loaded))
                tries.append(Try(acts[number].presented, told, at, over))
            scenes.append(Scene(client, chain, shape, phase, tuple(tries)))
    return Rehearsal(store, tuple(clients), tuple(scenes))


def _moment(presented: Presented, now: datetime) -> tuple[datetime, bool]:
    """When to rehearse it, and whether it is over by `now`."""
    end = presented.not_after
    return presented.moment(now), end is not None and end < now
