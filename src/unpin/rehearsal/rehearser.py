"""The rehearser answers whether a client with a store accepts a handshake."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Final, TypeAlias

from unpin.catalogue.handshakes import Handshake, by_name_and_key, names_sent
from unpin.catalogue.model import Catalogue, Phase
from unpin.model.encoding_faults import PemReading
from unpin.model.entries import TrustedEntry, own_certificate
from unpin.model.store import Store
from unpin.pki.acceptance import ServerAuthentication, server_authentication
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients.rules import UNMEASURED_FLAWS, ClientRules, Flag
from unpin.pki.path_building.backtracking import FEW_SIGNATURES
from unpin.pki.path_building.relevance import NOTHING, AnchorIndex
from unpin.pki.trust_anchors import (
    Damage,
    anchors,
    damaged,
    loading,
    places_by_subject,
    trusted_pool,
)
from unpin.pki.verdict import Reason, Verdict
from unpin.pki.work import MOST_CANDIDATES, WorkLimitError, spend
from unpin.rehearsal.copies import later_copies
from unpin.rehearsal.file_reading import (
    as_read,
    family_verdict,
    is_read_alike,
    misread,
    readings_of,
)
from unpin.rehearsal.memory import (
    RehearsedQuestion,
    VerdictKey,
    remember,
    remembered,
    verdict_key,
)
from unpin.rehearsal.presumed_server import presumed_handshake
from unpin.rehearsal.scenarios import Attempt, Rehearsal, Scenario

_Loaded: TypeAlias = frozenset[bytes] | None
_Anchors: TypeAlias = tuple[bool, _Loaded]
"""Whether it reads key stores, and what it loads of a text: clients with both have one set."""
_NO_CERTIFICATES: Final[tuple[CertificateView, ...]] = ()
_MOST_ENTRIES: Final = 1000
"""In a larger store it is unknown what a client reads that stops at an odd certificate."""


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
        self._verdicts: dict[VerdictKey, Verdict] = {}
        self._authentications: dict[
            tuple[_Anchors, Handshake, frozenset[int], tuple[CertificateView, ...]],
            ServerAuthentication,
        ] = {}
        self._loading: dict[tuple[str, frozenset[Damage]], Reason | None] = {}
        self._damaged: dict[_Loaded, dict[Damage, set[int]]] = {}
        self._indexes: dict[_Anchors, AnchorIndex] = {}
        self._known_readings: dict[str, tuple[PemReading | None, ...]] = {}
        self._distinct: dict[PemReading, PemReading] = {}
        self._misread: dict[PemReading, bool] = {}
        self._presumed: dict[str, Handshake] = {}

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
        If it needs more work than a store may take (pki.work), it is unknown: Reason.GAVE_UP.
        """
        if without and not without.isdisjoint(self._later_copies):
            without = self._deciding(without)
        key = verdict_key(client, handshake, without, plus)
        verdict = self._verdicts.get(key)
        if verdict is None:
            try:
                verdict = family_verdict(
                    [
                        self._as_read(client, handshake, without, plus, reading)
                        for reading in self._readings(client)
                    ]
                )
            except WorkLimitError:
                verdict = Verdict(None, Reason.GAVE_UP, ())
            self._verdicts[key] = verdict
        return verdict

    def _readings(self, client: ClientRules) -> tuple[PemReading | None, ...]:
        """What the readers of `client` make of the text, each once; None for all of it.

        NOTE: equal readings are one object here: to compare two takes as long as the store is big.
        """
        found = self._known_readings.get(client.ident)
        if found is None:
            every = readings_of(self.store, client)
            same = [self._distinct.setdefault(reading, reading) for reading in every]
            found = self._known_readings[client.ident] = tuple(dict.fromkeys(same)) or (None,)
        return found

    def _deciding(self, without: frozenset[int]) -> frozenset[int]:
        """`without` the entries that only repeat an entry which stays: no client sees them go."""
        first = self._later_copies
        return frozenset(at for at in without if at not in first or first[at] in without)

    @cached_property
    def _later_copies(self) -> Mapping[int, int]:
        """The trusted entries that repeat an earlier one to every client, and which that is."""
        return later_copies(self.store)

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
        if tail := self._tail(client, without):
            without, plus = without | tail, _NO_CERTIFICATES
        authentication = self._authentication(client, handshake, without, plus, loaded)
        at = handshake.moment(self.now)
        spend(70 + 2 * len(authentication.store) + 4 * len(authentication.presented))
        of_path = authentication.verdict(client, at, self._loaded(client, without, loaded))
        spend(len(of_path.path) * len(authentication.store))
        if of_path.accepted and self._takes_too_long(client, of_path, loaded):
            return Verdict(None, Reason.GAVE_UP, of_path.path)
        verdict = as_read(self.store, client, of_path)
        if reading is not None and verdict.accepted is not None and self._is_misread(reading):
            # NOTE: an anchor more can end a path too early as well: OpenSSL goes on from the store.
            return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
        return verdict

    def _takes_too_long(
        self, client: ClientRules, verdict: Verdict, loaded: frozenset[bytes] | None
    ) -> bool:
        """Whether copies of namesakes may use up the signatures that the client verifies.

        A certificate that several entries hold is looked at once here; webpki tries each of them.
        """
        if Flag.FEW_SIGNATURES not in client.flags:
            return False
        names = {view.issuer for view in verdict.path}
        return self.anchors(client, loaded).is_crowded(names, FEW_SIGNATURES)

    def _is_misread(self, reading: PemReading) -> bool:
        if reading not in self._misread:
            self._misread[reading] = misread(self.store, reading)
        return self._misread[reading]

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
        question = None if without or plus else self._question(clients, handshakes)
        known = None if question is None else remembered(question)
        if known is not None:
            self._verdicts |= known.verdicts
            return Rehearsal(self.store, tuple(clients), known.scenarios)
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
        if question is not None:
            remember(question, scenarios)
        return Rehearsal(self.store, tuple(clients), tuple(scenarios))

    def _question(
        self, clients: Sequence[ClientRules], handshakes: Sequence[Handshake]
    ) -> RehearsedQuestion | None:
        """What decides the rehearsal, if certificates near the handshakes do; else None."""
        alike = is_read_alike(self.store) and not self.damages
        # NOTE: copies are near no chain more than once, and yet clients count them (is_crowded).
        if not alike or not self.store.repeats_nothing:
            return None
        ways = {client.reads_key_stores: client for client in clients}.values()
        chains = [handshake.certificates for handshake in handshakes]
        names = names_sent(tuple(handshakes))
        try:
            near = tuple(
                server_authentication(*self.anchors(client).relevant_to_any(chains, names))
                for client in ways
            )
        except WorkLimitError:
            return None
        return RehearsedQuestion(tuple(clients), tuple(handshakes), self.now, near)

    def presumed_handshake(self, index: int, view: CertificateView) -> Handshake:
        """The handshake for which the certificate of the entry `index` was presumably imported.

        The same for every copy of a certificate. Raises WorkLimitError where its issuers in the
        store are too many.
        """
        if view.id not in self._presumed:
            self._presumed[view.id] = presumed_handshake(
                str(index), view, trusted_pool(self.store), self.catalogue, self.now
            )
        return self._presumed[view.id]

    def handshakes_through(
        self, index: int, view: CertificateView, handshakes: Sequence[Handshake]
    ) -> tuple[Handshake, ...]:
        """The handshakes in which the server sends the CA of the entry `index`, or its certificate.

        Those of `handshakes` that present the name and key of `view` (a twin is in the chain as
        much as the certificate itself); where none does, the presumed handshake.
        """
        known = by_name_and_key(tuple(handshakes)).get((view.subject, view.key))
        return known or (self.presumed_handshake(index, view),)

    def is_within_reach(self, handshake: Handshake) -> bool:
        """Whether no more certificates of the store matter to `handshake` than are looked at."""
        if len(self.store.entries) <= MOST_CANDIDATES:
            return True
        try:
            self._everything.relevant(handshake.certificates)
        except WorkLimitError:
            return False
        return True

    def deciding_entries(self, handshake: Handshake) -> tuple[int, ...]:
        """The positions of the entries without one of which a verdict on it may be another one.

        Those near to the chain, and the few that keep a client from loading the store. Raises
        WorkLimitError where they are too many.
        """
        near = self._everything.positions(handshake.certificates)
        kinds = self._damage_kinds(None).values()
        sole = (at for places in kinds if len(places) <= MOST_CANDIDATES for at in places)
        return tuple(sorted({*near, *sole}))

    @cached_property
    def _everything(self) -> AnchorIndex:
        """What any client may take for an anchor."""
        own = ((i, own_certificate(entry)) for i, entry in enumerate(self.store.entries))
        return AnchorIndex(
            (index, CertificateView.of(certificate))
            for index, certificate in own
            if certificate is not None and certificate.problem is None
        )

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
        if index in self._later_copies:
            return ()
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

    def anchors(self, client: ClientRules, loaded: frozenset[bytes] | None = None) -> AnchorIndex:
        """The trust anchors that `client` takes from the store, as far as it loads it."""
        key = (client.reads_key_stores, loaded)
        if key not in self._indexes:
            found = tuple(anchors(self.store, client, loaded))
            same = (index for index in self._indexes.values() if index.anchors == found)
            every = len(found) == len(self.store.entries)
            places = places_by_subject(self.store) if every else None
            self._indexes[key] = next(same, None) or AnchorIndex(found, places)
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
            spend(20 + 3 * _pairs((*relevant, *sent)))
            authentication = server_authentication(relevant, sent)
            self._authentications[key] = authentication
        return authentication

    def _loaded(
        self, client: ClientRules, without: frozenset[int], loaded: frozenset[bytes] | None
    ) -> Reason | None:
        kinds = self._damage_kinds(loaded)
        if without:
            kinds = {
                damage: places
                for damage, places in kinds.items()
                if len(places) > len(without) or not places <= without
            }
        found = frozenset(kinds)
        key = (client.ident, found)
        if key not in self._loading:
            self._loading[key] = loading(client, found)
        return self._loading[key]

    def _damage_kinds(self, loaded: frozenset[bytes] | None) -> dict[Damage, set[int]]:
        """The damages among the entries that are loaded, each with the positions of its entries."""
        if loaded not in self._damaged:
            kinds: dict[Damage, set[int]] = {}
            for index, damage in self.damages:
                if self._reached(index, loaded):
                    kinds.setdefault(damage, set()).add(index)
            self._damaged[loaded] = kinds
        return self._damaged[loaded]

    def _tail(self, client: ClientRules, without: frozenset[int]) -> frozenset[int]:
        """The entries that a client does not reach which stops at one that it refuses."""
        entries = len(self.store.entries)
        if not client.loading.keeps_what_precedes or entries > _MOST_ENTRIES:
            return NOTHING
        refused = client.loading.unsure_of - UNMEASURED_FLAWS
        for index, damage in self.damages:
            if index not in without and damage is not None and not damage.isdisjoint(refused):
                return frozenset(range(index, entries))
        return NOTHING

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


def _pairs(views: Sequence[CertificateView]) -> int:
    """The pairs of `views` whose issuer and subject names match: a search looks at each."""
    called = Counter(view.subject for view in views)
    return sum(called[view.issuer] for view in views)


def lost(before: Rehearsal, after: Rehearser) -> Iterator[tuple[Scenario, Attempt]]:
    """The attempts that `before` accepts and the store of `after` does not accept."""
    for scenario in before.scenarios:
        for attempt in scenario.attempts:
            if not attempt.verdict.accepted:
                continue
            if not after.verdict(scenario.client, attempt.handshake).accepted:
                yield scenario, attempt
