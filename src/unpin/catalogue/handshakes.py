"""The handshakes that a catalogue's servers present: each chain in each shape, under each CA."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final

from unpin.catalogue.model import Catalogue, CatalogueCertificate, ChainFacts, Phase
from unpin.model.values import frozen
from unpin.pki.answer_cache import cached_answers
from unpin.pki.certificate_view import CertificateView
from unpin.pki.path_building.relevance import names_in

FULL: Final = "full"
NO_BRIDGE: Final = "no-bridge"
SELF_SIGNED_BRIDGE: Final = "self-signed-bridge"
SHAPES: Final = (FULL, NO_BRIDGE, SELF_SIGNED_BRIDGE)

_CACHE_SIZE: Final = 1024
_FEW: Final = 64
"""The most sets of handshakes of which something is remembered: a run asks for a few profiles."""
_ONE_SECOND: Final = timedelta(seconds=1)


@frozen(slots=False, eq=False)
class Handshake:
    """The certificates that a server sends in a handshake, the server certificate first.

    `chain` is the name of the catalogue's chain, or of the file with the chain. `issuing` is the
    slug (or label) of the CA above the server certificate, `shape` one of SHAPES or "as sent".
    `phase` says whether servers send the chain today, after the rotation, or both. `seen` says
    that a real server sent it: the chain is then judged at exactly the given moment. `root` is what
    the catalogue calls the root that signed the last certificate of a chain sent in full, else "".
    Two handshakes are equal only if they are the same object.
    """

    phase: Phase
    chain: str
    issuing: str
    shape: str
    certificates: tuple[CertificateView, ...]
    seen: bool = False
    root: str = ""

    @cached_property
    def not_before(self) -> datetime | None:
        """The first moment at which every certificate is valid; None without limit."""
        return max((view.not_before for view in self.certificates if view.not_before), default=None)

    @cached_property
    def not_after(self) -> datetime | None:
        """The last moment at which every certificate is valid; None without limit."""
        return min((view.not_after for view in self.certificates if view.not_after), default=None)

    def moment(self, now: datetime) -> datetime:
        """The moment at which the handshake is rehearsed: `now`, or the nearest valid moment.

        A chain of the catalogue that has expired is rehearsed at its last valid second, since its
        expiry is no fault of the store. A seen chain is always rehearsed at `now`.
        """
        if self.seen:
            return now
        moment, first, last = now, self.not_before, self.not_after
        if last is not None:
            moment = min(moment, last - _ONE_SECOND)
        if first is not None:
            moment = max(moment, first)
        return moment

    def has_ended(self, now: datetime) -> bool:
        """True if a certificate expired before `now`; never for a seen chain."""
        return not self.seen and self.not_after is not None and self.not_after < now

    @property
    def is_documented(self) -> bool:
        """True for a full chain, which the documentation promises, and for a chain as sent."""
        return self.shape not in SHAPES[1:]

    @property
    def by_facts(self) -> bool:
        """True if a CA certificate is known only by its recorded facts."""
        return any(view.certificate is None for view in self.certificates[1:])


def handshake_under(
    catalogue: Catalogue,
    chain: ChainFacts,
    issuing: str,
    shape: str = FULL,
    leaf: CertificateView | None = None,
    *,
    seen: bool = False,
) -> Handshake:
    """The handshake of a server under the CA `issuing` that sends `chain` in `shape`.

    `leaf` is the server certificate, None for an invented certificate. `seen` is as in Handshake.
    Raises UnknownNameError for an unknown slug.
    """
    slugs = [issuing]
    if chain.bridge is not None and shape == FULL:
        slugs.append(chain.bridge)
    if chain.bridge_self_signed is not None and shape == SELF_SIGNED_BRIDGE:
        slugs.append(chain.bridge_self_signed)
    above = [view_of(catalogue, catalogue.certificate(slug)) for slug in slugs]
    first = leaf or server_under(above[0], issuing)
    root = catalogue.certificate(chain.root).name if shape == FULL else ""
    return Handshake(chain.served, chain.name, issuing, shape, (first, *above), seen, root)


def handshakes_of(
    catalogue: Catalogue, chains: Sequence[str], shapes: Sequence[str]
) -> list[Handshake]:
    """The handshakes of each of `chains` in each of `shapes` under each of its issuing CAs.

    A shape that a chain does not have is left out; a chain with none of `shapes` is sent in full.
    Equal arguments give the same objects, so that a rehearser recognises them. Raises
    UnknownNameError if the catalogue lacks a chain.
    """
    return list(_of_chains(catalogue, tuple(chains), tuple(shapes)))


@lru_cache(maxsize=_FEW)
def _of_chains(
    catalogue: Catalogue, chains: tuple[str, ...], shapes: tuple[str, ...]
) -> tuple[Handshake, ...]:
    handshakes: list[Handshake] = []
    for name in chains:
        available = catalogue.chain(name).shapes
        for shape in [shape for shape in available if shape in shapes] or [FULL]:
            handshakes += _handshakes(catalogue, name, shape)
    return tuple(handshakes)


@lru_cache(maxsize=_FEW)
def names_sent(handshakes: tuple[Handshake, ...]) -> frozenset[str]:
    """The subjects and issuers of all certificates in the handshakes, in their canonical form."""
    return frozenset(names_in(view for each in handshakes for view in each.certificates))


@lru_cache(maxsize=_FEW)
def by_name_and_key(
    handshakes: tuple[Handshake, ...],
) -> Mapping[tuple[str, str], tuple[Handshake, ...]]:
    """The handshakes that send a certificate of a subject (canonical) for a key, in their order."""
    found: dict[tuple[str, str], dict[Handshake, None]] = {}
    for handshake in handshakes:
        for view in handshake.certificates:
            found.setdefault((view.subject, view.key), {})[handshake] = None
    return {sent: tuple(those) for sent, those in found.items()}


@lru_cache(maxsize=_CACHE_SIZE)
def _handshakes(catalogue: Catalogue, name: str, shape: str) -> tuple[Handshake, ...]:
    chain = catalogue.chain(name)
    return tuple(handshake_under(catalogue, chain, issuing, shape) for issuing in chain.issuing)


@lru_cache(maxsize=_CACHE_SIZE)
def view_of(catalogue: Catalogue, record: CatalogueCertificate) -> CertificateView:
    """The view of a record for path building: of its certificate if present, else of its facts."""
    if record.certificate is not None:
        return CertificateView.of(record.certificate)
    issuers = [catalogue.certificate(slug) for slug in record.issued_by]
    return CertificateView(
        id=record.sha256,
        label=record.name,
        subject=record.canonical_subject,
        issuer=record.canonical_issuer,
        key=record.spki_sha256,
        key_id=record.key_id,
        authority_key_id=record.authority_key_id,
        not_before=record.not_before,
        not_after=record.not_after,
        ca=record.ca,
        path_length=record.path_length,
        certificate=None,
        issuer_key=issuers[0].spki_sha256 if issuers else None,
    )


@cached_answers(_CACHE_SIZE, lambda issuer, _issuing: issuer.is_long)
def server_under(issuer: CertificateView, issuing: str) -> CertificateView:
    """An invented server certificate under `issuer`; no store holds it."""
    return CertificateView(
        id=f"server:{issuing}:{issuer.id}",
        label="the server certificate",
        subject=f"cn=server under {issuing}",
        issuer=issuer.subject,
        key=f"server:{issuing}",
        key_id=None,
        authority_key_id=issuer.key_id,
        not_before=issuer.not_before,
        not_after=issuer.not_after,
        ca=False,
        path_length=None,
        certificate=None,
        issuer_key=issuer.key,
    )
