"""Path building with backtracking, to any certificate of the store: Go, rustls, NSS, wolfSSL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from unpin.pki.certificate_view import (
    CertificateView,
    is_ca_issuer,
    issuer_name_matches,
    key_signed,
    same_name_and_key,
)
from unpin.pki.clients.rules import Flag
from unpin.pki.path_building.result import accepted, out_of_date, refused
from unpin.pki.path_building.webpki import most_specific
from unpin.pki.path_validation.checks import check_certificate
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Reason, Verdict

FEW_SIGNATURES: Final = 100
"""The signatures that a family with Flag.FEW_SIGNATURES verifies for one handshake."""

_MOST_STEPS: Final = 400
_LONGEST_PATH: Final = 32


class _ExhaustedError(Exception):
    """The search took more steps than it may; never leaves `search`."""


class _Search:
    """One depth-first search with back-tracking, and why its dead ends were dead."""

    def __init__(
        self,
        flags: frozenset[Flag],
        requirements: PathRequirements,
        store: Sequence[CertificateView],
        chain: Sequence[CertificateView],
        at: datetime,
    ) -> None:
        self.requirements = requirements
        self.chain = chain
        self.at = at
        self.exact = Flag.EXACT_NAMES in flags
        self.forward = Flag.FORWARD_ONLY in flags
        self.dates = Flag.ANCHOR_DATES in flags
        # NOTE: ForwardBuilder.getMatchingCACerts adds the date to its selector after the first use.
        self.dates_above = self.dates or Flag.ANCHOR_DATES_ABOVE in flags
        self.most = FEW_SIGNATURES if Flag.FEW_SIGNATURES in flags else _MOST_STEPS
        self.steps = 0
        self.reason = Reason.NO_ANCHOR
        self.doubt: Reason | None = None
        self.longest: tuple[CertificateView, ...] = (chain[0],)
        self.anchors: dict[str, list[CertificateView]] = {}
        for view in store:
            self.anchors.setdefault(view.subject, []).append(view)
        self.sent: dict[str, list[int]] = {}
        for index in range(1, len(chain)):
            self.sent.setdefault(chain[index].subject, []).append(index)

    def issued(self, parent: CertificateView, child: CertificateView) -> bool:
        """Did `parent` issue `child`, as the family sees it? One step of the search."""
        self.steps += 1
        if self.steps > self.most:
            raise _ExhaustedError
        if self.exact and not issuer_name_matches(parent, child):
            return False
        if self.requirements.ordinary_only:
            return is_ca_issuer(parent, child)
        return key_signed(parent, child)

    def dead(self, reason: Reason) -> None:
        if reason.is_doubt:
            self.doubt = self.doubt or reason
        elif self.reason in {Reason.NO_ANCHOR, Reason.NAME_ONLY}:
            self.reason = reason

    def climb(self, path: tuple[CertificateView, ...], position: int) -> Verdict | None:
        if len(path) > _LONGEST_PATH:
            raise _ExhaustedError
        current = path[-1]
        if len(path) > len(self.longest):
            self.longest = path
        for anchor in self.anchors.get(current.issuer, ()):
            if not self.issued(anchor, current):
                if self.reason is Reason.NO_ANCHOR:
                    self.reason = Reason.NAME_ONLY
                continue
            whole = (*path, anchor)
            dates = self.dates_above if len(path) > 1 else self.dates
            found = self._dated(anchor) if dates else None
            found = found or check_certificate(self.requirements, whole, len(path), last=True)
            if found is None:
                return accepted(whole, anchor)
            self.dead(found)
        start = position + 1 if self.forward else 1
        for index in self.sent.get(current.issuer, ()):
            view = self.chain[index]
            if index < start or any(same_name_and_key(view, passed) for passed in path):
                continue
            if not self.issued(view, current):
                continue
            found = self._dated(view)
            found = found or check_certificate(
                self.requirements, (*path, view), len(path), last=False
            )
            if found is not None:
                self.dead(found)
            elif ended := self.climb((*path, view), index):
                return ended
        return None

    def _dated(self, view: CertificateView) -> Reason | None:
        return out_of_date((view,), self.at)


def search(
    flags: frozenset[Flag],
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """Back-track over all presented certificates until a store certificate issued the last.

    Go crypto/x509/verify.go, webpki verify_cert.rs. An intermediate in the store is as good an
    anchor as a root; names and keys count, not fingerprints.
    """
    found = _searched(flags, requirements, store, chain, at)
    if found.accepted is False and Flag.MOST_SPECIFIC_ERROR in flags:
        reason = most_specific(requirements, store, chain, at)
        return found if reason is None else refused(reason, found.path)
    return found


def _searched(
    flags: frozenset[Flag],
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    leaf = chain[0]
    pinned = any(view.id == leaf.id for view in store)
    alone = check_certificate(requirements, (leaf,), 0, last=True) if pinned else None
    if pinned and Flag.EXPIRED_LEAF_PIN in flags:
        return accepted((leaf,), leaf) if alone is None else refused(alone, (leaf,))
    if (dated := out_of_date((leaf,), at)) is not None:
        return refused(dated, (leaf,))
    if pinned and Flag.LEAF_PIN in flags:
        return accepted((leaf,), leaf) if alone is None else refused(alone, (leaf,))
    own = check_certificate(requirements, (leaf,), 0, last=False)
    if own is not None and not own.is_doubt:
        return refused(own, (leaf,))
    run = _Search(flags, requirements, store, chain, at)
    try:
        found = run.climb((leaf,), 0)
    except _ExhaustedError:
        return Verdict(None, Reason.GAVE_UP, run.longest)
    if found is not None:
        # A family that may not back-track from what unpin cannot judge may not get there.
        doubt = own or (run.doubt if requirements.ordinary_only else None)
        return found if doubt is None else refused(doubt, found.path)
    return refused(run.doubt or run.reason, run.longest)
