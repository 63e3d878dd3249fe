"""Hold unpin's predictions against what a client did, handshake by handshake."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.conformance.clients.client import Answer, Client, Handshake, Prediction
from tests.conformance.divergences import KNOWN
from tests.conformance.lab.files import Files
from tests.conformance.lab.scenes import CHAINS
from unpin.pki.acceptance import last_text, printed_text, printed_texts, verdict_on
from unpin.pki.clients import CLIENTS
from unpin.pki.error_texts.search import explain_text

RULES = {rules.ident: rules for rules in CLIENTS}


@dataclass
class Comparison:
    """What a client and its prediction agree on, and what not.

    `disagreements` are handshakes whose outcome was predicted wrongly, `unpredicted` refusals in
    words that nobody foresaw, `unexplained` the words of refusals that `unpin explain` does not know;
    all must be empty. `known` counts the handshakes that a named
    divergence explains, `other` the refusals in words that unpin names second, `left_open` those of
    which unpin says that it does not know.
    """

    client: str
    compared: int = 0
    refused: int = 0
    left_open: int = 0
    disagreements: list[str] = field(default_factory=list)
    unpredicted: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)
    other: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def line(self, version: str, seconds: float) -> str:
        """The figures, for a reader."""
        known = "".join(f", {n} times {name}" for name, n in sorted(self.known.items()))
        other = sum(self.other.values())
        return (
            f"{self.client} ({version}): {self.compared} handshakes compared, "
            f"{self.left_open} left open, "
            f"{len(self.disagreements)} disagreements{known}; {self.refused} refused, "
            f"{len(self.unpredicted)} in words not foreseen, {other} in other than the first words; "
            f"{seconds:.1f} s"
        )


def predict(family: str, files: Files, handshake: Handshake, at: datetime) -> Prediction:
    store = [files.views[name] for name in handshake.store]
    chain = [files.views[name] for name in CHAINS[handshake.chain]]
    rules = RULES[family]
    verdict = verdict_on(rules, store, chain, at)
    return Prediction(
        verdict.accepted,
        str(verdict.reason),
        verdict.path_labels,
        verdict.anchor.id if verdict.anchor is not None else None,
        printed_text(rules, verdict),
        printed_texts(rules, verdict),
        last_text(rules, verdict),
    )


def compare(
    client: Client, files: Files, handshakes: Sequence[Handshake], answers: Sequence[Answer]
) -> Comparison:
    """Compare outcomes and words. A refusal for another reason than the chain has other words."""
    result = Comparison(client.ident)
    at = datetime.now(UTC)
    for handshake, answer in zip(handshakes, answers, strict=True):
        verdict = predict(client.family, files, handshake, at)
        result.compared += 1
        result.refused += not answer.connected
        expected = verdict.accepted
        for divergence in KNOWN:
            if divergence.applies(client.ident, files, handshake, verdict) and (
                divergence.certain or answer.connected is not verdict.accepted
            ):
                result.known[divergence.name] += 1
                expected = None if expected is None else not expected
        seen = f"{'+'.join(handshake.store) or 'empty'} / {handshake.chain}"
        if not answer.connected and not explain_text(answer.said):
            result.unexplained.append(f"{seen}: {answer.said[:300]}")
        if expected is None:
            result.left_open += 1
        elif answer.connected is not expected:
            result.disagreements.append(
                f"{seen}: predicted {verdict.accepted} ({verdict.reason}), was {answer.connected}: "
                f"{answer.said[:300]}"
            )
        elif not answer.connected and verdict.accepted is False:
            _words(client, verdict, answer, seen, result)
    return result


def _words(
    client: Client, verdict: Prediction, answer: Answer, seen: str, result: Comparison
) -> None:
    first, *others = (*client.words(verdict), None)
    if first is not None and first in answer.said:
        return
    for words in others:
        if words is not None and words in answer.said:
            result.other[client.family, verdict.reason, words] += 1
            return
    result.unpredicted.append(f"{seen}: {verdict.reason}, predicted {first!r}: {answer.said[:300]}")
