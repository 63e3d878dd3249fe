"""What goes, what comes and what stays when the pins of a store give way to its roots."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from unpin.catalogue.model import Catalogue, CatalogueCertificate, Profile
from unpin.jdk.key_store_view import hidden_from_java, refused_by_java
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry, own_certificate
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView
from unpin.pki.roles import Role, role
from unpin.rehearsal.rehearser import Rehearser
from unpin.rewrite.aliases import AliasStyle
from unpin.rewrite.dependents import exchanged, irreplaceable
from unpin.rewrite.removal_candidates import (
    DEFAULT_PLAN,
    PlanOptions,
    Removal,
    RemovalKind,
    RemovalScope,
    candidates,
    replaced,
    wanted_roots,
    with_article,
)

_NO_ROOT: Final = "no root in the store replaces it for everybody"


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry of the store (its 0-based position), what it is called, and why it goes or stays.

    `alias` is as spelled in the file, "" where there is none; `sha256` None without certificate.
    `removal` is the kind of reason to go, None where it stays. `stuck` says that it would go if a
    root replaced it.
    """

    index: int
    alias: str
    label: str
    sha256: str | None
    reason: str
    stuck: bool = False
    removal: RemovalKind | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The change, before it happens.

    `add` are the roots that come, `lacking` those that should and whose bytes are not at hand.
    Every entry that `remove` does not name stays as it is; `keep` are those of them that are no
    roots, with the reason.
    """

    remove: tuple[PlannedEntry, ...]
    add: tuple[CatalogueCertificate, ...]
    lacking: tuple[CatalogueCertificate, ...]
    keep: tuple[PlannedEntry, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.remove and not self.add


def make_plan(
    rehearser: Rehearser, profile: Profile, plan_options: PlanOptions = DEFAULT_PLAN
) -> Plan:
    """Replace what the catalogue can replace: its pins go, the profile's roots come.

    A private CA, another company's intermediate and every root stay, unless `plan_options` say
    otherwise; and so does a pin whose root is neither in the store nor in the profile. A store of
    keys alone gets no roots: it is a server's own. Pure; nothing is written. The moment of
    the rehearser decides whether a root that is here will do.
    """
    store, catalogue, now = rehearser.store, rehearser.catalogue, rehearser.now
    if only_keys(store) and plan_options.scope is not RemovalScope.EVERYTHING:
        return Plan((), (), (), tuple(_kept(store, catalogue, {}, set(), now)))
    going = dict(candidates(store, catalogue, profile, now, plan_options))
    wanted = wanted_roots(catalogue, profile, plan_options)
    missing = _missing(store, now, going, wanted)
    stuck: set[int] = set()
    if plan_options.scope is not RemovalScope.EVERYTHING:
        stuck = irreplaceable(rehearser, going.keys(), missing)
        if stuck:
            missing = _missing(store, now, going.keys() - stuck, wanted)
    add = tuple(record for record in missing if record.certificate is not None)
    return Plan(
        tuple(
            replace(_line(i, store, removal.reason), removal=removal.kind)
            for i, removal in going.items()
            if i not in stuck
        ),
        add,
        tuple(record for record in missing if record.certificate is None),
        tuple(_kept(store, catalogue, going, stuck, now)),
    )


def only_keys(store: Store) -> bool:
    """Whether it holds keys and trusts nobody, as the key store of a server does."""
    return bool(store.keys) and not store.trusted


def applied(store: Store, plan: Plan, style: AliasStyle, created_ms: int) -> Store:
    """The entries as the plan leaves them, ready to be encoded: what stays is as it was read."""
    return exchanged(store, {line.index for line in plan.remove}, plan.add, style, created_ms)


def planned(store: Store, plan: Plan) -> Store:
    """The entries as the plan would leave them, for a rehearsal of what is not encoded."""
    return replace(applied(store, plan, AliasStyle.SLUG, 0), container=None)


def _kept(
    store: Store,
    catalogue: Catalogue,
    going: Mapping[int, Removal],
    stuck: set[int],
    now: datetime,
) -> Iterator[PlannedEntry]:
    """The entries that stay and are no roots, each with the reason."""
    for index, entry in enumerate(store.entries):
        if index in stuck:
            line = _line(index, store, f"{going[index].reason}, but {_NO_ROOT}")
            yield replace(line, stuck=True)
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


def _line(index: int, store: Store, reason: str) -> PlannedEntry:
    entry = store.entries[index]
    certificate = own_certificate(entry)
    if certificate is None:
        label = "no certificate" if isinstance(entry, KeyEntry) else "unreadable"
        return PlannedEntry(index, entry.alias, label, None, reason)
    return PlannedEntry(index, entry.alias, certificate.label, certificate.sha256, reason)


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
    staying = exchanged(store, going)
    hidden = {} if refused_by_java(staying) else hidden_from_java(staying)
    found = set()
    for index, entry in enumerate(staying.entries):
        if not isinstance(entry, TrustedEntry) or index in hidden or not _is_plain(entry):
            continue
        if role(entry.certificate) is Role.ROOT:
            view = CertificateView.of(entry.certificate)
            if view.valid(now):
                found.add((view.subject, view.key))
    return found


def _is_plain(entry: TrustedEntry) -> bool:
    """Whether every reader of a bundle sees the certificate: Go passes over blocks of other labels.

    A block of UTF-16 is one of its label.
    """
    text = entry.raw.replace(b"\0", b"")
    return b"-----BEGIN " not in text or b"-----BEGIN CERTIFICATE-----" in text
