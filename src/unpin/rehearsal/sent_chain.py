"""The chain that a server sent in a handshake: its certificates, its form, its chain by name."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from unpin.catalogue.handshakes import Handshake, view_of
from unpin.catalogue.model import Catalogue, ChainFacts, Phase
from unpin.model.certificate import Certificate
from unpin.model.errors import NoChainError
from unpin.model.values import frozen
from unpin.pki.certificate_view import CertificateView, is_issuer, is_self_signed, issuer_label
from unpin.pki.roles import Role, role
from unpin.rehearsal.seen_chain import AS_SENT

MAX_CERTIFICATES: Final = 100
"""The most certificates of a chain that are judged; servers send two to five."""


class SentForm(StrEnum):
    """What can be said of the form of a chain as it was sent; part of the machine output."""

    FULL = "full"
    """A chain of the catalogue, with its cross-signed CA where it has such a CA."""
    NO_BRIDGE = "no-bridge"
    """A chain of the catalogue without its cross-signed CA."""
    SELF_SIGNED_BRIDGE = "self-signed-bridge"
    """A chain of the catalogue with the self-signed root in the place of its cross-signed CA."""
    SERVER_ONLY = "server-only"
    """The server certificate alone, which is not self-signed."""
    SELF_SIGNED_SERVER = "self-signed-server"
    """The server certificate is self-signed."""
    ROOT_SENT = "root-sent"
    """The root at the end of the path, which clients take from their store alone."""
    REVERSED = "reversed"
    """The certificates above the server in the order from the last CA down."""
    OUT_OF_ORDER = "out-of-order"
    """A certificate above the server before a certificate that it issued, in another order."""
    EXTRA = "extra-certificates"
    """Certificates that are not on the path from the server up, or that were sent twice."""

    @property
    def sentence(self) -> str:
        """The form in a report."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    SentForm.FULL: "full chain",
    SentForm.NO_BRIDGE: "the cross-signed CA is omitted",
    SentForm.SELF_SIGNED_BRIDGE: "the self-signed root is sent instead of the cross-signed CA",
    SentForm.SERVER_ONLY: "only the server certificate is sent",
    SentForm.SELF_SIGNED_SERVER: "the server certificate is self-signed",
    SentForm.ROOT_SENT: "the root is sent, which clients ignore",
    SentForm.REVERSED: "the CAs are in reverse order (RFC 5246 7.4.2)",
    SentForm.OUT_OF_ORDER: "the CAs are out of order (RFC 5246 7.4.2)",
    SentForm.EXTRA: "certificates are sent that are not on the path",
}


@frozen
class SentCertificate:
    """A certificate of the chain, its role, and the catalogue's slug and name of it, or None."""

    certificate: Certificate
    role: Role
    slug: str | None
    name: str | None


@frozen
class SentChain:
    """The chain as a handshake, and what is known of it.

    `chains` are the catalogue's chains whose issuing CA issued the server certificate. `missing`
    names the issuer of the last certificate on the path; None if that is self-signed.
    """

    handshake: Handshake
    certificates: tuple[SentCertificate, ...]
    forms: tuple[SentForm, ...]
    chains: tuple[ChainFacts, ...]
    missing: str | None

    @property
    def server(self) -> Certificate:
        """The server certificate: TLS proves that the server has the key of the first."""
        return self.certificates[0].certificate

    def served_today(self) -> "SentChain":
        """The same chain as that of today, beside chains that are served after a rotation."""
        return replace(self, handshake=replace(self.handshake, phase=Phase.TODAY))


def sent_chain(ders: Sequence[bytes], source: str, catalogue: Catalogue) -> SentChain:
    """Describe the certificates that the server `source` sent, in their order.

    Raises NoChainError if there are too many, or one cannot be parsed.
    """
    if len(ders) > MAX_CERTIFICATES:
        raise NoChainError(
            f"{source}: the server sent {len(ders)} certificates, at most {MAX_CERTIFICATES} are "
            "judged"
        )
    certificates = [Certificate(der) for der in ders]
    for position, certificate in enumerate(certificates, 1):
        if certificate.problem is not None:
            raise NoChainError(
                f"{source}: certificate {position} of the chain cannot be parsed: "
                f"{certificate.problem}"
            )
    views = [CertificateView.of(certificate) for certificate in certificates]
    path = _path(views)
    chains = tuple(_chains(views, path, catalogue))
    top = views[path[-1]]
    issuing = views[path[1]].label if len(path) > 1 else issuer_label(views[0])
    roots = catalogue.root_keys | {
        (view.subject, view.key) for view in views[1:] if is_self_signed(view)
    }
    return SentChain(
        Handshake(Phase.BOTH, source, issuing, AS_SENT, tuple(views), seen=True),
        tuple(
            _described(certificate, position, roots, catalogue)
            for position, certificate in enumerate(certificates)
        ),
        tuple(_forms(views, path, chains, catalogue)),
        chains,
        None if is_self_signed(top) else issuer_label(top),
    )


def _path(views: Sequence[CertificateView]) -> list[int]:
    """The positions of the certificates on the path from the server up, the first that fit."""
    path, left = [0], dict(enumerate(views))
    del left[0]
    while not is_self_signed(views[path[-1]]):
        below = views[path[-1]]
        # What was sent twice is on the path once.
        used = {views[position].id for position in path}
        above = next((p for p, view in left.items() if is_issuer(view, below)), None)
        if above is None or views[above].id in used:
            break
        path.append(above)
        del left[above]
    return path


def _chains(
    views: Sequence[CertificateView], path: Sequence[int], catalogue: Catalogue
) -> list[ChainFacts]:
    """The chains of the catalogue that this is: by the issuing CA that was sent.

    Where none was sent, by the name and the key of the issuer: twins of a CA are in several chains.
    """
    if len(path) > 1:
        sent = {view.id for view in views}
        return [
            chain
            for chain in catalogue.chains
            if any(
                catalogue.certificate(slug).sha256 in sent
                and is_issuer(view_of(catalogue, catalogue.certificate(slug)), views[0])
                for slug in chain.issuing
            )
        ]
    return [
        chain
        for chain in catalogue.chains
        if any(
            is_issuer(view_of(catalogue, catalogue.certificate(slug)), views[0])
            for slug in chain.issuing
        )
    ]


def _forms(
    views: Sequence[CertificateView],
    path: Sequence[int],
    chains: Sequence[ChainFacts],
    catalogue: Catalogue,
) -> list[SentForm]:
    forms: list[SentForm] = []
    if is_self_signed(views[0]):
        forms.append(SentForm.SELF_SIGNED_SERVER)
    elif len(views) == 1:
        forms.append(SentForm.SERVER_ONLY)
    else:
        shape = _shape({view.id for view in views}, chains, catalogue)
        forms += [] if shape is None else [shape]
    has_root = len(path) > 1 and is_self_signed(views[path[-1]])
    if has_root and SentForm.SELF_SIGNED_BRIDGE not in forms:
        forms.append(SentForm.ROOT_SENT)
    if list(path) != sorted(path):
        above = list(path[1:])
        turned = above == sorted(above, reverse=True)
        forms.append(SentForm.REVERSED if turned else SentForm.OUT_OF_ORDER)
    if len(path) < len(views):
        forms.append(SentForm.EXTRA)
    return forms


def _shape(sent: set[str], chains: Sequence[ChainFacts], catalogue: Catalogue) -> SentForm | None:
    """The shape of the first chain of the catalogue whose issuing CA was sent; None without."""

    def has(slug: str | None) -> bool:
        return slug is not None and catalogue.certificate(slug).sha256 in sent

    for chain in chains:
        if any(map(has, chain.issuing)):
            if chain.bridge is None or has(chain.bridge):
                return SentForm.FULL
            turned = has(chain.bridge_self_signed)
            return SentForm.SELF_SIGNED_BRIDGE if turned else SentForm.NO_BRIDGE
    return None


def _described(
    certificate: Certificate,
    position: int,
    roots: frozenset[tuple[str, str]],
    catalogue: Catalogue,
) -> SentCertificate:
    if position == 0:
        # The first is the server's, whatever its extensions say: it has the key.
        own = is_self_signed(CertificateView.of(certificate))
        found = Role.SELF_SIGNED_SERVER if own else Role.SERVER
    else:
        found = role(certificate, roots)
    record = catalogue.by_sha256.get(certificate.sha256)
    if record is not None:
        return SentCertificate(certificate, found, record.slug, record.name)
    known = catalogue.known_by_sha1.get(certificate.sha1)
    return SentCertificate(certificate, found, None, None if known is None else known.name)
