"""What an entry is: its role, its place in the catalogue, whether its root is here too."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import lru_cache
from itertools import compress, count, repeat
from operator import attrgetter, is_
from typing import Final, NamedTuple, overload

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
from unpin.model.known_certificates import KnownCertificates, UsualAnswers
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


class _Columns(NamedTuple):
    """What was found out about the entries, by their positions."""

    entries: Sequence[Entry]
    roles: Sequence[Role | None]
    certificates: Sequence[Certificate | None]
    views: Sequence[CertificateView | None]
    records: Mapping[int, CatalogueCertificate]
    known: Mapping[int, KnownCertificate]
    hidden: Mapping[int, str]
    rooted: Sequence[bool]

    def entry(self, at: int) -> AuditedEntry:
        view = self.views[at]
        if view is None:
            return _unreadable(at, self.entries[at], self.hidden.get(at))
        return AuditedEntry(
            at,
            self.entries[at],
            self.roles[at],
            self.certificates[at],
            view,
            self.records.get(at),
            self.known.get(at),
            self.hidden.get(at),
            self.rooted[at],
        )


class AuditedEntries(Sequence[AuditedEntry]):
    """The entries of a store in its order; each is made when it is first asked for.

    Of most entries no rule asks: their certificates were found ordinary in a store before.
    """

    def __init__(self, columns: _Columns) -> None:
        self._columns = columns
        self._made: list[AuditedEntry | None] = [None] * len(columns.entries)

    @property
    def certificates(self) -> Sequence[Certificate | None]:
        """The certificate of each entry; None where it cannot be read."""
        return self._columns.certificates

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, index: int) -> AuditedEntry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[AuditedEntry, ...]: ...
    def __getitem__(self, index: int | slice) -> AuditedEntry | tuple[AuditedEntry, ...]:
        if isinstance(index, slice):
            return tuple([self._at(at) for at in range(len(self))[index]])
        return self._made[index] or self._at(range(len(self))[index])

    def __iter__(self) -> Iterator[AuditedEntry]:
        return map(self._at, range(len(self)))

    def _at(self, position: int) -> AuditedEntry:
        made = self._made[position]
        if made is None:
            made = self._made[position] = self._columns.entry(position)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AuditedEntries) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def audited_entries(store: Store, catalogue: Catalogue) -> AuditedEntries:
    """Judge every entry of `store`, in its order; each certificate is parsed once.

    Raises WorkLimitError where too many signatures would have to be verified.
    """
    views = entry_views(store)
    trusted = trusted_pool(store)
    below = below_roots(trusted)
    certificates = _certificates(views)
    roles = _ROLES.of_each(certificates)
    beside = _RolesBeside(trusted, catalogue)
    for at in _places_of(Role.INTERMEDIATE, roles):
        view = views[at]
        roles[at] = None if view is None else beside.role(view)
    ids = map(attrgetter("id"), views) if all(views) else [view and view.id for view in views]
    rooted = [*map(below.__contains__, ids)]
    for at in _places_of(False, rooted):
        view = views[at]
        rooted[at] = view is not None and _is_rooted(store.entries[at], view, trusted, below)
    return _entries(store, catalogue, certificates, roles, rooted)


_ROLES: Final = UsualAnswers(own_role)


def _certificates(views: Sequence[CertificateView | None]) -> list[Certificate | None]:
    if all(views):
        return list(map(attrgetter("certificate"), views))
    return [None if view is None else view.certificate for view in views]


def listed_entries(store: Store, catalogue: Catalogue) -> AuditedEntries:
    """Every entry of `store`, in its order, with its role; whether it is `rooted` is not asked.

    The role is None where too many signatures would have to be verified before it.
    """
    views = entry_views(store)
    roles: dict[str, Role] = {}
    with suppress(WorkLimitError):
        trusted = trusted_pool(store)
        beside = _RolesBeside(trusted, catalogue)
        for view in views:
            if view is not None and view.id not in roles:
                roles[view.id] = beside.role(view)
    found = [None if view is None else roles.get(view.id) for view in views]
    return _entries(store, catalogue, _certificates(views), found, [False] * len(views))


def _entries(
    store: Store,
    catalogue: Catalogue,
    certificates: Sequence[Certificate | None],
    roles: Sequence[Role | None],
    rooted: Sequence[bool],
) -> AuditedEntries:
    """The entries with what was found out about each."""
    hidden = hidden_from_java(store)
    unlisted, new = _unlisted(catalogue), set[Certificate]()
    records: dict[int, CatalogueCertificate] = {}
    known: dict[int, KnownCertificate] = {}
    for at in _places_of(False, [*map(unlisted.__contains__, certificates)]):
        certificate = certificates[at]
        if certificate is None:
            continue
        if (record := catalogue.by_sha256.get(certificate.sha256)) is not None:
            records[at] = record
        elif (row := catalogue.known_by_sha1.get(certificate.sha1)) is not None:
            known[at] = row
        else:
            new.add(certificate)
    unlisted.learn(new)
    return AuditedEntries(
        _Columns(
            store.entries,
            roles,
            certificates,
            entry_views(store),
            records,
            known,
            hidden,
            rooted,
        )
    )


def _places_of(value: object, column: Sequence[object]) -> Iterator[int]:
    """The positions of `value` (a constant) in `column`, which are few."""
    return compress(count(), map(is_, column, repeat(value)))


@lru_cache(maxsize=2)
def _unlisted(_catalogue: Catalogue) -> KnownCertificates:
    """Certificates that were not found in the catalogue."""
    return KnownCertificates()


class _RolesBeside:
    """The roles of certificates beside the roots in the store and in the catalogue."""

    def __init__(self, trusted: IssuerPool, catalogue: Catalogue) -> None:
        self._trusted = trusted
        self._catalogue = catalogue
        self._called: dict[str, AbstractSet[tuple[str, str]]] = {}

    def role(self, view: CertificateView) -> Role:
        """The role of a certificate; each name is looked up once."""
        assert view.certificate is not None
        name = view.subject
        if (name, view.key) in self._catalogue.root_keys:
            return role(view.certificate, self._catalogue.root_keys)
        if name not in self._called:
            called = self._trusted.called(name)
            self._called[name] = {(name, root.key) for root in called if root.is_self_signed}
        return role(view.certificate, self._called[name])


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
