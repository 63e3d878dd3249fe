"""All that OpenSSL holds against a path, in the order in which it asks (crypto/x509/x509_vfy.c).

OpenSSL stops at the first, Node goes on and reports the last (src/crypto/crypto_tls.cc, where
VerifyCallback always returns 1).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from unpin.model.x509 import KEY_CERT_SIGN
from unpin.pki.certificate_features import PathPosition
from unpin.pki.certificate_view import CertificateView, key_signed, likely_issued
from unpin.pki.path_building.result import out_of_date
from unpin.pki.path_validation.checks import exceeded_length, name_constraints, refusals
from unpin.pki.path_validation.requirements import CertificateRequirements, PathRequirements
from unpin.pki.path_validation.strict import unmet
from unpin.pki.verdict import Reason


def faults(
    requirements: PathRequirements,
    path: Sequence[CertificateView],
    at: datetime,
    *,
    dead_end: Reason | None = None,
    partial: bool = False,
) -> Iterator[Reason]:
    """X509_verify_cert, for a path from the server's certificate up to where building it ended.

    `dead_end` is why it is no path to an anchor, None if it is one; `partial` is
    X509_V_FLAG_PARTIAL_CHAIN. What OpenSSL does not judge alike everywhere is no fault here.
    """
    if Reason.WEAK_KEY in _found(requirements, path, 0):
        yield Reason.WEAK_KEY
    if dead_end is not None:
        yield dead_end
    for index in range(len(path)):
        yield from _of_extensions(requirements, path, index)
    yield from _of_algorithms(requirements, path)
    yield from _of_signatures_and_dates(path, at, partial)
    for index in reversed(range(len(path))):
        asked = _asked(requirements, path, index)
        if name_constraints(asked, path[index], path[:index]) is Reason.NAME_CONSTRAINTS:
            yield Reason.NAME_CONSTRAINTS


def _place(path: Sequence[CertificateView], index: int) -> PathPosition:
    if index == 0:
        return PathPosition.SERVER
    return PathPosition.ANCHOR if index == len(path) - 1 else PathPosition.INTERMEDIATE


def _asked(
    requirements: PathRequirements, path: Sequence[CertificateView], index: int
) -> CertificateRequirements:
    match _place(path, index):
        case PathPosition.SERVER:
            return requirements.server
        case PathPosition.INTERMEDIATE:
            return requirements.intermediate
        case PathPosition.ANCHOR:
            return requirements.anchor


def _found(
    requirements: PathRequirements, path: Sequence[CertificateView], index: int
) -> frozenset[Reason]:
    place = _place(path, index)
    if not path[index].features.oddities[place]:
        return frozenset()
    return frozenset(refusals(_asked(requirements, path, index), path[index], place))


def _of_extensions(
    requirements: PathRequirements, path: Sequence[CertificateView], index: int
) -> Iterator[Reason]:
    """check_extensions: critical ones, the CA, the strict rules, the purpose, the path length."""
    view, found = path[index], _found(requirements, path, index)
    if Reason.CRITICAL_EXTENSION in found:
        yield Reason.CRITICAL_EXTENSION
    known = view.featured is not None
    if index > 0 and (found & {Reason.NOT_A_CA, Reason.NO_CERT_SIGN} or not (known or view.ca)):
        yield Reason.NOT_A_CA
    if requirements.strict and unmet(view, server=index == 0, last=index == len(path) - 1):
        yield Reason.NOT_STRICT
    if Reason.KEY_USAGE in found:
        yield Reason.KEY_USAGE
    if Reason.PURPOSE in found or (known and index > 0 and not _may_be_ca(view)):
        yield Reason.PURPOSE
    asked = _asked(requirements, path, index)
    if exceeded_length(requirements, asked, view, path[:index]) is Reason.PATH_LENGTH:
        yield Reason.PATH_LENGTH


def _may_be_ca(view: CertificateView) -> bool:
    """X509_check_ca gives more than 0: it says so, or nothing that it has denies it."""
    own = view.features
    if own.key_usage is not None and KEY_CERT_SIGN not in own.key_usage:
        return False
    if own.stated_ca is not None:
        return own.stated_ca
    own_issuer = view.subject == view.issuer
    return own.key_usage is not None or (own.version == 1 and own_issuer)


def _of_algorithms(
    requirements: PathRequirements, path: Sequence[CertificateView]
) -> Iterator[Reason]:
    """check_auth_level: the keys of the CAs, the digests below the last."""
    for index in range(len(path)):
        found = _found(requirements, path, index)
        if index > 0 and Reason.WEAK_KEY in found:
            yield Reason.WEAK_KEY
        if index < len(path) - 1 and Reason.WEAK_SIGNATURE in found:
            yield Reason.WEAK_SIGNATURE


def _of_signatures_and_dates(
    path: Sequence[CertificateView], at: datetime, partial: bool
) -> Iterator[Reason]:
    """internal_verify, from the top: who may sign, the signature, the dates.

    Where the path ends at a certificate that is not self-signed, its dates are asked with partial
    chains alone; of a path of a single one, that it cannot be verified is said again.
    """
    top = path[-1]
    whole = partial or (top.subject == top.issuer and likely_issued(top, top))
    if whole:
        yield from _of_dates(top, at)
    elif len(path) == 1:
        yield Reason.NO_ANCHOR
        yield from _of_dates(top, at)
    for below, above in reversed(list(pairwise(path))):
        usage = above.features.key_usage
        if usage is not None and KEY_CERT_SIGN not in usage:
            yield Reason.NO_CERT_SIGN
        if not key_signed(above, below):
            yield Reason.BAD_SIGNATURE
        yield from _of_dates(below, at)


def _of_dates(view: CertificateView, at: datetime) -> Iterator[Reason]:
    if (found := out_of_date((view,), at)) is not None:
        yield found
