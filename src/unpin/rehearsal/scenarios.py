"""What a rehearsal answers: an attempt a handshake, a scenario a client and chain, and the sum."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.model import Phase
from unpin.model.store import Store
from unpin.pki.clients.rules import ClientRules
from unpin.pki.verdict import Verdict


class RotationOutcome(StrEnum):
    """What the rotation does to one client family with one store."""

    SURVIVES = "survives"
    FAILS_AFTER = "fails after the rotation"
    FAILS_TODAY = "fails today"
    FAILS_ALWAYS = "fails today and after"
    UNKNOWN = "not known"


FAILING: Final = frozenset(
    {RotationOutcome.FAILS_AFTER, RotationOutcome.FAILS_TODAY, RotationOutcome.FAILS_ALWAYS}
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One handshake, and the client's verdict on it.

    `at` is the moment at which it was rehearsed; `over` says that the chain had ended before the
    moment asked for, so that it was rehearsed at its last valid one.
    """

    handshake: Handshake
    verdict: Verdict
    at: datetime
    over: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """One client family and one chain in one shape: an attempt under each CA that may issue.

    `accepted` is True where every attempt is accepted, False where one is refused, None where
    none is refused but one is not known.
    """

    client: ClientRules
    chain: str
    shape: str
    phase: Phase
    attempts: tuple[Attempt, ...]

    @property
    def accepted(self) -> bool | None:
        verdicts = {attempt.verdict.accepted for attempt in self.attempts}
        if False in verdicts:
            return False
        return None if None in verdicts else True

    @property
    def connects_partly(self) -> bool:
        """Whether today's server may be one that is accepted: it has one of the CAs."""
        return self.phase is Phase.TODAY and any(one.verdict.accepted for one in self.attempts)

    @property
    def is_risk(self) -> bool:
        """Whether the documentation does not promise this shape."""
        return not self.attempts[0].handshake.is_documented

    @property
    def refused(self) -> tuple[Attempt, ...]:
        return tuple(one for one in self.attempts if one.verdict.accepted is False)

    @property
    def decisive_attempt(self) -> Attempt:
        """The attempt that explains `accepted`: the first refused, or unknown, or the first."""
        for wanted in (False, None):
            for attempt in self.attempts:
                if attempt.verdict.accepted is wanted:
                    return attempt
        return self.attempts[0]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything that was rehearsed with one store, in the order client, chain, shape."""

    store: Store
    clients: tuple[ClientRules, ...]
    scenarios: tuple[Scenario, ...]

    def of(self, client: ClientRules) -> tuple[Scenario, ...]:
        return tuple(scenario for scenario in self.scenarios if scenario.client is client)

    def outcome(self, client: ClientRules, *, all_shapes: bool = False) -> RotationOutcome:
        """Compare before and after; of the new chain, the documented full shape counts.

        With `all_shapes` the others count as well. A chain read from a file counts as it is.
        """
        scenarios = [one for one in self.of(client) if all_shapes or not one.is_risk]
        today = [one.accepted for one in scenarios if one.phase.is_today]
        after = [one.accepted for one in scenarios if one.phase.is_after]
        if False in after:
            lost = [one for one in scenarios if one.phase.is_today and one.accepted is False]
            # A pin of one of today's CAs connects to the servers that have it: they are the outage.
            return (
                RotationOutcome.FAILS_AFTER
                if all(scenario.connects_partly for scenario in lost)
                else RotationOutcome.FAILS_ALWAYS
            )
        if False in today:
            return RotationOutcome.FAILS_TODAY
        unknown = None in today or None in after
        return RotationOutcome.UNKNOWN if unknown else RotationOutcome.SURVIVES

    def risks(self, client: ClientRules) -> tuple[Scenario, ...]:
        """The refused shapes that the documentation does not promise."""
        return tuple(one for one in self.of(client) if one.is_risk and one.accepted is False)
