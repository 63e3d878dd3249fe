"""What an entry is: its role, its place in the catalogue, whether its root is here too."""

from collections.abc import Mapping, Sequence
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
from unpin.pki.certificate_view import CertificateView, ancestors, is_self_signed
from unpin.pki.roles import Role, role


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
    """Judge every entry of `store`, in its order; each certificate is parsed once."""
    hidden = hidden_from_java(store)
    recognised = [
        _recognise(index, entry, catalogue, hidden) for index, entry in enumerate(store.entries)
    ]
    trusted = [
        entry.view for entry in recognised if entry.view is not None and entry.is_trusted_entry
    ]
    roots = {(view.subject, view.key) for view in trusted if is_self_signed(view)}
    known = frozenset(roots | catalogue.root_keys)
    return tuple(_judge(entry, trusted, known) for entry in recognised)


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
    entry: AuditedEntry, trusted: Sequence[CertificateView], roots: frozenset[tuple[str, str]]
) -> AuditedEntry:
    """The entry with its role, and whether its root is among the `trusted` certificates."""
    if entry.view is None or entry.certificate is None:
        return entry
    return replace(
        entry,
        role=role(entry.certificate, roots),
        rooted=is_self_signed(entry.view) or bool(ancestors(entry.view, trusted)),
    )
