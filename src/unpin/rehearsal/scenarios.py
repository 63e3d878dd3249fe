"""The result of a rehearsal: scenarios of a client and a chain, with an attempt per handshake."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.model import Phase
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.pki.clients.rules import ClientRules
from unpin.pki.verdict import Reason, Verdict


class RotationOutcome(StrEnum):
    """The outcome of the rotation for a client family with a store."""

    SURVIVES = "survives"
    FAILS_AFTER = "fails after the rotation"
    FAILS_TODAY = "fails today"
    FAILS_ALWAYS = "fails today and after"
    UNKNOWN = "not known"


FAILING: Final = frozenset(
    {RotationOutcome.FAILS_AFTER, RotationOutcome.FAILS_TODAY, RotationOutcome.FAILS_ALWAYS}
)


@frozen
class Attempt:
    """A handshake, and the client's verdict on it.

    `at` is the moment of the rehearsal (aware UTC). `over` says that the chain had expired before
    the moment asked for, so that it was rehearsed at its last valid moment.
    """

    handshake: Handshake
    verdict: Verdict
    at: datetime
    over: bool


@frozen
class Scenario:
    """A client family and a chain in a shape: an attempt under each of the issuing CAs.

    `accepted` is True if every attempt is accepted, False if any attempt is refused, and None if
    no attempt is refused but the verdict of at least one attempt is unknown.
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
        """Whether today's chain is accepted under at least one of its issuing CAs."""
        accepted = any(attempt.verdict.accepted for attempt in self.attempts)
        return self.phase is Phase.TODAY and accepted

    @property
    def is_risk(self) -> bool:
        """Whether servers may send this shape although the documentation does not promise it."""
        return not self.attempts[0].handshake.is_documented

    @property
    def refused(self) -> tuple[Attempt, ...]:
        """The refused attempts."""
        return tuple(attempt for attempt in self.attempts if attempt.verdict.accepted is False)

    @property
    def decisive_attempt(self) -> Attempt:
        """The attempt that explains `accepted`: the first refused, else unknown, else any."""
        for wanted in (False, None):
            for attempt in self.attempts:
                if attempt.verdict.accepted is wanted:
                    return attempt
        return self.attempts[0]


@frozen
class Rehearsal:
    """The scenarios of a store, in the order of client, chain, shape."""

    store: Store
    clients: tuple[ClientRules, ...]
    scenarios: tuple[Scenario, ...]

    def of(self, client: ClientRules) -> tuple[Scenario, ...]:
        """The scenarios of a client family."""
        return tuple(scenario for scenario in self.scenarios if scenario.client is client)

    def outcome(self, client: ClientRules, *, all_shapes: bool = False) -> RotationOutcome:
        """The outcome of the rotation for a client family.

        Only the documented shape of a chain counts, with `all_shapes` every shape. A chain from a
        file counts as it is.
        """
        counted = [scenario for scenario in self.of(client) if all_shapes or not scenario.is_risk]
        today = [scenario for scenario in counted if scenario.phase.is_today]
        after = [scenario for scenario in counted if scenario.phase.is_after]
        if any(scenario.accepted is False for scenario in after):
            # A pin of one of today's CAs connects to the servers of that CA: they fail afterwards.
            return (
                RotationOutcome.FAILS_AFTER
                if all(scenario.connects_partly for scenario in today if scenario.accepted is False)
                else RotationOutcome.FAILS_ALWAYS
            )
        if any(scenario.accepted is False for scenario in today):
            return RotationOutcome.FAILS_TODAY
        unknown = any(scenario.accepted is None for scenario in counted)
        return RotationOutcome.UNKNOWN if unknown else RotationOutcome.SURVIVES

    @property
    def gave_up(self) -> bool:
        """Whether unpin gave up on an attempt (Reason.GAVE_UP): its outcome was not found out."""
        return any(
            attempt.verdict.reason is Reason.GAVE_UP
            for scenario in self.scenarios
            for attempt in scenario.attempts
        )

    @property
    def rotation_is_over(self) -> bool:
        """Whether every chain that servers sent before the rotation has ended."""
        today = [scenario for scenario in self.scenarios if scenario.phase is Phase.TODAY]
        return bool(today) and all(
            attempt.over for scenario in today for attempt in scenario.attempts
        )

    def risks(self, client: ClientRules) -> tuple[Scenario, ...]:
        """The refused shapes that the documentation does not promise."""
        return tuple(
            scenario
            for scenario in self.of(client)
            if scenario.is_risk and scenario.accepted is False
        )
