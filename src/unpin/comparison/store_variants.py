"""Rehearse a store with entries taken away and certificates added, each variant once."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from unpin.catalogue.handshakes import SHAPES, acts_of
from unpin.catalogue.model import Catalogue, Phase, Profile
from unpin.model.errors import LimitExceededError
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients.families import ClientRules
from unpin.pki.path_building.relevance import relevant
from unpin.pki.trust_anchors import anchors
from unpin.rehearsal.rehearsal import Rehearsal, rehearse_store

MAX_CANDIDATES: Final = 1_000
"""Most different certificates with names of the chains; the whole catalogue has fewer than 100."""


class Handshake(NamedTuple):
    """What identifies one handshake of a rehearsal."""

    client: str
    chain: str
    shape: str
    issuing: str
    phase: Phase

    @property
    def is_documented(self) -> bool:
        """Whether the chain has the shape that counts (Rehearsal.outcome)."""
        return self.shape not in SHAPES[1:]


Handshakes: TypeAlias = frozenset[Handshake]


@dataclass(frozen=True, slots=True)
class Who:
    """The client families (idents) that something concerns.

    On the documented chains of today and of after the rotation; `otherwise` where servers send
    them in another shape.
    """

    today: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.today or self.after or self.otherwise)

    @property
    def documented(self) -> tuple[str, ...]:
        """Those of today and after, each once."""
        return tuple(dict.fromkeys(self.today + self.after))


NOBODY = Who()


class Trials:
    """One store, the chains of one profile in every shape, and the variants asked for so far.

    `rehearsal` is that of the store as it is. `documented` are its handshakes in the shape that
    counts, without those of which unpin cannot say how they end.
    """

    def __init__(
        self,
        store: Store,
        clients: Sequence[ClientRules],
        catalogue: Catalogue,
        profile: Profile,
        now: datetime,
    ) -> None:
        self.store = store
        self.clients = tuple(clients)
        self._acts = acts_of(catalogue, profile.chains, SHAPES)
        self._now = now
        self._seen: dict[tuple[AbstractSet[int], tuple[str, ...]], Handshakes] = {}
        self.rehearsal = self._rehearse(frozenset(), ())
        self.documented: Handshakes = frozenset(
            one
            for one, accepted in _handshakes(self.rehearsal)
            if accepted is not None and one.is_documented
        )

    def accepted(
        self, *, without: AbstractSet[int] = frozenset(), plus: Sequence[CertificateView] = ()
    ) -> Handshakes:
        """The handshakes that succeed as if `without` were gone and `plus` were there."""
        key = (frozenset(without), tuple(view.id for view in plus))
        if key not in self._seen:
            copies = {copy for index in without for copy in self.copies.get(index, ())}
            variant = self._rehearse(copies, plus) if without or plus else self.rehearsal
            self._seen[key] = frozenset(one for one, ok in _handshakes(variant) if ok)
        return self._seen[key]

    def who(self, handshakes: Iterable[Handshake]) -> Who:
        """The clients of `handshakes`, in the order of `clients`."""
        today, after, otherwise = set(), set(), set()
        for one in handshakes:
            if not one.is_documented:
                otherwise.add(one.client)
                continue
            if one.phase.is_today:
                today.add(one.client)
            if one.phase.is_after:
                after.add(one.client)
        return Who(*(self._ordered(idents) for idents in (today, after, otherwise)))

    @cached_property
    def candidates(self) -> dict[int, CertificateView]:
        """The entries at which a client may look, by position: all others change no path.

        Of equal certificates the first stands for all: what it does, they do. Raises
        LimitExceededError beyond MAX_CANDIDATES.
        """
        presented = [view for _, act in self._acts for view in act.views]
        every = {index: view for found in self._anchors for index, view in found.items()}
        ids = {view.id for view in relevant(tuple(every.values()), presented)}
        first: dict[str, int] = {}
        for index in sorted(every):
            if every[index].id in ids:
                first.setdefault(every[index].id, index)
        if len(first) > MAX_CANDIDATES:
            raise LimitExceededError(
                f"{self.store.source}: {len(first)} certificates have names of the chains, at most "
                f"{MAX_CANDIDATES} are compared"
            )
        return {index: every[index] for index in first.values()}

    @cached_property
    def copies(self) -> dict[int, tuple[int, ...]]:
        """The positions for which each candidate stands, its own among them."""
        ids = {view.id: index for index, view in self.candidates.items()}
        found: dict[int, tuple[int, ...]] = {}
        for anchor in self._anchors:
            for index, view in anchor.items():
                if view.id in ids:
                    found[ids[view.id]] = (*found.get(ids[view.id], ()), index)
        return found

    def seen_by_all(self, sha256: str) -> bool:
        """Whether every client has the certificate among its anchors."""
        return all(sha256 in {view.id for view in found.values()} for found in self._anchors)

    @cached_property
    def _anchors(self) -> list[dict[int, CertificateView]]:
        return [dict(anchors(self.store, client)) for client in self.clients]

    def _ordered(self, idents: AbstractSet[str]) -> tuple[str, ...]:
        return tuple(client.ident for client in self.clients if client.ident in idents)

    def _rehearse(self, without: AbstractSet[int], plus: Sequence[CertificateView]) -> Rehearsal:
        return rehearse_store(
            self.store,
            clients=self.clients,
            acts=self._acts,
            now=self._now,
            without=without,
            plus=plus,
        )


def _handshakes(rehearsal: Rehearsal) -> Iterable[tuple[Handshake, bool | None]]:
    for scene in rehearsal.scenes:
        for one in scene.tries:
            name = Handshake(
                scene.client.ident, scene.chain, scene.shape, one.presented.issuing, scene.phase
            )
            yield name, one.verdict.accepted
