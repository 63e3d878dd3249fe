"""Path building without backtracking, to any certificate of the store: Mbed TLS."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from unpin.pki.certificate_view import (
    CertificateView,
    is_ca_issuer,
    key_signed,
)
from unpin.pki.path_building.result import (
    accepted,
    first_valid,
    out_of_date,
    refused,
)
from unpin.pki.path_validation.checks import check_path
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Reason, Verdict

_LONGEST_PATH: Final = 32


def mbedtls_path(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """Mbed TLS 2.28 (x509_crt_find_parent): the store first, then what is presented further on.

    An expired store certificate is taken where there is no valid one, without a second try.
    """
    path, position = [chain[0]], 0
    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        anchor = first_valid((p for p in store if is_ca_issuer(p, current)), at)
        if anchor is not None:
            path.append(anchor)
            return _ended(requirements, path, at)
        behind = [(i, p) for i, p in enumerate(chain) if i > position and is_ca_issuer(p, current)]
        parent = first_valid((p for _, p in behind), at)
        if parent is None:
            return refused(Reason.NO_ANCHOR, path)
        position = next(i for i, p in behind if p is parent)
        path.append(parent)
    return refused(Reason.TOO_LONG, path)


def _ended(
    requirements: PathRequirements, path: Sequence[CertificateView], at: datetime
) -> Verdict:
    if any(not key_signed(parent, child) for child, parent in pairwise(path)):
        return refused(Reason.BAD_SIGNATURE, path)
    found = check_path(requirements, path)
    if found is None or found.is_doubt:
        found = out_of_date(path, at) or found
    return accepted(path, path[-1]) if found is None else refused(found, path)
