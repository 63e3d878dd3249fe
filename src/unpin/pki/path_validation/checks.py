"""Hold the certificates of a path against what a family of clients asks of them."""

from collections.abc import Sequence

from unpin.asn1 import object_identifiers as oids
from unpin.model.x509 import KEY_CERT_SIGN
from unpin.pki.certificate_features import Place
from unpin.pki.certificate_view import CertificateView
from unpin.pki.failure_reasons import Reason
from unpin.pki.path_validation.name_constraints import Constraints, Kind, Ruling, hold
from unpin.pki.path_validation.requirements import Ask, Authority, Checks, Policy


def objection(policy: Policy, path: Sequence[CertificateView]) -> Reason | None:
    """Why the family does not take `path`, whose last certificate is the anchor; None if it does.

    A refusal comes before a doubt (Reason.is_doubt), whatever their order in the path.
    """
    doubt = None
    for at in range(len(path)):
        found = objection_at(policy, path, at, last=at == len(path) - 1)
        if found is not None and not found.is_doubt:
            return found
        doubt = doubt or found
    return doubt


def objection_at(
    policy: Policy, path: Sequence[CertificateView], at: int, *, last: bool
) -> Reason | None:
    """Why the family does not take path[at] above path[:at]; `last` says that it is the anchor."""
    view, below = path[at], path[:at]
    if at == 0:
        place, checks = Place.SERVER, policy.pinned if last else policy.server
    elif last:
        place, checks = Place.ANCHOR, policy.anchor
    else:
        place, checks = Place.MIDDLE, policy.middle
        if policy.most_middle is not None and at > policy.most_middle:
            return Reason.NOT_MODELLED if policy.ordinary_only else Reason.TOO_LONG
    if at > 0 and view.certificate is None and not view.ca:
        return Reason.NOT_A_CA
    length = _length(policy, checks, view, below)
    if length is not None and not length.is_doubt:
        return length
    if policy.strict and (found := _not_strict(view, place, last=last)):
        return found
    # Of a certificate without oddities no family asks more than its path length.
    if view.features.odd[place]:
        found = _refusal(checks, view, place) or _names(checks, view, below)
        if found is not None:
            return found
        if (
            view.features.odd[place] & checks.unsure
            or (not last and view.features.digest in checks.unsure_digests)
            or (checks.curves is not None and view.features.key == "DSA")
        ):
            return Reason.NOT_MODELLED
    return length


def _length(
    policy: Policy, checks: Checks, view: CertificateView, below: Sequence[CertificateView]
) -> Reason | None:
    """RFC 5280 6.1.4 (l), (m): intermediates between `view` and the server's certificate."""
    if not below or view.path_length is None or checks.path_length is Ask.NO:
        return None
    if view.path_length < 0:
        return Reason.NOT_MODELLED
    middle = below[1:]
    counted = [one for one in middle if one.subject != one.issuer]
    strictly, leniently = len(middle) > view.path_length, len(counted) > view.path_length
    if policy.ordinary_only:
        return Reason.NOT_MODELLED if strictly else None
    return Reason.PATH_LENGTH if (strictly if policy.counts_self_issued else leniently) else None


def _refusal(checks: Checks, view: CertificateView, place: Place) -> Reason | None:
    own = view.features
    if checks.known is not None and own.critical - checks.known:
        return Reason.CRITICAL_EXTENSION
    if checks.fatal & own.extensions:
        return Reason.CRITICAL_EXTENSION
    if not _is_authority(checks.authority, view):
        return Reason.SERVER_IS_A_CA if place is Place.SERVER else Reason.NOT_A_CA
    if checks.usage is not None and own.usage is not None and not checks.usage & own.usage:
        return Reason.KEY_USAGE if place is Place.SERVER else Reason.NO_CERT_SIGN
    wanted = checks.purposes
    if wanted is not None and own.purposes is not None and not wanted & own.purposes:
        return Reason.PURPOSE
    if checks.rsa is not None and own.key == "RSA" and own.bits not in checks.rsa:
        return Reason.WEAK_KEY
    if checks.curves is not None and own.key not in checks.curves | {"RSA", "DSA"}:
        return Reason.WEAK_KEY
    if checks.digests is not None and own.digest not in checks.digests:
        return Reason.WEAK_SIGNATURE
    return None


def _is_authority(authority: Authority, view: CertificateView) -> bool:
    own = view.features
    match authority:
        case Authority.NOT_ASKED:
            return True
        case Authority.STATED:
            return own.basic is True and own.version == 3
        case Authority.STATED_IN_V3:
            return own.basic is True or own.version < 3
        case Authority.NOT_DENIED:
            silent = own.basic is None and view.subject == view.issuer
            return own.basic is True or own.version < 3 or silent
        case Authority.DENIED:
            return own.basic is not True
        case Authority.OPENSSL:
            if own.usage is not None and KEY_CERT_SIGN not in own.usage:
                return False
            if own.basic is not None:
                return own.basic
            return own.usage is not None or (own.version == 1 and view.subject == view.issuer)


def _names(
    checks: Checks, view: CertificateView, below: Sequence[CertificateView]
) -> Reason | None:
    """Hold what is below against the name constraints of `view` (RFC 5280 6.1.3 (b), (c))."""
    constraints = view.features.constraints
    if constraints is None or not below or checks.names is Ask.NO:
        return None
    if constraints.has(Kind.DIRECTORY) and checks.directories is not Ask.YES:
        # NOTE: Go and webpki do not know directory names, and refuse what is critical and unknown.
        critical = oids.NAME_CONSTRAINTS in view.features.critical
        known = checks.directories is Ask.NO and critical
        return Reason.NAME_CONSTRAINTS if known else Reason.NOT_MODELLED
    found = [_held(constraints, one, below, at) for at, one in enumerate(below)]
    if Reason.NAME_CONSTRAINTS in found:
        return Reason.NAME_CONSTRAINTS
    return next((one for one in found if one is not None), None)


def _held(
    constraints: Constraints, one: CertificateView, below: Sequence[CertificateView], at: int
) -> Reason | None:
    """Hold below[at] against `constraints`; a self-issued intermediate is exempt."""
    names = one.features.names
    if names is None:
        return Reason.NAMES_UNKNOWN if at == 0 or constraints.has(Kind.DIRECTORY) else None
    if at > 0:
        if names.alternative:
            return Reason.NOT_MODELLED
        if one.subject == one.issuer or not constraints.has(Kind.DIRECTORY):
            return None
    ruling = hold(constraints, names)
    if ruling is Ruling.BROKEN:
        return Reason.NAME_CONSTRAINTS
    # NOTE: Java merges the constraints of a path, and refuses what lies within both.
    merged = any(other.features.constraints is not None for other in below)
    return Reason.NOT_MODELLED if merged or ruling is Ruling.UNSURE else None


def _not_strict(view: CertificateView, place: Place, *, last: bool) -> Reason | None:
    """X509_V_FLAG_X509_STRICT (crypto/x509/x509_vfy.c check_extensions)."""
    own = view.features
    if view.certificate is None:
        return None
    if place is Place.SERVER:
        if view.path_length is not None and own.basic is not True:
            return Reason.NOT_STRICT
    elif (
        own.version != 3
        or own.basic is not True
        or own.usage is None
        or view.key_id is None
        or oids.BASIC_CONSTRAINTS not in own.critical
    ):
        return Reason.NOT_STRICT
    if not last and view.authority_key_id is None:
        return Reason.NOT_STRICT
    if own.critical & {oids.SUBJECT_KEY_IDENTIFIER, oids.AUTHORITY_KEY_IDENTIFIER}:
        return Reason.NOT_STRICT
    return None
