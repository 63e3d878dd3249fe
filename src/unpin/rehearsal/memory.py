"""Remember what clients say to chains, by the few certificates of a store that are near them."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from unpin.catalogue.handshakes import Handshake
from unpin.pki.acceptance import ServerAuthentication
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients.rules import ClientRules
from unpin.pki.path_building.relevance import NOTHING
from unpin.pki.verdict import Reason, Verdict
from unpin.rehearsal.scenarios import Scenario

VerdictKey: TypeAlias = tuple[str, Handshake, frozenset[int], tuple[CertificateView, ...]]
"""The ident of a client, a handshake, the entries without which it is asked, and those added."""

_MOST: Final = 64
"""The most rehearsals that are remembered: stores of a tree have the same few roots of chains."""


def verdict_key(
    client: ClientRules,
    handshake: Handshake,
    without: frozenset[int] = NOTHING,
    plus: tuple[CertificateView, ...] = (),
) -> VerdictKey:
    """What a verdict of a store is found by."""
    return client.ident, handshake, without, plus


class RehearsedQuestion(NamedTuple):
    """What decides the rehearsal of an ordinary store (Rehearser): nothing else of it matters.

    `near` are the anchors near any handshake, for each way of finding anchors among the clients:
    as objects, since two views of a certificate may differ in what is known of it.
    """

    clients: tuple[ClientRules, ...]
    handshakes: tuple[Handshake, ...]
    now: datetime
    near: tuple[ServerAuthentication, ...]


class Rehearsed(NamedTuple):
    """The scenarios of a rehearsal, and the verdicts in them."""

    scenarios: tuple[Scenario, ...]
    verdicts: Mapping[VerdictKey, Verdict]


_known: OrderedDict[RehearsedQuestion, Rehearsed] = OrderedDict()


def remembered(question: RehearsedQuestion) -> Rehearsed | None:
    """The rehearsal that was remembered."""
    found = _known.get(question)
    if found is not None:
        _known.move_to_end(question)
    return found


def remember(question: RehearsedQuestion, scenarios: Sequence[Scenario]) -> None:
    """Remember a rehearsal; the oldest is forgotten.

    Not where unpin gave up on a part of it, or a certificate near it is long.
    """
    if any(view.is_long for each in question.near for view in (*each.store, *each.presented)):
        return
    verdicts = {
        verdict_key(scenario.client, attempt.handshake): attempt.verdict
        for scenario in scenarios
        for attempt in scenario.attempts
    }
    if any(verdict.reason is Reason.GAVE_UP for verdict in verdicts.values()):
        return
    _known[question] = Rehearsed(tuple(scenarios), verdicts)
    if len(_known) > _MOST:
        _known.popitem(last=False)
