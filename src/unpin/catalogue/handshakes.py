"""What a server presents: a chain of the catalogue in one of its shapes, as links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from unpin.catalogue.model import Catalogue, CatalogueCertificate, ChainFacts, Phase
from unpin.pki.certificate_view import CertificateView

FULL: Final = "full"
NO_BRIDGE: Final = "no-bridge"
SELF_SIGNED_BRIDGE: Final = "self-signed-bridge"
SHAPES: Final = (FULL, NO_BRIDGE, SELF_SIGNED_BRIDGE)

_CACHE_SIZE: Final = 1024
_ONE_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Presented:
    """The certificates of one handshake, the server's first.

    `chain` is the name of the catalogue's chain or of the file it was read from, `issuing` the
    slug (or label) of the CA above the server certificate, `shape` one of SHAPES or "as sent".
    """

    chain: str
    issuing: str
    shape: str
    views: tuple[CertificateView, ...]

    @property
    def not_before(self) -> datetime | None:
        """The first moment at which every certificate is valid; None without limit."""
        return max((view.not_before for view in self.views if view.not_before), default=None)

    @property
    def not_after(self) -> datetime | None:
        """The last moment at which every certificate is valid; None without limit."""
        return min((view.not_after for view in self.views if view.not_after), default=None)

    def moment(self, now: datetime) -> datetime:
        """`now`, moved into the span in which every presented certificate is valid.

        A chain that is over is rehearsed at its last valid moment: its end is not the store's
        failure.
        """
        moment, first, last = now, self.not_before, self.not_after
        if last is not None:
            moment = min(moment, last - _ONE_SECOND)
        if first is not None:
            moment = max(moment, first)
        return moment

    @property
    def by_facts(self) -> bool:
        """True where a CA's bytes are not at hand: its names and keys stand for it."""
        return any(view.certificate is None for view in self.views[1:])


class Act(NamedTuple):
    """One handshake of a rehearsal: when servers present it, and what."""

    phase: Phase
    presented: Presented


def present(
    catalogue: Catalogue,
    chain: ChainFacts,
    issuing: str,
    shape: str = FULL,
    leaf: CertificateView | None = None,
) -> Presented:
    """Present `chain` under its CA `issuing` in `shape`; without `leaf`, a made-up server's.

    Raises UnknownNameError for an unknown slug.
    """
    slugs = [issuing]
    if chain.bridge is not None and shape == FULL:
        slugs.append(chain.bridge)
    if chain.bridge_self_signed is not None and shape == SELF_SIGNED_BRIDGE:
        slugs.append(chain.bridge_self_signed)
    views = [view_of(catalogue, catalogue.certificate(slug)) for slug in slugs]
    first = leaf or server_under(views[0], issuing)
    return Presented(chain.name, issuing, shape, (first, *views))


def acts_of(catalogue: Catalogue, chains: Sequence[str], shapes: Sequence[str]) -> list[Act]:
    """Each of `chains` in each of `shapes`, under each of its issuing CAs.

    A shape that a chain does not have is left out; a chain without any of `shapes` is presented in
    full. Raises UnknownNameError where the catalogue has no such chain.
    """
    acts = []
    for name in chains:
        chain = catalogue.chain(name)
        acts += [
            Act(chain.served, present(catalogue, chain, issuing, shape))
            for shape in [one for one in chain.shapes if one in shapes] or [FULL]
            for issuing in chain.issuing
        ]
    return acts


def view_of(catalogue: Catalogue, record: CatalogueCertificate) -> CertificateView:
    """The record as a link: the certificate where its bytes are at hand, else the facts."""
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


@lru_cache(maxsize=_CACHE_SIZE)
def server_under(issuer: CertificateView, issuing: str) -> CertificateView:
    """A server certificate as `issuer` would sign it: nobody's, so no store can hold it."""
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
