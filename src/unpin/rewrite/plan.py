"""What goes, what comes and what stays when the pins of a store give way to its roots."""

from dataclasses import dataclass, replace
from datetime import datetime

from unpin.catalogue.model import Catalogue, CatalogueCertificate, Profile
from unpin.catalogue.presented import link_of
from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.java_view import hidden_from_java
from unpin.model.store import Format, Store
from unpin.pki.links import Link, issued
from unpin.pki.roles import Role, role


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry that goes (its 0-based position), what it is called, and why."""

    index: int
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The change, before it happens.

    `add` are the roots that come, `lacking` those that should and whose bytes are not at hand.
    Every entry that `remove` does not name stays as it is.
    """

    remove: tuple[Removal, ...]
    add: tuple[CatalogueCertificate, ...]
    lacking: tuple[CatalogueCertificate, ...]

    @property
    def is_empty(self) -> bool:
        return not self.remove and not self.add


def make_plan(store: Store, catalogue: Catalogue, profile: Profile, now: datetime) -> Plan:
    """Replace what the catalogue can replace: its pins go, the profile's roots come.

    A private CA, another company's intermediate and every root stay. Pure; nothing is written.
    `now` (aware UTC) decides whether a root that is here will do.
    """
    held = _roots(store, now)
    missing = [
        record
        for record in catalogue.roots_of(profile)
        if (record.canonical_subject, record.spki_sha256) not in held
    ]
    removals = []
    for index, entry in enumerate(store.entries):
        if not isinstance(entry, TrustedEntry):
            continue
        reason = _replaced(entry.certificate, catalogue)
        if reason is not None:
            removals.append(Removal(index, entry.certificate.label, reason))
    return Plan(
        tuple(removals),
        tuple(record for record in missing if record.certificate is not None),
        tuple(record for record in missing if record.certificate is None),
    )


def planned(store: Store, plan: Plan) -> Store:
    """The entries as the plan would leave them, for a rehearsal; there are no bytes of it yet.

    New roots stand first in a text store: OpenSSL takes the first of several twins. Faults of
    encoding are gone, since what is written again is written plainly.
    """
    gone = {removal.index for removal in plan.remove}
    kept = tuple(e for index, e in enumerate(store.entries) if index not in gone)
    new = tuple(
        TrustedEntry(record.slug, record.certificate, record.certificate.der)
        for record in plan.add
        if record.certificate is not None
    )
    entries = (*new, *kept) if store.format is Format.PEM else (*kept, *new)
    return replace(store, entries=entries, faults=(), container=None)


def _roots(store: Store, now: datetime) -> set[tuple[str, str]]:
    """(canonical subject, SPKI SHA-256) of the roots that are here for every reader, and valid."""
    hidden = hidden_from_java(store)
    found = set()
    for index, entry in enumerate(store.entries):
        if not isinstance(entry, TrustedEntry) or index in hidden:
            continue
        if role(entry.certificate) is Role.ROOT:
            link = Link.of(entry.certificate)
            if link.valid(now):
                found.add((link.subject, link.key))
    return found


def _replaced(certificate: Certificate, catalogue: Catalogue) -> str | None:
    """Why the catalogue's roots make `certificate` superfluous; None where they do not."""
    if certificate.problem is not None:
        return None
    record = catalogue.by_sha256.get(certificate.sha256)
    if record is not None:
        if record.is_root:
            return None
        return "a cross-signed copy" if record.role == "cross-signed" else "an intermediate"
    if certificate.sha1 in catalogue.known_by_sha1:
        root = role(certificate) is Role.ROOT
        return None if root else "an intermediate of the catalogue's list"
    what, link = role(certificate), Link.of(certificate)
    twins = catalogue.by_subject.get(link.subject, ())
    if what is not Role.ROOT and any(twin.spki_sha256 == link.key for twin in twins):
        return "another copy of a CA of the catalogue"
    if what is not Role.SERVER:
        return None
    parents = catalogue.by_subject.get(link.issuer, ())
    if any(issued(link_of(catalogue, parent), link) for parent in parents):
        return "a server certificate under a CA of the catalogue"
    return None
