"""The ordinary roots of a store, of which no rule about a single certificate says anything."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache

from unpin.catalogue.model import Catalogue
from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.weakness import weakness_of
from unpin.model.certificate import Certificate
from unpin.model.known_certificates import KnownCertificates
from unpin.pki.roles import Role, forbids_signing


class OrdinaryRoots(KnownCertificates):
    """The roots that were found ordinary: most roots of a store were in the store before it.

    An ordinary root is strong, valid from `now` beyond `horizon`, allowed to sign, and neither
    known to the catalogue nor called as one of its roots.
    """

    def __init__(self, catalogue: Catalogue, now: datetime, horizon: datetime) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._now = now
        self._horizon = horizon

    def learned_of(self, entries: Iterable[AuditedEntry]) -> AbstractSet[Certificate]:
        """The certificates of those of `entries` that are ordinary roots, which are learned."""
        found = {
            entry.certificate
            for entry in entries
            if entry.certificate is not None and self._is_ordinary(entry)
        }
        self.learn(found)
        return found

    def _is_ordinary(self, entry: AuditedEntry) -> bool:
        certificate, view = entry.certificate, entry.view
        if certificate is None or view is None or entry.role is not Role.ROOT:
            return False
        if entry.in_catalogue or view.subject in self._catalogue.root_by_subject:
            return False
        weakness = weakness_of(certificate)
        return (
            (view.not_before is None or view.not_before <= self._now)
            and (view.not_after is None or view.not_after > self._horizon)
            and not forbids_signing(certificate)
            and (weakness is None or not weakness.key)
        )


@lru_cache(maxsize=2)
def ordinary_roots(catalogue: Catalogue, now: datetime, horizon: datetime) -> OrdinaryRoots:
    """The ordinary roots of the last stores, for this catalogue and these moments."""
    return OrdinaryRoots(catalogue, now, horizon)
