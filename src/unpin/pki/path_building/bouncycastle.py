"""Path building and validation of BouncyCastle's trust manager (bctls, bcprov)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from unpin.pki.bouncycastle_names import in_der_order, same_name
from unpin.pki.certificate_view import CertificateView, key_signed
from unpin.pki.path_building.result import accepted, judged, out_of_date, refused
from unpin.pki.path_validation.checks import check_certificate
from unpin.pki.path_validation.name_constraints import GeneralNameType, Ruling
from unpin.pki.path_validation.name_constraints_bouncycastle import Subtrees
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Reason, Verdict

_MOST_STEPS: Final = 400
_OF_ALGORITHMS: Final = frozenset({Reason.WEAK_SIGNATURE, Reason.WEAK_KEY})


class _ExhaustedError(Exception):
    """The search took more steps than it may; never leaves `bouncycastle`."""


def bouncycastle_path(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """ProvX509TrustManager.buildCertPath, with PKIXCertPathBuilderSpi_8 and its validator.

    A server certificate that is in the store passes, its dates unread. Else the builder goes
    through what was sent, back-tracking, and validates each path whose top a certificate of the
    store signed; of that certificate it asks the name and the key alone.

    bcprov 1.72 and 1.80 seek an issuer by the key identifier, 1.86.2 by the name alone (RFC 4158
    3.5.12): where this decides, clients differ.

    NOTE: it takes issuers from a HashSet, and the first path that is valid. Whether the digest of
    the topmost certificate and the key of the anchor are allowed is asked afterwards, without a
    second try: where this refuses some valid paths only, the outcome is unknown.
    """
    if requirements.max_sent is not None and len(chain) > requirements.max_sent:
        return refused(Reason.TOO_LONG, chain)
    if any(view.id == chain[0].id for view in store):
        return judged(requirements, chain[:1])
    build = _Build(requirements, store, chain, at, by_key_id=True)
    found = build.outcome()
    if not build.passed_over:
        return found
    later = _Build(requirements, store, chain, at, by_key_id=False).outcome()
    if found.accepted is later.accepted:
        return found
    return refused(Reason.CLIENTS_DIFFER, later.path if later.accepted else found.path)


class _Build:
    """A search: every path that it may find, with the outcome of each."""

    def __init__(
        self,
        requirements: PathRequirements,
        store: Sequence[CertificateView],
        chain: Sequence[CertificateView],
        at: datetime,
        *,
        by_key_id: bool,
    ) -> None:
        self.requirements = requirements
        self.store = store
        trusted = {view.id for view in store}
        self.sent = [view for view in dict.fromkeys(chain) if view.id not in trusted]
        self.chain = chain
        self.at = at
        self.by_key_id = by_key_id
        self.passed_over = False
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
        anchors = [view for view in named if _signed(view, top)]
        for anchor in anchors:
            self.end(path, anchor)
        if anchors:
            return
        called = [view for view in self.sent if view.subject == top.issuer]
        issuers = [view for view in called if not self.by_key_id or _identified(view, top)]
        self.passed_over = self.passed_over or len(issuers) < len(called)
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
        subtrees = Subtrees()
        doubts: list[Reason] = []
        later: list[Reason] = []
        for index in (*range(len(path) - 1, -1, -1), len(path)):
            found = self._fault(sent, whole, index, subtrees)
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
        self,
        sent: Sequence[CertificateView],
        whole: Sequence[CertificateView],
        index: int,
        subtrees: Subtrees,
    ) -> Reason | None:
        """What it finds wrong with one certificate of a path; of the anchor, the key alone."""
        last = index == len(sent) - 1
        doubt = None
        if not last:
            child = sent[index]
            found = _broken_link(sent[index + 1], child) or out_of_date((child,), self.at)
            found = found or _name_constraints(whole[index], subtrees, server=index == 0)
            if found is not None and not found.is_doubt:
                return found
            doubt = found
        found = check_certificate(self.requirements, whole, index, last=last)
        return doubt if found is None else found

    def outcome(self) -> Verdict:
        """What the trust manager says, whichever path it takes first."""
        try:
            self.climb(self.chain[:1])
        except _ExhaustedError:
            return refused(Reason.GAVE_UP, self.chain[:1])
        if self.doubt is not None:
            return self.doubt
        if self.valid and self.refused_after is not None:
            return refused(Reason.NOT_MODELLED, self.valid[0].path)
        if self.valid:
            return self.valid[0]
        found = self.refused_after or self.dead
        return refused(Reason.NO_ANCHOR, self.sent[:1]) if found is None else found


def _identified(parent: CertificateView, child: CertificateView) -> bool:
    """CertPathValidatorUtilities.findIssuerCerts: is it the key identifier, where there is one?

    NOTE: a certificate without SubjectKeyIdentifier is not found by one. Of a certificate known by
    facts alone, that it has none means nothing.
    """
    wanted = child.authority_key_id
    if wanted is None or (parent.key_id is None and parent.featured is None):
        return True
    return parent.key_id == wanted


def _signed(parent: CertificateView, child: CertificateView) -> bool:
    """Did `parent`'s key sign `child`, as BouncyCastle sees it?

    NOTE: X509CertificateImpl encodes anew what was signed. An RDN whose attributes do not stand in
    the order of DER (X.690 11.6) is another one then, and the signature is wrong.
    """
    if not key_signed(parent, child):
        return False
    if child.featured is None:
        return True
    fields = child.featured.fields
    return in_der_order(fields.issuer.der) and in_der_order(fields.subject.der)


def _broken_link(parent: CertificateView, child: CertificateView) -> Reason | None:
    """RFC3280CertPathUtilities.processCertA: the signature, and the names as X500Name has them."""
    if not _signed(parent, child):
        return Reason.BAD_SIGNATURE
    if child.featured is None or parent.featured is None:
        return None
    wanted, own = child.featured.fields.issuer.der, parent.featured.fields.subject.der
    return None if same_name(wanted, own) else Reason.NO_ANCHOR


def _name_constraints(view: CertificateView, subtrees: Subtrees, *, server: bool) -> Reason | None:
    """RFC3280CertPathUtilities.processCertBC, and of a CA prepareNextCertG."""
    own = view.features
    if server or view.subject != view.issuer:
        if own.names is None:
            if subtrees.constrained and (
                server or GeneralNameType.DIRECTORY in subtrees.constrained
            ):
                return Reason.NAMES_UNKNOWN
        elif (ruling := subtrees.ruling(own.names)) is not Ruling.SATISFIED:
            return Reason.NAME_CONSTRAINTS if ruling is Ruling.VIOLATED else Reason.NOT_MODELLED
    if server or own.name_constraints is None:
        return None
    refused_itself = subtrees.narrow(own.name_constraints) is Ruling.VIOLATED
    return Reason.NAME_CONSTRAINTS if refused_itself else None


def _self_issued_or_not(view: CertificateView) -> CertificateView:
    """The certificate, self-issued as BouncyCastle sees it (CertPathValidatorUtilities)."""
    if view.featured is None:
        return view
    subject, issuer = view.featured.fields.subject.der, view.featured.fields.issuer.der
    own = same_name(subject, issuer)
    if own is (view.subject == view.issuer):
        return view
    return replace(view, subject=subject.hex(), issuer=subject.hex() if own else issuer.hex())
