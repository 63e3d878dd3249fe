"""The ordinary roots of a store, of which no rule about a single certificate says anything."""

from datetime import datetime
from functools import lru_cache

from unpin.catalogue.model import Catalogue
from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.weakness import weakness_of
from unpin.model.known_certificates import KnownCertificates
from unpin.pki.roles import Role, forbids_signing


@lru_cache(maxsize=2)
def ordinary_roots(_catalogue: Catalogue, _now: datetime, _horizon: datetime) -> KnownCertificates:
    """The roots that were found ordinary for this catalogue and these moments."""
    return KnownCertificates()


def is_ordinary(
    entry: AuditedEntry, catalogue: Catalogue, now: datetime, horizon: datetime
) -> bool:
    """Whether the certificate of `entry` alone is worth no finding.

    An ordinary root is strong, valid from `now` beyond `horizon`, allowed to sign, and neither
    known to the catalogue nor called as one of its roots.
    """
    certificate, view = entry.certificate, entry.view
    if certificate is None or view is None or entry.role is not Role.ROOT:
        return False
    if entry.in_catalogue or view.subject in catalogue.root_by_subject:
        return False
    weakness = weakness_of(certificate)
    return (
        (view.not_before is None or view.not_before <= now)
        and (view.not_after is None or view.not_after > horizon)
        and not forbids_signing(certificate)
        and (weakness is None or not weakness.key)
    )
