"""A chain that a server was seen to send, and a server certificate under the catalogue's CAs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from unpin.catalogue.handshakes import Handshake, handshake_under, server_under, view_of
from unpin.catalogue.model import Catalogue, Phase
from unpin.model.certificate import Certificate
from unpin.model.errors import MalformedStoreError, UsageError
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, is_issuer, is_self_signed, issuer_label

AS_SENT: Final = "as sent"


class ChainForm(StrEnum):
    """What a file with a chain holds; part of the machine output."""

    AS_SENT = "as-sent"
    """The server certificate first."""
    SERVER_ONLY = "server-only"
    """The server certificate alone, and another certificate issued it."""
    REVERSED = "reversed"
    """The CA first, the server certificate last."""
    ABOVE_SERVER = "above-server"
    """A chain from an issuing CA upwards, without the server certificate."""
    ROOT_ONLY = "root-only"
    """A root alone."""


@dataclass(frozen=True, slots=True)
class SeenChain:
    """The handshake of a file, and what the file holds.

    `missing` is the issuer of the last certificate, where that is not self-signed: servers usually
    leave out the root. `server` is the server's own certificate, None where the file has none.
    """

    handshake: Handshake
    form: ChainForm
    server: Certificate | None
    missing: str | None


def seen_chain(store: Store, catalogue: Catalogue) -> SeenChain:
    """The certificates of `store` as one handshake, in the order in which a server sends them.

    The first certificate is the server's own, whatever it says of itself. Only where the file
    plainly starts above the server, a made-up server certificate under its first CA goes in front.
    Raises MalformedStoreError where there is no certificate, or one that cannot be parsed.
    """
    certificates = list(store.certificates())
    views = [_view(store, certificate) for certificate in certificates]
    if not views:
        raise MalformedStoreError(f"{store.source}: no certificate in it, so no chain to rehearse")
    form = _form(views, catalogue)
    if form is ChainForm.REVERSED:
        views.reverse()
        certificates.reverse()
    missing = None if is_self_signed(views[-1]) else issuer_label(views[-1])
    server: Certificate | None = certificates[0]
    if form in {ChainForm.ABOVE_SERVER, ChainForm.ROOT_ONLY}:
        server = None
        above = views if form is ChainForm.ABOVE_SERVER else []
        views = [server_under(views[0], views[0].label), *above]
        issuing = views[0].issuer if not above else above[0].label
    else:
        issuing = views[1].label if len(views) > 1 else issuer_label(views[0])
    handshake = Handshake(Phase.BOTH, store.source, issuing, AS_SENT, tuple(views), seen=True)
    return SeenChain(handshake, form, server, missing)


def server_certificate(store: Store) -> Certificate:
    """The first certificate of `store`. Raises MalformedStoreError where there is none to use."""
    for certificate in store.certificates():
        _view(store, certificate)
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
                    yield handshake_under(catalogue, chain, slug, shape, view, seen=True)
    if not found:
        raise UsageError(
            f"{source}: no issuing CA of {', '.join(chains)} signed {view.label}",
            "rehearse the chain that its server sends: --chain-file FILE",
        )


def _form(views: Sequence[CertificateView], catalogue: Catalogue) -> ChainForm:
    first, last = views[0], views[-1]
    ends = _is_plain_ca(first, catalogue) and not _is_plain_ca(last, catalogue)
    if ends and all(is_issuer(above, below) for above, below in pairwise(views)):
        return ChainForm.REVERSED
    if _is_plain_ca(first, catalogue):
        alone = len(views) == 1 and is_self_signed(first)
        return ChainForm.ROOT_ONLY if alone else ChainForm.ABOVE_SERVER
    alone = len(views) == 1 and not is_self_signed(first)
    return ChainForm.SERVER_ONLY if alone else ChainForm.AS_SENT


def _is_plain_ca(view: CertificateView, catalogue: Catalogue) -> bool:
    """Whether the certificate is plainly a CA's and not a server's own.

    NOTE: `openssl req -x509` writes CA:TRUE into a server's own certificate, so CA:TRUE alone says
    little: what names a host in its SAN, or by a common name without blanks, may be a server's.
    """
    if view.id in catalogue.by_sha256:
        return True
    if view.certificate is None:
        return view.ca
    fields = view.certificate.fields
    if fields.ca is not True or fields.dns_names or fields.ip_addresses:
        return False
    common = fields.subject.common_name
    return common is None or any(letter.isspace() for letter in common.strip())


def _view(store: Store, certificate: Certificate) -> CertificateView:
    if certificate.problem is not None:
        raise MalformedStoreError(
            f"{store.source}: a certificate in it cannot be parsed: {certificate.problem}"
        )
    return CertificateView.of(certificate)
