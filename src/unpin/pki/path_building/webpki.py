"""Which of the errors of a search webpki reports (webpki verify_cert.rs, error.rs of 0.103)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.pki.certificate_features import PathPosition
from unpin.pki.certificate_view import (
    CertificateView,
    issuer_name_matches,
    key_signed,
    same_name_and_key,
)
from unpin.pki.path_building.result import out_of_date
from unpin.pki.path_validation.checks import name_constraints, refusals
from unpin.pki.path_validation.requirements import PathRequirements
from unpin.pki.verdict import Reason

_RANKS: Final = {
    Reason.EXPIRED: 290,
    Reason.NOT_YET_VALID: 290,
    Reason.NAME_ONLY: 260,
    Reason.PURPOSE: 240,
    Reason.NAME_CONSTRAINTS: 230,
    Reason.PATH_LENGTH: 220,
    Reason.NOT_A_CA: 210,
    Reason.SERVER_IS_A_CA: 210,
    Reason.WEAK_KEY: 150,
    Reason.WEAK_SIGNATURE: 140,
    Reason.CRITICAL_EXTENSION: 130,
    Reason.UNREAD: 130,
    Reason.TOO_LONG: 61,
}
"""Error::rank of what each reason stands for here: NAME_ONLY is InvalidSignatureForPublicKey,
WEAK_KEY UnsupportedSignatureAlgorithmForPublicKey, UNREAD UnsupportedCertVersion; UnknownIssuer
has none."""
_MOST_STEPS: Final = 200


class _ExhaustedError(Exception):
    """webpki gives up with an error of its own; never leaves `most_specific`."""


class _SoundError(Exception):
    """webpki has nothing against the path: the fault is elsewhere; never leaves `most_specific`."""


def most_specific(
    requirements: PathRequirements,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Reason | None:
    """The reason for which webpki refuses `chain`; None where it is not known.

    webpki reads the server's certificate first, then builds paths by names alone, verifies
    signatures where it meets an anchor, and keeps the error that says most (Error::most_specific).
    """
    unread = next(_unread(requirements, chain[0], PathPosition.SERVER), None)
    if unread is not None:
        return unread
    try:
        return _Search(requirements, store, chain, at).built((chain[0],))
    except (_ExhaustedError, _SoundError):
        return None


class _Search:
    """build_chain_inner, which only ever fails here."""

    def __init__(
        self,
        requirements: PathRequirements,
        store: Sequence[CertificateView],
        chain: Sequence[CertificateView],
        at: datetime,
    ) -> None:
        self.requirements = requirements
        self.store = store
        self.chain = chain
        self.at = at
        self.steps = 0

    def built(self, path: tuple[CertificateView, ...]) -> Reason:
        """The error of all paths through `path`."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _ExhaustedError
        own = next(self._of_itself(path), None)
        if own is not None:
            return own
        head, found = path[-1], Reason.NO_ANCHOR
        for anchor in self.store:
            if issuer_name_matches(anchor, head):
                fault = next(self._of_path((*path, anchor)), None)
                if fault is None:
                    raise _SoundError
                found = _worse(found, fault)
        for sent in self.chain[1:]:
            unread = next(_unread(self.requirements, sent, PathPosition.INTERMEDIATE), None)
            if unread is not None:
                found = _worse(found, unread)
            elif issuer_name_matches(sent, head) and not any(
                same_name_and_key(sent, passed) for passed in path
            ):
                full = len(path) - 1 == self.requirements.max_intermediates
                found = _worse(found, Reason.TOO_LONG if full else self.built((*path, sent)))
        return found

    def _of_itself(self, path: tuple[CertificateView, ...]) -> Iterator[Reason]:
        """check_issuer_independent_properties: dates, BasicConstraints, purposes."""
        view = path[-1]
        if (dated := out_of_date((view,), self.at)) is not None:
            yield dated
        server = len(path) == 1
        stated = view.features.stated_ca if view.featured is not None else view.ca
        if server and stated is True:
            yield Reason.SERVER_IS_A_CA
        if not server and stated is not True:
            yield Reason.NOT_A_CA
        if not server and view.path_length is not None and len(path) - 2 > view.path_length:
            yield Reason.PATH_LENGTH
        asked = self.requirements.server if server else self.requirements.intermediate
        place = PathPosition.SERVER if server else PathPosition.INTERMEDIATE
        if view.features.oddities[place] and Reason.PURPOSE in refusals(asked, view, place):
            yield Reason.PURPOSE

    def _of_path(self, path: tuple[CertificateView, ...]) -> Iterator[Reason]:
        """check_signed_chain from the anchor down, then the name constraints."""
        for index, (child, parent) in reversed(list(enumerate(pairwise(path)))):
            place = PathPosition.INTERMEDIATE if index else PathPosition.SERVER
            asked = self.requirements.intermediate if index else self.requirements.server
            if child.features.oddities[place] and Reason.WEAK_SIGNATURE in refusals(
                asked, child, place
            ):
                yield Reason.WEAK_SIGNATURE
            if not self._has_fitting_key(parent, child):
                yield Reason.WEAK_KEY
            if not key_signed(parent, child) or (
                parent.features.key_algorithm == "RSA"
                and (
                    self.requirements.anchor.rsa_bits is not None
                    and parent.features.key_bits not in self.requirements.anchor.rsa_bits
                )
            ):
                yield Reason.NAME_ONLY
        for index in range(1, len(path)):
            last = index == len(path) - 1
            asked = self.requirements.anchor if last else self.requirements.intermediate
            found = name_constraints(asked, path[index], path[:index])
            if found is Reason.NAME_CONSTRAINTS:
                yield found

    def _has_fitting_key(self, parent: CertificateView, child: CertificateView) -> bool:
        """Whether an algorithm of webpki has this signature and a key of this kind."""
        if parent.certificate is None or child.certificate is None:
            return True
        key, oid = parent.features.key_algorithm, child.certificate.fields.signature_oid
        curves = self.requirements.anchor.curves or frozenset()
        if oid.startswith(f"{oids.PKCS1_ARC}."):
            return key == "RSA"
        if oid.startswith(f"{oids.EC_SIGNATURE_ARC}."):
            return key.startswith("P-") and key in curves
        return child.features.digest == key


def _unread(
    requirements: PathRequirements, view: CertificateView, place: PathPosition
) -> Iterator[Reason]:
    """Cert::from_der, in its order: the version, then the extensions."""
    asked = requirements.intermediate if place else requirements.server
    if asked.versions is not None and view.features.version not in asked.versions:
        yield Reason.UNREAD
    if view.features.oddities[place] and Reason.CRITICAL_EXTENSION in refusals(asked, view, place):
        yield Reason.CRITICAL_EXTENSION


def _worse(first: Reason, second: Reason) -> Reason:
    """The more specific error; the first of two equally specific errors."""
    return first if _RANKS.get(first, 0) >= _RANKS.get(second, 0) else second
