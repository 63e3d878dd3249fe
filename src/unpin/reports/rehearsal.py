"""Put a rehearsal into words: a table before and after, the reasons, one sentence at the end."""

from collections.abc import Iterator, Sequence
from typing import Final

from unpin.catalogue.handshakes import FULL, NO_BRIDGE, SELF_SIGNED_BRIDGE
from unpin.catalogue.model import Phase
from unpin.pki.acceptance import printed_text
from unpin.pki.clients.rules import ClientRules
from unpin.rehearsal.explanation import explanation
from unpin.rehearsal.scenarios import FAILING, Rehearsal, RotationOutcome, Scenario
from unpin.reports.rows import Row, iso, store_row
from unpin.rewrite.plan import Plan, PlannedEntry
from unpin.wording import listed

CONNECTS: Final = "connects"
FAILS: Final = "FAILS"
UNKNOWN: Final = "unknown"

COLUMNS: Final = (
    "source", "client", "chain", "shape", "phase", "issuing", "accepted", "reason", "error",
    "anchor", "path", "at", "over", "by_facts", "fixed",
)  # fmt: skip

_SHAPES: Final = {
    FULL: "",
    NO_BRIDGE: ", bridge omitted",
    SELF_SIGNED_BRIDGE: ", self-signed bridge",
}
_PHASES: Final = {Phase.TODAY: "today", Phase.AFTER: "after", Phase.BOTH: "today and after"}


def headings(rehearsal: Rehearsal) -> tuple[str, ...]:
    """The columns: the client, then each chain and shape."""
    first = rehearsal.of(rehearsal.clients[0]) if rehearsal.clients else ()
    return ("client", *(heading(scenario) for scenario in first))


def cells(rehearsal: Rehearsal) -> list[list[str]]:
    """One row a client: connects, FAILS, or how many of the issuing CAs it refuses."""
    return [
        [client.title, *(_cell(scenario) for scenario in rehearsal.of(client))]
        for client in rehearsal.clients
    ]


def reasons(rehearsal: Rehearsal, *, all_shapes: bool = False) -> Iterator[str]:
    """One line for each way of failing: who, on which chain, and what the client prints.

    The shapes that do not count have a line each, without what everybody prints.
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
        yield f"{', '.join(clients)}{place}: {words}"
    if any(
        scenario.client.ident == "openssl"
        and scenario.accepted is False
        and printed_text(scenario.client, scenario.decisive_attempt.verdict)
        for scenario in counting
    ):
        yield 'of OpenSSL\'s words psql and libpq print only "SSL error: certificate verify failed"'
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
            yield f"risk, {place}: {_verb(rehearsal, failing, 'fail')}"


def paths(rehearsal: Rehearsal) -> Iterator[str]:
    """One line for each client and chain: the path it builds, or how far it comes."""
    for scenario in rehearsal.scenarios:
        verdict = scenario.decisive_attempt.verdict
        end = "" if verdict.accepted else " > ?"
        path = " > ".join(verdict.path_labels)
        yield f"{scenario.client.title}, {heading(scenario)}: {path}{end}"


def remarks(rehearsal: Rehearsal) -> Iterator[str]:
    """What limits the answer: chains that are over, or known by facts alone."""
    over = {
        scenario.chain: scenario.attempts[0].at
        for scenario in rehearsal.scenarios
        if scenario.attempts[0].over
    }
    for chain, at in over.items():
        yield (
            f"the chain {chain} ended on {at:%Y-%m-%d}; it is rehearsed at its last valid moment"
        )
    facts = dict.fromkeys(
        one.handshake.chain
        for scenario in rehearsal.scenarios
        for one in scenario.attempts
        if one.handshake.by_facts
    )
    if facts:
        yield (
            f"of the chains {', '.join(facts)} not every certificate's bytes are here: names and "
            "keys stand for signatures (unpin catalogue fetch gets them)"
        )


def answer(rehearsal: Rehearsal, *, all_shapes: bool = False, cure: str = "") -> str:
    """The answer in words, the survivors first; `cure` is what to do where somebody fails."""
    groups: dict[tuple[RotationOutcome, str], list[ClientRules]] = {}
    for client in rehearsal.clients:
        outcome = rehearsal.outcome(client, all_shapes=all_shapes)
        groups.setdefault((outcome, _because(rehearsal, client, outcome)), []).append(client)
    parts = [
        _said(rehearsal, outcome, clients) + why
        for wanted in _ORDER
        for (outcome, why), clients in groups.items()
        if outcome is wanted
    ]
    if any(outcome in FAILING for outcome, _ in groups):
        parts += [cure] if cure else []
    elif any(rehearsal.risks(client) for client in rehearsal.clients):
        parts.append(
            "servers that do not send the documented full chain are a risk, which the self-signed "
            "root of the new chain in the store would cure"
        )
    return "; ".join(parts)


_ORDER: Final = (
    RotationOutcome.SURVIVES,
    RotationOutcome.FAILS_AFTER,
    RotationOutcome.FAILS_TODAY,
    RotationOutcome.FAILS_ALWAYS,
    RotationOutcome.UNKNOWN,
)


def _because(rehearsal: Rehearsal, client: ClientRules, outcome: RotationOutcome) -> str:
    if outcome not in FAILING:
        return ""
    scenario = next(s for s in rehearsal.of(client) if s.accepted is False)
    return f", because {scenario.decisive_attempt.verdict.reason.sentence}"


def _said(rehearsal: Rehearsal, outcome: RotationOutcome, clients: Sequence[ClientRules]) -> str:
    as_sent = all(scenario.phase is Phase.BOTH for scenario in rehearsal.scenarios)
    if outcome is RotationOutcome.SURVIVES:
        verb, rest = ("connect", "") if as_sent else ("survive", " the rotation")
    elif outcome is RotationOutcome.UNKNOWN:
        return f"{_names(rehearsal, clients)}: unknown"
    else:
        when = str(outcome).removeprefix("fails ")
        verb, rest = "fail", " to connect" if as_sent else f" {when}"
    return _verb(rehearsal, clients, verb) + rest


def _verb(rehearsal: Rehearsal, clients: Sequence[ClientRules], verb: str) -> str:
    who = _names(rehearsal, clients)
    many = len(clients) > 1 and not who.startswith("every")
    return f"{who} {verb}{'' if many else 's'}"


def _names(rehearsal: Rehearsal, clients: Sequence[ClientRules]) -> str:
    if len(clients) == len(rehearsal.clients) and len(clients) > 4:
        return "every client rehearsed"
    return listed(client.title for client in clients)


def heading(scenario: Scenario) -> str:
    """The column of a scene: its chain, when it is served, and the shape."""
    if scenario.shape == FULL:
        return f"{scenario.chain} ({_PHASES[scenario.phase]})"
    return scenario.chain + _SHAPES.get(scenario.shape, "")


def _cell(scenario: Scenario) -> str:
    if scenario.accepted is True:
        return CONNECTS
    if scenario.accepted is None:
        return UNKNOWN
    refused, every = len(scenario.refused), len(scenario.attempts)
    if refused == every:
        return FAILS
    if scenario.connects_partly:
        return f"{CONNECTS} under {every - refused} of {every} CAs"
    return f"{FAILS} under {refused} of {every} CAs"


def rehearsal_row(rehearsal: Rehearsal, *, all_shapes: bool = False, cure: str = "") -> Row:
    """One store of `unpin rehearse --format json`."""
    return {
        **store_row(rehearsal.store),
        "outcomes": {
            client.ident: str(rehearsal.outcome(client, all_shapes=all_shapes))
            for client in rehearsal.clients
        },
        "answer": answer(rehearsal, all_shapes=all_shapes, cure=cure),
        "remarks": list(remarks(rehearsal)),
        "handshakes": list(attempt_rows(rehearsal)),
    }


def attempt_rows(rehearsal: Rehearsal) -> Iterator[Row]:
    """Every handshake, field by field."""
    for scenario in rehearsal.scenarios:
        for one in scenario.attempts:
            verdict = one.verdict
            yield {
                "source": rehearsal.store.source,
                "client": scenario.client.ident,
                "chain": scenario.chain,
                "shape": scenario.shape,
                "phase": str(scenario.phase),
                "issuing": one.handshake.issuing,
                "accepted": verdict.accepted,
                "reason": str(verdict.reason),
                "error": printed_text(scenario.client, verdict),
                "anchor": verdict.anchor.id if verdict.anchor is not None else None,
                "path": list(verdict.path_labels),
                "at": iso(one.at),
                "over": one.over,
                "by_facts": one.handshake.by_facts,
            }


def plan_lines(plan: Plan) -> Iterator[str]:
    """What goes, what comes, and what should come but cannot."""
    for removal in plan.remove:
        yield f"- out: {removal.label} ({removal.reason})"
    for record in plan.add:
        yield f"- in: {record.name} (SHA-256 {record.sha256})"
    for record in plan.lacking:
        yield f"- missing: {record.name}, whose bytes are not here: unpin catalogue fetch gets them"
    if plan.is_empty and not plan.lacking:
        yield "- nothing to change"


def plan_row(plan: Plan) -> Row:
    """A plan, field by field: of `unpin fix`, and of `unpin rehearse --fixed`."""
    return {
        "remove": [_line_row(line) for line in plan.remove],
        "add": [record.slug for record in plan.add],
        "lacking": [one.slug for one in plan.lacking],
        "keep": [_line_row(line) for line in plan.keep],
    }


def _line_row(line: PlannedEntry) -> Row:
    return {
        "index": line.index,
        "alias": line.alias,
        "label": line.label,
        "sha256": line.sha256,
        "reason": line.reason,
    }
