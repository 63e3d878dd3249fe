"""Path building without backtracking, the store first: OpenSSL, .NET."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import cycle, islice, pairwise
from typing import Final

from unpin.model.x509 import KEY_CERT_SIGN
from unpin.pki.certificate_view import (
    CertificateView,
    is_self_signed,
    key_signed,
    likely_issued,
)
from unpin.pki.path_building.openssl_faults import faults
from unpin.pki.path_building.result import accepted, first_valid, out_of_date, refused
from unpin.pki.path_validation.checks import check_path
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Reason, Verdict

_LONGEST_PATH: Final = 100


def openssl_path(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
    *,
    partial: bool,
) -> Verdict:
    """OpenSSL's build_chain (crypto/x509/x509_vfy.c), trusted first.

    A store certificate wins over the presented one, valid ones before the others, in the order of
    the file; there is no second try (openssl/openssl issue 29681). Names and key identifiers
    choose, signatures are verified at the end. With `partial` the first store certificate ends
    the path, and a store copy of the server certificate is a last resort, which spares no
    certificate that was found on the way. Trust settings (check_trust) reject a store certificate,
    or end the path at it; of several copies the first counts (X509_STORE_add_cert). Most clients
    refuse an empty store; one that goes on (Verdict.last) then finds no anchor.
    """
    store = _first_copies(store)
    found = _openssl(requirements, store, chain, at, partial=partial)
    if found.accepted and not requirements.strict:
        starts = (found.path[-1], *chain)
        if not all(_ends_in_node(store, start, at) for start in starts):
            return refused(Reason.CLIENTS_DIFFER, found.path)
    return found if store else replace(found, accepted=False, reason=Reason.EMPTY_STORE)


def _openssl(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
    *,
    partial: bool,
) -> Verdict:
    path, from_store = [chain[0]], 0
    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        if _looks_self_signed(current):
            copy = current if from_store else _copy(current, store)
            if copy is None:
                return _dead_end(Reason.UNKNOWN_ROOT, requirements, store, path, at, partial)
            if copy.trust is False:
                return refused(Reason.REJECTED, path)
            return _held_against(requirements, path, at, partial)
        trusted = first_valid((p for p in store if likely_issued(p, current)), at)
        if trusted is not None:
            path.append(trusted)
            from_store += 1
            if partial or trusted.trust is not None:
                return _ended(requirements, path, at, partial=partial)
            continue
        if from_store:
            missing = Reason.STORE_ISSUER_MISSING
            return _refused(requirements, path, at, partial, dead_end=missing)
        presented = first_valid((p for p in chain[1:] if likely_issued(p, current)), at)
        if presented is None:
            return _dead_end(Reason.NO_ANCHOR, requirements, store, path, at, partial)
        path.append(presented)
    return refused(Reason.TOO_LONG, path)


def _ends_in_node(store: Sequence[CertificateView], current: CertificateView, at: datetime) -> bool:
    """Whether Node ends its search for the issuers of `current` in the store.

    NOTE: GetLastIssuedCert (src/crypto/crypto_common.cc), which tls asks after each handshake, goes
    round for ever where CAs have issued each other, and no root stops it: Node 20 runs out of
    memory.
    """
    passed = [current]
    while not _signs_itself(current):
        above = first_valid((p for p in store if likely_issued(p, current)), at)
        if above is None or above is current:
            return True
        if above in passed:
            return False
        passed.append(above)
        current = above
    return True


def _signs_itself(view: CertificateView) -> bool:
    """X509_check_issued of a certificate with itself, which asks for keyCertSign."""
    usage = view.features.key_usage
    return _looks_self_signed(view) and (usage is None or KEY_CERT_SIGN in usage)


def _first_copies(store: Sequence[CertificateView]) -> Sequence[CertificateView]:
    """The store without later copies of a certificate, where settings tell copies apart."""
    if all(candidate.trust is None for candidate in store):
        return store
    first: dict[str, CertificateView] = {}
    for candidate in store:
        first.setdefault(candidate.id, candidate)
    return tuple(first.values())


def _ended(
    requirements: PathRequirements, path: list[CertificateView], at: datetime, *, partial: bool
) -> Verdict:
    """The verdict where the last of `path` ends it by its settings or as a partial chain.

    NOTE: without partial chains internal_verify asks no dates of an anchor that is not self-signed.
    """
    if path[-1].trust is False:
        return refused(Reason.REJECTED, path)
    whole = partial or _looks_self_signed(path[-1])
    return _held_against(requirements, path, at, partial, path if whole else path[:-1])


def _dead_end(
    reason: Reason,
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    path: list[CertificateView],
    at: datetime,
    partial: bool,
) -> Verdict:
    """The last resort with partial chains, a store copy of the server certificate; or `reason`."""
    pin = _copy(path[0], store) if partial else None
    if pin is None:
        return _refused(requirements, path, at, partial, dead_end=reason)
    if pin.trust is False:
        return refused(Reason.REJECTED, path[:1])
    found = _held_against(requirements, path, at, partial)
    return accepted(path[:1], path[0]) if found.accepted else found


def _held_against(
    requirements: PathRequirements,
    path: list[CertificateView],
    at: datetime,
    partial: bool,
    dated: Sequence[CertificateView] | None = None,
) -> Verdict:
    """The verdict on a path to an anchor, with the reason that OpenSSL comes upon first."""
    found = _verified(requirements, path, at, dated)
    return (
        found if found.accepted is not False else _refused(requirements, path, at, partial, found)
    )


def _refused(
    requirements: PathRequirements,
    path: list[CertificateView],
    at: datetime,
    partial: bool,
    known: Verdict | None = None,
    *,
    dead_end: Reason | None = None,
) -> Verdict:
    """A refusal with the first and the last reason; of `known` where OpenSSL's order has none."""
    against = list(faults(requirements, path, at, dead_end=dead_end, partial=partial))
    if known is not None and known.reason not in against:
        return known
    return replace(refused(against[0], path), last=against[-1])


def _looks_self_signed(view: CertificateView) -> bool:
    """EXFLAG_SS: by names and key identifiers, the signature is not verified."""
    return view.subject == view.issuer and likely_issued(view, view)


def _verified(
    requirements: PathRequirements,
    path: list[CertificateView],
    at: datetime,
    dated: Sequence[CertificateView] | None = None,
) -> Verdict:
    """check_extensions, check_auth_level, internal_verify, check_name_constraints: all must pass.

    The signature of the last certificate is not verified. The dates of `dated` are asked, by
    default of the whole path.
    """
    found = check_path(requirements, path)
    if found is not None and found is not Reason.NAME_CONSTRAINTS and not found.is_doubt:
        return refused(found, path)
    for child, parent in reversed(list(pairwise(path))):
        if not key_signed(parent, child):
            return refused(Reason.BAD_SIGNATURE, path)
    if (reason := out_of_date(reversed(dated or path), at)) is not None:
        return refused(reason, path)
    return accepted(path, path[-1]) if found is None else refused(found, path)


def dotnet_path(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """.NET 8 and 9 with CustomRootTrust on Linux: self-signed store certificates are the anchors.

    The others are helpers beside the presented ones; for the server certificate's own issuer the
    store's copy wins even if it is expired, above that the valid one wins. Where the expired one
    leads nowhere, .NET has been seen to take the presented one; of a valid and an expired one
    in the store, it has been seen to take either.
    """
    roots = [p for p in store if is_self_signed(p)]
    helpers = [p for p in store if not is_self_signed(p)]
    path = [chain[0]]
    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        if is_self_signed(current):
            if _held(current, roots):
                return _verified(requirements, path, at)
            return refused(Reason.UNKNOWN_ROOT, path)
        own = [*roots, *helpers]
        if len(path) == 1 and len({p.valid(at) for p in own if likely_issued(p, current)}) > 1:
            return refused(Reason.NOT_MODELLED, path)
        pools = (own, chain[1:]) if len(path) == 1 else ([*own, *chain[1:]],)
        found = None
        for pool in pools:
            found = first_valid((p for p in pool if likely_issued(p, current)), at)
            if found is not None:
                break
        if found is None:
            stale = bool(roots) and len(path) > 1 and not path[1].valid(at)
            return refused(Reason.NOT_MODELLED if stale else Reason.NO_ANCHOR, path)
        if any(found is passed for passed in path[1:]):
            return refused(Reason.TOO_LONG, _round_and_round(path, found))
        path.append(found)
    return refused(Reason.TOO_LONG, path)


def _round_and_round(path: list[CertificateView], again: CertificateView) -> list[CertificateView]:
    """The longest path that `path` becomes when it comes `again` to a certificate above the first.

    What is above a certificate depends on it alone there.
    """
    first = next(at for at in range(1, len(path)) if path[at] is again)
    return [*path, *islice(cycle(path[first:]), _LONGEST_PATH + 1 - len(path))]


def _held(view: CertificateView, store: Sequence[CertificateView]) -> bool:
    return _copy(view, store) is not None


def _copy(view: CertificateView, store: Sequence[CertificateView]) -> CertificateView | None:
    return next((candidate for candidate in store if candidate.id == view.id), None)
