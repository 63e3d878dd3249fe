"""Variants of a store, without some entries and with added certificates, each rehearsed once."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from unpin.catalogue.handshakes import SHAPES, Handshake, handshakes_of
from unpin.catalogue.model import Profile
from unpin.model.errors import LimitExceededError
from unpin.model.values import frozen
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients.rules import ClientRules
from unpin.pki.path_building.relevance import reached
from unpin.rehearsal.rehearser import Rehearser

MAX_CANDIDATES: Final = 1_000
"""The most certificates with names of the chains that are compared; the catalogue has under 100."""


class Connection(NamedTuple):
    """A client family (its ident) and a handshake."""

    client: str
    handshake: Handshake


Connections: TypeAlias = frozenset[Connection]


@frozen
class AffectedClients:
    """The client families (idents) that an entry or a root affects.

    `today` and `after` are the families affected with the documented chains before and after the
    rotation, `otherwise` the families affected if servers send another shape, or have a
    certificate of another CA below those of the chains.
    """

    today: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.today or self.after or self.otherwise)

    @property
    def documented(self) -> tuple[str, ...]:
        """The families of `today` and `after`, each once."""
        return tuple(dict.fromkeys(self.today + self.after))


NO_CLIENTS = AffectedClients()


class StoreVariants:
    """A store, the chains of a profile in every shape, and the variants rehearsed so far.

    `rehearsal` is the rehearsal of the store as it is. `documented` are its connections with the
    documented shape whose outcome is known.
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
        """The connections that succeed without the entries `without` and with `plus` added."""
        key = (frozenset(without), tuple(plus))
        if key not in self._seen:
            gone = frozenset(copy for index in key[0] for copy in self.copies.get(index, ()))
            self._seen[key] = frozenset(
                Connection(client.ident, handshake)
                for client in self.clients
                for handshake in self._handshakes
                if self._rehearser.verdict(client, handshake, without=gone, plus=key[1]).accepted
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
        """The entries that can be on a path, by position; the others change no verdict.

        The first of equal certificates represents all of them. Raises LimitExceededError for more
        than MAX_CANDIDATES.
        """
        presented = [view for handshake in self._handshakes for view in handshake.certificates]
        every = {index: view for found in self._anchors for index, view in found.items()}
        ids = {view.id for view in reached(tuple(every.values()), presented)}
        first: dict[str, int] = {}
        for index in sorted(every):
            if every[index].id in ids:
                first.setdefault(every[index].id, index)
        if len(first) > MAX_CANDIDATES:
            raise LimitExceededError(
                f"{self.store.source}: {len(first)} certificates have names of the chains, but "
                f"unpin compares at most {MAX_CANDIDATES}"
            )
        return {index: every[index] for index in first.values()}

    @cached_property
    def copies(self) -> dict[int, tuple[int, ...]]:
        """The positions of the equal certificates that each candidate represents, its own too."""
        ids = {view.id: index for index, view in self.candidates.items()}
        found: dict[int, set[int]] = {}
        for anchors in self._anchors:
            for index, view in anchors.items():
                if view.id in ids:
                    found.setdefault(ids[view.id], set()).add(index)
        return {index: tuple(sorted(copies)) for index, copies in found.items()}

    def seen_by_all(self, sha256: str) -> bool:
        """Whether the certificate is a trust anchor of every client."""
        return all(sha256 in {view.id for view in found.values()} for found in self._anchors)

    @cached_property
    def _anchors(self) -> list[dict[int, CertificateView]]:
        found = {id(anchors): anchors for anchors in map(self._rehearser.anchors, self.clients)}
        return [dict(anchors.anchors) for anchors in found.values()]

    def _ordered(self, idents: AbstractSet[str]) -> tuple[str, ...]:
        return tuple(client.ident for client in self.clients if client.ident in idents)
