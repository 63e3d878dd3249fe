"""What an entry is: its role, its place in the catalogue, whether its root is here too."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace

from unpin.catalogue.model import Catalogue, CatalogueCertificate, KnownCertificate
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.certificate import Certificate
from unpin.model.entries import (
    Entry,
    KeyEntry,
    KeyKind,
    TrustedEntry,
    UnreadableEntry,
    own_certificate,
)
from unpin.model.store import Store
from unpin.pki.certificate_view import (
    CertificateView,
    IssuerPool,
    below_roots,
    is_issuer,
    is_self_signed,
)
from unpin.pki.roles import Role, role
from unpin.pki.work import WorkLimitError, spend


@dataclass(frozen=True, slots=True)
class AuditedEntry:
    """An entry with everything the rules ask about it.

    `certificate` is the entry's anchor: its certificate, or the first of a key's chain; None
    where there is none. `view` is None where it cannot be parsed. `record` is the catalogue's,
    `known` a row of which the catalogue has no more than the SHA-1. `hidden` says why Java does
    not see the entry. `rooted` says that a path from it to a root lies wholly in the store.
    """

    index: int
    entry: Entry
    role: Role | None
    certificate: Certificate | None = None
    view: CertificateView | None = None
    record: CatalogueCertificate | None = None
    known: KnownCertificate | None = None
    hidden: str | None = None
    rooted: bool = False

    @property
    def is_trusted_entry(self) -> bool:
        return isinstance(self.entry, TrustedEntry)

    @property
    def has_private_key(self) -> bool:
        return isinstance(self.entry, KeyEntry) and self.entry.kind is KeyKind.PRIVATE

    @property
    def in_catalogue(self) -> bool:
        """Whether the catalogue knows the certificate, if only by its SHA-1."""
        return self.record is not None or self.known is not None

    @property
    def alias(self) -> str:
        return self.entry.alias

    @property
    def problem(self) -> str | None:
        """Why the entry or its certificate cannot be read; None where it can."""
        if isinstance(self.entry, UnreadableEntry):
            return self.entry.reason
        return self.certificate.problem if self.certificate else None


def audited_entries(store: Store, catalogue: Catalogue) -> tuple[AuditedEntry, ...]:
    """Judge every entry of `store`, in its order; each certificate is parsed once.

    Raises WorkLimitError where too many signatures would have to be verified.
    """
    hidden = hidden_from_java(store)
    recognised = [
        _recognise(index, entry, catalogue, hidden) for index, entry in enumerate(store.entries)
    ]
    trusted = IssuerPool(
        entry.view for entry in recognised if entry.view is not None and entry.is_trusted_entry
    )
    rooted = below_roots(trusted)
    roots = {(view.subject, view.key) for view in trusted if is_self_signed(view)}
    known = frozenset(roots | catalogue.root_keys)
    roles: dict[str, Role] = {}
    return tuple(_judge(entry, trusted, rooted, known, roles) for entry in recognised)


def listed_entries(store: Store, catalogue: Catalogue) -> tuple[AuditedEntry, ...]:
    """Every entry of `store`, in its order, with its role; whether it is `rooted` is not asked.

    The role is None where too many signatures would have to be verified before it.
    """
    hidden = hidden_from_java(store)
    entries = [
        _recognise(index, entry, catalogue, hidden) for index, entry in enumerate(store.entries)
    ]
    roles: dict[str, Role] = {}
    with suppress(WorkLimitError):
        roots = {
            (view.subject, view.key)
            for entry in entries
            if (view := entry.view) is not None and entry.is_trusted_entry and is_self_signed(view)
        }
        known = frozenset(roots | catalogue.root_keys)
        for entry in entries:
            view = entry.view
            if view is not None and entry.certificate is not None and view.id not in roles:
                roles[view.id] = role(entry.certificate, known)
    return tuple(
        replace(entry, role=roles.get(entry.view.id)) if entry.view is not None else entry
        for entry in entries
    )


def _recognise(
    index: int, entry: Entry, catalogue: Catalogue, hidden: Mapping[int, str]
) -> AuditedEntry:
    """The entry with its row of the catalogue, before its role is known."""
    certificate = own_certificate(entry)
    if certificate is None or certificate.problem is not None:
        unreadable = certificate is not None or isinstance(entry, UnreadableEntry)
        which = Role.UNREADABLE if unreadable else None
        return AuditedEntry(index, entry, which, certificate, hidden=hidden.get(index))
    record = catalogue.by_sha256.get(certificate.sha256)
    known = catalogue.known_by_sha1.get(certificate.sha1) if record is None else None
    view = CertificateView.of(certificate)
    return AuditedEntry(index, entry, None, certificate, view, record, known, hidden.get(index))


def _judge(
    entry: AuditedEntry,
    trusted: IssuerPool,
    rooted: AbstractSet[str],
    roots: frozenset[tuple[str, str]],
    roles: dict[str, Role],
) -> AuditedEntry:
    """The entry with its role, and whether its root is among the `trusted` certificates.

    `rooted` are the ids of those below a root, `roles` the roles that were found out before.
    """
    view = entry.view
    if view is None or entry.certificate is None:
        return entry
    if view.id not in roles:
        roles[view.id] = role(entry.certificate, roots)
    return replace(
        entry,
        role=roles[view.id],
        rooted=view.id in rooted
        or is_self_signed(view)
        or (not entry.is_trusted_entry and _leads_to_root(view, trusted, rooted)),
    )


def _leads_to_root(view: CertificateView, trusted: IssuerPool, rooted: AbstractSet[str]) -> bool:
    candidates = trusted.called(view.issuer)
    spend(len(candidates))
    return any(parent.id in rooted and is_issuer(parent, view) for parent in candidates)
