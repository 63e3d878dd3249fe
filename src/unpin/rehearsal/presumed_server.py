"""The handshake that an entry is for, where no chain of the catalogue tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from unpin.catalogue.handshakes import Handshake, server_under, view_of
from unpin.catalogue.model import Catalogue, Phase
from unpin.pki.certificate_view import CertificateView, is_issuer, is_self_signed

AS_USUAL = "as a server under it would send it"


def presumed_handshake(
    name: str,
    view: CertificateView,
    pool: Sequence[CertificateView],
    catalogue: Catalogue,
    now: datetime,
) -> Handshake:
    """What a server that works today sends, if it is one for which `view` was imported.

    `name` tells the handshakes of one store apart.

    Under a CA: a made-up server certificate, the CA itself (renewed under its old key where the
    store's copy is out of date) and the CAs between it and its root, as far as the store or the
    catalogue has them. A server certificate: itself, and the same above it.
    """
    above = ancestors(view, pool) or _recorded(view, catalogue)
    sent = [_fresh(ca, now) for ca in above if not is_self_signed(ca)]
    issuer_key = above[0].key if above else None
    if not view.ca:
        views = (view, *sent)
    elif is_self_signed(view):
        views = (server_under(_fresh(view, now), view.label),)
    else:
        top = _fresh(replace(view, issuer_key=view.issuer_key or issuer_key), now)
        views = (server_under(top, view.label), top, *sent)
    return Handshake(Phase.BOTH, "", name, AS_USUAL, views)


def ancestors(
    view: CertificateView, pool: Sequence[CertificateView]
) -> tuple[CertificateView, ...]:
    """The issuers of `view` in `pool` up to a root, the root last; empty where none is reached.

    Breadth first: one of the shortest paths. Each certificate is visited once, so that a store
    of twins costs no more than its size.
    """
    came_from: dict[str, CertificateView | None] = {view.id: None}
    todo = [view]
    for child in todo:
        for parent in pool:
            if parent.subject != child.issuer or parent.id in came_from:
                continue
            if not is_issuer(parent, child):
                continue
            came_from[parent.id] = child
            if is_self_signed(parent):
                return _way(parent, came_from)
            todo.append(parent)
    return ()


def _way(
    root: CertificateView, came_from: Mapping[str, CertificateView | None]
) -> tuple[CertificateView, ...]:
    way = [root]
    while (child := came_from[way[-1].id]) is not None and came_from[child.id] is not None:
        way.append(child)
    return tuple(reversed(way))


def _recorded(view: CertificateView, catalogue: Catalogue) -> tuple[CertificateView, ...]:
    """The issuers of `view` as the catalogue knows them, in every twin; empty where it does not."""
    way: list[CertificateView] = []
    todo = [view]
    for child in todo:
        if is_self_signed(child):
            continue
        for record in catalogue.by_subject.get(child.issuer, ()):
            parent = view_of(catalogue, record)
            if parent not in way and is_issuer(parent, child):
                way.append(parent)
                todo.append(parent)
    return tuple(way)


def _fresh(view: CertificateView, now: datetime) -> CertificateView:
    """`view` itself while it is valid, else what its owner would send today in its place."""
    if view.valid(now):
        return view
    return replace(view, id=f"renewed:{view.id}", not_before=None, not_after=None, certificate=None)
