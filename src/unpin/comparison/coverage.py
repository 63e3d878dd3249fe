"""Compare a store with the chains of a profile: its certificates, and which clients need them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from unpin.catalogue.handshakes import view_of
from unpin.catalogue.model import Catalogue, CatalogueCertificate, Profile
from unpin.comparison.blocked_below import blocked_below
from unpin.comparison.needs import Needs, needs
from unpin.comparison.store_variants import NO_CLIENTS, AffectedClients, StoreVariants
from unpin.model.entries import own_certificate
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.pki.clients.rules import ClientRules
from unpin.pki.work import WorkLimitError, judged_in_full
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import Rehearsal, RotationOutcome


class ChainPosition(StrEnum):
    """The position of a certificate in the chains."""

    ROOT = "root"
    ISSUING = "issuing CA"
    BRIDGE = "cross-signed bridge"
    SELF_SIGNED_BRIDGE = "self-signed bridge"


@frozen
class CoverageRow:
    """A certificate of the profile, and its role for the clients of the store.

    `entries` are the 0-based positions of the certificate in the store, `twins` the positions of
    other certificates with its name and key, `own` the entries that its lists of clients are
    about: the certificate or, if it is absent, its twins without a row of their own. `missing` are
    the clients that fail because it is absent, `needed` the clients that connect because it is
    present, `blocking` the clients that fail because it is present.
    """

    record: CatalogueCertificate
    place: ChainPosition
    chains: tuple[str, ...]
    entries: tuple[int, ...]
    twins: tuple[int, ...]
    own: tuple[int, ...]
    missing: AffectedClients
    needed: AffectedClients
    blocking: AffectedClients

    @property
    def held(self) -> tuple[int, ...]:
        """The positions of the certificate, or of its twins if it is absent."""
        return self.entries or self.twins


@frozen
class OtherEntry:
    """An entry other than the certificates of the profile; its fields are as in CoverageRow."""

    index: int
    needed: AffectedClients
    blocking: AffectedClients


@frozen
class Coverage:
    """A store compared with the chains of a profile: rows, other entries, and the rehearsal.

    All entries that no client needs can be removed together: no handshake that succeeds will fail.
    `blocking` are the 0-based positions of the entries that make a client fail, on a documented
    chain or on that of a server under another CA below those of the chains. `stuck` are the clients
    that fail whatever is added or removed.
    """

    rehearsal: Rehearsal
    profile: Profile
    rows: tuple[CoverageRow, ...]
    extras: tuple[OtherEntry, ...]
    blocking: tuple[int, ...]
    stuck: AffectedClients

    @property
    def store(self) -> Store:
        return self.rehearsal.store

    @property
    def outcomes(self) -> frozenset[RotationOutcome]:
        """The outcomes of the clients with the documented chains."""
        return frozenset(self.rehearsal.outcome(client) for client in self.rehearsal.clients)

    @property
    def covered(self) -> bool:
        """Whether every client survives and no entry is blocking; an unknown outcome is no."""
        return self.outcomes <= {RotationOutcome.SURVIVES} and not self.blocking


def cover(
    store: Store,
    *,
    clients: Sequence[ClientRules],
    catalogue: Catalogue,
    profile: Profile,
    now: datetime,
) -> Coverage:
    """Compare `store` with the chains of `profile` for `clients` at `now` (aware UTC).

    Raises UnknownNameError if the catalogue lacks a name of the profile, LimitExceededError if the
    store has more than store_variants.MAX_CANDIDATES certificates with names of the chains, or
    takes more work than a store may (pki.work).
    """
    with judged_in_full(store) as work:
        rehearser = Rehearser(store, catalogue, now)
        variants = StoreVariants(rehearser, clients, profile)
        places = _places(catalogue, profile)
        views = {slug: view_of(catalogue, catalogue.certificate(slug)) for slug in places}
        found = needs(
            variants,
            [views[slug] for slug, (place, _) in places.items() if place is ChainPosition.ROOT],
            [
                views[slug]
                for slug, (place, _) in places.items()
                if place is ChainPosition.SELF_SIGNED_BRIDGE
            ],
        )
        blocking = dict(found.blocking)
        for index, below in blocked_below(rehearser, clients, profile).items():
            blocking[index] = replace(blocking.get(index, NO_CLIENTS), otherwise=below)
        found = replace(found, blocking=blocking)
        if work.is_done or variants.rehearsal.gave_up:
            raise WorkLimitError
    rows = tuple(_rows(store, catalogue, places, found))
    own = {index for row in rows for index in row.own}
    extras = tuple(
        OtherEntry(
            index, found.needed.get(index, NO_CLIENTS), found.blocking.get(index, NO_CLIENTS)
        )
        for index in range(len(store.entries))
        if index not in own
    )
    return Coverage(variants.rehearsal, profile, rows, extras, tuple(sorted(blocking)), found.stuck)


def _places(catalogue: Catalogue, profile: Profile) -> dict[str, tuple[ChainPosition, list[str]]]:
    """The certificates by slug, in the order of the rows, each with its chains."""
    places: dict[str, tuple[ChainPosition, list[str]]] = {
        root.slug: (ChainPosition.ROOT, []) for root in profile.roots
    }
    chains = [catalogue.chain(name) for name in profile.chains]
    for place in ChainPosition:
        for chain in chains:
            slugs = {
                ChainPosition.ROOT: (chain.root,),
                ChainPosition.ISSUING: chain.issuing,
                ChainPosition.BRIDGE: (chain.bridge,),
                ChainPosition.SELF_SIGNED_BRIDGE: (chain.bridge_self_signed,),
            }[place]
            for slug in slugs:
                if slug is not None:
                    places.setdefault(slug, (place, []))[1].append(chain.name)
    return places


def _rows(
    store: Store,
    catalogue: Catalogue,
    places: dict[str, tuple[ChainPosition, list[str]]],
    found: Needs,
) -> Iterator[CoverageRow]:
    held = dict(_held(store))
    shown = {catalogue.certificate(slug).sha256 for slug in places}
    for slug, (place, chains) in places.items():
        record = catalogue.certificate(slug)
        key = (record.canonical_subject, record.spki_sha256)
        entries = tuple(i for i, (sha256, _) in held.items() if sha256 == record.sha256)
        twins = tuple(
            i for i, (sha256, own) in held.items() if own == key and sha256 != record.sha256
        )
        own = entries or tuple(i for i in twins if held[i][0] not in shown)
        yield CoverageRow(
            record,
            place,
            tuple(chains),
            entries,
            twins,
            own,
            missing=found.missing.get(record.sha256, NO_CLIENTS),
            needed=_union(found.needed, own),
            blocking=_union(found.blocking, own),
        )


def _held(store: Store) -> Iterator[tuple[int, tuple[str, tuple[str, str]]]]:
    """The position, the SHA-256, and the name and key of each possible trust anchor."""
    for index, entry in enumerate(store.entries):
        certificate = own_certificate(entry)
        if certificate is not None and certificate.problem is None:
            key = (certificate.fields.subject.canonical, certificate.spki_sha256)
            yield index, (certificate.sha256, key)


def _union(found: Mapping[int, AffectedClients], indices: Sequence[int]) -> AffectedClients:
    every = [found[index] for index in indices if index in found]
    return AffectedClients(
        *(
            tuple(dict.fromkeys(ident for who in every for ident in getattr(who, span)))
            for span in ("today", "after", "otherwise")
        )
    )
