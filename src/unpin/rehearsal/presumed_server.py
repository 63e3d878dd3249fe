"""The handshake for which an entry was presumably imported, where the catalogue has no chain."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from unpin.catalogue.handshakes import Handshake, server_under, view_of
from unpin.catalogue.model import Catalogue, Phase
from unpin.model.certificate import Certificate
from unpin.pki.acceptance import verdict_on
from unpin.pki.answer_cache import cached_answers
from unpin.pki.certificate_view import (
    CertificateView,
    IssuerPool,
    ancestors,
    is_issuer,
    is_self_signed,
)
from unpin.pki.clients.rules import ClientRules
from unpin.pki.roles import may_sign
from unpin.pki.verdict import Verdict

AS_USUAL = "as a server under it would send it"

_NO_POOL: Final = IssuerPool(())

_MOST_REMEMBERED: Final = 4096
"""Of the verdicts on a certificate alone: stores hold the same roots, and share a moment."""


def presumed_handshake(
    name: str,
    view: CertificateView,
    pool: IssuerPool,
    catalogue: Catalogue,
    now: datetime,
) -> Handshake:
    """The handshake of a working server for which `view` was presumably imported.

    For a CA, the server sends an invented server certificate, the CA (renewed with its old key if
    the store's copy has expired), and the CAs between it and its root as far as `pool` or the
    catalogue has them. For a certificate that signs none, the server sends that certificate and the
    CAs above it; where it has expired, the server still sends it, and clients judge it by `now`.
    `name` distinguishes the handshakes of a store, `now` is aware UTC. Raises WorkLimitError where
    `pool` has too many issuers.
    """
    above = ancestors(view, pool) or recorded_issuers(view, catalogue)
    sent = [renewed(ca, now) for ca in above if not is_self_signed(ca)]
    issuer_key = above[0].key if above else None
    own = not (view.ca if view.certificate is None else may_sign(view.certificate))
    if own:
        views = (view, *sent)
    elif is_self_signed(view):
        views = (server_under(renewed(view, now), view.label),)
    else:
        signer = view.issuer_key or issuer_key
        known = view if signer == view.issuer_key else replace(view, issuer_key=signer)
        top = renewed(known, now)
        views = (server_under(top, view.label), top, *sent)
    expired = own and view.not_after is not None and view.not_after < now
    return Handshake(Phase.BOTH, "", name, AS_USUAL, views, seen=expired)


def verdict_alone(
    client: ClientRules, view: CertificateView, catalogue: Catalogue, at: datetime
) -> Verdict:
    """The verdict of `client` on a server under `view` at `at`, with `view` as its store."""
    certificate = view.certificate
    if certificate is None or view is not CertificateView.of(certificate):
        return _verdict_alone(client, view, catalogue, at)
    return _verdict_on_certificate(client, certificate, catalogue, at)


@cached_answers(_MOST_REMEMBERED, lambda _client, certificate, _catalogue, _at: certificate.is_long)
def _verdict_on_certificate(
    client: ClientRules, certificate: Certificate, catalogue: Catalogue, at: datetime
) -> Verdict:
    return _verdict_alone(client, CertificateView.of(certificate), catalogue, at)


def _verdict_alone(
    client: ClientRules, view: CertificateView, catalogue: Catalogue, at: datetime
) -> Verdict:
    sent = presumed_handshake(view.id, view, _NO_POOL, catalogue, at)
    return verdict_on(client, [view], sent.certificates, at)


def recorded_issuers(view: CertificateView, catalogue: Catalogue) -> tuple[CertificateView, ...]:
    """The issuers of `view` in the catalogue, all twins included; empty if it has none."""
    issuers: list[CertificateView] = []
    todo = [view]
    for child in todo:
        if is_self_signed(child):
            continue
        for record in catalogue.by_subject.get(child.issuer, ()):
            parent = view_of(catalogue, record)
            if parent not in issuers and is_issuer(parent, child):
                issuers.append(parent)
                todo.append(parent)
    return tuple(issuers)


def renewed(view: CertificateView, now: datetime) -> CertificateView:
    """`view` if it is valid, else a renewed certificate with the same name and key."""
    if view.valid(now):
        return view
    return replace(view, id=f"renewed:{view.id}", not_before=None, not_after=None, certificate=None)
