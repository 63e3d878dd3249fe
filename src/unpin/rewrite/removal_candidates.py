"""The entries that a plan may remove, with the reasons, and the roots that it should add."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Final

from unpin.catalogue.handshakes import view_of
from unpin.catalogue.model import Catalogue, CatalogueCertificate, Profile
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, own_certificate
from unpin.model.errors import UnknownNameError, UsageError
from unpin.model.finding import Severity
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.pki.certificate_view import CertificateView, is_issuer
from unpin.pki.roles import Role, role
from unpin.wording import day


class RemovalScope(StrEnum):
    """Which entries a plan may remove."""

    AZURE = "only-azure"
    """The pins of the catalogue, and servers under its CAs."""
    ALL_PINS = "all-pins"
    """Every certificate that is not a root, if its root is in the store."""
    EVERYTHING = "replace-all"
    """Every trusted entry; only the roots of the profile remain."""


@frozen
class PlanOptions:
    """The options of a plan.

    `scope` says which entries may be removed. `keep_pins` removes no pin. `drop_retired` removes
    the roots that the service has left or is leaving. `with_new_root` adds the self-signed form of
    a chain's bridge, for servers that omit the cross-signed bridge. `roots` are roots of the user's
    own, which are added, too, and replace the pins below them. `drop_expired` removes expired CA
    certificates. `remove` names entries that go in
    any case: by alias, by the first digits of the SHA-256, or as "#3" by position from 1.
    """

    scope: RemovalScope = RemovalScope.AZURE
    keep_pins: bool = False
    drop_retired: bool = False
    with_new_root: bool = False
    roots: tuple[CatalogueCertificate, ...] = ()
    remove: tuple[str, ...] = ()
    drop_expired: bool = False


DEFAULT_PLAN: Final = PlanOptions()


class RemovalKind(Enum):
    """The kinds of reasons for a removal."""

    REPLACED = auto()
    """The roots of the catalogue make the entry superfluous."""
    RETIRED = auto()
    """A root that the service has left or is leaving (PlanOptions.drop_retired)."""
    EXPIRED = auto()
    """An expired CA (PlanOptions.drop_expired)."""
    NOT_A_ROOT = auto()
    """RemovalScope.ALL_PINS."""
    NAMED = auto()
    """The user named the entry (PlanOptions.remove)."""
    EVERYTHING = auto()
    """RemovalScope.EVERYTHING, and no root replaces the entry."""


@frozen
class Removal:
    """Why an entry may be removed: the kind of the reason, and the reason in words."""

    kind: RemovalKind
    reason: str


def wanted_roots(
    catalogue: Catalogue, profile: Profile | None, plan_options: PlanOptions
) -> list[CatalogueCertificate]:
    """The roots that the store should have after the plan."""
    if profile is None:
        return list(dict.fromkeys(plan_options.roots))
    needed = {root.slug for root in profile.roots if root.otherwise is not Severity.NOTE}
    wanted = [
        record
        for record in catalogue.roots_of(profile)
        if not (plan_options.drop_retired and is_leaving(record)) or record.slug in needed
    ]
    if plan_options.with_new_root:
        slugs = (catalogue.chain(name).bridge_self_signed for name in profile.chains)
        wanted += [catalogue.certificate(slug) for slug in slugs if slug is not None]
    return list(dict.fromkeys([*wanted, *plan_options.roots]))


def is_leaving(record: CatalogueCertificate) -> bool:
    """Whether the record is a root that `drop_retired` removes."""
    return record.is_root and bool(record.retired or record.leaving)


def candidates(
    store: Store,
    catalogue: Catalogue,
    profile: Profile | None,
    now: datetime,
    plan_options: PlanOptions,
) -> Iterator[tuple[int, Removal]]:
    """The entries that may be removed, as 0-based positions with the reasons, in file order.

    Raises UnknownNameError for a name in `plan_options.remove` that no entry has, UsageError for
    that of a key.
    """
    named = named_positions(store, plan_options.remove)
    wanted = {record.sha256 for record in wanted_roots(catalogue, profile, plan_options)}
    below = _below_own_roots(store, plan_options)
    for index, entry in enumerate(store.entries):
        if index in named:
            yield index, Removal(RemovalKind.NAMED, f"named as {named[index]}")
            continue
        if not isinstance(entry, TrustedEntry) or entry.certificate.sha256 in wanted:
            continue
        removal = _removal(entry.certificate, catalogue, now, plan_options)
        if removal is None and index in below and not plan_options.keep_pins:
            own_role = with_article(role(entry.certificate, catalogue.root_keys))
            removal = Removal(RemovalKind.REPLACED, f"{own_role} under {below[index]}")
        if removal is not None:
            yield index, removal


def named_positions(store: Store, names: Sequence[str]) -> dict[int, str]:
    """The 0-based positions of the entries that `names` name, with the name of each.

    Raises UnknownNameError for a name that no entry has, UsageError for the name of a key.
    """
    found: dict[int, str] = {}
    for name in names:
        positions = [
            index for index, entry in enumerate(store.entries) if _is_named(entry, index, name)
        ]
        if not positions:
            raise UnknownNameError(
                f"{store.source}: no entry is called {name!r}",
                "--remove takes an alias, the first 8 or more digits of a SHA-256, or #3 for the "
                "third entry",
            )
        for index in positions:
            if isinstance(store.entries[index], KeyEntry):
                raise UsageError(f"{store.source}: {name} is a key, which fix does not remove")
            found.setdefault(index, name)
    return found


def _is_named(entry: Entry, index: int, name: str) -> bool:
    certificate = own_certificate(entry)
    if name == f"#{index + 1}" or (entry.alias and entry.alias == name):
        return True
    is_digest = re.fullmatch(r"[0-9a-fA-F]{8,64}", name) is not None
    return is_digest and certificate is not None and certificate.sha256.startswith(name.lower())


def _below_own_roots(store: Store, plan_options: PlanOptions) -> dict[int, str]:
    """The positions of the entries below the user's own roots, and the names of these roots."""
    named = {
        record.name: CertificateView.of(record.certificate)
        for record in plan_options.roots
        if record.certificate is not None
    }
    views = {
        index: CertificateView.of(entry.certificate)
        for index, entry in enumerate(store.entries)
        if named and isinstance(entry, TrustedEntry) and entry.certificate.problem is None
    }
    children: dict[str, list[int]] = {}
    for index, view in views.items():
        if view.subject != view.issuer:
            children.setdefault(view.issuer, []).append(index)
    below: dict[int, str] = {}
    todo = list(named.items())
    for name, parent in todo:
        for index in children.get(parent.subject, ()):
            if index not in below and is_issuer(parent, views[index]):
                below[index] = name
                todo.append((name, views[index]))
    return below


def _removal(
    certificate: Certificate, catalogue: Catalogue, now: datetime, plan_options: PlanOptions
) -> Removal | None:
    """Why an entry may be removed; None if it must stay."""
    record = catalogue.by_sha256.get(certificate.sha256)
    if plan_options.drop_retired and record is not None and is_leaving(record):
        reason = record.retired or f"a root that the service is leaving: {record.leaving}"
        return Removal(RemovalKind.RETIRED, reason)
    if certificate.problem is not None:
        return None
    if plan_options.drop_expired and (ended := _expired_ca(certificate, catalogue, now)):
        return Removal(RemovalKind.EXPIRED, ended)
    everything = plan_options.scope is RemovalScope.EVERYTHING
    if plan_options.keep_pins and not everything:
        return None
    if (replaced_by := replaced(certificate, catalogue, now)) is not None:
        return Removal(RemovalKind.REPLACED, replaced_by)
    if everything:
        return Removal(RemovalKind.EVERYTHING, "not a root of the profile")
    if plan_options.scope is RemovalScope.ALL_PINS:
        own_role = role(certificate, catalogue.root_keys)
        if own_role is not Role.ROOT:
            return Removal(RemovalKind.NOT_A_ROOT, f"{with_article(own_role)}, not a root")
    return None


def _expired_ca(certificate: Certificate, catalogue: Catalogue, now: datetime) -> str | None:
    """That a CA certificate has expired; None for any other.

    Java accepts a server's own certificate after its end, as long as the server sends it.
    """
    view = CertificateView.of(certificate)
    if view.not_after is None or view.not_after >= now:
        return None
    own_role = role(certificate, catalogue.root_keys)
    if own_role not in {Role.ROOT, Role.CROSS_SIGNED, Role.INTERMEDIATE}:
        return None
    return f"{with_article(own_role)} that expired on {day(view.not_after)}"


def with_article(role: Role) -> str:
    """The role with its article: "an intermediate", "a server certificate"."""
    return f"an {role}" if role in {Role.INTERMEDIATE, Role.END_ENTITY} else f"a {role}"


def replaced(certificate: Certificate, catalogue: Catalogue, now: datetime) -> str | None:
    """Why the roots of the catalogue make `certificate` superfluous; None if they do not."""
    record = catalogue.by_sha256.get(certificate.sha256)
    if record is not None:
        if record.is_root:
            return None
        return "a cross-signed copy" if record.role == "cross-signed" else "an intermediate"
    if certificate.sha1 in catalogue.known_by_sha1:
        root = role(certificate) is Role.ROOT
        return None if root else "an intermediate in the catalogue's list"
    own_role, view = role(certificate), CertificateView.of(certificate)
    twins = catalogue.by_subject.get(view.subject, ())
    if any(twin.spki_sha256 == view.key for twin in twins):
        if own_role is not Role.ROOT:
            return "another copy of a CA in the catalogue"
        return None if view.valid(now) else "an expired copy of a root in the catalogue"
    if own_role is not Role.SERVER:
        return None
    parents = catalogue.by_subject.get(view.issuer, ())
    if any(is_issuer(view_of(catalogue, parent), view) for parent in parents):
        return "a server certificate under a CA in the catalogue"
    return None
