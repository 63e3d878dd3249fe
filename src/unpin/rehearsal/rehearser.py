"""The rehearser answers whether a client with a store accepts a handshake."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Final, TypeAlias

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.model import Catalogue, Phase
from unpin.model.entries import TrustedEntry
from unpin.model.pem_readers import PemReading
from unpin.model.store import Store
from unpin.pki.acceptance import ServerAuthentication, server_authentication
from unpin.pki.certificate_view import CertificateView, same_name_and_key
from unpin.pki.clients.rules import ClientRules
from unpin.pki.failure_reasons import Reason
from unpin.pki.path_building.relevance import NOTHING, AnchorIndex
from unpin.pki.trust_anchors import Damage, anchors, damaged, loading
from unpin.pki.verdict import Verdict
from unpin.rehearsal.file_reading import agreed, as_read, misread, readings
from unpin.rehearsal.presumed_server import presumed_handshake
from unpin.rehearsal.scenarios import Attempt, Rehearsal, Scenario

_Loaded: TypeAlias = frozenset[bytes] | None
_Anchors: TypeAlias = tuple[bool, _Loaded]
"""Whether it reads key stores, and what it loads of a text: clients with both have one set."""
_NO_CERTIFICATES: Final[tuple[CertificateView, ...]] = ()


class Rehearser:
    """The verdicts of clients with a store at a moment; each is computed once and is final.

    A verdict includes how the client reads the file itself. `now` is aware UTC. In every method,
    `without` are the 0-based positions of entries that are left out, and `plus` are certificates
    that are added at the end of the store.
    """

    def __init__(self, store: Store, catalogue: Catalogue, now: datetime) -> None:
        self.store = store
        self.catalogue = catalogue
        self.now = now
        self._verdicts: dict[
            tuple[str, Handshake, frozenset[int], tuple[CertificateView, ...]], Verdict
        ] = {}
        self._authentications: dict[
            tuple[_Anchors, Handshake, frozenset[int], tuple[CertificateView, ...]],
            ServerAuthentication,
        ] = {}
        self._loading: dict[tuple[str, frozenset[int], _Loaded], Reason | None] = {}
        self._indexes: dict[_Anchors, AnchorIndex] = {}
        self._presumed: dict[int, Handshake] = {}

    def verdict(
        self,
        client: ClientRules,
        handshake: Handshake,
        *,
        without: frozenset[int] = NOTHING,
        plus: tuple[CertificateView, ...] = _NO_CERTIFICATES,
    ) -> Verdict:
        """The verdict of `client` on `handshake`.

        An expired chain of the catalogue is judged at its last valid moment (Handshake.moment).
        """
        key = (client.ident, handshake, without, plus)
        verdict = self._verdicts.get(key)
        if verdict is None:
            known = readings(self.store, client) or (None,)
            each = [self._as_read(client, handshake, without, plus, reading) for reading in known]
            verdict = self._verdicts[key] = agreed(each)
        return verdict

    def _as_read(
        self,
        client: ClientRules,
        handshake: Handshake,
        without: frozenset[int],
        plus: tuple[CertificateView, ...],
        reading: PemReading | None,
    ) -> Verdict:
        """The verdict of the clients that read the file as `reading`; None reads all of it."""
        if reading is not None and reading.refused:
            return Verdict(False, Reason.FILE_REFUSED, ())
        loaded = None if reading is None else reading.loaded
        authentication = self._authentication(client, handshake, without, plus, loaded)
        at = handshake.moment(self.now)
        of_path = authentication.verdict(client, at, self._loaded(client, without, loaded))
        verdict = as_read(self.store, client, of_path)
        if reading is not None and verdict.accepted is False and misread(self.store, reading):
            return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
        return verdict

    def rehearse(
        self,
        clients: Sequence[ClientRules],
        handshakes: Sequence[Handshake],
        *,
        without: frozenset[int] = NOTHING,
        plus: tuple[CertificateView, ...] = _NO_CERTIFICATES,
    ) -> Rehearsal:
        """The verdicts of all clients on all handshakes.

        The handshakes of a chain in a shape and phase form a scenario.
        """
        groups: dict[tuple[str, str, Phase], list[Handshake]] = {}
        for handshake in handshakes:
            key = (handshake.chain, handshake.shape, handshake.phase)
            groups.setdefault(key, []).append(handshake)

        def attempt(client: ClientRules, handshake: Handshake) -> Attempt:
            verdict = self.verdict(client, handshake, without=without, plus=plus)
            return Attempt(
                handshake, verdict, handshake.moment(self.now), handshake.has_ended(self.now)
            )

        scenarios = [
            Scenario(
                client,
                chain,
                shape,
                phase,
                tuple(attempt(client, handshake) for handshake in group),
            )
            for client in clients
            for (chain, shape, phase), group in groups.items()
        ]
        return Rehearsal(self.store, tuple(clients), tuple(scenarios))

    def presumed_handshake(self, index: int, view: CertificateView) -> Handshake:
        """The handshake for which the certificate of the entry `index` was presumably imported."""
        if index not in self._presumed:
            self._presumed[index] = presumed_handshake(
                str(index), view, self.trusted_views, self.catalogue, self.now
            )
        return self._presumed[index]

    def handshakes_through(
        self, index: int, view: CertificateView, handshakes: Sequence[Handshake]
    ) -> tuple[Handshake, ...]:
        """The handshakes in which the server sends the CA of the entry `index`, or its certificate.

        Those of `handshakes` that present the name and key of `view` (a twin is in the chain as
        much as the certificate itself); where none does, the presumed handshake.
        """
        known = tuple(
            handshake
            for handshake in handshakes
            if any(same_name_and_key(sent, view) for sent in handshake.certificates)
        )
        return known or (self.presumed_handshake(index, view),)

    def affected(
        self,
        clients: Sequence[ClientRules],
        index: int,
        handshakes: Sequence[Handshake],
        *,
        accepted_with_it: bool,
    ) -> tuple[ClientRules, ...]:
        """The clients whose verdict on some of `handshakes` turns over without the entry `index`.

        `accepted_with_it`: from yes to no; else from no to yes.
        """
        gone = frozenset({index})
        return tuple(
            client
            for client in clients
            if any(
                self.verdict(client, handshake).accepted is accepted_with_it
                and self.verdict(client, handshake, without=gone).accepted is (not accepted_with_it)
                for handshake in handshakes
            )
        )

    @cached_property
    def trusted_views(self) -> tuple[CertificateView, ...]:
        """The trusted certificates that can be parsed, in the order of the store."""
        return tuple(
            CertificateView.of(entry.certificate)
            for entry in self.store.entries
            if isinstance(entry, TrustedEntry) and entry.certificate.problem is None
        )

    def anchors(self, client: ClientRules, loaded: frozenset[bytes] | None = None) -> AnchorIndex:
        """The trust anchors that `client` takes from the store, as far as it loads it."""
        key = (client.reads_key_stores, loaded)
        if key not in self._indexes:
            self._indexes[key] = AnchorIndex(anchors(self.store, client, loaded))
        return self._indexes[key]

    def _authentication(
        self,
        client: ClientRules,
        handshake: Handshake,
        without: frozenset[int],
        plus: tuple[CertificateView, ...],
        loaded: frozenset[bytes] | None,
    ) -> ServerAuthentication:
        key = ((client.reads_key_stores, loaded), handshake, without, plus)
        authentication = self._authentications.get(key)
        if authentication is None:
            sent = handshake.certificates
            relevant = self.anchors(client, loaded).relevant(sent, without=without, plus=plus)
            authentication = server_authentication(relevant, sent)
            self._authentications[key] = authentication
        return authentication

    def _loaded(
        self, client: ClientRules, without: frozenset[int], loaded: frozenset[bytes] | None
    ) -> Reason | None:
        key = (client.ident, without, loaded)
        if key not in self._loading:
            damages = (
                damage
                for index, damage in self.damages
                if index not in without and self._reached(index, loaded)
            )
            self._loading[key] = loading(client, damages)
        return self._loading[key]

    def _reached(self, index: int, loaded: frozenset[bytes] | None) -> bool:
        """Whether the entry is one that the client loads; all are where nothing is known of it."""
        if loaded is None:
            return True
        entry = self.store.entries[index]
        return isinstance(entry, TrustedEntry) and (
            not entry.raw or entry.certificate.der in loaded
        )

    @cached_property
    def damages(self) -> tuple[tuple[int, Damage], ...]:
        """The entries that may keep a client from loading the store (trust_anchors.damaged)."""
        return tuple(damaged(self.store))


def lost(before: Rehearsal, after: Rehearser) -> Iterator[tuple[Scenario, Attempt]]:
    """The attempts that `before` accepts and the store of `after` does not accept."""
    for scenario in before.scenarios:
        for attempt in scenario.attempts:
            if not attempt.verdict.accepted:
                continue
            if not after.verdict(scenario.client, attempt.handshake).accepted:
                yield scenario, attempt
