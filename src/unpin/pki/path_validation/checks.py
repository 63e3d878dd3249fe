"""Check the certificates of a path against the requirements of a family (RFC 5280 6.1)."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from unpin.asn1 import object_identifiers as oids
from unpin.model.x509 import KEY_CERT_SIGN
from unpin.pki.certificate_features import PSS_KEY, RESTRICTED_PSS_KEY, PathPosition
from unpin.pki.certificate_view import CertificateView
from unpin.pki.path_validation.name_constraints import (
    GeneralNameType,
    NameConstraints,
    Ruling,
    evaluate,
)
from unpin.pki.path_validation.requirements import (
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.path_validation.strict import unmet
from unpin.pki.pss import PssKind
from unpin.pki.verdict import Reason

_RSA_KEYS: Final = frozenset({"RSA", PSS_KEY, RESTRICTED_PSS_KEY})
_NOT_JUDGED_KEYS: Final = frozenset({"DSA", RESTRICTED_PSS_KEY})
_T = TypeVar("_T")


def check_path(requirements: PathRequirements, path: Sequence[CertificateView]) -> Reason | None:
    """Why the family does not take `path`, whose last certificate is the anchor; None if it does.

    A refusal comes before a doubt (Reason.is_doubt), whatever their order in the path.
    """
    doubt = None
    for at in range(len(path)):
        found = check_certificate(requirements, path, at, last=at == len(path) - 1)
        if found is not None and not found.is_doubt:
            return found
        doubt = doubt or found
    return doubt


def check_certificate(
    requirements: PathRequirements, path: Sequence[CertificateView], at: int, *, last: bool
) -> Reason | None:
    """Why the family does not take path[at] above path[:at]; `last` says that it is the anchor."""
    view, below = path[at], path[:at]
    if at == 0:
        position, asked = PathPosition.SERVER, requirements.pinned if last else requirements.server
    elif last:
        position, asked = PathPosition.ANCHOR, requirements.anchor
    else:
        position, asked = PathPosition.INTERMEDIATE, requirements.intermediate
        if requirements.max_intermediates is not None and at > requirements.max_intermediates:
            return Reason.NOT_MODELLED if requirements.ordinary_only else Reason.TOO_LONG
    if at > 0 and view.certificate is None and not view.ca:
        return Reason.NOT_A_CA
    length = exceeded_length(requirements, asked, view, below)
    if length is not None and not length.is_doubt:
        return length
    if requirements.strict:
        if _has_unknown_critical(asked, view):
            return Reason.CRITICAL_EXTENSION
        if unmet(view, server=at == 0, last=last):
            return Reason.NOT_STRICT
    # Of a certificate without oddities no family asks more than its path length.
    if view.features.oddities[position]:
        found = (
            next(refusals(asked, view, position), None)
            or name_constraints(asked, view, below)
            or doubt(asked, view, position, last=last)
        )
        if found is not None:
            return found
    return length


def doubt(
    asked: CertificateRequirements, view: CertificateView, position: PathPosition, *, last: bool
) -> Reason | None:
    """Why it is not known what the family makes of `view`; `last` says that it is the anchor."""
    own = view.features
    if _clients_differ(asked, view, last=last):
        return Reason.CLIENTS_DIFFER
    if (
        own.oddities[position] & asked.unsure
        or own.name_flaws & asked.unsure_names
        or (not last and own.digest in asked.unsure_digests)
        or (not last and own.digest == PssKind.UNREADABLE)
        or (asked.curves is not None and own.key_algorithm in _NOT_JUDGED_KEYS)
    ):
        return Reason.NOT_MODELLED
    return None


def exceeded_length(
    requirements: PathRequirements,
    asked: CertificateRequirements,
    view: CertificateView,
    below: Sequence[CertificateView],
) -> Reason | None:
    """RFC 5280 6.1.4 (l), (m): intermediates between `view` and the server's certificate."""
    if not below or view.path_length is None or asked.path_length is Enforced.NO:
        return None
    if view.path_length < 0:
        return Reason.NOT_MODELLED
    middle = below[1:]
    counted = [ca for ca in middle if ca.subject != ca.issuer]
    strictly, leniently = len(middle) > view.path_length, len(counted) > view.path_length
    if requirements.ordinary_only:
        return Reason.NOT_MODELLED if strictly else None
    too_many = strictly if requirements.counts_self_issued else leniently
    return Reason.PATH_LENGTH if too_many else None


def refusals(
    asked: CertificateRequirements, view: CertificateView, position: PathPosition
) -> Iterator[Reason]:
    """What the family has against `view` itself, all of it."""
    own = view.features
    if asked.unread_names & own.name_flaws:
        yield Reason.UNREAD
    if asked.versions is not None and own.version not in asked.versions:
        yield Reason.UNREAD
    if _has_unknown_critical(asked, view):
        yield Reason.CRITICAL_EXTENSION
    if asked.fatal_extensions & own.extensions:
        yield Reason.CRITICAL_EXTENSION
    if not _is_ca(asked.ca, view):
        yield Reason.SERVER_IS_A_CA if position is PathPosition.SERVER else Reason.NOT_A_CA
    if _disjoint(asked.key_usage, own.key_usage):
        yield Reason.KEY_USAGE if position is PathPosition.SERVER else Reason.NO_CERT_SIGN
    if _disjoint(asked.extended_key_usage, own.extended_key_usage):
        yield Reason.PURPOSE
    if (
        asked.rsa_bits is not None
        and own.key_algorithm in _RSA_KEYS
        and own.key_bits not in asked.rsa_bits
    ):
        yield Reason.WEAK_KEY
    if asked.curves is not None and own.key_algorithm not in asked.curves | {"RSA", "DSA"}:
        yield Reason.WEAK_KEY
    if own.signature in asked.refused_signatures:
        yield Reason.WEAK_SIGNATURE
    known = own.digest not in asked.unsure_digests | {PssKind.UNREADABLE}
    if asked.digests is not None and known and own.digest not in asked.digests:
        yield Reason.WEAK_SIGNATURE


def _has_unknown_critical(asked: CertificateRequirements, view: CertificateView) -> bool:
    known = asked.known_extensions
    return known is not None and not view.features.critical_extensions <= known


def _clients_differ(asked: CertificateRequirements, view: CertificateView, *, last: bool) -> bool:
    """Whether some clients of the family take the key and the digest, and others do not."""
    own = view.features
    if not last and own.digest in asked.differing_digests:
        return True
    bits = asked.differing_rsa_bits
    return bits is not None and own.key_algorithm in _RSA_KEYS and own.key_bits in bits


def _disjoint(asked: frozenset[_T] | None, own: frozenset[_T] | None) -> bool:
    """Whether both are there and have nothing in common."""
    return asked is not None and own is not None and asked.isdisjoint(own)


def _is_ca(criterion: CaCriterion, view: CertificateView) -> bool:
    own = view.features
    match criterion:
        case CaCriterion.NOT_ASKED:
            return True
        case CaCriterion.STATED:
            return own.stated_ca is True and own.version == 3
        case CaCriterion.STATED_IN_V3:
            return own.stated_ca is True or own.version < 3
        case CaCriterion.NOT_DENIED:
            silent = own.stated_ca is None and view.subject == view.issuer
            return own.stated_ca is True or own.version < 3 or silent
        case CaCriterion.DENIED:
            return own.stated_ca is not True
        case CaCriterion.OPENSSL:
            if own.key_usage is not None and KEY_CERT_SIGN not in own.key_usage:
                return False
            if own.stated_ca is not None:
                return own.stated_ca
            return own.key_usage is not None or (own.version == 1 and view.subject == view.issuer)


def name_constraints(
    asked: CertificateRequirements, view: CertificateView, below: Sequence[CertificateView]
) -> Reason | None:
    """Hold what is below against the name constraints of `view` (RFC 5280 6.1.3 (b), (c))."""
    constraints = view.features.name_constraints
    if constraints is None or not below or asked.name_constraints is Enforced.NO:
        return None
    if constraints.has(GeneralNameType.DIRECTORY) and asked.directory_names is not Enforced.YES:
        # NOTE: Go and webpki do not know directory names, and refuse what is critical and unknown.
        critical = oids.NAME_CONSTRAINTS in view.features.critical_extensions
        known = asked.directory_names is Enforced.NO and critical
        return Reason.NAME_CONSTRAINTS if known else Reason.NOT_MODELLED
    if constraints.has(GeneralNameType.ADDRESS) and asked.addresses is not Enforced.YES:
        return Reason.NOT_MODELLED
    found = [_held(constraints, view, below, at) for at, view in enumerate(below)]
    if Reason.NAME_CONSTRAINTS in found:
        return Reason.NAME_CONSTRAINTS
    return next((reason for reason in found if reason is not None), None)


def _held(
    constraints: NameConstraints, view: CertificateView, below: Sequence[CertificateView], at: int
) -> Reason | None:
    """Hold below[at] against `constraints`; a self-issued intermediate is exempt."""
    names = view.features.names
    if names is None:
        return (
            Reason.NAMES_UNKNOWN if at == 0 or constraints.has(GeneralNameType.DIRECTORY) else None
        )
    if at > 0:
        if names.alternative:
            return Reason.NOT_MODELLED
        if view.subject == view.issuer or not constraints.has(GeneralNameType.DIRECTORY):
            return None
    ruling = evaluate(constraints, names)
    if ruling is Ruling.VIOLATED:
        return Reason.NAME_CONSTRAINTS
    # NOTE: Java merges the constraints of a path, and refuses what lies within both.
    merged = any(other.features.name_constraints is not None for other in below)
    return Reason.NOT_MODELLED if merged or ruling is Ruling.UNSURE else None
