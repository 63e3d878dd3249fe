"""What an entry is: its role, its place in the catalogue, whether its root is here too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from unpin.catalogue.model import Catalogue, CatalogueCertificate, KnownCertificate
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, TrustedEntry, UnreadableEntry, own_certificate
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, self_signed
from unpin.pki.roles import Role, role
from unpin.rehearsal.presumed_server import ancestors


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
    def readable(self) -> bool:
        return self.view is not None

    @property
    def alias(self) -> str:
        return self.entry.alias


def audited_entries(store: Store, catalogue: Catalogue) -> tuple[AuditedEntry, ...]:
    """Judge every entry of `store`, in its order; each certificate is parsed once."""
    hidden = hidden_from_java(store)
    raw = [_recognise(index, entry, catalogue, hidden) for index, entry in enumerate(store.entries)]
    pool = [one.view for one in raw if one.view is not None and one.is_trusted_entry]
    roots = {(view.subject, view.key) for view in pool if self_signed(view)}
    known = frozenset(roots | catalogue.root_keys)
    return tuple(_finish(one, pool, known) for one in raw)


def _recognise(
    index: int, entry: Entry, catalogue: Catalogue, hidden: Mapping[int, str]
) -> AuditedEntry:
    certificate = own_certificate(entry)
    if certificate is None or certificate.problem is not None:
        unreadable = certificate is not None or isinstance(entry, UnreadableEntry)
        which = Role.UNREADABLE if unreadable else None
        return AuditedEntry(index, entry, which, certificate, hidden=hidden.get(index))
    record = catalogue.by_sha256.get(certificate.sha256)
    known = catalogue.known_by_sha1.get(certificate.sha1) if record is None else None
    view = CertificateView.of(certificate)
    return AuditedEntry(index, entry, None, certificate, view, record, known, hidden.get(index))


def _finish(
    one: AuditedEntry, pool: Sequence[CertificateView], roots: frozenset[tuple[str, str]]
) -> AuditedEntry:
    if one.view is None or one.certificate is None:
        return one
    return replace(
        one,
        role=role(one.certificate, roots),
        rooted=self_signed(one.view) or bool(ancestors(one.view, pool)),
    )
