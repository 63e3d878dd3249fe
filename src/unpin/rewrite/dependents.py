"""Find the removal candidates that a client still needs, by rehearsing the servers under them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache
from typing import Final

from unpin.catalogue.model import Catalogue, CatalogueCertificate
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import Entry, TrustedEntry, own_certificate
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, IssuerPool
from unpin.pki.clients import reading_clients
from unpin.pki.clients.rules import ClientRules
from unpin.pki.path_building.relevance import NOTHING
from unpin.pki.work import WorkLimitError, spend
from unpin.rehearsal.presumed_server import presumed_handshake
from unpin.rehearsal.rehearser import Rehearser, lost
from unpin.rewrite.aliases import AliasStyle, folded_aliases, fresh_alias
from unpin.rewrite.removal_candidates import is_leaving

_EACH_ENTRY: Final = 5
"""The work of setting up a store anew, for each of its entries (pki.work)."""

_FEW: Final = 32
"""As many groups of kept entries are tried one by one; each try rehearses the whole store."""


def exchanged(
    store: Store,
    gone: Collection[int],
    coming: Sequence[CatalogueCertificate] = (),
    style: AliasStyle = AliasStyle.SLUG,
    created_ms: int = 0,
) -> Store:
    """The store without the entries at the positions `gone` and with the roots `coming`.

    New roots get an alias in `style` and the creation date `created_ms` (milliseconds since 1970).
    In a text store they stand first, since OpenSSL takes the first of several twins. What goes is
    not in the readings of the text any more.
    """
    kept = tuple(entry for index, entry in enumerate(store.entries) if index not in gone)
    taken = folded_aliases(entry.alias for entry in kept)
    new = tuple(
        TrustedEntry(
            fresh_alias(record.certificate, style, taken), record.certificate, b"", created_ms
        )
        for record in coming
        if record.certificate is not None
    )
    facts = store.format.facts
    entries = (*new, *kept) if facts.order_decides and facts.keeps_order else (*kept, *new)
    left = {entry.certificate for entry in kept if isinstance(entry, TrustedEntry)}
    lost = {entry.certificate.der for entry in store.trusted if entry.certificate not in left}
    readings = {
        reader: replace(reading, loaded=reading.loaded - lost)
        for reader, reading in store.readings.items()
    }
    return replace(store, entries=entries, readings=readings)


def irreplaceable(
    rehearser: Rehearser,
    going: Collection[int],
    add: Sequence[CatalogueCertificate],
    named: Sequence[ClientRules] = (),
    wished: AbstractSet[int] = NOTHING,
) -> set[int]:
    """The positions of the candidates `going` that a client needs, when the roots `add` come.

    A candidate is needed if a client would lose a server under it, or a server under an entry that
    stays: OpenSSL continues from a pin only within the store, so its issuers must stay. The
    clients are those that read such a store, and those that the user `named`. Entries that none of
    them sees, retired roots that the user asked to remove, and those that the user named
    (`wished`), count as unneeded. Raises
    WorkLimitError where that takes more work than a store may.
    """
    clients = tuple(dict.fromkeys((*reading_clients(rehearser.store), *named)))
    store, catalogue, now = rehearser.store, rehearser.catalogue, rehearser.now
    plus = [
        CertificateView.of(record.certificate) for record in add if record.certificate is not None
    ]
    shown = {
        index: view
        for index, view in _visible(store, clients).items()
        if index not in going or not (index in wished or _dropped(store.entries[index], catalogue))
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
    issuers = IssuerPool(pool)
    handshakes = [
        handshake
        for handshake in (
            presumed_handshake(view.id, view, issuers, catalogue, now)
            for view in pool
            if view.id in here and view.subject in below
        )
        if any(
            name in below for sent in handshake.certificates for name in (sent.subject, sent.issuer)
        )
    ]
    before = rehearser.rehearse(clients, handshakes)
    if before.gave_up:
        raise WorkLimitError

    def losing(gone: Collection[int]) -> frozenset[tuple[str, str]]:
        """The lost servers as (client, SHA-256); the new roots stand where they will be written."""
        spend(_EACH_ENTRY * len(store.entries))
        then = exchanged(store, gone, add)
        after = Rehearser(then, catalogue, now)
        return frozenset(
            (scenario.client.ident, attempt.handshake.issuing)
            for scenario, attempt in lost(before, after)
        )

    first = losing(going)
    stuck = {index for _, link_id in first for index in copies.get(link_id, ())}
    if first and losing(set(going) - stuck):
        stuck |= _carrying(going, copies.values(), stuck, losing)
    return _released(going, copies, stuck, losing) if first else stuck


def _below(views: Sequence[CertificateView], pool: Sequence[CertificateView]) -> set[str]:
    """The subjects of `views`, and of the certificates in `pool` below them."""
    issued_by: dict[str, set[str]] = defaultdict(set)
    for view in pool:
        issued_by[view.issuer].add(view.subject)
    subjects = {view.subject for view in views}
    todo = list(subjects)
    for name in todo:
        more = issued_by[name] - subjects
        subjects |= more
        todo += more
    return subjects


def _carrying(
    going: Collection[int],
    groups: Collection[AbstractSet[int]],
    stuck: AbstractSet[int],
    losing: Callable[[Collection[int]], AbstractSet[tuple[str, str]]],
) -> set[int]:
    """The fewest candidates that must stay besides `stuck`, for servers under entries that stay.

    The groups of equal certificates are removed in turn. A group stays if its removal loses more
    servers than the removal of the entries that go in any case.
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


def _released(
    going: Collection[int],
    copies: Mapping[str, AbstractSet[int]],
    stuck: set[int],
    losing: Callable[[Collection[int]], AbstractSet[tuple[str, str]]],
) -> set[int]:
    """`stuck` without the groups of equal certificates that the other kept groups make needless.

    A pin that is needed if all candidates go may be idle once another pin stays. Without this a
    second plan, made from the store that the first one wrote, would remove more than the first. It
    would as well if a pin stayed only for the servers under one that goes: then both stay.
    """
    held = {link_id: group for link_id, group in copies.items() if group <= stuck}
    if not 1 < len(held) <= _FEW:
        return stuck

    @cache
    def lost_without(staying: frozenset[str]) -> AbstractSet[tuple[str, str]]:
        kept = set().union(*(held[link_id] for link_id in staying))
        return losing(set(going) - kept)

    staying = frozenset(held)
    for link_id in held:
        rest = staying - {link_id}
        if lost_without(rest) <= lost_without(staying) and all(
            any(server not in held.keys() - rest for _, server in lost_without(rest - {other}))
            for other in rest
        ):
            staying = rest
    return set().union(*(held[link_id] for link_id in staying))


def _dropped(entry: Entry, catalogue: Catalogue) -> bool:
    """Whether the entry is a retired root, which goes because the user asked for it."""
    certificate = own_certificate(entry)
    record = catalogue.by_sha256.get(certificate.sha256) if certificate else None
    return record is not None and is_leaving(record)


def _visible(store: Store, clients: Sequence[ClientRules]) -> dict[int, CertificateView]:
    """The trusted certificates that one of `clients` sees, by the positions of their entries."""
    java_only = all(client.reads_key_stores for client in clients)
    hidden = hidden_from_java(store) if java_only else {}
    return {
        index: CertificateView.of(entry.certificate)
        for index, entry in enumerate(store.entries)
        if isinstance(entry, TrustedEntry)
        and entry.certificate.problem is None
        and index not in hidden
    }
