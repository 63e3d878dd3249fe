"""The handshake that an entry is for, where no chain of the catalogue tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from unpin.catalogue.handshakes import Act, Presented, link_of, server_under
from unpin.catalogue.model import Catalogue, Phase
from unpin.pki.certificate_view import Link, issued, self_signed

AS_USUAL = "as a server under it would send it"


def act_under(
    name: str, link: Link, pool: Sequence[Link], catalogue: Catalogue, now: datetime
) -> Act:
    """What a server that works today sends, if it is one for which `link` was imported.

    `name` tells the handshakes of one store apart.

    Under a CA: a made-up server certificate, the CA itself (renewed under its old key where the
    store's copy is out of date) and the CAs between it and its root, as far as the store or the
    catalogue has them. A server certificate: itself, and the same above it.
    """
    above = ancestors(link, pool) or _recorded(link, catalogue)
    sent = [_fresh(ca, now) for ca in above if not self_signed(ca)]
    issuer_key = above[0].key if above else None
    if not link.ca:
        links = (link, *sent)
    elif self_signed(link):
        links = (server_under(_fresh(link, now), link.label),)
    else:
        top = _fresh(replace(link, issuer_key=link.issuer_key or issuer_key), now)
        links = (server_under(top, link.label), top, *sent)
    return Act(Phase.BOTH, Presented("", name, AS_USUAL, links))


def ancestors(link: Link, pool: Sequence[Link]) -> tuple[Link, ...]:
    """The issuers of `link` in `pool` up to a root, the root last; empty where none is reached.

    Breadth first: one of the shortest paths. Each certificate is visited once, so that a store
    of twins costs no more than its size.
    """
    came_from: dict[str, Link | None] = {link.id: None}
    todo = [link]
    for child in todo:
        for parent in pool:
            if parent.subject != child.issuer or parent.id in came_from:
                continue
            if not issued(parent, child):
                continue
            came_from[parent.id] = child
            if self_signed(parent):
                return _way(parent, came_from)
            todo.append(parent)
    return ()


def _way(root: Link, came_from: Mapping[str, Link | None]) -> tuple[Link, ...]:
    way = [root]
    while (child := came_from[way[-1].id]) is not None and came_from[child.id] is not None:
        way.append(child)
    return tuple(reversed(way))


def _recorded(link: Link, catalogue: Catalogue) -> tuple[Link, ...]:
    """The issuers of `link` as the catalogue knows them, in every twin; empty where it does not."""
    way: list[Link] = []
    todo = [link]
    for child in todo:
        if self_signed(child):
            continue
        for record in catalogue.by_subject.get(child.issuer, ()):
            parent = link_of(catalogue, record)
            if parent not in way and issued(parent, child):
                way.append(parent)
                todo.append(parent)
    return tuple(way)


def _fresh(link: Link, now: datetime) -> Link:
    """`link` itself while it is valid, else what its owner would send today in its place."""
    if link.valid(now):
        return link
    return replace(link, id=f"renewed:{link.id}", not_before=None, not_after=None, certificate=None)
