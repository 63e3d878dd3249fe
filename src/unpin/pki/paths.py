"""Rehearse a handshake: would this family of clients, with this store, accept that chain?"""

from collections.abc import Sequence
from datetime import datetime

from unpin.model.verdict import Verdict
from unpin.pki import paths_java, paths_openssl, paths_search
from unpin.pki.clients import ClientRules, Flag, Model, Reason
from unpin.pki.links import Link
from unpin.pki.paths_search import Outcome, refused


def rehearse(
    rules: ClientRules, store: Sequence[Link], presented: Sequence[Link], at: datetime
) -> Verdict:
    """Say what clients of the family `rules` do with the chain `presented` (server first).

    `store` is in the order of the file, which matters to some. Dates are judged at `at` (aware).
    Not judged: path length, name constraints, key usage, weak algorithms, revocation, the host's
    name. Never raises.
    """
    outcome = _outcome(rules, store, presented, at)
    return Verdict(
        client=rules.ident,
        accepted=outcome.accepted,
        anchor=outcome.anchor.id if outcome.anchor is not None else None,
        path=tuple(link.label for link in outcome.path),
        reason=outcome.reason.value,
        error=rules.errors.get(outcome.reason) if outcome.accepted is False else None,
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
    match rules.model:
        case Model.OPENSSL:
            partial = Flag.PARTIAL_CHAIN in rules.flags
            return paths_openssl.openssl(store, chain, at, partial=partial)
        case Model.BORINGSSL:
            return paths_openssl.boringssl(store, chain, at)
        case Model.DOTNET:
            return paths_openssl.dotnet(store, chain, at)
        case Model.JAVA:
            return paths_java.pkix(rules.flags, store, chain, at)
        case Model.SUNX509:
            return paths_java.sunx509(store, chain, at)
        case Model.SEARCH:
            return paths_search.search(rules.flags, store, chain, at)
        case Model.GNUTLS:
            return paths_search.gnutls(store, chain, at)
        case Model.MBEDTLS:
            return paths_search.mbedtls(store, chain, at)
