"""GnuTLS 3.7: sort what is sent, then verify it from the top (lib/x509/verify-high.c, verify.c).

Only the last certificate of the sorted chain may meet the store; there is no search.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from unpin.model.values import frozen
from unpin.model.x509 import KEY_CERT_SIGN
from unpin.pki.certificate_features import PathPosition
from unpin.pki.certificate_view import (
    CertificateView,
    issuer_name_matches,
    key_identifiers_differ,
    key_signed,
)
from unpin.pki.gnutls_names import printed_form
from unpin.pki.path_building.result import accepted, out_of_date, refused
from unpin.pki.path_validation.checks import doubt, name_constraints, refusals
from unpin.pki.path_validation.requirements import CertificateRequirements, PathRequirements
from unpin.pki.verdict import Reason, Verdict

_NODES: Final = 127
"""DEFAULT_SIZE: the trust list is a hash table of this size, by the encoding of the subject."""
_WORD: Final = 64
"""The bits of a size_t, where this was measured."""
_MOST_SORTED: Final = 16
"""DEFAULT_MAX_VERIFY_DEPTH: a longer chain is refused."""
_SECOND_TRY: Final = frozenset(
    {Reason.NO_ANCHOR, Reason.EXPIRED, Reason.WEAK_KEY, Reason.WEAK_SIGNATURE}
)
"""The macro SIGNER_OLD_OR_UNKNOWN."""


@frozen
class _Outcome:
    """What _gnutls_verify_crt_status says of `path`, whose last is the anchor where one was found.

    `against` are the reasons of the step at which it stops, none if it passes; `doubt` is what
    leaves its outcome open.
    """

    path: tuple[CertificateView, ...]
    against: tuple[Reason, ...] = ()
    doubt: Reason | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict where this is the only try."""
        if self.against:
            return refused(self.against[0], self.path)
        if self.doubt is not None:
            return refused(self.doubt, self.path)
        return accepted(self.path, self.path[-1])


def gnutls_path(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """gnutls_x509_trust_list_verify_crt2, after the key usage that TLS 1.3 asks first.

    Anchors are those called the issuer of the last certificate and, where that path failed for one
    of _SECOND_TRY, those called like itself: a pin in the middle of the chain is never found.
    """
    server = chain[0]
    usage = _refusals(requirements.server, server, PathPosition.SERVER)
    if Reason.KEY_USAGE in usage:
        return refused(Reason.KEY_USAGE, (server,))
    if len(chain) > _MOST_SORTED:
        return refused(Reason.TOO_LONG, chain)
    run = _Verification(requirements, store, at)
    path = run.assembled(chain)
    found = run.tried(path)
    if found.accepted is not False and Reason.PURPOSE in usage:
        return refused(Reason.PURPOSE, found.path)
    return found


class _Verification:
    """One verification against a trust list."""

    def __init__(
        self, requirements: PathRequirements, store: Sequence[CertificateView], at: datetime
    ) -> None:
        self.requirements = requirements
        self.store = store
        self.at = at

    def assembled(self, chain: Sequence[CertificateView]) -> tuple[CertificateView, ...]:
        """The chain that is verified: sorted, segment after segment, up to a known issuer.

        Segments between which an issuer is missing stay one behind the other.

        NOTE: of a certificate that is sent twice, GnuTLS moves one place only, and so loses the
        last of the chain.
        """
        certificates, done = list(chain), 0
        while done < len(certificates):
            segment, certificates[done:] = _sorted(certificates[done:])
            again = next(
                (
                    index
                    for index in range(done, done + segment)
                    if certificates[index] in certificates[:done]
                ),
                None,
            )
            if again is not None:
                if again < len(certificates) - 1:
                    certificates[again] = certificates[again + 1]
                certificates.pop()
                continue
            done += segment
            last = certificates[done - 1]
            if any(_claims_issuer(anchor, last) for anchor in self._node(last, issuer=True)):
                break
        return self._shortened(certificates[:done])

    def _shortened(self, chain: list[CertificateView]) -> tuple[CertificateView, ...]:
        """shorten_clist: without a root at the end, and up to the first trusted certificate."""
        if len(chain) > 1 and _claims_issuer(chain[-1], chain[-1]):
            chain = chain[:-1]
        for index in range(1, len(chain)):
            if chain[index] in self._node(chain[index], issuer=True):
                return tuple(chain[: index + 1])
        return tuple(chain)

    def tried(self, chain: tuple[CertificateView, ...]) -> Verdict:
        """The verdict after the first try, and after the second where there is one."""
        last = chain[-1]
        first = self._outcome(chain, self._node(last, issuer=True))
        if (not first.against and first.doubt is None) or issuer_name_matches(last, last):
            return first.verdict
        second = self._outcome(chain, self._node(last, issuer=False))
        again = not _SECOND_TRY.isdisjoint(first.against)
        if not again and first.doubt is None:
            return first.verdict
        if second.against:
            # Of a first try that is open, the second does not matter.
            known = Reason.NO_ANCHOR not in first.against
            return first.verdict if known else second.verdict
        if second.doubt is None and again and first.doubt is None:
            return second.verdict
        return refused(second.doubt or first.doubt or Reason.NOT_MODELLED, second.path)

    def _outcome(
        self, chain: tuple[CertificateView, ...], anchors: Sequence[CertificateView]
    ) -> _Outcome:
        """_gnutls_verify_crt_status: cut the chain at a trusted certificate, then step by step."""
        if len(chain) > 1 and _claims_issuer(chain[-1], chain[-1]):
            chain = chain[:-1]
        size = len(chain)
        for index in range(size):
            same = next(
                (anchor for anchor in anchors if _is_same(chain[index], anchor, index)), None
            )
            if same is None:
                continue
            asked, place = self._trusted(index)
            if against := tuple(self._sanity(asked, same, place)):
                return _Outcome((*chain[:index], same), against)
            if index == 0:
                return _Outcome((same,), doubt=_doubt(asked, same, place, last=True))
            size = index
            break
        return self._steps(chain[:size], anchors)

    def _trusted(self, index: int) -> tuple[CertificateRequirements, PathPosition]:
        if index == 0:
            return self.requirements.pinned, PathPosition.SERVER
        return self.requirements.anchor, PathPosition.ANCHOR

    def _sanity(
        self, asked: CertificateRequirements, anchor: CertificateView, place: PathPosition
    ) -> Iterator[Reason]:
        """check_ca_sanity: the dates and the key of a certificate that is trusted as it is."""
        if Reason.WEAK_KEY in _refusals(asked, anchor, place):
            yield Reason.WEAK_KEY
        if (dated := out_of_date((anchor,), self.at)) is not None:
            yield dated

    def _steps(
        self, chain: tuple[CertificateView, ...], anchors: Sequence[CertificateView]
    ) -> _Outcome:
        """verify_crt from the last of `chain`, whose issuer is sought among `anchors`, down."""
        anchor = self._issuer(chain[-1], anchors)
        path = chain if anchor is None else (*chain, anchor)
        allowed: int | None = None
        open_because: Reason | None = None
        for index in range(len(chain) - 1, -1, -1):
            if index < len(chain) - 1:
                asked = self.requirements.intermediate
                above = _refusals(asked, path[index + 1], PathPosition.INTERMEDIATE)
                if Reason.PURPOSE in above:
                    return _Outcome(path, (Reason.PURPOSE,), open_because)
            if allowed == 0:
                return _Outcome(path, (Reason.PATH_LENGTH,), open_because)
            issuer = path[index + 1] if index + 1 < len(path) else None
            if issuer is not None and not _claims_issuer(issuer, path[index]):
                issuer = None
            if against := tuple(self._step(path, index, issuer)):
                return _Outcome(path, against, open_because)
            allowed = None if allowed is None else allowed - 1
            if issuer is not None and issuer.path_length is not None and _is_ca(issuer, top=True):
                length = issuer.path_length
                allowed = length if allowed is None else min(allowed, length)
            open_because = open_because or self._open(path, index)
        return _Outcome(path, (), open_because)

    def _step(
        self, path: tuple[CertificateView, ...], index: int, issuer: CertificateView | None
    ) -> Iterator[Reason]:
        """verify_crt: all that is found against path[index] and its issuer."""
        view, top = path[index], index + 2 >= len(path)
        own = self.requirements.intermediate if index else self.requirements.server
        place = PathPosition.INTERMEDIATE if index else PathPosition.SERVER
        found = _refusals(own, view, place)
        above: frozenset[Reason] = frozenset()
        if issuer is None:
            yield Reason.NO_ANCHOR
        else:
            asked = self.requirements.anchor if top else self.requirements.intermediate
            at = PathPosition.ANCHOR if top else PathPosition.INTERMEDIATE
            above = _refusals(asked, issuer, at)
            if index == 0 and Reason.NAME_CONSTRAINTS in self._constraints(path):
                yield Reason.NAME_CONSTRAINTS
            if not (top and issuer.features.version == 1):
                if not _is_ca(issuer, top=top):
                    yield Reason.NOT_A_CA
                usage = issuer.features.key_usage
                if usage is not None and KEY_CERT_SIGN not in usage:
                    yield Reason.NO_CERT_SIGN
            if not key_signed(issuer, view):
                yield Reason.BAD_SIGNATURE
        if Reason.CRITICAL_EXTENSION in above | (found if index == 0 else frozenset()):
            yield Reason.CRITICAL_EXTENSION
        if Reason.WEAK_KEY in above | found:
            yield Reason.WEAK_KEY
        if Reason.WEAK_SIGNATURE in found and not (
            view.features.digest == "SHA1" and _claims_issuer(view, view)
        ):
            yield Reason.WEAK_SIGNATURE
        for checked in (view,) if issuer is None else (issuer, view):
            if (dated := out_of_date((checked,), self.at)) is not None:
                yield dated

    def _constraints(self, path: tuple[CertificateView, ...]) -> list[Reason | None]:
        """What the constraints of each CA say of the server's names alone: of CAs it asks none.

        NOTE: those of several CAs are merged, which is not vouched for where each one passes.
        """
        found = []
        for index in range(1, len(path)):
            last = index == len(path) - 1
            asked = self.requirements.anchor if last else self.requirements.intermediate
            found.append(name_constraints(asked, path[index], path[:1]))
        if sum(view.features.name_constraints is not None for view in path[1:]) > 1:
            found.append(Reason.NOT_MODELLED)
        return found

    def _open(self, path: tuple[CertificateView, ...], index: int) -> Reason | None:
        """What leaves a step open that found nothing."""
        requirements = self.requirements
        if index == 0:
            for found in self._constraints(path):
                if found is not None:
                    return found
            own = _doubt(requirements.server, path[0], PathPosition.SERVER, last=False)
            if own is not None:
                return own
        if index + 2 >= len(path):
            return _doubt(requirements.anchor, path[-1], PathPosition.ANCHOR, last=True)
        place = PathPosition.INTERMEDIATE
        return _doubt(requirements.intermediate, path[index + 1], place, last=False)

    def _issuer(
        self, view: CertificateView, anchors: Sequence[CertificateView]
    ) -> CertificateView | None:
        """find_issuer: the last that is valid, of several; else the first."""
        found: CertificateView | None = None
        for anchor in anchors:
            if _claims_issuer(anchor, view) and (found is None or anchor.valid(self.at)):
                found = anchor
        return found

    def _node(self, view: CertificateView, *, issuer: bool) -> list[CertificateView]:
        """The certificates of the trust list under the hash of the issuer, or of `view` itself."""
        der = view.features.issuer_der if issuer else view.features.subject_der
        name = view.issuer if issuer else view.subject
        if der is None:
            return [anchor for anchor in self.store if anchor.subject == name]
        wanted = _hashed(der)
        return [anchor for anchor in self.store if _is_under(anchor, wanted, name)]


def _is_under(anchor: CertificateView, wanted: int, name: str) -> bool:
    der = anchor.features.subject_der
    return anchor.subject == name if der is None else _hashed(der) == wanted


@lru_cache(maxsize=1024)
def _hashed(name: bytes) -> int:
    """hash_pjw_bare of gnulib, modulo the size of the table."""
    found, mask = 0, (1 << _WORD) - 1
    for octet in name:
        found = (octet + (((found << 9) & mask) | (found >> (_WORD - 9)))) & mask
    return found % _NODES


def _sorted(chain: list[CertificateView]) -> tuple[int, list[CertificateView]]:
    """_gnutls_sort_clist: how many from the first on are in order, and the chain so sorted."""
    path = [0]
    while len(path) < len(chain):
        current = chain[path[-1]]
        if _claims_issuer(current, current):
            break
        above = next(
            (
                index
                for index in range(1, len(chain))
                if index != path[-1] and _claims_issuer(chain[index], current)
            ),
            None,
        )
        if above is None or above in path:
            break
        path.append(above)
    rest = [index for index in range(1, len(chain)) if index not in path]
    return len(path), [chain[index] for index in (*path, *rest)]


def _claims_issuer(parent: CertificateView, child: CertificateView) -> bool:
    """gnutls_x509_crt_check_issuer: the names as they are printed, and the key identifiers."""
    own, wanted = parent.features.subject_der, child.features.issuer_der
    if not _same_name(own, wanted, parent.subject == child.issuer):
        return False
    return not key_identifiers_differ(parent, child)


def _same_name(own: bytes | None, other: bytes | None, alike: bool) -> bool:
    """Whether two encodings print alike; `alike` where one is not at hand."""
    if own is None or other is None:
        return alike
    return own == other or (alike and printed_form(own) == printed_form(other))


def _is_same(view: CertificateView, anchor: CertificateView, index: int) -> bool:
    """_gnutls_check_if_same_key: a server certificate itself, a CA by name and key."""
    if index == 0:
        return view.id == anchor.id
    own, other = view.features.subject_der, anchor.features.subject_der
    return _same_name(own, other, view.subject == anchor.subject) and view.key == anchor.key


def _is_ca(issuer: CertificateView, *, top: bool) -> bool:
    """check_if_ca: CA:TRUE, or an anchor without BasicConstraints that is called its own issuer."""
    if issuer.featured is None:
        return issuer.ca
    stated = issuer.features.stated_ca
    return bool(stated) or (stated is None and top and _claims_issuer(issuer, issuer))


def _refusals(
    asked: CertificateRequirements, view: CertificateView, place: PathPosition
) -> frozenset[Reason]:
    if not view.features.oddities[place]:
        return frozenset()
    return frozenset(refusals(asked, view, place))


def _doubt(
    asked: CertificateRequirements, view: CertificateView, place: PathPosition, *, last: bool
) -> Reason | None:
    return doubt(asked, view, place, last=last) if view.features.oddities[place] else None
