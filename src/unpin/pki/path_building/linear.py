"""Path building without backtracking, to any certificate of the store: GnuTLS, Mbed TLS."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from unpin.pki.certificate_view import (
    CertificateView,
    is_ca_issuer,
    issuer_name_matches,
    key_identifiers_differ,
    key_signed,
    same_name_and_key,
)
from unpin.pki.failure_reasons import Reason
from unpin.pki.path_building.result import (
    accepted,
    agreed,
    first_valid,
    out_of_date,
    refused,
)
from unpin.pki.path_validation.checks import check_path
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Verdict

_LONGEST_PATH: Final = 32
_SECOND_TRY: Final = frozenset(
    {
        Reason.NO_ANCHOR,
        Reason.EXPIRED,
        Reason.WEAK_KEY,
        Reason.WEAK_SIGNATURE,
    }
)
"""The macro SIGNER_OLD_PATH_FAILED of lib/x509/verify-high.c."""


def gnutls(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """GnuTLS 3.7: sort, drop a trailing root, then only the last certificate may meet the store.

    Anchors are looked up by the last certificate's issuer and, where that path failed for one of
    _SECOND_TRY, by its own name: a pin in the middle of the chain is never found
    (gnutls_x509_trust_list_verify_crt2).
    """
    path = [chain[0]]
    while len(path) < len(chain):
        parent = next((p for p in chain[1:] if p not in path and _claims_issuer(p, path[-1])), None)
        if parent is None:
            # What does not sort is verified as it came.
            return refused(Reason.NOT_MODELLED, path)
        path.append(parent)
    if len(path) > 1 and _claims_issuer(path[-1], path[-1]):
        path.pop()
    last = path[-1]
    # A server certificate only by itself, a CA by name and key (_gnutls_check_if_same_key).
    twins = [p for p in store if (same_name_and_key(p, last) if len(path) > 1 else p.id == last.id)]
    issuers = [p for p in store if _claims_issuer(p, last)]
    valid = [p for p in issuers if p.valid(at)]
    ends = [
        _ended(requirements, path if p.id == last.id else [*path, p], at) for p in valid or issuers
    ]
    first = agreed(ends) if ends else refused(Reason.NO_ANCHOR, path)
    if first.accepted or not twins:
        return first
    # NOTE: an expired copy that comes first in the file shadows the others.
    seconds = [_ended(requirements, [*path[:-1], twin], at) for twin in twins]
    second = seconds[0] if seconds[0].reason is Reason.EXPIRED else agreed(seconds)
    if second.accepted and first.reason not in _SECOND_TRY:
        # One more flaw of the path may be among them, and so lead to the second try.
        return refused(Reason.NOT_MODELLED, second.path)
    return second if second.accepted is not False or not ends else first


def mbedtls(
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


def _claims_issuer(parent: CertificateView, child: CertificateView) -> bool:
    """gnutls_x509_crt_check_issuer: the name's encoding and the key identifiers."""
    return issuer_name_matches(parent, child) and not key_identifiers_differ(parent, child)


def _ended(
    requirements: PathRequirements, path: Sequence[CertificateView], at: datetime
) -> Verdict:
    if any(not key_signed(parent, child) for child, parent in pairwise(path)):
        return refused(Reason.BAD_SIGNATURE, path)
    found = check_path(requirements, path)
    if found is None or found.is_doubt:
        found = out_of_date(path, at) or found
    return accepted(path, path[-1]) if found is None else refused(found, path)
