"""One store with entries taken away and certificates added, each variant rehearsed once."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from unpin.catalogue.handshakes import SHAPES, Handshake, handshakes_of
from unpin.catalogue.model import Profile
from unpin.model.errors import LimitExceededError
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients.rules import ClientRules
from unpin.pki.path_building.relevance import reached
from unpin.rehearsal.rehearser import Rehearser

MAX_CANDIDATES: Final = 1_000
"""Most different certificates with names of the chains; the whole catalogue has fewer than 100."""


class Connection(NamedTuple):
    """One client family and one handshake."""

    client: str
    handshake: Handshake


Connections: TypeAlias = frozenset[Connection]


@dataclass(frozen=True, slots=True)
class AffectedClients:
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


NO_CLIENTS = AffectedClients()


class StoreVariants:
    """One store, the chains of one profile in every shape, and the variants asked for so far.

    `rehearsal` is that of the store as it is. `documented` are its connections in the shape that
    counts, without those of which unpin does not know how they end.
    """

    def __init__(
        self, rehearser: Rehearser, clients: Sequence[ClientRules], profile: Profile
    ) -> None:
        self.store = rehearser.store
        self.clients = tuple(clients)
        self._rehearser = rehearser
        self._handshakes = handshakes_of(rehearser.catalogue, profile.chains, SHAPES)
        self._seen: dict[tuple[frozenset[int], tuple[CertificateView, ...]], Connections] = {}
        self.rehearsal = rehearser.rehearse(self.clients, self._handshakes)
        self.documented: Connections = frozenset(
            Connection(scenario.client.ident, attempt.handshake)
            for scenario in self.rehearsal.scenarios
            for attempt in scenario.attempts
            if attempt.verdict.accepted is not None and attempt.handshake.is_documented
        )

    def accepted(
        self,
        *,
        without: AbstractSet[int] = frozenset(),
        plus: Sequence[CertificateView] = (),
    ) -> Connections:
        """The connections that succeed as if `without` were gone and `plus` were there."""
        key = (frozenset(without), tuple(plus))
        if key not in self._seen:
            gone = frozenset(copy for index in key[0] for copy in self.copies.get(index, ()))
            self._seen[key] = frozenset(
                Connection(client.ident, one)
                for client in self.clients
                for one in self._handshakes
                if self._rehearser.verdict(client, one, without=gone, plus=key[1]).accepted
            )
        return self._seen[key]

    def who(self, connections: Iterable[Connection]) -> AffectedClients:
        """The clients of `connections`, in the order of `clients`."""
        today, after, otherwise = set(), set(), set()
        for client, handshake in connections:
            if not handshake.is_documented:
                otherwise.add(client)
                continue
            if handshake.phase.is_today:
                today.add(client)
            if handshake.phase.is_after:
                after.add(client)
        return AffectedClients(*(self._ordered(idents) for idents in (today, after, otherwise)))

    @cached_property
    def candidates(self) -> dict[int, CertificateView]:
        """The entries at which a client may look, by position: all others change no path.

        Of equal certificates the first stands for all: what it does, they do. Raises
        LimitExceededError beyond MAX_CANDIDATES.
        """
        presented = [view for one in self._handshakes for view in one.certificates]
        every = {index: view for found in self._anchors for index, view in found.items()}
        ids = {view.id for view in reached(tuple(every.values()), presented)}
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
        found: dict[int, set[int]] = {}
        for anchors in self._anchors:
            for index, view in anchors.items():
                if view.id in ids:
                    found.setdefault(ids[view.id], set()).add(index)
        return {index: tuple(sorted(copies)) for index, copies in found.items()}

    def seen_by_all(self, sha256: str) -> bool:
        """Whether every client has the certificate among its anchors."""
        return all(sha256 in {view.id for view in found.values()} for found in self._anchors)

    @cached_property
    def _anchors(self) -> list[dict[int, CertificateView]]:
        found = {id(one): one for one in map(self._rehearser.anchors, self.clients)}
        return [dict(one.anchors) for one in found.values()]

    def _ordered(self, idents: AbstractSet[str]) -> tuple[str, ...]:
        return tuple(client.ident for client in self.clients if client.ident in idents)
