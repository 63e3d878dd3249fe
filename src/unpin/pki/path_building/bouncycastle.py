"""Path building and validation of BouncyCastle's trust manager (bctls, bcprov)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from unpin.pki.bouncycastle_names import bouncycastle_name
from unpin.pki.certificate_view import CertificateView, key_signed
from unpin.pki.failure_reasons import Reason
from unpin.pki.path_building.result import accepted, judged, out_of_date, refused
from unpin.pki.path_validation.checks import check_certificate
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Verdict

_MOST_STEPS: Final = 400
_OF_ALGORITHMS: Final = frozenset({Reason.WEAK_SIGNATURE, Reason.WEAK_KEY})


class _ExhaustedError(Exception):
    """The search took more steps than it may; never leaves `bouncycastle`."""


def bouncycastle(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """ProvX509TrustManager.buildCertPath, with PKIXCertPathBuilderSpi_8 and its validator.

    A server certificate that is in the store passes, its dates unread. Else the builder goes
    through what was sent, back-tracking, and validates each path whose top a certificate of the
    store signed; of that certificate it asks the name and the key alone.

    NOTE: it takes issuers from a HashSet, and the first path that is valid. Whether the digest of
    the topmost certificate and the key of the anchor are allowed is asked afterwards, without a
    second try: where this refuses some valid paths only, the outcome is unknown.
    """
    if requirements.max_sent is not None and len(chain) > requirements.max_sent:
        return refused(Reason.TOO_LONG, chain)
    if any(view.id == chain[0].id for view in store):
        return judged(requirements, chain[:1])
    build = _Build(requirements, store, chain, at)
    try:
        build.climb(chain[:1])
    except _ExhaustedError:
        return refused(Reason.GAVE_UP, chain[:1])
    return build.outcome()


class _Build:
    """One search: every path that it may find, and what became of each."""

    def __init__(
        self,
        requirements: PathRequirements,
        store: Sequence[CertificateView],
        chain: Sequence[CertificateView],
        at: datetime,
    ) -> None:
        self.requirements = requirements
        self.store = store
        trusted = {view.id for view in store}
        self.sent = [view for view in dict.fromkeys(chain) if view.id not in trusted]
        self.at = at
        self.steps = 0
        self.valid: list[Verdict] = []
        self.refused_after: Verdict | None = None
        self.doubt: Verdict | None = None
        self.dead: Verdict | None = None

    def climb(self, path: Sequence[CertificateView]) -> None:
        """PKIXCertPathBuilderSpi_8.build."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _ExhaustedError
        top = path[-1]
        named = [view for view in self.store if view.subject == top.issuer]
        anchors = [view for view in named if key_signed(view, top)]
        for anchor in anchors:
            self.end(path, anchor)
        if anchors:
            return
        issuers = [view for view in self.sent if _selected(view, top)]
        if not issuers:
            self.dead = refused(Reason.NAME_ONLY if named else Reason.NO_ANCHOR, path)
        most = self.requirements.max_intermediates
        for issuer in issuers:
            if issuer in path:
                # NOTE: it says then what it last found wrong, or that it found no chain.
                self.dead = self.dead or refused(Reason.UNKNOWN_ROOT, path)
            elif most is not None and len(path) > most:
                self.dead = self.dead or refused(Reason.TOO_LONG, (*path, issuer))
            else:
                self.climb((*path, issuer))

    def end(self, path: Sequence[CertificateView], anchor: CertificateView) -> None:
        """PKIXCertPathValidatorSpi_8 from the top down, then checkCertPathExtras."""
        sent = (*path, anchor)
        whole = [_self_issued_or_not(view) for view in sent]
        doubts: list[Reason] = []
        later: list[Reason] = []
        for index in (*range(len(path) - 1, -1, -1), len(path)):
            found = self._fault(sent, whole, index)
            if found is None:
                continue
            if found.is_doubt:
                doubts.append(found)
            elif found in _OF_ALGORITHMS and index >= len(path) - 1:
                later.append(found)
            else:
                self.dead = refused(found, sent)
                return
        if doubts:
            self.doubt = refused(doubts[0], sent)
        elif later:
            self.refused_after = refused(later[0], sent)
        else:
            self.valid.append(accepted(sent, anchor))

    def _fault(
        self, sent: Sequence[CertificateView], whole: Sequence[CertificateView], index: int
    ) -> Reason | None:
        """What it finds wrong with one certificate of a path; of the anchor, the key alone."""
        if index < len(sent) - 1:
            child = sent[index]
            found = _broken_link(sent[index + 1], child) or out_of_date((child,), self.at)
            if found is not None:
                return found
        return check_certificate(self.requirements, whole, index, last=index == len(sent) - 1)

    def outcome(self) -> Verdict:
        """What the trust manager says, whichever path it takes first."""
        if self.doubt is not None:
            return self.doubt
        if self.valid and self.refused_after is not None:
            return refused(Reason.NOT_MODELLED, self.valid[0].path)
        if self.valid:
            return self.valid[0]
        found = self.refused_after or self.dead
        return refused(Reason.NO_ANCHOR, self.sent[:1]) if found is None else found


def _selected(parent: CertificateView, child: CertificateView) -> bool:
    """CertPathValidatorUtilities.findIssuerCerts: by name, and by key identifier if it has one.

    NOTE: a certificate without SubjectKeyIdentifier is not found by one. Of a certificate known by
    facts alone, that it has none means nothing.
    """
    if parent.subject != child.issuer:
        return False
    wanted = child.authority_key_id
    if wanted is None or (parent.key_id is None and parent.featured is None):
        return True
    return parent.key_id == wanted


def _broken_link(parent: CertificateView, child: CertificateView) -> Reason | None:
    """RFC3280CertPathUtilities.processCertA: the signature, and the names as X500Name has them."""
    if not key_signed(parent, child):
        return Reason.BAD_SIGNATURE
    if child.featured is None or parent.featured is None:
        return None
    wanted, own = child.featured.fields.issuer.der, parent.featured.fields.subject.der
    if wanted == own or bouncycastle_name(wanted) == bouncycastle_name(own):
        return None
    return Reason.NO_ANCHOR


def _self_issued_or_not(view: CertificateView) -> CertificateView:
    """The certificate, self-issued as BouncyCastle sees it (CertPathValidatorUtilities)."""
    if view.featured is None:
        return view
    subject, issuer = view.featured.fields.subject.der, view.featured.fields.issuer.der
    if subject == issuer:
        return view
    names = bouncycastle_name(subject), bouncycastle_name(issuer)
    if (names[0] == names[1]) is (view.subject == view.issuer):
        return view
    return replace(view, subject=names[0], issuer=names[1])
