"""The handshake that an entry is for, where no chain of the catalogue tells it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from unpin.catalogue.model import Catalogue, Phase
from unpin.catalogue.presented import Act, Presented, link_of, server_under
from unpin.judge.judged import Judged, ancestors
from unpin.pki.links import Link, issued, self_signed

AS_USUAL = "as a server under it would send it"


def act_under(
    one: Judged, link: Link, pool: Sequence[Link], catalogue: Catalogue, now: datetime
) -> Act:
    """What a server that works today sends, if it is one for which `one` was imported.

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
    return Act(Phase.BOTH, Presented("", str(one.index), AS_USUAL, links))


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
