"""Rehearse a handshake: would this family of clients, with this store, accept that chain?"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import is_
from typing import Final

from unpin.model.verdict import Verdict
from unpin.pki import paths_java, paths_linear, paths_openssl, paths_search
from unpin.pki.clients import ClientRules, Flag, Model
from unpin.pki.distrusted import distrusted
from unpin.pki.links import Link, likely, named, signed
from unpin.pki.outcomes import Outcome, refused
from unpin.pki.reasons import Reason
from unpin.pki.relevance import reached
from unpin.pki.traits import Place

_CACHE_SIZE: Final = 4096
_MOST_VERDICTS: Final = 16384
"""Verdicts remembered: of a thousand stores most hold the same few certificates of the chains."""


def rehearse(
    rules: ClientRules,
    store: Sequence[Link],
    presented: Sequence[Link],
    at: datetime,
    *,
    loading: Reason | None = None,
) -> Verdict:
    """Say what clients of the family `rules` do with the chain `presented` (server first).

    `store` is in the order of the file, which matters to some; `loading` is what becomes of
    loading it, where that is not sure (anchors.loading). Dates are judged at `at` (aware).
    Constraints on names apply where the server's are known; elsewhere the reason is
    "names-unknown".
    Not judged: revocation, certificate policies and the host's name. Never raises.
    """
    return _verdict(rules, _Exactly(tuple(store)), _Exactly(tuple(presented)), at, loading)


class _Exactly:
    """Links that are compared as objects.

    NOTE: two of one `id` are equal and yet may differ in what is known of them (a date, the key
    of the issuer): a verdict on the one must not be remembered for the other.
    """

    __slots__ = ("links",)

    def __init__(self, links: tuple[Link, ...]) -> None:
        self.links = links

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Exactly)
            and len(self.links) == len(other.links)
            and all(map(is_, self.links, other.links))
        )

    def __hash__(self) -> int:
        return hash(self.links)


@lru_cache(maxsize=_MOST_VERDICTS)
def _verdict(
    rules: ClientRules, held: _Exactly, sent: _Exactly, at: datetime, loading: Reason | None
) -> Verdict:
    store, presented = held.links, sent.links
    outcome = _outcome(rules, store, presented, at) if loading is None else refused(loading, ())
    if outcome.accepted and Flag.DISTRUSTS in rules.flags and distrusted(outcome.path, at):
        outcome = refused(Reason.DISTRUSTED, outcome.path)
    if outcome.accepted is not None and _doubtful(rules, store, presented, at):
        outcome = refused(Reason.NOT_MODELLED, outcome.path)
    return Verdict(
        client=rules.ident,
        accepted=outcome.accepted,
        anchor=outcome.anchor.id if outcome.anchor is not None else None,
        path=tuple(link.label for link in outcome.path),
        reason=outcome.reason.value,
        error=rules.errors.get(outcome.reason) if outcome.accepted is False else None,
    )


def _doubtful(
    rules: ClientRules, store: tuple[Link, ...], chain: tuple[Link, ...], at: datetime
) -> bool:
    """Is the outcome open? Not where the family finds nobody in the store to look at."""
    policy = rules.policy
    if not policy.clear_only or not chain:
        return False
    near = _near(store, chain)
    if len(near) < len(chain):
        return False
    if policy.ordinary_only:
        early = any(one.not_before is not None and at < one.not_before for one in near)
        return early or _odd(near) or _ambiguous(near, chain)
    return _ambiguous(near, chain)


@lru_cache(maxsize=_CACHE_SIZE)
def _near(store: tuple[Link, ...], chain: tuple[Link, ...]) -> tuple[Link, ...]:
    """What was sent above the server's certificate, and what of the store may be looked at."""
    found = reached(store, chain)
    return (*chain[1:], *found)


@lru_cache(maxsize=_CACHE_SIZE)
def _ambiguous(near: tuple[Link, ...], chain: tuple[Link, ...]) -> bool:
    """Do names and key identifiers leave a choice that the family may make otherwise than unpin?

    That is: a certificate that they take for an issuer, and the signature or the encoding of its
    name does not, or the reverse; two certificates sent for one name; one that is self-issued and
    not, by all signs, self-signed.
    """
    sent = chain[1:]
    if len({one.subject for one in sent}) < len(sent):
        return True
    for child in (*chain, *near):
        if child.subject == child.issuer:
            if not (signed(child, child) and likely(child, child)):
                return True
            continue
        for parent in (one for one in near if one.subject == child.issuer):
            if likely(parent, child) != (signed(parent, child) and named(parent, child)):
                return True
    return False


@lru_cache(maxsize=_CACHE_SIZE)
def _odd(near: tuple[Link, ...]) -> bool:
    """Is there an oddity in what the family may look at, on its path or beside it?

    Copies of one CA that differ in their path length count as one.
    """
    limits = {(one.subject, one.key, one.path_length) for one in near}
    if len(limits) > len({(subject, key) for subject, key, _ in limits}):
        return True
    return any(
        one.traits.odd[Place.ANCHOR if one.subject == one.issuer else Place.MIDDLE] for one in near
    )


def _outcome(
    rules: ClientRules, store: Sequence[Link], chain: Sequence[Link], at: datetime
) -> Outcome:
    if rules.model is None:
        return Outcome(None, Reason.NOT_MODELLED, ())
    if not chain:
        return refused(Reason.NOTHING_PRESENTED, ())
    if not store:
        return refused(Reason.EMPTY_STORE, chain[:1])
    policy = rules.policy
    match rules.model:
        case Model.OPENSSL:
            partial = Flag.PARTIAL_CHAIN in rules.flags
            return paths_openssl.openssl(policy, store, chain, at, partial=partial)
        case Model.BORINGSSL:
            return paths_openssl.boringssl(policy, store, chain, at)
        case Model.DOTNET:
            return paths_openssl.dotnet(policy, store, chain, at)
        case Model.JAVA:
            return paths_java.pkix(rules.flags, policy, store, chain, at)
        case Model.SUNX509:
            return paths_java.sunx509(policy, store, chain, at)
        case Model.SEARCH:
            return paths_search.search(rules.flags, policy, store, chain, at)
        case Model.GNUTLS:
            return paths_linear.gnutls(policy, store, chain, at)
        case Model.MBEDTLS:
            return paths_linear.mbedtls(policy, store, chain, at)
