"""Path building of Java's two trust managers, PKIX and SunX509."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from unpin.pki.certificate_features import PathPosition
from unpin.pki.certificate_view import (
    CertificateView,
    key_identifiers_differ,
    key_signed,
    same_name_and_key,
)
from unpin.pki.clients.rules import Flag
from unpin.pki.path_building.backtracking import search
from unpin.pki.path_building.java_faults import pkix_faults, simple_faults
from unpin.pki.path_building.result import agreed, judged, refused
from unpin.pki.path_validation.requirements import CaCriterion, PathRequirements
from unpin.pki.verdict import Reason, Verdict


def pkix_path(
    flags: frozenset[Flag],
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """sun.security.validator.PKIXValidator.engineValidate.

    A server certificate that is in the store passes at once, its dates unread. A presented
    certificate whose name and key the store holds ends the path: what is below is validated, the
    anchor's dates are not. A chain out of order, or one whose top nobody in the store is called
    the issuer of, goes to the builder, which does read the anchor's dates.
    """
    leaf = chain[0]
    if requirements.max_sent is not None and len(chain) > requirements.max_sent:
        return refused(Reason.TOO_LONG, chain)
    if any(view.id == leaf.id for view in store):
        return judged(requirements, (leaf,))
    for index in range(1, len(chain)):
        if chain[index].subject != chain[index - 1].issuer:
            return _build(flags, requirements, store, chain, at)
        if any(same_name_and_key(candidate, chain[index]) for candidate in store):
            return _validate(requirements, store, chain[:index], at)
    if any(candidate.subject == chain[-1].issuer for candidate in store):
        # NOTE: by name alone, and without a second try: a namesake with another key is fatal.
        return _validate(requirements, store, chain, at)
    return _build(flags, requirements, store, chain, at)


def _build(
    flags: frozenset[Flag],
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """SunCertPathBuilder: whatever stops it, dates included, it says that it found no path.

    It does not go on past an anchor that PKIXValidator.verifyTrustAnchor then refuses, and gives
    up a branch with two self-issued certificates in a row: where such are about, success is not
    vouched for. The path may have `max_built` intermediates that are not self-issued.
    """
    outcome = search(flags, requirements, store, chain, at)
    most = requirements.max_built
    if outcome.accepted and most is not None:
        middle = [
            candidate for candidate in outcome.path[1:-1] if candidate.subject != candidate.issuer
        ]
        if len(middle) > most:
            limited = replace(requirements, max_intermediates=most)
            outcome = search(flags, limited, store, chain, at)
    if outcome.accepted is False:
        return _after_building(flags, requirements, store, chain, at) or refused(
            Reason.NO_ANCHOR, outcome.path
        )
    # NOTE: of versions 1 and 2 it asks that their validity spans that of what they issued.
    strange = any(
        candidate.features.oddities[PathPosition.ANCHOR] or candidate.features.version < 3
        for candidate in store
    ) or any(
        candidate.subject == candidate.issuer and not key_signed(candidate, candidate)
        for candidate in chain[1:]
    )
    if outcome.accepted and strange:
        return refused(Reason.NOT_MODELLED, outcome.path)
    return outcome


def _after_building(
    flags: frozenset[Flag],
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict | None:
    """The refusal of a path that the builder finds, by what is asked of its ends afterwards."""
    found = search(flags, _without_usages(requirements), store, chain, at)
    if not found.accepted:
        return None
    first = next(pkix_faults(requirements, found.path, at), None)
    return None if first is None else refused(first, found.path)


@lru_cache(maxsize=16)
def _without_usages(requirements: PathRequirements) -> PathRequirements:
    """What the builder asks: the usages of both ends are asked afterwards."""
    return replace(
        requirements,
        server=replace(requirements.server, key_usage=None, extended_key_usage=None),
        anchor=replace(requirements.anchor, ca=CaCriterion.NOT_ASKED, key_usage=None),
    )


def _validate(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    path: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """PKIXCertPathValidator: an anchor for the top, then every link and date below it.

    Any anchor that fits will do, but of several that fit the JDK takes the first of a HashSet:
    where PKIXValidator.verifyTrustAnchor refuses some of them only, the outcome is unknown.
    """
    top = path[-1]
    namesakes = [candidate for candidate in store if candidate.subject == top.issuer]
    selected = [candidate for candidate in namesakes if _selected(candidate, top)]
    if not selected:
        return refused(Reason.NAME_ONLY, path)
    fitting = [candidate for candidate in selected if key_signed(candidate, top)]
    return agreed([_pkix_end(requirements, path, anchor, at) for anchor in fitting or selected])


def _pkix_end(
    requirements: PathRequirements,
    path: Sequence[CertificateView],
    anchor: CertificateView,
    at: datetime,
) -> Verdict:
    """The verdict with this anchor, with the reason that the validator comes upon first.

    NOTE: ConstraintsChecker takes a certificate of version 1 or 2 for a CA's if it stands right
    below the anchor and is self-issued (signed by its namesake there).
    """
    whole = [*path, anchor]
    top, *below = reversed(path)
    if (
        top.features.version < 3
        and top.subject == top.issuer
        and all(view.features.version >= 3 for view in below[:-1])
    ):
        lenient = replace(requirements.intermediate, ca=CaCriterion.STATED_IN_V3)
        requirements = replace(requirements, intermediate=lenient)
    found = _first_fault(requirements, whole, pkix_faults(requirements, whole, at))
    return replace(found, path=tuple(path)) if found.reason in _OF_LINKS else found


def _first_fault(
    requirements: PathRequirements, path: Sequence[CertificateView], against: Iterator[Reason]
) -> Verdict:
    """The verdict on `path`, with the reason that the validator comes upon first."""
    found, first = judged(requirements, path), next(against, None)
    if first is None or (found.accepted is not False and first not in _OF_LINKS):
        return found
    return refused(first, path)


_OF_LINKS: Final = frozenset(
    {Reason.BAD_SIGNATURE, Reason.DISORDER, Reason.EXPIRED, Reason.NOT_YET_VALID}
)
"""What no requirement of a single certificate says."""


def _selected(anchor: CertificateView, top: CertificateView) -> bool:
    """AdaptableX509CertSelector: key identifier and serial number of `top`'s AKI, where given."""
    wanted, has = top.features.authority_serial, anchor.features.serial
    if None not in (wanted, has) and anchor.features.version == 3 and wanted != has:
        return False
    return not key_identifiers_differ(anchor, top)


def sunx509_path(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """sun.security.validator.SimpleValidator: the presented order as it is, nothing built.

    The first presented certificate that the store holds (the same one, or one with its subject,
    issuer and key) ends the path, else the store's namesake of the last issuer. The anchor's own
    dates are not read.

    NOTE: of several namesakes the JDK takes the one with the wanted key identifier, else the
    first of a HashSet.
    """
    if requirements.max_sent is not None and len(chain) > requirements.max_sent:
        return refused(Reason.TOO_LONG, chain)
    path: list[CertificateView] = []
    anchors: list[CertificateView] = []
    for view in chain:
        anchors = [
            candidate
            for candidate in store
            if same_name_and_key(candidate, view) and candidate.issuer == view.issuer
        ]
        if anchors:
            break
        path.append(view)
    else:
        wanted = chain[-1].authority_key_id
        anchors = [candidate for candidate in store if candidate.subject == chain[-1].issuer]
        best = [
            candidate for candidate in anchors if wanted is not None and candidate.key_id == wanted
        ]
        anchors = best or anchors
    if not anchors:
        return refused(Reason.NO_ANCHOR, path)
    return agreed([_simple(requirements, [*path, anchor], at) for anchor in anchors])


def _simple(requirements: PathRequirements, path: list[CertificateView], at: datetime) -> Verdict:
    if len(path) == 1:
        return judged(requirements, path)
    return _first_fault(requirements, path, simple_faults(requirements, path, at))
