"""Say whether a family of clients, with these trust anchors, accepts a server's chain."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from operator import is_
from typing import Final

from unpin.jdk.distrusted_cas import last_issuance
from unpin.pki.answer_cache import cached_answers
from unpin.pki.certificate_features import PathPosition
from unpin.pki.certificate_view import (
    CertificateView,
    issuer_name_matches,
    key_signed,
    likely_issued,
)
from unpin.pki.clients.rules import ClientRules, Flag, Model
from unpin.pki.java_names import java_named
from unpin.pki.path_building.relevance import reached
from unpin.pki.path_building.result import refused
from unpin.pki.path_validation.requirements import PSS_KEYS
from unpin.pki.path_validation.strict import breach
from unpin.pki.verdict import Reason, Verdict

_MOST_AUTHENTICATIONS: Final = 2048
"""That are remembered: most stores hold the same few certificates of the chains."""
_MOST_VERDICTS: Final = 256
"""That are remembered of an authentication: two dozen families, and few moments."""


def verdict_on(
    rules: ClientRules,
    store: Sequence[CertificateView],
    presented: Sequence[CertificateView],
    at: datetime,
    *,
    loading: Reason | None = None,
) -> Verdict:
    """Say what clients of the family `rules` do with the chain `presented` (server first).

    `store` is in the order of the file, which matters to some; `loading` is what becomes of
    loading it, where that is not sure (trust_anchors.loading). Dates are judged at `at` (aware).
    Constraints on names apply where the server's are known; elsewhere the reason is
    "names-unknown".
    Not judged: revocation, certificate policies and the host's name. Never raises.
    """
    return server_authentication(store, presented).verdict(rules, at, loading)


def printed_text(rules: ClientRules, verdict: Verdict) -> str | None:
    """What clients of the family print with a refusal, where it was measured."""
    if verdict.reason is Reason.NOT_STRICT and (found := breach(verdict.path)):
        return found.requirement
    if verdict.accepted is not False:
        return None
    if len(verdict.path) == 1 and verdict.reason in rules.errors_at_server:
        return rules.errors_at_server[verdict.reason]
    return rules.errors.get(verdict.reason)


def printed_texts(rules: ClientRules, verdict: Verdict) -> tuple[str, ...]:
    """The text of `printed_text`, and the one that clients may print instead."""
    first = printed_text(rules, verdict)
    other = rules.other_errors.get(verdict.reason)
    return tuple(text for text in (first, other) if text is not None and first is not None)


def last_text(rules: ClientRules, verdict: Verdict) -> str | None:
    """What a client prints that reports the last fault of a path (ClientRules.last_errors)."""
    if rules.last_errors is None:
        return None
    if verdict.otherwise is not None:
        verdict = verdict.otherwise
    if verdict.accepted is not False or verdict.last is None:
        return None
    if len(verdict.path) == 1 and verdict.last in rules.last_errors.at_server:
        return rules.last_errors.at_server[verdict.last]
    return rules.last_errors.errors.get(verdict.last)


class ServerAuthentication:
    """Trust anchors and a server's chain: what every family asks about the two is found out once.

    RFC 8446 4.4.2: the client authenticates the server by the certificates that it sends.
    """

    __slots__ = ("_ambiguous", "_near", "_odd", "_reached", "_verdicts", "presented", "store")

    def __init__(
        self, store: tuple[CertificateView, ...], presented: tuple[CertificateView, ...]
    ) -> None:
        self.store = store
        self.presented = presented
        self._near: tuple[CertificateView, ...] | None = None
        self._reached: tuple[CertificateView, ...] | None = None
        self._odd: bool | None = None
        self._ambiguous: bool | None = None
        self._verdicts: dict[tuple[ClientRules, datetime, Reason | None], Verdict] = {}

    def verdict(self, rules: ClientRules, at: datetime, loading: Reason | None = None) -> Verdict:
        """What the family `rules` says to it at `at`; see `verdict_on`."""
        key = (rules, at, loading)
        found = self._verdicts.get(key)
        if found is None:
            if len(self._verdicts) >= _MOST_VERDICTS:
                self._verdicts.clear()
            found = self._verdicts[key] = _verdict(rules, self, at, loading)
        return found

    @property
    def near(self) -> tuple[CertificateView, ...]:
        """What was sent above the server's certificate, and what of the store may be looked at."""
        if self._near is None:
            self._near = (*self.presented[1:], *self.reached)
        return self._near

    @property
    def reached(self) -> tuple[CertificateView, ...]:
        """What of the store may be looked at."""
        if self._reached is None:
            self._reached = reached(self.store, self.presented)
        return self._reached

    @property
    def odd(self) -> bool:
        """Is there an oddity in what a family may look at, on its path or beside it?"""
        if self._odd is None:
            self._odd = _odd(self.near)
        return self._odd

    @property
    def ambiguous(self) -> bool:
        """Is there a choice that a family may make differently from unpin?"""
        if self._ambiguous is None:
            self._ambiguous = _ambiguous(self.near, self.presented)
        return self._ambiguous


def server_authentication(
    store: Sequence[CertificateView], presented: Sequence[CertificateView]
) -> ServerAuthentication:
    """The two together, with what was found out about these very certificates before."""
    return _server_authentication(_Exactly(tuple(store)), _Exactly(tuple(presented)))


class _Exactly:
    """Links that are compared as objects.

    NOTE: two of one `id` are equal and yet may differ in what is known of them (a date, the key
    of the issuer): a verdict on the one must not be remembered for the other.
    """

    __slots__ = ("_hash", "views")

    def __init__(self, views: tuple[CertificateView, ...]) -> None:
        self.views = views
        self._hash = hash(tuple(map(id, views)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Exactly)
            and len(self.views) == len(other.views)
            and all(map(is_, self.views, other.views))
        )

    def __hash__(self) -> int:
        return self._hash


def _is_long(store: _Exactly, presented: _Exactly) -> bool:
    return any(view.is_long for view in (*store.views, *presented.views))


@cached_answers(_MOST_AUTHENTICATIONS, _is_long)
def _server_authentication(store: _Exactly, presented: _Exactly) -> ServerAuthentication:
    return ServerAuthentication(store.views, presented.views)


def _verdict(
    rules: ClientRules, asked: ServerAuthentication, at: datetime, loading: Reason | None
) -> Verdict:
    if loading is not None:
        found = refused(loading, ())
    elif not _offers_handshake(rules, asked.presented):
        reason = Reason.SERVER_KEY if asked.store else Reason.EMPTY_STORE
        return replace(refused(reason, asked.presented[:1]), last=Reason.SERVER_KEY)
    elif (unread := _unread(rules, asked)) is not None:
        found = refused(unread, asked.presented[:1])
    else:
        found = _built(rules, _read(rules, asked.store), asked.presented, at)
    if found.accepted and Flag.DISTRUSTS in rules.flags and _distrusted(found.path, at):
        found = refused(Reason.DISTRUSTED, found.path)
    if found.accepted is not None and (_takes_unverified_key(found) or _doubtful(rules, asked, at)):
        found = refused(Reason.NOT_MODELLED, found.path)
    return found


def _unread(rules: ClientRules, asked: ServerAuthentication) -> Reason | None:
    """Why a certificate that the family does not read ends the matter, wherever it stands.

    Of a family without such flags, path validation judges the certificates of the path.
    """
    unread = rules.requirements.intermediate.unread_names
    for flag, views, reason in (
        (Flag.READS_THE_STORE, asked.store, Reason.UNREADABLE_ENTRY),
        (Flag.READS_WHAT_IS_SENT, asked.presented, Reason.UNREAD),
    ):
        if flag in rules.flags and any(unread & view.features.name_flaws for view in views):
            return reason
    if Flag.REFUSES_CURVES_SENT in rules.flags and any(
        _has_other_curve(rules, view) for view in asked.presented
    ):
        return Reason.UNREAD
    return None


def _has_other_curve(rules: ClientRules, view: CertificateView) -> bool:
    """Whether the key is on a curve that the family does not know."""
    key, known = view.features.key_algorithm, rules.requirements.intermediate.curves
    return key.startswith(("P-", "EC ")) and known is not None and key not in known


def _read(rules: ClientRules, store: tuple[CertificateView, ...]) -> tuple[CertificateView, ...]:
    if Flag.DROPS_UNREAD not in rules.flags:
        return store
    unread = rules.requirements.anchor.unread_names
    return tuple(view for view in store if not unread & view.features.name_flaws)


def _offers_handshake(rules: ClientRules, presented: Sequence[CertificateView]) -> bool:
    """Whether the client offers a handshake for the key of the server certificate.

    True as well where this is unknown.
    """
    if rules.server_curves is None or not presented:
        return True
    key = presented[0].features.key_algorithm
    if key.startswith(("P-", "EC ")) or key in PSS_KEYS:
        return key in rules.server_curves
    return key != "DSA"


def _takes_unverified_key(found: Verdict) -> bool:
    """Whether a key on the path is too large for unpin to verify what it signed."""
    return any(
        view.certificate is not None and not view.certificate.fields.public_key.is_bounded
        for view in found.path[1:]
    )


def _distrusted(path: Sequence[CertificateView], at: datetime) -> bool:
    """Does the JDK distrust the anchor of `path` for its server certificate?

    A made-up server certificate counts as issued at `at`.
    """
    if len(path) < 2:
        return False
    last = last_issuance(path[-1].id, path[-2].id if len(path) > 2 else None)
    if last is None:
        return False
    issued = path[0].not_before if path[0].certificate is not None else None
    return (issued or at).date() > last


def _doubtful(rules: ClientRules, asked: ServerAuthentication, at: datetime) -> bool:
    """Is the outcome open? Not where the family finds no certificate in the store to look at."""
    requirements = rules.requirements
    if not requirements.clear_only or not asked.presented:
        return False
    if len(asked.near) < len(asked.presented):
        return False
    if requirements.ordinary_only:
        if _disordered_without_key_ids(asked.presented):
            return True
        early = any(view.not_before is not None and at < view.not_before for view in asked.near)
        return early or asked.odd or asked.ambiguous
    return asked.ambiguous


def _disordered_without_key_ids(chain: Sequence[CertificateView]) -> bool:
    """Whether the CAs are sent out of order, and no key identifier tells which signed which."""
    if any(ca.key_id is not None for ca in chain[1:]):
        return False
    return any(below.issuer != above.subject for below, above in pairwise(chain))


def _ambiguous(near: tuple[CertificateView, ...], chain: tuple[CertificateView, ...]) -> bool:
    """Do names and key identifiers leave a choice that the family may make otherwise than unpin?

    That is: a certificate that they take for an issuer, and the signature or the encoding of its
    name does not, or the reverse; two certificates sent for one name; one that is self-issued and
    not, by all signs, self-signed.
    """
    sent = chain[1:]
    if len({view.subject for view in sent}) < len(sent):
        return True
    for child in (*chain, *near):
        if child.subject == child.issuer:
            if not (key_signed(child, child) and likely_issued(child, child)):
                return True
            continue
        for parent in near:
            if parent.subject == child.issuer and likely_issued(parent, child) != (
                key_signed(parent, child) and issuer_name_matches(parent, child)
            ):
                return True
    return False


def _odd(near: tuple[CertificateView, ...]) -> bool:
    """Is there an oddity in what the family may look at, on its path or beside it?

    Copies of one CA that differ in their path length count as one.
    """
    limits = {(view.subject, view.key, view.path_length) for view in near}
    if len(limits) > len({(subject, key) for subject, key, _ in limits}):
        return True
    return any(
        view.features.oddities[
            PathPosition.ANCHOR if view.subject == view.issuer else PathPosition.INTERMEDIATE
        ]
        for view in near
    )


def _built(
    rules: ClientRules,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    if rules.model is None:
        return refused(Reason.NOT_MODELLED, ())
    if not chain:
        return refused(Reason.NOTHING_PRESENTED, ())
    if not store and rules.model is not Model.OPENSSL:
        return refused(Reason.EMPTY_STORE, chain[:1])
    requirements = rules.requirements
    # Only the builders of the families that are asked are loaded: that takes a tenth of an audit.
    match rules.model:
        case Model.OPENSSL:
            from unpin.pki.path_building import openssl

            partial = Flag.PARTIAL_CHAIN in rules.flags
            return openssl.openssl_path(requirements, store, chain, at, partial=partial)
        case Model.BORINGSSL:
            from unpin.pki.path_building.boringssl import boringssl_path

            return boringssl_path(requirements, store, chain, at)
        case Model.DOTNET:
            from unpin.pki.path_building import openssl

            return openssl.dotnet_path(requirements, store, chain, at)
        case Model.JAVA | Model.SUNX509 | Model.BOUNCYCASTLE:
            return _built_in_java(rules, store, chain, at)
        case Model.SEARCH:
            from unpin.pki.path_building import backtracking

            return backtracking.search(rules.flags, requirements, store, chain, at)
        case Model.GNUTLS:
            from unpin.pki.path_building.gnutls import gnutls_path

            return gnutls_path(requirements, store, chain, at)
        case Model.MBEDTLS:
            from unpin.pki.path_building import linear

            return linear.mbedtls_path(requirements, store, chain, at)


def _built_in_java(
    rules: ClientRules,
    store: Sequence[CertificateView],
    chain: Sequence[CertificateView],
    at: datetime,
) -> Verdict:
    """The verdict of Java's builders, which compare names in their own way.

    BouncyCastle's finds issuers with the JDK's X509CertSelector.
    """
    named = java_named(store, chain)
    if named.unsure:
        return refused(Reason.NOT_MODELLED, chain[:1])
    from unpin.pki.path_building import java

    if rules.model is Model.SUNX509:
        found = java.sunx509_path(rules.requirements, named.store, named.chain, at)
    elif rules.model is Model.BOUNCYCASTLE:
        from unpin.pki.path_building.bouncycastle import bouncycastle_path

        found = bouncycastle_path(rules.requirements, named.store, named.chain, at)
    else:
        found = java.pkix_path(rules.flags, rules.requirements, named.store, named.chain, at)
    return named.restored(found) if named.differs else found
