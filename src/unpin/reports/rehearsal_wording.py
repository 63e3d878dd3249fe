"""A rehearsal in words: a table of handshakes, the reasons, and the answer."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from unpin.catalogue.handshakes import FULL, NO_BRIDGE, SELF_SIGNED_BRIDGE
from unpin.catalogue.model import Phase
from unpin.model.formats import Format
from unpin.pki.acceptance import printed_text
from unpin.pki.certificate_view import issuer_label
from unpin.pki.client_programs import READ_NO_FOLDER
from unpin.pki.clients.rules import ClientRules
from unpin.pki.verdict import Reason
from unpin.rehearsal.explanation import explanation
from unpin.rehearsal.scenarios import FAILING, Attempt, Rehearsal, RotationOutcome, Scenario
from unpin.reports.blocks import Cell, Tone, Toned
from unpin.reports.plan import NOT_BUNDLED
from unpin.wording import few, listed

CONNECTS: Final = "connects"
FAILS: Final = "FAILS"
UNKNOWN: Final = "unknown"

_SHAPES: Final = {
    FULL: "",
    NO_BRIDGE: ", bridge omitted",
    SELF_SIGNED_BRIDGE: ", self-signed bridge",
}
_SAID_BY_LIBPQ: Final = frozenset({Reason.SERVER_KEY, Reason.BAD_SIGNATURE})
"""The failures of which libpq prints the words of OpenSSL, not that verification failed."""
_PHASES: Final = {Phase.TODAY: "today", Phase.AFTER: "after", Phase.BOTH: "today and after"}


def headings(rehearsal: Rehearsal) -> tuple[str, ...]:
    """The headings of the columns: the client, then each chain and shape."""
    first = rehearsal.of(rehearsal.clients[0]) if rehearsal.clients else ()
    return ("client", *(heading(scenario) for scenario in first))


def cells(rehearsal: Rehearsal) -> list[list[Cell]]:
    """A row for each client: connects, FAILS, or the number of issuing CAs that it refuses."""
    return [
        [client.label, *(_cell(scenario) for scenario in rehearsal.of(client))]
        for client in rehearsal.clients
    ]


def agreement(rehearsal: Rehearsal) -> str:
    """The rows of `cells` as a line, if they are the same for all of several clients; else ""."""
    rows = [tuple(map(_cell, rehearsal.of(client))) for client in rehearsal.clients]
    if len(rows) < 2 or len(set(rows)) > 1:
        return ""
    names = listed(client.title for client in rehearsal.clients)
    who = names if len(rows) <= _MOST_NAMES else f"all {len(rows)} client families"
    first = rehearsal.of(rehearsal.clients[0])
    said = (f"{heading(scenario)} {_cell(scenario).text}" for scenario in first)
    return f"{who}: {'; '.join(said)}"


def reasons(rehearsal: Rehearsal, *, all_shapes: bool = False) -> Iterator[str]:
    """A line for each failure: the clients, the chains, and the client's error message.

    Each shape that does not count has a line without error messages.
    """
    counting = [scenario for scenario in rehearsal.scenarios if all_shapes or not scenario.is_risk]
    said: dict[tuple[str, str], list[str]] = {}
    for scenario in counting:
        if scenario.accepted is not True:
            key = (scenario.client.title, explanation(rehearsal, scenario))
            said.setdefault(key, []).append(heading(scenario))
    groups: dict[tuple[str, str], list[str]] = {}
    everywhere = len({heading(scenario) for scenario in counting})
    for (client, words), where in said.items():
        place = "" if len(where) == everywhere else f" on {'; '.join(where)}"
        groups.setdefault((words, place), []).append(client)
    for (words, place), clients in groups.items():
        yield f"{few(clients)}{place}: {_agreeing(words, len(clients))}"
    if any(
        scenario.client.ident == "openssl"
        and scenario.accepted is False
        and printed_text(scenario.client, scenario.decisive_attempt.verdict)
        and scenario.decisive_attempt.verdict.reason not in _SAID_BY_LIBPQ
        for scenario in counting
    ):
        yield 'psql and libpq print "SSL error: certificate verify failed" without that reason'
    if all_shapes:
        return
    for place in dict.fromkeys(
        heading(scenario) for scenario in rehearsal.scenarios if scenario.is_risk
    ):
        failing = [
            scenario.client
            for scenario in rehearsal.scenarios
            if scenario.is_risk and heading(scenario) == place and scenario.accepted is False
        ]
        if failing:
            yield f"risk ({place}): {_verb(rehearsal, failing, 'fail')}"


def _agreeing(words: str, number: int) -> str:
    """What `number` clients do: prints, print."""
    verb, _, rest = words.partition(" ")
    return words if number == 1 or verb not in _SINGULAR else f"{verb[:-1]} {rest}"


_SINGULAR: Final = frozenset({"prints", "refuses", "reads"})


def paths(rehearsal: Rehearsal) -> Iterator[str]:
    """A line for each client and chain: the path that it builds, complete or not."""
    for scenario in rehearsal.scenarios:
        verdict = scenario.decisive_attempt.verdict
        end = "" if verdict.accepted else _dead_end(scenario.decisive_attempt)
        path = " > ".join(verdict.path_labels)
        yield f"{scenario.client.title}, {heading(scenario)}: {path}{end}"


def _dead_end(attempt: Attempt) -> str:
    """The end of an incomplete path: the missing issuer, or "?"."""
    missing = missing_issuer(attempt)
    return f" > {missing} (missing)" if missing else " > ?"


def missing_issuer(attempt: Attempt) -> str:
    """The name of the certificate that the client looked for in vain; "" where it is not known."""
    verdict, handshake = attempt.verdict, attempt.handshake
    last = verdict.path[-1] if verdict.path else None
    missing = {Reason.NO_ANCHOR, Reason.STORE_ISSUER_MISSING}
    if last is None or verdict.reason not in missing or last.subject == last.issuer:
        return ""
    if last is handshake.certificates[-1] and handshake.root:
        return handshake.root
    return "" if last.certificate is None else issuer_label(last)


def remarks(rehearsal: Rehearsal) -> Iterator[str]:
    """What limits the answer: who reads folders, chains that have ended or are known by facts."""
    if rehearsal.store.format is Format.FOLDER and any(
        client.reading.hashed_directories for client in rehearsal.clients
    ):
        yield f"{listed(sorted(READ_NO_FOLDER))} read no folder of certificates, and fail"
    over = {
        scenario.chain: scenario.attempts[0].at
        for scenario in rehearsal.scenarios
        if scenario.attempts[0].over
    }
    for chain, at in over.items():
        yield (f"chain {chain} ended on {at:%Y-%m-%d}; unpin rehearses it at its last valid moment")
    facts = dict.fromkeys(
        attempt.handshake.chain
        for scenario in rehearsal.scenarios
        for attempt in scenario.attempts
        if attempt.handshake.by_facts
    )
    if facts:
        chains = f"chain{'s' if len(facts) > 1 else ''} {listed(facts)}"
        yield (
            f"{chains}: unpin compares names and keys instead of signatures where a certificate is "
            f"{NOT_BUNDLED}"
        )


def answer(
    rehearsal: Rehearsal,
    *,
    all_shapes: bool = False,
    cure: str = "",
    failing_only: bool = False,
    said: AbstractSet[Reason] = frozenset(),
) -> str:
    """The answer in words, the survivors first; `cure` is what to do if a client fails.

    `failing_only` leaves out the survivors; `said` are the reasons that `cure` gives.
    """
    groups: dict[tuple[RotationOutcome, str], list[ClientRules]] = {}
    for client in rehearsal.clients:
        outcome = rehearsal.outcome(client, all_shapes=all_shapes)
        groups.setdefault((outcome, because(rehearsal, client, outcome, said)), []).append(client)
    parts = [
        _said(rehearsal, outcome, clients) + why
        for wanted in _ORDER
        for (outcome, why), clients in groups.items()
        if outcome is wanted and not (failing_only and outcome is RotationOutcome.SURVIVES)
    ]
    if any(outcome in FAILING for outcome, _ in groups):
        parts += [cure] if cure else []
    elif any(rehearsal.risks(client) for client in rehearsal.clients):
        parts.append(
            "servers that do not send the documented full chain are a risk; the self-signed root "
            "of the new chain in the store removes it"
        )
    return "; ".join(parts)


_MOST_NAMES: Final = 3
"""The most clients that are named if all of them have the same outcome."""

_VERBS: Final = {
    RotationOutcome.SURVIVES: ("survive", " the rotation"),
    RotationOutcome.FAILS_AFTER: ("fail", " after the rotation"),
    RotationOutcome.FAILS_TODAY: ("fail", " today"),
    RotationOutcome.FAILS_ALWAYS: ("fail", " today and after"),
}
"""The plural verb of an outcome and the words after it, in the order of the answer."""

_ORDER: Final = (*_VERBS, RotationOutcome.UNKNOWN)


def causes(rehearsal: Rehearsal) -> list[str]:
    """The different causes for which clients fail, in words."""
    said = (because(rehearsal, each, rehearsal.outcome(each)) for each in rehearsal.clients)
    return [each.removeprefix(_BECAUSE) for each in dict.fromkeys(said) if each]


_BECAUSE: Final = ", because "


def because(
    rehearsal: Rehearsal,
    client: ClientRules,
    outcome: RotationOutcome,
    already: AbstractSet[Reason] = frozenset(),
) -> str:
    """The cause of a failure (", because ..."); "" for another outcome, or if `already` said."""
    if outcome not in FAILING:
        return ""
    scenario = next(s for s in rehearsal.of(client) if s.accepted is False)
    attempt = scenario.decisive_attempt
    reason, missing = attempt.verdict.reason, missing_issuer(attempt)
    if reason in already:
        return ""
    said = f"{_BECAUSE}{reason.sentence}"
    if not missing:
        return said
    name = missing if reason is Reason.STORE_ISSUER_MISSING else f"missing: {missing}"
    return f"{said} ({name})"


def _said(rehearsal: Rehearsal, outcome: RotationOutcome, clients: Sequence[ClientRules]) -> str:
    if outcome is RotationOutcome.UNKNOWN:
        return f"{_names(rehearsal, clients)}: unknown"
    if outcome is RotationOutcome.SURVIVES and rehearsal.rotation_is_over:
        return _verb(rehearsal, clients, "connect") + " with the new chain"
    if all(scenario.phase is Phase.BOTH for scenario in rehearsal.scenarios):
        survives = outcome is RotationOutcome.SURVIVES
        verb, rest = ("connect", "") if survives else ("fail", " to connect")
    else:
        verb, rest = _VERBS[outcome]
    return _verb(rehearsal, clients, verb) + rest


def _verb(rehearsal: Rehearsal, clients: Sequence[ClientRules], verb: str) -> str:
    singular = len(clients) == 1 or _are_all(rehearsal, clients)
    return f"{_names(rehearsal, clients)} {verb}{'s' if singular else ''}"


def _names(rehearsal: Rehearsal, clients: Sequence[ClientRules]) -> str:
    if _are_all(rehearsal, clients):
        return "every client"
    return few([client.title for client in clients])


def _are_all(rehearsal: Rehearsal, clients: Sequence[ClientRules]) -> bool:
    """Whether they are all clients, and too many to be named."""
    return len(clients) == len(rehearsal.clients) and len(clients) > _MOST_NAMES


def heading(scenario: Scenario) -> str:
    """The heading of a scenario's column: its chain, when it is served, and the shape."""
    if scenario.shape == FULL:
        return f"{scenario.chain} ({_PHASES[scenario.phase]})"
    return scenario.chain + _SHAPES.get(scenario.shape, "")


def _cell(scenario: Scenario) -> Toned:
    if scenario.accepted is True:
        return Toned(CONNECTS, Tone.GOOD)
    if scenario.accepted is None:
        return Toned(UNKNOWN, Tone.DOUBTFUL)
    refused, every = len(scenario.refused), len(scenario.attempts)
    if refused == every:
        return Toned(FAILS, Tone.BAD)
    if scenario.connects_partly:
        return Toned(f"{CONNECTS} under {every - refused} of {every} CAs", Tone.GOOD)
    return Toned(f"{FAILS} under {refused} of {every} CAs", Tone.BAD)


def outcome_cell(outcome: RotationOutcome) -> Cell:
    """The outcome of a client as a cell of a table."""
    match outcome:
        case RotationOutcome.SURVIVES:
            return Toned(outcome, Tone.GOOD)
        case RotationOutcome.UNKNOWN:
            return Toned(UNKNOWN, Tone.DOUBTFUL)
        case RotationOutcome.FAILS_AFTER | RotationOutcome.FAILS_TODAY:
            return Toned(outcome, Tone.BAD)
        case RotationOutcome.FAILS_ALWAYS:
            return Toned(outcome, Tone.BAD)
