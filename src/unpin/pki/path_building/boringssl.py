"""Build and check paths as Bun's BoringSSL does (crypto/x509/x509_vfy.cc, with Bun's patches).

Bun's callback lets BoringSSL go on after each error (us_verify_callback); the last one is printed.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.x509 import KEY_CERT_SIGN
from unpin.pki.certificate_features import PathPosition
from unpin.pki.certificate_view import (
    CertificateView,
    issuer_and_serial_differ,
    key_identifiers_differ,
    key_signed,
    names_match_in_openssl,
)
from unpin.pki.encoding_flaws import (
    FRAME_FLAWS,
    LENGTH_FLAWS,
    STRING_FLAWS,
    TIME_FLAWS,
    VERSION_FLAWS,
    Flaw,
)
from unpin.pki.name_flaws import NameFlaw
from unpin.pki.path_building.result import accepted, agreed, out_of_date, refused
from unpin.pki.path_validation.boringssl_names import names_a_host, outside
from unpin.pki.path_validation.checks import doubt, exceeded_length, refusals
from unpin.pki.path_validation.requirements import CertificateRequirements, PathRequirements
from unpin.pki.signatures import Signed, verify_signature
from unpin.pki.verdict import Reason, Verdict

_LONGEST_PATH: Final = 102
"""A depth of 100, the server's certificate and the anchor (X509_VERIFY_PARAM)."""
_OF_SIGNATURES: Final = frozenset({Reason.WEAK_KEY, Reason.WEAK_SIGNATURE})
"""What internal_verify finds, after the extensions of all certificates."""
_ANCHOR: Final = PathPosition.ANCHOR
_UNREAD: Final = FRAME_FLAWS | LENGTH_FLAWS | VERSION_FLAWS | TIME_FLAWS | STRING_FLAWS
"""What X509_parse_from_buffer refuses: one such certificate among those sent ends the handshake."""
_UNPARSED: Final = frozenset(
    {
        Flaw.BASIC_CONSTRAINTS,
        Flaw.EXTRA_CONSTRAINTS,
        Flaw.NEGATIVE_PATH_LENGTH,
        Flaw.KEY_USAGE,
        Flaw.PURPOSES,
        Flaw.CRITICAL_PURPOSES,
        Flaw.ALTERNATIVE_NAMES,
        Flaw.KEY_ID,
        Flaw.NAME_CONSTRAINTS,
        Flaw.CRL_POINTS,
    }
)
"""Malformed extensions that x509v3_cache_extensions fails to parse."""
_OF_KEYS: Final = frozenset(
    {Flaw.PUBLIC_KEY, Flaw.EXPLICIT_CURVE, Flaw.UNKNOWN_CURVE, Flaw.RSA_EXPONENT}
)
_HARMLESS: Final = frozenset(
    {
        Flaw.NEGATIVE_SERIAL,
        Flaw.HUGE_PATH_LENGTH,
        Flaw.LAX_CRITICAL,
        Flaw.WRITTEN_VERSION_1,
        Flaw.VERSION_2,
        Flaw.UNIQUE_IDS,
        Flaw.EMPTY_NAME,
        Flaw.TWO_ALGORITHMS,
    }
)
_JUDGED: Final = _UNPARSED | _OF_KEYS | _HARMLESS
"""The flaws whose effect on a path was measured. Of those that are not read, the file
decides (StoreLoading)."""


def boringssl_path(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """X509_verify_cert: the store first, where it has an issuer that is valid at `at`.

    Names, key identifiers and keyCertSign choose; signatures are verified at the end, and there is
    no second try. Of several issuers in the store a valid one is taken, then the one with the
    smaller encoding, whatever their order; of several that are sent the first. Where an encoding
    is not at hand, an answer only if it does not depend on that.
    """
    orders = [sorted(store, key=_encoding)]
    if any(view.certificate is None for view in store) and len(
        {view.subject for view in store}
    ) < len(store):
        orders.append(orders[0][::-1])
    return agreed([_verified(requirements, some, chain, at) for some in orders])


def _verified(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    if any(_UNREAD & view.features.flaws for view in chain):
        return refused(Reason.UNREAD, chain[:1])
    usage = chain[0].features.key_usage
    if usage is not None and usage.isdisjoint(requirements.server.key_usage or usage):
        return refused(Reason.KEY_USAGE, chain[:1])
    if _invalid(chain[0]):
        return refused(Reason.UNREAD, chain[:1])
    path, sent = [chain[0]], list(chain[1:])
    if path[0].subject == path[0].issuer and path[0] in store:
        return _judged(requirements, path, at, None)
    while not _looks_self_signed(path[-1]):
        found = _first_valid(store, path[-1], at)
        if found is not None and found.valid(at):
            break
        found = next((parent for parent in sent if _issued(parent, path[-1])), None)
        if found is None:
            break
        path.append(found)
        sent.remove(found)
    return _judged(requirements, path, at, _extend(store, path, at))


def _extend(
    store: Sequence[CertificateView], path: list[CertificateView], at: datetime
) -> Reason | None:
    """Add the issuers that are in the store to `path`; say what is missing."""
    if _looks_self_signed(path[0]):
        return Reason.UNKNOWN_ROOT
    root = path.pop() if _looks_self_signed(path[-1]) else None
    from_store = False
    while len(path) < _LONGEST_PATH:
        found = _first_valid(store, path[-1], at)
        if found is None:
            break
        path.append(found)
        from_store = True
        if _looks_self_signed(found):
            return None
    else:
        return Reason.TOO_LONG
    if from_store:
        return Reason.STORE_ISSUER_MISSING
    if root is None:
        return Reason.NO_ANCHOR
    path.append(root)
    return Reason.UNKNOWN_ROOT


def _first_valid(
    store: Sequence[CertificateView], child: CertificateView, at: datetime
) -> CertificateView | None:
    """X509_STORE_CTX_get1_issuer: the first issuer that is valid, else the first."""
    issuers = [parent for parent in store if _issued(parent, child)]
    return next((parent for parent in issuers if parent.valid(at)), issuers[0] if issuers else None)


def _encoding(view: CertificateView) -> bytes:
    return b"" if view.certificate is None else view.certificate.der


def _issued(parent: CertificateView, child: CertificateView) -> bool:
    """X509_check_issued: names, key identifiers, and keyCertSign, but not whether it is a CA.

    A certificate with an extension that cannot be parsed issued nothing.
    """
    if parent.subject != child.issuer or key_identifiers_differ(parent, child):
        return False
    if _invalid(parent) or _invalid(child):
        return False
    if not names_match_in_openssl(parent, child):
        return False
    if issuer_and_serial_differ(parent, child):
        return False
    usage = parent.features.key_usage
    return usage is None or KEY_CERT_SIGN in usage


def _invalid(view: CertificateView) -> bool:
    """EXFLAG_INVALID."""
    own = view.features
    if view.path_length is not None and own.stated_ca is False:
        return True
    return bool(_UNPARSED & own.flaws) or NameFlaw.MALFORMED in own.name_flaws


def _looks_self_signed(view: CertificateView) -> bool:
    """EXFLAG_SS; the signature is not verified."""
    return view.subject == view.issuer and _issued(view, view)


def _judged(
    requirements: PathRequirements,
    path: list[CertificateView],
    at: datetime,
    missing: Reason | None,
) -> Verdict:
    """The last error of a path, which `missing` keeps from an anchor; an error before a doubt."""
    failures: list[Reason] = [] if missing is None else [missing]
    doubts: list[Reason] = []
    for reason in _errors(requirements, path, at, anchored=missing is None):
        (doubts if reason.is_doubt else failures).append(reason)
    if failures:
        return refused(failures[-1], path)
    return refused(doubts[0], path) if doubts else accepted(path, path[-1])


def _errors(
    requirements: PathRequirements, path: list[CertificateView], at: datetime, *, anchored: bool
) -> Iterator[Reason]:
    """check_chain_extensions, internal_verify, check_name_constraints, each over the whole path."""
    of_signatures: list[list[Reason]] = []
    for depth, view in enumerate(path):
        position, asked = _asked(requirements, path, depth)
        signatures: list[Reason] = []
        of_signatures.append(signatures)
        if view.features.oddities[position]:
            for reason in refusals(asked, view, position):
                if reason in _OF_SIGNATURES:
                    signatures.append(reason)
                else:
                    yield reason
            if view.features.flaws & _OF_KEYS and Reason.WEAK_KEY not in signatures:
                signatures.append(Reason.WEAK_KEY)
            if Flaw.TWO_ALGORITHMS in view.features.flaws and position is not _ANCHOR:
                signatures.append(Reason.WEAK_SIGNATURE)
            if view.features.flaws - _JUDGED:
                yield Reason.NOT_MODELLED
            if (doubtful := doubt(asked, view, position, last=position is _ANCHOR)) is not None:
                yield doubtful
        if not _has_sound_policies(view):
            yield Reason.NOT_MODELLED
        length = exceeded_length(requirements, asked, view, path[:depth])
        if length is not None:
            yield length
    if not anchored and len(path) == 1 and not _looks_self_signed(path[0]):
        yield Reason.NO_ANCHOR
    yield from _of_signatures(path, at, of_signatures)
    yield from _of_names(path)


def _has_sound_policies(view: CertificateView) -> bool:
    """Whether its policies are a list of different ones; X509_policy_check refuses others."""
    if view.featured is None:
        return True
    value = view.featured.fields.extensions.get(oids.CERTIFICATE_POLICIES)
    if value is None:
        return True
    try:
        listed = tlv.read(value).sequence("CertificatePolicies", at_least=1)
        policies = [policy.sequence("PolicyInformation", at_least=1)[0].oid() for policy in listed]
    except tlv.TlvError:
        return False
    return len(set(policies)) == len(policies)


def _asked(
    requirements: PathRequirements, path: Sequence[CertificateView], depth: int
) -> tuple[PathPosition, CertificateRequirements]:
    if depth == 0:
        return PathPosition.SERVER, requirements.server if len(path) > 1 else requirements.pinned
    if depth == len(path) - 1 and _looks_self_signed(path[depth]):
        return _ANCHOR, requirements.anchor
    return PathPosition.INTERMEDIATE, requirements.intermediate


def _of_signatures(
    path: Sequence[CertificateView], at: datetime, found: Sequence[Sequence[Reason]]
) -> Iterator[Reason]:
    """From the anchor down: the issuer's key, the signature, the dates."""
    for depth in reversed(range(len(path))):
        view = path[depth]
        if depth + 1 < len(path):
            issuer = path[depth + 1]
            if Reason.WEAK_KEY in found[depth + 1]:
                yield Reason.WEAK_KEY
            elif Reason.WEAK_SIGNATURE in found[depth]:
                yield Reason.WEAK_SIGNATURE
            elif not key_signed(issuer, view):
                yield Reason.BAD_SIGNATURE
            elif _is_unverified(issuer, view):
                yield Reason.NOT_MODELLED
        if (reason := out_of_date((view,), at)) is not None:
            yield reason


def _is_unverified(issuer: CertificateView, view: CertificateView) -> bool:
    """Whether both are at hand, and the signature could not be verified with that key."""
    if issuer.certificate is None or view.certificate is None:
        return False
    key = issuer.certificate.fields.public_key.der
    return verify_signature(view.certificate, key) is Signed.UNCHECKED


def _of_names(path: Sequence[CertificateView]) -> Iterator[Reason]:
    """Self-issued certificates are exempt, but for the server's and the last one."""
    for depth in reversed(range(len(path))):
        view = path[depth]
        if depth and view.subject == view.issuer:
            continue
        constraints = [
            above.features.name_constraints
            for above in path[depth + 1 :]
            if above.features.name_constraints is not None
        ]
        names = view.features.names
        if not constraints:
            continue
        if names is None:
            yield Reason.NAMES_UNKNOWN
            continue
        unnamed = depth == 0 and _is_named_by_cn(view)
        if unnamed or any(outside(some, names) for some in constraints):
            yield Reason.NAME_CONSTRAINTS


def _is_named_by_cn(view: CertificateView) -> bool:
    """Whether it has no SubjectAltName, and a common name that looks like a host's."""
    own = view.features
    if oids.SUBJECT_ALT_NAME in own.extensions or own.subject_der is None:
        return False
    return names_a_host(own.subject_der)
