"""The chain in a file: what a server sent, and what `openssl s_client` printed around it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final

from unpin.catalogue.handshakes import Handshake, handshake_under, server_under, view_of
from unpin.catalogue.model import Catalogue, Phase
from unpin.model.certificate import Certificate
from unpin.model.errors import MalformedStoreError, UsageError
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.pki.certificate_view import CertificateView, is_issuer, is_self_signed, issuer_label

AS_SENT: Final = "as sent"


class ChainForm(StrEnum):
    """The form of a chain in a file; part of the machine output."""

    AS_SENT = "as-sent"
    """The server certificate first."""
    SERVER_ONLY = "server-only"
    """Only the server certificate, which is not self-signed."""
    REVERSED = "reversed"
    """The CA first, the server certificate last."""
    OUT_OF_ORDER = "out-of-order"
    """A CA first, the server certificate somewhere behind it."""
    ABOVE_SERVER = "above-server"
    """A chain from an issuing CA upwards, without the server certificate."""
    ROOT_ONLY = "root-only"
    """Only a root."""


@frozen
class SeenChain:
    """The chain in a file as a handshake, and its form.

    `server` is the server certificate, None if the file has none. `missing` names the issuer of
    the last certificate, None if that is self-signed; servers usually leave out the root.
    """

    handshake: Handshake
    form: ChainForm
    server: Certificate | None
    missing: str | None


def seen_chain(store: Store, catalogue: Catalogue) -> SeenChain:
    """The certificates of `store` as a handshake, in the order in which a server sends them.

    The first certificate counts as the server certificate, whatever its extensions say, unless it
    is clearly a CA's: then the first that is not, with its issuers behind it. Only if the file has
    none, an invented server certificate is put in front. Raises
    MalformedStoreError if the store has no certificate, or one that cannot be parsed.
    """
    certificates = list(store.certificates())
    views = [_view(store, certificate) for certificate in certificates]
    if not views:
        raise MalformedStoreError(f"{store.source}: the file holds no certificate")
    form = _form(views, catalogue)
    if form is ChainForm.REVERSED:
        views.reverse()
        certificates.reverse()
    elif form is ChainForm.OUT_OF_ORDER:
        order = _server_first(views, catalogue)
        views = [views[index] for index in order]
        certificates = [certificates[index] for index in order]
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
    """The first certificate of `store`.

    Raises MalformedStoreError if there is no certificate or it cannot be parsed.
    """
    for certificate in store.certificates():
        _view(store, certificate)
        return certificate
    raise MalformedStoreError(f"{store.source}: the file holds no certificate")


def with_leaf(
    leaf: Certificate,
    catalogue: Catalogue,
    chains: Sequence[str],
    shapes: Sequence[str],
    source: str,
) -> Iterator[Handshake]:
    """The handshakes of the server certificate `leaf` under those CAs of `chains` that issued it.

    `chains` are names of the catalogue, `shapes` the shapes to send. `source` names the file of
    `leaf` in messages. Raises UsageError if no CA of the chains issued it.
    """
    view, issued = CertificateView.of(leaf), False
    for name in chains:
        chain = catalogue.chain(name)
        for slug in chain.issuing:
            if is_issuer(view_of(catalogue, catalogue.certificate(slug)), view):
                issued = True
                for shape in (shape for shape in chain.shapes if shape in shapes):
                    yield handshake_under(catalogue, chain, slug, shape, view, seen=True)
    if not issued:
        raise UsageError(
            f"{source}: no issuing CA of {', '.join(chains)} signed {view.label}",
            "rehearse the chain that the server sends: --chain-file FILE",
        )


def _form(views: Sequence[CertificateView], catalogue: Catalogue) -> ChainForm:
    first, last = views[0], views[-1]
    ends = _is_plain_ca(first, catalogue) and not _is_plain_ca(last, catalogue)
    if ends and all(is_issuer(above, below) for above, below in pairwise(views)):
        return ChainForm.REVERSED
    if _is_plain_ca(first, catalogue) and next(_servers(views, catalogue), None) is not None:
        return ChainForm.OUT_OF_ORDER
    if _is_plain_ca(first, catalogue):
        alone = len(views) == 1 and is_self_signed(first)
        return ChainForm.ROOT_ONLY if alone else ChainForm.ABOVE_SERVER
    alone = len(views) == 1 and not is_self_signed(first)
    return ChainForm.SERVER_ONLY if alone else ChainForm.AS_SENT


def _server_first(views: Sequence[CertificateView], catalogue: Catalogue) -> list[int]:
    """The positions in an order: the server certificate, its issuers, the others as they are."""
    named: dict[str, list[int]] = defaultdict(list)
    for index, view in enumerate(views):
        named[view.subject].append(index)
    order = dict.fromkeys([next(_servers(views, catalogue))])
    last: int | None = next(iter(order))
    while last is not None and not is_self_signed(views[last]):
        above = (index for index in named[views[last].issuer] if index not in order)
        last = next((index for index in above if is_issuer(views[index], views[last])), None)
        order |= {} if last is None else {last: None}
    return [*order, *(index for index in range(len(views)) if index not in order)]


def _servers(views: Sequence[CertificateView], catalogue: Catalogue) -> Iterator[int]:
    """The positions of what may be server certificates: no plain CA, nor the issuer of another."""
    issuers = Counter(view.issuer for view in views)
    for index, view in enumerate(views):
        others = issuers[view.subject] - (view.subject == view.issuer)
        if not others and not _is_plain_ca(view, catalogue):
            yield index


def _is_plain_ca(view: CertificateView, catalogue: Catalogue) -> bool:
    """Whether the certificate is clearly that of a CA, and not a server certificate.

    NOTE: `openssl req -x509` writes CA:TRUE into server certificates, so CA:TRUE alone says
    little. A certificate with a host in its SAN, or a common name without blanks, may be a server
    certificate.
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
            f"{store.source}: a certificate of the file cannot be parsed: {certificate.problem}"
        )
    return CertificateView.of(certificate)


MAX_S_CLIENT_TEXT: Final = 1_048_576
"""The bytes of the output that are searched; the connection is near the beginning."""

_SESSION: Final = re.compile(r"^New, ([^,\s]+), Cipher is (\S+)", re.MULTILINE)
_PROTOCOL: Final = re.compile(r"^\s+Protocol\s*: (\S+)", re.MULTILINE)
_CIPHER: Final = re.compile(r"^\s+Cipher\s*: (\S+)", re.MULTILINE)
_VERIFY: Final = re.compile(r"^\s*Verify return code: (\d+) \(([^)\n]*)\)", re.MULTILINE)
_SUBJECT: Final = re.compile(r"^subject=(.*)$", re.MULTILINE)
_SENT: Final = re.compile(r"^\s*(\d+) s:", re.MULTILINE)


@frozen
class ObservedConnection:
    """A connection as s_client reports it; a field is None where the output lacks it.

    `verify_code` and `verify_text` are the result of s_client's own verification with its own trust
    store. `sent` is the number of certificates that the server sent.
    """

    protocol: str | None
    cipher: str | None
    verify_code: int | None
    verify_text: str | None
    subject: str | None
    sent: int | None


def observed_connection(data: bytes) -> ObservedConnection | None:
    """Read the output of s_client; None for other text.

    If the output has several connections, the first counts.
    """
    text = data[:MAX_S_CLIENT_TEXT].decode("utf-8", "replace").replace("\r\n", "\n")
    if "\nCertificate chain\n" not in f"\n{text}" and "\nServer certificate\n" not in f"\n{text}":
        return None
    session, verify = _SESSION.search(text), _VERIFY.search(text)
    protocol, cipher = _PROTOCOL.search(text), _CIPHER.search(text)
    subject, sent = _SUBJECT.search(text), [int(number) for number in _SENT.findall(text)]
    return ObservedConnection(
        protocol=protocol[1] if protocol else session[1] if session else None,
        cipher=cipher[1] if cipher else session[2] if session else None,
        verify_code=int(verify[1]) if verify else None,
        verify_text=verify[2] if verify else None,
        subject=subject[1].strip() if subject else None,
        sent=max(sent) + 1 if sent else None,
    )
