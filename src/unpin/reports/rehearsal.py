"""Put a rehearsal into words: a table before and after, the reasons, one sentence at the end."""

from collections.abc import Iterator, Sequence
from typing import Final

from unpin.catalogue.model import Phase
from unpin.catalogue.presented import FULL, NO_BRIDGE, SELF_SIGNED_BRIDGE
from unpin.pki.clients import ClientRules
from unpin.rehearsal.run import Outcome, Rehearsal, Scene
from unpin.reports.rows import Row, iso, store_row

CONNECTS: Final = "connects"
FAILS: Final = "FAILS"
NOT_KNOWN: Final = "not known"

COLUMNS: Final = (
    "source", "client", "chain", "shape", "phase", "issuing", "accepted", "reason", "error",
    "anchor", "path", "at", "over", "by_facts",
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
    return ("client", *(_heading(scene) for scene in first))


def cells(rehearsal: Rehearsal) -> list[list[str]]:
    """One row a client: connects, FAILS, or how many of the issuing CAs it refuses."""
    return [
        [client.title, *(_cell(scene) for scene in rehearsal.of(client))]
        for client in rehearsal.clients
    ]


def reasons(rehearsal: Rehearsal) -> Iterator[str]:
    """One line for each way of failing: who, on which chain, and what the client prints."""
    groups: dict[tuple[str, str], list[str]] = {}
    for scene in rehearsal.scenes:
        if scene.accepted is True:
            continue
        verdict = scene.telling.verdict
        if verdict.reason == "not-modelled":
            said = "unpin has no rules for this client"
        elif verdict.accepted is None:
            said = f"unpin gave up ({verdict.reason})"
        elif verdict.error is not None:
            said = f'prints "{verdict.error}"'
        else:
            said = f"fails: {verdict.reason}"
        groups.setdefault((scene.client.title, said), []).append(_heading(scene))
    everywhere = len(headings(rehearsal)) - 1
    for (client, said), where in groups.items():
        place = "" if len(where) == everywhere else f", {'; '.join(where)}"
        yield f"{client}{place}: {said}"


def paths(rehearsal: Rehearsal) -> Iterator[str]:
    """One line for each client and chain: the path it builds, or how far it comes."""
    for scene in rehearsal.scenes:
        verdict = scene.telling.verdict
        end = "" if verdict.accepted else " > ?"
        yield f"{scene.client.title}, {_heading(scene)}: {' > '.join(verdict.path)}{end}"


def remarks(rehearsal: Rehearsal) -> Iterator[str]:
    """What limits the answer: chains that are over, chains known by facts alone."""
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


def answer(rehearsal: Rehearsal, *, all_shapes: bool = False) -> str:
    """The answer in words, worst first."""
    groups: dict[Outcome, list[ClientRules]] = {}
    for client in rehearsal.clients:
        groups.setdefault(rehearsal.outcome(client, all_shapes=all_shapes), []).append(client)
    parts = []
    for outcome in (Outcome.SURVIVES, Outcome.FAILS_AFTER, Outcome.FAILS_TODAY,
                    Outcome.FAILS_ALWAYS, Outcome.UNKNOWN):  # fmt: skip
        clients = groups.get(outcome)
        if clients:
            parts.append(_said(rehearsal, outcome, clients))
    if any(outcome in groups for outcome in FAILING):
        parts.append(f"run: unpin fix {rehearsal.store.source}")
    elif any(rehearsal.risks(client) for client in rehearsal.clients):
        parts.append(
            "a server that does not send the documented full chain is a risk: "
            "unpin fix --with-new-root"
        )
    return "; ".join(parts)


FAILING: Final = frozenset({Outcome.FAILS_AFTER, Outcome.FAILS_TODAY, Outcome.FAILS_ALWAYS})


def _said(rehearsal: Rehearsal, outcome: Outcome, clients: Sequence[ClientRules]) -> str:
    who = _names(rehearsal, clients)
    many = len(clients) > 1 and not who.startswith("every")
    if outcome is Outcome.SURVIVES:
        if all(scene.phase is Phase.BOTH for scene in rehearsal.scenes):
            return f"{who} connect{'' if many else 's'}"
        return f"{who} survive{'' if many else 's'} the rotation"
    if outcome is Outcome.UNKNOWN:
        return f"of {who} unpin cannot say it"
    verb = "fail" if many else "fails"
    when = str(outcome).removeprefix("fails ")
    if all(scene.phase is Phase.BOTH for scene in rehearsal.scenes):
        return f"{who} {verb} to connect"
    return f"{who} {verb} {when}"


def _names(rehearsal: Rehearsal, clients: Sequence[ClientRules]) -> str:
    if len(clients) == len(rehearsal.clients) and len(clients) > 4:
        return "every client rehearsed"
    titles = [client.title for client in clients]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def _heading(scene: Scene) -> str:
    if scene.shape == FULL:
        return f"{scene.chain} ({_PHASES[scene.phase]})"
    return scene.chain + _SHAPES.get(scene.shape, "")


def _cell(scene: Scene) -> str:
    if scene.accepted is True:
        return CONNECTS
    if scene.accepted is None:
        return NOT_KNOWN
    refused = len(scene.refused)
    if refused == len(scene.tries):
        return FAILS
    return f"{FAILS} under {refused} of {len(scene.tries)} CAs"


def rehearsal_row(rehearsal: Rehearsal, *, all_shapes: bool = False) -> Row:
    """One store of `unpin rehearse --format json`."""
    return {
        **store_row(rehearsal.store),
        "outcomes": {
            client.ident: str(rehearsal.outcome(client, all_shapes=all_shapes))
            for client in rehearsal.clients
        },
        "answer": answer(rehearsal, all_shapes=all_shapes),
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
