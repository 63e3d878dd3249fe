"""All that the JDK's validators hold against a path, in the order in which they ask.

PKIXMasterCertPathValidator (sun.security.provider.certpath) and SimpleValidator
(sun.security.validator) go from the certificate below the anchor down to the server's, and stop at
the first fault.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from unpin.pki.certificate_features import PathPosition
from unpin.pki.certificate_view import CertificateView, key_signed
from unpin.pki.path_building.result import out_of_date
from unpin.pki.path_validation.checks import name_constraints, refusals
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Reason

_ALGORITHMS: Final = (Reason.WEAK_SIGNATURE, Reason.WEAK_KEY)
_OF_SERVERS: Final = (Reason.KEY_USAGE, Reason.PURPOSE)
_OF_ANCHORS: Final = (Reason.NOT_A_CA, Reason.NO_CERT_SIGN, Reason.WEAK_KEY)


def pkix_faults(
    requirements: PathRequirements, path: Sequence[CertificateView], at: datetime
) -> Iterator[Reason]:
    """AlgorithmChecker, KeyChecker, ConstraintsChecker, BasicChecker; unresolved extensions.

    After the path come PKIXValidator.verifyTrustAnchor and EndEntityChecker.
    """
    for index in range(len(path) - 2, -1, -1):
        view, found = path[index], _found(requirements, path, index)
        yield from _of(found, *_ALGORITHMS)
        if index > 0:
            yield from _of(found, Reason.NO_CERT_SIGN, Reason.NOT_A_CA)
            if _is_too_long(path, index):
                yield Reason.PATH_LENGTH
        elif _breaks_constraints(requirements, path):
            yield Reason.NAME_CONSTRAINTS
        if (dated := out_of_date((view,), at)) is not None:
            yield dated
        if not key_signed(path[index + 1], view):
            yield Reason.BAD_SIGNATURE
        yield from _of(found, Reason.CRITICAL_EXTENSION)
    yield from _at_the_ends(requirements, path)


def simple_faults(
    requirements: PathRequirements, path: Sequence[CertificateView], at: datetime
) -> Iterator[Reason]:
    """SimpleValidator.engineValidate and checkExtensions, then EndEntityChecker."""
    for index in range(len(path) - 2, -1, -1):
        view, parent, found = path[index], path[index + 1], _found(requirements, path, index)
        yield from _of(found, *_ALGORITHMS)
        if (dated := out_of_date((view,), at)) is not None:
            yield dated
        if view.issuer != parent.subject:
            yield Reason.DISORDER
        if not key_signed(parent, view):
            yield Reason.BAD_SIGNATURE
        if index > 0:
            yield from _of(found, Reason.NOT_A_CA)
            if _is_too_long(path, index):
                yield Reason.PATH_LENGTH
            yield from _of(found, Reason.NO_CERT_SIGN, Reason.CRITICAL_EXTENSION)
    yield from _at_the_ends(requirements, path)


def _at_the_ends(
    requirements: PathRequirements, path: Sequence[CertificateView]
) -> Iterator[Reason]:
    yield from _of(_found(requirements, path, len(path) - 1), *_OF_ANCHORS)
    yield from _of(_found(requirements, path, 0), *_OF_SERVERS, Reason.CRITICAL_EXTENSION)


def _of(found: frozenset[Reason], *wanted: Reason) -> Iterator[Reason]:
    return (reason for reason in wanted if reason in found)


def _found(
    requirements: PathRequirements, path: Sequence[CertificateView], index: int
) -> frozenset[Reason]:
    view = path[index]
    if index == 0:
        asked, place = requirements.server, PathPosition.SERVER
    elif index == len(path) - 1:
        asked, place = requirements.anchor, PathPosition.ANCHOR
    else:
        asked, place = requirements.intermediate, PathPosition.INTERMEDIATE
    if not view.features.oddities[place]:
        denied = view.featured is None and index > 0 and not view.ca
        return frozenset({Reason.NOT_A_CA}) if denied else frozenset()
    return frozenset(refusals(asked, view, place))


def _is_too_long(path: Sequence[CertificateView], index: int) -> bool:
    """Whether a CA between path[index] and the anchor allows fewer below it than are there.

    Self-issued ones do not count (RFC 5280 6.1.4 (l)).
    """
    if path[index].subject == path[index].issuer:
        return False
    count = 1
    for above in path[index + 1 : -1]:
        if above.path_length is not None and above.path_length < count:
            return True
        count += above.subject != above.issuer
    return False


def _breaks_constraints(requirements: PathRequirements, path: Sequence[CertificateView]) -> bool:
    """Whether names break the constraints of an intermediate; those of an anchor are not asked."""
    return any(
        name_constraints(requirements.intermediate, path[index], path[:index])
        is Reason.NAME_CONSTRAINTS
        for index in range(1, len(path) - 1)
    )
