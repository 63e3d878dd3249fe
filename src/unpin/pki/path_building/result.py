"""How a path builder ends: the verdicts, and the choices that several builders share."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from unpin.pki.certificate_view import CertificateView
from unpin.pki.path_validation.checks import check_path
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Reason, Verdict


def accepted(path: Sequence[CertificateView], anchor: CertificateView) -> Verdict:
    """End well, at `anchor`; `path` may or may not hold it already."""
    whole = tuple(path) if path and path[-1] is anchor else (*path, anchor)
    return Verdict(True, Reason.ACCEPTED, whole, anchor)


def refused(reason: Reason, path: Sequence[CertificateView]) -> Verdict:
    """End with `reason`, as far as `path`; a doubt is no refusal."""
    return Verdict(None if reason.is_doubt else False, reason, tuple(path))


def judged(requirements: PathRequirements, path: Sequence[CertificateView]) -> Verdict:
    """End at the last of `path`, its anchor, if the family has nothing against it."""
    found = check_path(requirements, path)
    return accepted(path, path[-1]) if found is None else refused(found, path)


def first_valid(candidates: Iterable[CertificateView], at: datetime) -> CertificateView | None:
    """Pick the first candidate valid at `at`, else the one that ends last, else None.

    OpenSSL's get0_best_issuer_sk, which asks notAfter of what is not valid yet as well.
    """
    every = list(candidates)
    for view in every:
        if view.valid(at):
            return view
    return max(every, key=_end, default=None)


def _end(view: CertificateView) -> float:
    return view.not_after.timestamp() if view.not_after is not None else float("inf")


def out_of_date(path: Iterable[CertificateView], at: datetime) -> Reason | None:
    """EXPIRED or NOT_YET_VALID for the first certificate of `path` that is not valid at `at`."""
    for view in path:
        if not view.valid(at):
            early = view.not_before is not None and at < view.not_before
            return Reason.NOT_YET_VALID if early else Reason.EXPIRED
    return None


def agreed(outcomes: Sequence[Verdict]) -> Verdict:
    """Take what all outcomes say; where they differ, the client's choice among them is unknown."""
    first = outcomes[0]
    if all(outcome.accepted is first.accepted for outcome in outcomes):
        return first
    return refused(Reason.NOT_MODELLED, first.path)
