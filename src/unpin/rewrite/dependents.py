"""Find out which of the entries that may go somebody needs: ask for the servers under them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from unpin.catalogue.model import Catalogue, CatalogueCertificate
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import Entry, TrustedEntry, own_certificate
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import default_clients
from unpin.pki.path_building.relevance import reached
from unpin.rehearsal.presumed_server import presumed_handshake
from unpin.rehearsal.rehearser import Rehearser, lost
from unpin.rewrite.aliases import AliasStyle, folded_all, fresh_alias
from unpin.rewrite.removal_candidates import is_leaving


def exchanged(
    store: Store,
    gone: Collection[int],
    coming: Sequence[CatalogueCertificate] = (),
    style: AliasStyle = AliasStyle.SLUG,
    created_ms: int = 0,
) -> Store:
    """The store without the entries at the positions `gone`, and with those roots.

    They stand first in a text store: OpenSSL takes the first of several twins. An entry that goes
    may have hidden another of its name.
    """
    kept = tuple(entry for index, entry in enumerate(store.entries) if index not in gone)
    taken = folded_all(entry.alias for entry in kept)
    new = tuple(
        TrustedEntry(
            fresh_alias(record.certificate, style, taken), record.certificate, b"", created_ms
        )
        for record in coming
        if record.certificate is not None
    )
    facts = store.format.facts
    entries = (*new, *kept) if facts.order_decides and facts.keeps_order else (*kept, *new)
    return replace(store, entries=entries)


def irreplaceable(
    rehearser: Rehearser, going: Collection[int], add: Sequence[CatalogueCertificate]
) -> set[int]:
    """The candidates that some client needs: a server under one would be lost without it.

    Or a server under an entry that stays: OpenSSL goes on from a pin in the store alone, so what
    it finds there above the pin must not go. What Java does not show is there for no server, and
    the way to a root that goes because that was asked for is none that any server has to have.
    """
    store, catalogue, now = rehearser.store, rehearser.catalogue, rehearser.now
    plus = [
        CertificateView.of(record.certificate) for record in add if record.certificate is not None
    ]
    shown = {
        index: view
        for index, view in _links(store).items()
        if index not in going or not _dropped(store.entries[index], catalogue)
    }
    pool = list({view.id: view for view in (*shown.values(), *plus)}.values())
    copies: dict[str, set[int]] = defaultdict(set)
    for index, view in shown.items():
        if index in going:
            copies[view.id].add(index)
    if not copies:
        return set()
    here = {view.id for view in shown.values()}
    changing = copies.keys() | {view.id for view in plus}
    below = _below([view for view in pool if view.id in changing], pool)
    handshakes = [
        handshake
        for handshake in (
            presumed_handshake(one.id, one, pool, catalogue, now)
            for one in pool
            if one.id in here and one.subject in below
        )
        if not changing.isdisjoint(one.id for one in reached(pool, handshake.certificates))
    ]
    clients = default_clients(store)
    before = rehearser.rehearse(clients, handshakes)

    def losing(gone: Collection[int]) -> frozenset[tuple[str, str]]:
        """(client, SHA-256) of the servers that connect with the store as it is alone.

        The roots stand where they will: of several twins OpenSSL takes the first.
        """
        then = exchanged(store, gone, add)
        after = Rehearser(then, catalogue, now)
        return frozenset(
            (scenario.client.ident, one.handshake.issuing) for scenario, one in lost(before, after)
        )

    first = losing(going)
    stuck = {index for _, link_id in first for index in copies.get(link_id, ())}
    if first and losing(set(going) - stuck):
        stuck |= _carrying(going, copies.values(), stuck, losing)
    return stuck


def _below(views: Sequence[CertificateView], pool: Sequence[CertificateView]) -> set[str]:
    """The names of `views`, and of whatever of `pool` leads to them from issuer to issuer."""
    issued_by: dict[str, set[str]] = defaultdict(set)
    for one in pool:
        issued_by[one.issuer].add(one.subject)
    found = {view.subject for view in views}
    todo = list(found)
    for name in todo:
        more = issued_by[name] - found
        found |= more
        todo += more
    return found


def _carrying(
    going: Collection[int],
    groups: Collection[AbstractSet[int]],
    stuck: AbstractSet[int],
    losing: Callable[[Collection[int]], AbstractSet[tuple[str, str]]],
) -> set[int]:
    """What has to stay besides `stuck`, for the servers under entries that stay: as little as does.

    One group of equal certificates after the other goes if nobody loses more by it than by what
    goes without asking: where no group helps, none has to stay.
    """
    unasked = set(going) - set().union(*groups)
    gone = set(unasked)
    least = losing(gone)
    held: set[int] = set()
    for group in groups:
        if group <= stuck:
            continue
        if losing(gone | group) <= least:
            gone |= group
        else:
            held |= group
    return held


def _dropped(entry: Entry, catalogue: Catalogue) -> bool:
    """Whether it is a retired root, which goes because that was asked for."""
    certificate = own_certificate(entry)
    record = catalogue.by_sha256.get(certificate.sha256) if certificate else None
    return record is not None and is_leaving(record)


def _links(store: Store) -> dict[int, CertificateView]:
    """The trusted certificates that Java shows, by the positions of their entries."""
    hidden = hidden_from_java(store)
    return {
        index: CertificateView.of(entry.certificate)
        for index, entry in enumerate(store.entries)
        if isinstance(entry, TrustedEntry)
        and entry.certificate.problem is None
        and index not in hidden
    }
