"""Put a rehearsal into words: a table before and after, the reasons, one sentence at the end."""

from collections.abc import Iterator, Sequence
from typing import Final

from unpin.catalogue.handshakes import FULL, NO_BRIDGE, SELF_SIGNED_BRIDGE
from unpin.catalogue.model import Phase
from unpin.pki.clients.families import ClientRules
from unpin.pki.failure_causes import cause
from unpin.pki.failure_reasons import Reason
from unpin.rehearsal.file_reading import (
    FILE_PARTLY_READ,
    FILE_READING_UNKNOWN,
    FILE_REFUSED,
    refusal,
)
from unpin.rehearsal.rehearsal import FAILING, Outcome, Rehearsal, Scene
from unpin.reports.rows import Row, iso, store_row
from unpin.rewrite.plan import Line, Plan
from unpin.wording import listed

CONNECTS: Final = "connects"
FAILS: Final = "FAILS"
NOT_KNOWN: Final = "not known"

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
    return ("client", *(heading(scene) for scene in first))


def cells(rehearsal: Rehearsal) -> list[list[str]]:
    """One row a client: connects, FAILS, or how many of the issuing CAs it refuses."""
    return [
        [client.title, *(_cell(scene) for scene in rehearsal.of(client))]
        for client in rehearsal.clients
    ]


def reasons(rehearsal: Rehearsal, *, all_shapes: bool = False) -> Iterator[str]:
    """One line for each way of failing: who, on which chain, and what the client prints.

    The shapes that do not count have a line each, without what everybody prints.
    """
    counting = [scene for scene in rehearsal.scenes if all_shapes or not scene.is_risk]
    said: dict[tuple[str, str], list[str]] = {}
    for scene in counting:
        if scene.accepted is not True:
            key = (scene.client.title, _said_by_client(rehearsal, scene))
            said.setdefault(key, []).append(heading(scene))
    groups: dict[tuple[str, str], list[str]] = {}
    everywhere = len({heading(scene) for scene in counting})
    for (client, words), where in said.items():
        place = "" if len(where) == everywhere else f" on {'; '.join(where)}"
        groups.setdefault((words, place), []).append(client)
    for (words, place), clients in groups.items():
        yield f"{', '.join(clients)}{place}: {words}"
    if any(
        scene.client.ident == "openssl" and scene.accepted is False and scene.telling.verdict.error
        for scene in counting
    ):
        yield 'of OpenSSL\'s words psql and libpq print only "SSL error: certificate verify failed"'
    if all_shapes:
        return
    for place in dict.fromkeys(heading(scene) for scene in rehearsal.scenes if scene.is_risk):
        failing = [
            scene.client
            for scene in rehearsal.scenes
            if scene.is_risk and heading(scene) == place and scene.accepted is False
        ]
        if failing:
            yield f"risk, {place}: {_verb(rehearsal, failing, 'fail')}"


def _said_by_client(rehearsal: Rehearsal, scene: Scene) -> str:
    verdict = scene.telling.verdict
    if verdict.reason == FILE_REFUSED:
        fault = refusal(rehearsal.store, scene.client)
        return f"refuses the file: {fault.message if fault else ''}"
    if verdict.reason == FILE_PARTLY_READ:
        return "reads only a part of the file, so unpin cannot say"
    if verdict.reason == FILE_READING_UNKNOWN:
        kinds = ", ".join(dict.fromkeys(fault.kind for fault in rehearsal.store.faults))
        return f"how it reads a file with this fault ({kinds}) was not measured"
    if scene.client.model is None:
        return "unpin has no rules for this client"
    if verdict.reason == Reason.NOT_MODELLED:
        return "a certificate is of a kind of which unpin does not know what this client does"
    if verdict.reason == Reason.NAMES_UNKNOWN:
        return "the path limits names, and the server's are not known"
    if verdict.accepted is None:
        return f"unpin gave up ({verdict.reason})"
    return f'prints "{verdict.error}"' if verdict.error else f"fails: {cause(verdict.reason)}"


def paths(rehearsal: Rehearsal) -> Iterator[str]:
    """One line for each client and chain: the path it builds, or how far it comes."""
    for scene in rehearsal.scenes:
        verdict = scene.telling.verdict
        end = "" if verdict.accepted else " > ?"
        yield f"{scene.client.title}, {heading(scene)}: {' > '.join(verdict.path)}{end}"


def remarks(rehearsal: Rehearsal) -> Iterator[str]:
    """What limits the answer: chains that are over, or known by facts alone."""
    over = {scene.chain: scene.tries[0].at for scene in rehearsal.scenes if scene.tries[0].over}
    for chain, at in over.items():
        yield (
            f"the chain {chain} ended on {at:%Y-%m-%d}; it is rehearsed at its last valid moment"
        )
    facts = dict.fromkeys(
        one.presented.chain
        for scene in rehearsal.scenes
        for one in scene.tries
        if one.presented.by_facts
    )
    if facts:
        yield (
            f"of the chains {', '.join(facts)} not every certificate's bytes are here: names and "
            "keys stand for signatures (unpin catalogue fetch gets them)"
        )


def answer(rehearsal: Rehearsal, *, all_shapes: bool = False, cure: str = "") -> str:
    """The answer in words, the survivors first; `cure` is what to do where somebody fails."""
    groups: dict[tuple[Outcome, str], list[ClientRules]] = {}
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
    Outcome.SURVIVES,
    Outcome.FAILS_AFTER,
    Outcome.FAILS_TODAY,
    Outcome.FAILS_ALWAYS,
    Outcome.UNKNOWN,
)


def _because(rehearsal: Rehearsal, client: ClientRules, outcome: Outcome) -> str:
    if outcome not in FAILING:
        return ""
    scene = next(s for s in rehearsal.of(client) if s.accepted is False)
    reason = scene.telling.verdict.reason
    why = "the file is refused as it is written" if reason == FILE_REFUSED else cause(reason)
    return f", because {why}"


def _said(rehearsal: Rehearsal, outcome: Outcome, clients: Sequence[ClientRules]) -> str:
    as_sent = all(scene.phase is Phase.BOTH for scene in rehearsal.scenes)
    if outcome is Outcome.SURVIVES:
        verb, rest = ("connect", "") if as_sent else ("survive", " the rotation")
    elif outcome is Outcome.UNKNOWN:
        return f"of {_names(rehearsal, clients)} unpin cannot say it"
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


def heading(scene: Scene) -> str:
    """The column of a scene: its chain, when it is served, and the shape."""
    if scene.shape == FULL:
        return f"{scene.chain} ({_PHASES[scene.phase]})"
    return scene.chain + _SHAPES.get(scene.shape, "")


def _cell(scene: Scene) -> str:
    if scene.accepted is True:
        return CONNECTS
    if scene.accepted is None:
        return NOT_KNOWN
    refused, every = len(scene.refused), len(scene.tries)
    if refused == every:
        return FAILS
    if scene.connects_partly:
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
        "handshakes": list(try_rows(rehearsal)),
    }


def try_rows(rehearsal: Rehearsal) -> Iterator[Row]:
    """Every handshake, field by field."""
    for scene in rehearsal.scenes:
        for one in scene.tries:
            verdict = one.verdict
            yield {
                "source": rehearsal.store.source,
                "client": scene.client.ident,
                "chain": scene.chain,
                "shape": scene.shape,
                "phase": str(scene.phase),
                "issuing": one.presented.issuing,
                "accepted": verdict.accepted,
                "reason": verdict.reason,
                "error": verdict.error,
                "anchor": verdict.anchor,
                "path": list(verdict.path),
                "at": iso(one.at),
                "over": one.over,
                "by_facts": one.presented.by_facts,
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


def _line_row(line: Line) -> Row:
    return {
        "index": line.index,
        "alias": line.alias,
        "label": line.label,
        "sha256": line.sha256,
        "reason": line.reason,
    }
