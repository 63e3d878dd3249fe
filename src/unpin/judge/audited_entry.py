"""What an entry is: its role, its place in the catalogue, whether its root is here too."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import lru_cache

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
from unpin.model.known_certificates import KnownCertificates
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.pki.certificate_view import (
    CertificateView,
    IssuerPool,
    below_roots,
    is_issuer,
)
from unpin.pki.roles import Role, own_role, role
from unpin.pki.trust_anchors import entry_views, trusted_pool
from unpin.pki.work import WorkLimitError, spend


@frozen
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
    views = entry_views(store)
    trusted = trusted_pool(store)
    below = below_roots(trusted)
    roles = [
        None if view is None or view.certificate is None else own_role(view.certificate)
        for view in views
    ]
    if Role.INTERMEDIATE in roles:
        known = _root_keys(trusted, catalogue)
        roles = [
            _role(view, known) if view is not None and own is Role.INTERMEDIATE else own
            for view, own in zip(views, roles, strict=True)
        ]
    rooted = [
        view is not None and (view.id in below or _is_rooted(entry, view, trusted, below))
        for entry, view in zip(store.entries, views, strict=True)
    ]
    return _entries(store, catalogue, views, roles, rooted)


def listed_entries(store: Store, catalogue: Catalogue) -> tuple[AuditedEntry, ...]:
    """Every entry of `store`, in its order, with its role; whether it is `rooted` is not asked.

    The role is None where too many signatures would have to be verified before it.
    """
    views = entry_views(store)
    roles: dict[str, Role] = {}
    with suppress(WorkLimitError):
        trusted = trusted_pool(store)
        known = _root_keys(trusted, catalogue)
        for view in views:
            if view is not None and view.id not in roles:
                roles[view.id] = _role(view, known)
    found = [None if view is None else roles.get(view.id) for view in views]
    return _entries(store, catalogue, views, found, [False] * len(views))


def _entries(
    store: Store,
    catalogue: Catalogue,
    views: Sequence[CertificateView | None],
    roles: Sequence[Role | None],
    rooted: Sequence[bool],
) -> tuple[AuditedEntry, ...]:
    """The entries with what was found out about each."""
    hidden = hidden_from_java(store)
    unlisted, new = _unlisted(catalogue), set[Certificate]()
    found: list[AuditedEntry] = []
    rows = zip(range(len(views)), store.entries, views, roles, rooted, strict=True)
    for index, entry, view, own, has_root in rows:
        if view is None:
            found.append(_unreadable(index, entry, hidden.get(index)))
            continue
        certificate = view.certificate
        assert certificate is not None
        record = known = None
        if certificate not in unlisted:
            record = catalogue.by_sha256.get(view.id)
            known = None if record else catalogue.known_by_sha1.get(certificate.sha1)
            if record is None and known is None:
                new.add(certificate)
        reason = hidden.get(index) if hidden else None
        found.append(
            AuditedEntry(index, entry, own, certificate, view, record, known, reason, has_root)
        )
    unlisted.learn(new)
    return tuple(found)


@lru_cache(maxsize=2)
def _unlisted(_catalogue: Catalogue) -> KnownCertificates:
    """Certificates that were not found in the catalogue."""
    return KnownCertificates()


def _root_keys(trusted: IssuerPool, catalogue: Catalogue) -> frozenset[tuple[str, str]]:
    """The names and keys of the roots in the store and in the catalogue."""
    roots = {(view.subject, view.key) for view in trusted if view.is_self_signed}
    return frozenset(roots | catalogue.root_keys)


def _role(view: CertificateView, known: AbstractSet[tuple[str, str]]) -> Role:
    assert view.certificate is not None
    return role(view.certificate, known)


def _unreadable(index: int, entry: Entry, hidden: str | None) -> AuditedEntry:
    """An entry without a certificate that can be read."""
    certificate = own_certificate(entry)
    unreadable = certificate is not None or isinstance(entry, UnreadableEntry)
    role = Role.UNREADABLE if unreadable else None
    return AuditedEntry(index, entry, role, certificate, hidden=hidden)


def _is_rooted(
    entry: Entry, view: CertificateView, trusted: IssuerPool, rooted: AbstractSet[str]
) -> bool:
    """Whether its root is among the `trusted` certificates; `rooted` are the ids below a root."""
    if view.is_self_signed:
        return True
    return not isinstance(entry, TrustedEntry) and _leads_to_root(view, trusted, rooted)


def _leads_to_root(view: CertificateView, trusted: IssuerPool, rooted: AbstractSet[str]) -> bool:
    candidates = trusted.called(view.issuer)
    spend(len(candidates))
    return any(parent.id in rooted and is_issuer(parent, view) for parent in candidates)
