"""A chain that a server was seen to send, and a server certificate for the catalogue's chains."""

from collections.abc import Iterator, Sequence

from unpin.catalogue.handshakes import Act, Presented, link_of, present, server_under
from unpin.catalogue.model import Catalogue, Phase
from unpin.model.certificate import Certificate
from unpin.model.errors import MalformedStoreError, UsageError
from unpin.model.store import Store
from unpin.pki.certificate_view import Link, issued

AS_SENT = "as sent"


def sent_chain(store: Store) -> Act:
    """The certificates of `store` as one handshake, in their order.

    Where the first is a CA, a made-up server certificate under it goes in front. Raises
    MalformedStoreError where there is no certificate, or one that cannot be parsed.
    """
    links = [_link(store, certificate) for certificate in store.certificates()]
    if not links:
        raise MalformedStoreError(f"{store.source}: no certificate in it, so no chain to rehearse")
    first = links[0]
    if first.ca:
        links = [server_under(first, first.label), *links]
        return Act(Phase.BOTH, Presented(store.source, first.label, AS_SENT, tuple(links)))
    issuer = links[1].label if len(links) > 1 else "nobody"
    return Act(Phase.BOTH, Presented(store.source, issuer, AS_SENT, tuple(links)))


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
) -> Iterator[Act]:
    """Those of `chains` whose CA issued `leaf`, with it in front, in `shapes`.

    Raises UsageError where no CA of the chains did.
    """
    link, found = Link.of(leaf), False
    for name in chains:
        chain = catalogue.chain(name)
        for slug in chain.issuing:
            if issued(link_of(catalogue, catalogue.certificate(slug)), link):
                found = True
                for shape in (one for one in chain.shapes if one in shapes):
                    yield Act(chain.served, present(catalogue, chain, slug, shape, link))
    if not found:
        raise UsageError(
            f"{source}: no issuing CA of {', '.join(chains)} signed {link.label}",
            "rehearse the chain that its server sends: --chain-file FILE",
        )


def _link(store: Store, certificate: Certificate) -> Link:
    if certificate.problem is not None:
        raise MalformedStoreError(
            f"{store.source}: a certificate in it cannot be parsed: {certificate.problem}"
        )
    return Link.of(certificate)
