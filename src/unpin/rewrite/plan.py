"""What goes, what comes and what stays when the pins of a store give way to its roots."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from unpin.catalogue.model import Catalogue, CatalogueCertificate, Profile
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry, own_certificate
from unpin.model.java_view import hidden_from_java, refused_by_java
from unpin.model.store import Format, Store
from unpin.pki.choosing import default_clients
from unpin.pki.links import Link
from unpin.pki.relevance import reached
from unpin.pki.roles import Role, role
from unpin.rehearsal.hypothesis import act_under
from unpin.rehearsal.run import rehearse_store
from unpin.rewrite.aliases import AliasStyle, folded_all, fresh_alias
from unpin.rewrite.candidates import (
    NOTHING_ELSE,
    Scope,
    Wishes,
    candidates,
    is_leaving,
    replaced,
    wanted_roots,
    with_article,
)

NO_ROOT: Final = "no root in the store replaces it for everybody"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the store (its 0-based position), what it is called, and why it goes or stays.

    `alias` is as spelled in the file, "" where there is none; `sha256` None without certificate.
    """

    index: int
    alias: str
    label: str
    sha256: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The change, before it happens.

    `add` are the roots that come, `lacking` those that should and whose bytes are not at hand.
    Every entry that `remove` does not name stays as it is; `keep` are those of them that are no
    roots, with the reason.
    """

    remove: tuple[Line, ...]
    add: tuple[CatalogueCertificate, ...]
    lacking: tuple[CatalogueCertificate, ...]
    keep: tuple[Line, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.remove and not self.add


def make_plan(
    store: Store,
    catalogue: Catalogue,
    profile: Profile,
    now: datetime,
    wishes: Wishes = NOTHING_ELSE,
) -> Plan:
    """Replace what the catalogue can replace: its pins go, the profile's roots come.

    A private CA, another company's intermediate and every root stay, unless `wishes` say
    otherwise; and so does a pin whose root is neither in the store nor in the profile. A store of
    keys alone gets no roots: it is a server's own. Pure; nothing is written. `now` (aware UTC)
    decides whether a root that is here will do.
    """
    if only_keys(store) and wishes.scope is not Scope.EVERYTHING:
        return Plan((), (), (), tuple(_kept(store, catalogue, {}, set(), now)))
    going = dict(candidates(store, catalogue, profile, now, wishes))
    wanted = wanted_roots(catalogue, profile, wishes)
    missing = _missing(store, now, going, wanted)
    stuck: set[int] = set()
    if wishes.scope is not Scope.EVERYTHING:
        stuck = _irreplaceable(store, going, missing, catalogue, now)
        if stuck:
            missing = _missing(store, now, going.keys() - stuck, wanted)
    add = tuple(record for record in missing if record.certificate is not None)
    return Plan(
        tuple(_line(i, store, why) for i, why in going.items() if i not in stuck),
        add,
        tuple(record for record in missing if record.certificate is None),
        tuple(_kept(store, catalogue, going, stuck, now)),
    )


def only_keys(store: Store) -> bool:
    """Whether it holds keys and trusts nobody, as the key store of a server does."""
    return bool(store.keys) and not store.trusted


def applied(store: Store, plan: Plan, style: AliasStyle, created_ms: int) -> Store:
    """The entries as the plan leaves them, ready to be encoded: what stays, stays as it was read.

    New roots stand first in a text store: OpenSSL takes the first of several twins.
    """
    gone = {line.index for line in plan.remove}
    kept = tuple(e for index, e in enumerate(store.entries) if index not in gone)
    taken = folded_all(entry.alias for entry in kept)
    new = tuple(
        TrustedEntry(
            fresh_alias(record.certificate, style, taken), record.certificate, b"", created_ms
        )
        for record in plan.add
        if record.certificate is not None
    )
    entries = (*new, *kept) if store.format is Format.PEM else (*kept, *new)
    return replace(store, entries=entries)


def planned(store: Store, plan: Plan) -> Store:
    """The entries as the plan would leave them, for a rehearsal of what is not encoded."""
    return replace(applied(store, plan, AliasStyle.SLUG, 0), container=None)


def _irreplaceable(
    store: Store,
    going: Mapping[int, str],
    add: Sequence[CatalogueCertificate],
    catalogue: Catalogue,
    now: datetime,
) -> set[int]:
    """The candidates that some client needs: a server under one would be lost without it.

    Or a server under an entry that stays: OpenSSL goes on from a pin in the store alone, so what
    it finds there above the pin must not go. What Java does not show is there for no server, and
    the way to a root that goes because that was asked for is none that any server has to have.
    """
    plus = [Link.of(record.certificate) for record in add if record.certificate is not None]
    shown = {
        index: link
        for index, link in _links(store).items()
        if index not in going or not _dropped(store.entries[index], catalogue)
    }
    pool = list({link.id: link for link in (*shown.values(), *plus)}.values())
    copies: dict[str, set[int]] = defaultdict(set)
    for index, link in shown.items():
        if index in going:
            copies[link.id].add(index)
    if not copies:
        return set()
    here = {link.id for link in shown.values()}
    changing = copies.keys() | {link.id for link in plus}
    below = _below([link for link in pool if link.id in changing], pool)
    acts = [
        act
        for act in (
            act_under(one.id, one, pool, catalogue, now)
            for one in pool
            if one.id in here and one.subject in below
        )
        if not changing.isdisjoint(one.id for one in reached(pool, act.presented.links))
    ]
    clients = default_clients(store)
    before = rehearse_store(store, clients=clients, acts=acts, now=now)

    def lost(gone: Collection[int]) -> frozenset[tuple[str, str]]:
        """(client, SHA-256) of the servers that connect with the store as it is alone.

        The roots stand where they will: of several twins OpenSSL takes the first.
        """
        then = planned(store, Plan(tuple(_line(i, store, "") for i in gone), tuple(add), ()))
        after = rehearse_store(then, clients=clients, acts=acts, now=now)
        return frozenset(
            (old.client.ident, old_try.presented.issuing)
            for old, new in zip(before.scenes, after.scenes, strict=True)
            for old_try, new_try in zip(old.tries, new.tries, strict=True)
            if old_try.verdict.accepted and not new_try.verdict.accepted
        )

    first = lost(going.keys())
    stuck = {index for _, link_id in first for index in copies.get(link_id, ())}
    if first and lost(going.keys() - stuck):
        stuck |= _carrying(going, copies.values(), stuck, lost)
    return stuck


def _below(links: Sequence[Link], pool: Sequence[Link]) -> set[str]:
    """The names of `links`, and of whatever of `pool` leads to them from issuer to issuer."""
    issued_by: dict[str, set[str]] = defaultdict(set)
    for one in pool:
        issued_by[one.issuer].add(one.subject)
    found = {link.subject for link in links}
    todo = list(found)
    for name in todo:
        more = issued_by[name] - found
        found |= more
        todo += more
    return found


def _carrying(
    going: Mapping[int, str],
    groups: Collection[AbstractSet[int]],
    stuck: AbstractSet[int],
    lost: Callable[[Collection[int]], AbstractSet[tuple[str, str]]],
) -> set[int]:
    """What has to stay besides `stuck`, for the servers under entries that stay: as little as does.

    One group of equal certificates after the other goes if nobody loses more by it than by what
    goes without asking: where no group helps, none has to stay.
    """
    unasked = going.keys() - set().union(*groups)
    gone = set(unasked)
    least = lost(gone)
    held: set[int] = set()
    for group in groups:
        if group <= stuck:
            continue
        if lost(gone | group) <= least:
            gone |= group
        else:
            held |= group
    return held


def _dropped(entry: Entry, catalogue: Catalogue) -> bool:
    """Whether it is a retired root, which goes because that was asked for."""
    certificate = own_certificate(entry)
    record = catalogue.by_sha256.get(certificate.sha256) if certificate else None
    return record is not None and is_leaving(record)


def _links(store: Store) -> dict[int, Link]:
    """The trusted certificates that Java shows, by the positions of their entries."""
    hidden = hidden_from_java(store)
    return {
        index: Link.of(entry.certificate)
        for index, entry in enumerate(store.entries)
        if isinstance(entry, TrustedEntry)
        and entry.certificate.problem is None
        and index not in hidden
    }


def _kept(
    store: Store,
    catalogue: Catalogue,
    going: Mapping[int, str],
    stuck: set[int],
    now: datetime,
) -> Iterator[Line]:
    """The entries that stay and are no roots, each with the reason."""
    for index, entry in enumerate(store.entries):
        if index in stuck:
            yield _line(index, store, f"{going[index]}, but {NO_ROOT}")
        elif index not in going and (reason := _stays(entry, catalogue, now)):
            yield _line(index, store, reason)


def _stays(entry: Entry, catalogue: Catalogue, now: datetime) -> str | None:
    match entry:
        case KeyEntry(kind=kind):
            return f"a {kind}"
        case UnreadableEntry(reason=reason):
            return f"not understood, so not touched: {reason}"
        case TrustedEntry(certificate=certificate):
            if certificate.problem is not None:
                return f"not understood, so not touched: {certificate.problem}"
            what = role(certificate, catalogue.root_keys)
            if what is Role.ROOT:
                return None
            if pin := replaced(certificate, catalogue, now):
                return f"{pin}, kept for now"
            return f"{with_article(what)} that is not the catalogue's"


def _line(index: int, store: Store, reason: str) -> Line:
    entry = store.entries[index]
    certificate = own_certificate(entry)
    if certificate is None:
        label = "no certificate" if isinstance(entry, KeyEntry) else "unreadable"
        return Line(index, entry.alias, label, None, reason)
    return Line(index, entry.alias, certificate.label, certificate.sha256, reason)


def _without(store: Store, going: Collection[int]) -> Store:
    """The store without these entries: one of them may have hidden another of its name."""
    left = tuple(entry for index, entry in enumerate(store.entries) if index not in going)
    return replace(store, entries=left)


def _missing(
    store: Store, now: datetime, going: Collection[int], wanted: Sequence[CatalogueCertificate]
) -> list[CatalogueCertificate]:
    """The wanted roots that nothing in the store will do for, once `going` are gone."""
    held = _roots(store, now, going)
    return [one for one in wanted if (one.canonical_subject, one.spki_sha256) not in held]


def _roots(store: Store, now: datetime, going: Collection[int]) -> set[tuple[str, str]]:
    """(canonical subject, SPKI SHA-256) of the roots that stay, for every reader, and are valid.

    In a store that Java refuses as a whole, it would see another copy no better.
    """
    staying = _without(store, going)
    hidden = {} if refused_by_java(staying) else hidden_from_java(staying)
    found = set()
    for index, entry in enumerate(staying.entries):
        if not isinstance(entry, TrustedEntry) or index in hidden or not _is_plain(entry):
            continue
        if role(entry.certificate) is Role.ROOT:
            link = Link.of(entry.certificate)
            if link.valid(now):
                found.add((link.subject, link.key))
    return found


def _is_plain(entry: TrustedEntry) -> bool:
    """Whether every reader of a bundle sees the certificate: Go passes over blocks of other labels.

    A block of UTF-16 is one of its label.
    """
    text = entry.raw.replace(b"\0", b"")
    return b"-----BEGIN " not in text or b"-----BEGIN CERTIFICATE-----" in text
