"""The plan of a fix: which entries are removed, which roots are added, which entries stay."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from unpin.catalogue.model import Catalogue, CatalogueCertificate, Profile
from unpin.jdk.key_store_view import hidden_from_java, refused_by_java
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry, own_certificate
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients.rules import ClientRules
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

_NO_ROOT: Final = "no root in the store replaces it for every client"


@frozen
class PlannedEntry:
    """An entry of a plan, and why it is removed or stays.

    `index` is its 0-based position, `alias` is as spelled in the file ("" without an alias),
    `label` names its certificate, and `sha256` is None without a certificate. `removal` is the
    kind of the removal, None if the entry stays. `stuck` says that the entry would be removed if a
    root replaced it.
    """

    index: int
    alias: str
    label: str
    sha256: str | None
    reason: str
    stuck: bool = False
    removal: RemovalKind | None = None


@frozen
class Plan:
    """The planned changes of a store.

    `remove` are the entries to remove, and all others stay unchanged. `add` are the roots to add.
    `lacking` are roots that should be added, but whose certificates are not bundled. `keep` are
    the remaining entries other than roots, with the reasons.
    """

    remove: tuple[PlannedEntry, ...]
    add: tuple[CatalogueCertificate, ...]
    lacking: tuple[CatalogueCertificate, ...]
    keep: tuple[PlannedEntry, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the plan neither removes nor adds an entry."""
        return not self.remove and not self.add


def make_plan(
    rehearser: Rehearser,
    profile: Profile | None,
    plan_options: PlanOptions = DEFAULT_PLAN,
    *,
    clients: Sequence[ClientRules] = (),
) -> Plan:
    """Plan to remove the pins that the catalogue can replace, and to add the roots of `profile`.

    `profile` is None if the store needs no roots but those of `plan_options`. Private CAs,
    intermediates of other companies and roots stay, unless `plan_options` say otherwise. A pin
    also stays if neither the store nor the profile has its root. Pure; nothing is written. A root
    in the store counts if it is valid at the moment of the rehearser. No client that reads such a
    store loses a server, nor one of `clients`, which the user names.
    """
    store, catalogue, now = rehearser.store, rehearser.catalogue, rehearser.now
    going = dict(candidates(store, catalogue, profile, now, plan_options))
    wanted = wanted_roots(catalogue, profile, plan_options)
    own = frozenset(root.sha256 for root in plan_options.roots)
    missing = _missing(store, now, going, wanted, own)
    stuck: set[int] = set()
    if plan_options.scope is not RemovalScope.EVERYTHING:
        wished = {RemovalKind.NAMED, RemovalKind.EXPIRED}
        named = {i for i, removal in going.items() if removal.kind in wished}
        stuck = irreplaceable(rehearser, going.keys(), missing, clients, named) - named
        if stuck:
            missing = _missing(store, now, going.keys() - stuck, wanted, own)
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
    """Whether the store has keys and no trusted certificates, as the key store of a server."""
    return bool(store.keys) and not store.trusted


def applied(store: Store, plan: Plan, style: AliasStyle, created_ms: int) -> Store:
    """The store after the plan, ready to be encoded; entries that stay keep their bytes.

    New entries get an alias in `style` and the creation date `created_ms` (milliseconds since
    1970).
    """
    return exchanged(store, {line.index for line in plan.remove}, plan.add, style, created_ms)


def planned(store: Store, plan: Plan) -> Store:
    """The store after the plan, for a rehearsal without encoding it."""
    return replace(applied(store, plan, AliasStyle.SLUG, 0), container=None)


def _kept(
    store: Store,
    catalogue: Catalogue,
    going: Mapping[int, Removal],
    stuck: set[int],
    now: datetime,
) -> Iterator[PlannedEntry]:
    """The entries that stay, except roots, with the reasons."""
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
            return f"unreadable, so left unchanged: {reason}"
        case TrustedEntry(certificate=certificate):
            if certificate.problem is not None:
                return f"unreadable, so left unchanged: {certificate.problem}"
            own_role = role(certificate, catalogue.root_keys)
            if own_role is Role.ROOT:
                return None
            if pin := replaced(certificate, catalogue, now):
                return f"{pin}, kept for now"
            return f"{with_article(own_role)} that is not in the catalogue"


def _line(index: int, store: Store, reason: str) -> PlannedEntry:
    entry = store.entries[index]
    certificate = own_certificate(entry)
    if certificate is None:
        label = "no certificate" if isinstance(entry, KeyEntry) else "unreadable"
        return PlannedEntry(index, entry.alias, label, None, reason)
    return PlannedEntry(index, entry.alias, certificate.label, certificate.sha256, reason)


def _missing(
    store: Store,
    now: datetime,
    going: Collection[int],
    wanted: Sequence[CatalogueCertificate],
    own: Collection[str],
) -> list[CatalogueCertificate]:
    """The wanted roots that the store lacks once the entries `going` are removed.

    A copy with the same name and key will do, but not for the user's `own` (their SHA-256).
    """
    held = _roots(store, now, going)
    copies = {
        certificate.sha256
        for index, entry in enumerate(store.entries)
        if index not in going and (certificate := own_certificate(entry)) is not None
    }
    return [
        root
        for root in wanted
        if (
            root.sha256 not in copies
            if root.sha256 in own
            else (root.canonical_subject, root.spki_sha256) not in held
        )
    ]


def _roots(store: Store, now: datetime, going: Collection[int]) -> set[tuple[str, str]]:
    """The (canonical subject, SPKI SHA-256) of the valid remaining roots that every client sees.

    In a store that Java refuses, all roots count: Java would not see another copy either.
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
    """Whether every client sees the certificate; Go ignores blocks with other labels.

    The label of a UTF-16 block counts like any other.
    """
    text = entry.raw.replace(b"\0", b"")
    return b"-----BEGIN " not in text or b"-----BEGIN CERTIFICATE-----" in text
