"""A chain that a server was seen to send, and a server certificate for the catalogue's chains."""

from collections.abc import Iterator, Sequence

from unpin.catalogue.handshakes import Handshake, handshake_under, server_under, view_of
from unpin.catalogue.model import Catalogue, Phase
from unpin.model.certificate import Certificate
from unpin.model.errors import MalformedStoreError, UsageError
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, is_issuer

AS_SENT = "as sent"


def sent_chain(store: Store) -> Handshake:
    """The certificates of `store` as one handshake, in their order.

    Where the first is a CA, a made-up server certificate under it goes in front. Raises
    MalformedStoreError where there is no certificate, or one that cannot be parsed.
    """
    views = [_link(store, certificate) for certificate in store.certificates()]
    if not views:
        raise MalformedStoreError(f"{store.source}: no certificate in it, so no chain to rehearse")
    first = views[0]
    if first.ca:
        views = [server_under(first, first.label), *views]
        return Handshake(Phase.BOTH, store.source, first.label, AS_SENT, tuple(views))
    issuer = views[1].label if len(views) > 1 else "nobody"
    return Handshake(Phase.BOTH, store.source, issuer, AS_SENT, tuple(views))


def server_certificate(store: Store) -> Certificate:
    """The first certificate of `store`. Raises MalformedStoreError where there is none to use."""
    for certificate in store.certificates():
        _link(store, certificate)
        return certificate
    raise MalformedStoreError(f"{store.source}: no certificate in it")


def with_leaf(
    leaf: Certificate,
    catalogue: Catalogue,
    chains: Sequence[str],
    shapes: Sequence[str],
    source: str,
) -> Iterator[Handshake]:
    """Those of `chains` whose CA issued `leaf`, with it in front, in `shapes`.

    Raises UsageError where no CA of the chains did.
    """
    view, found = CertificateView.of(leaf), False
    for name in chains:
        chain = catalogue.chain(name)
        for slug in chain.issuing:
            if is_issuer(view_of(catalogue, catalogue.certificate(slug)), view):
                found = True
                for shape in (one for one in chain.shapes if one in shapes):
                    yield handshake_under(catalogue, chain, slug, shape, view)
    if not found:
        raise UsageError(
            f"{source}: no issuing CA of {', '.join(chains)} signed {view.label}",
            "rehearse the chain that its server sends: --chain-file FILE",
        )


def _link(store: Store, certificate: Certificate) -> CertificateView:
    if certificate.problem is not None:
        raise MalformedStoreError(
            f"{store.source}: a certificate in it cannot be parsed: {certificate.problem}"
        )
    return CertificateView.of(certificate)
