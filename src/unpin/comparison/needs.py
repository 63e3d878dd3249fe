"""Who needs which certificate: found by rehearsing without it, or with it, never by its name."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from unpin.comparison.trials import NOBODY, Handshakes, Trials, Who
from unpin.pki.links import Link, self_signed


@dataclass(frozen=True, slots=True)
class Needs:
    """The answers, by SHA-256 for what is not there, by position for what is there.

    `stuck` are the clients that fail whatever is added or removed.
    """

    missing: Mapping[str, Who]
    needed: Mapping[int, Who]
    blocking: Mapping[int, Who]
    stuck: Who = field(default=NOBODY)


def needs(trials: Trials, roots: Sequence[Link], bridges: Sequence[Link]) -> Needs:
    """Try the store without its entries, and with `roots` (what should be there, best first).

    `bridges` are the self-signed certificates that help where a server omits the documented one.
    """
    missing, plus = _missing(trials, [one for one in roots if not trials.seen_by_all(one.id)])
    for bridge in bridges:
        if bridge.id not in missing and not trials.seen_by_all(bridge.id):
            gained = trials.accepted(plus=(*plus, bridge)) - trials.accepted(plus=plus)
            missing[bridge.id] = trials.who(gained - trials.documented)
    ids = {root.id for root in roots}
    blocking, removed = _blocking(trials, ids, plus)
    stuck = trials.documented - trials.accepted(without=removed, plus=plus)
    return Needs(missing, _needed(trials, ids), blocking, trials.who(stuck))


def _missing(trials: Trials, absent: Sequence[Link]) -> tuple[dict[str, Who], tuple[Link, ...]]:
    """The fewest of the absent roots that do as much as all of them, the first before the last."""
    plus = tuple(absent)

    def succeed(added: Sequence[Link]) -> Handshakes:
        return trials.accepted(plus=added) & trials.documented

    best = succeed(plus)
    for root in reversed(absent):
        fewer = tuple(one for one in plus if one is not root)
        if succeed(fewer) >= best:
            plus = fewer
    failing = trials.documented - trials.accepted()
    return {
        root.id: trials.who((failing & best) - succeed([one for one in plus if one is not root]))
        for root in plus
    }, plus


def _needed(trials: Trials, roots: AbstractSet[str]) -> dict[int, Who]:
    """The fewest entries that carry all that succeeds: of two that do the same, the better one.

    First for the documented chains alone, then with what the other shapes need besides: a root
    must not look unneeded because a bridge would do, nor a bridge because a root does.
    """
    order = sorted(
        trials.candidates, key=lambda index: (_rank(trials.candidates[index], roots), -index)
    )
    works = trials.accepted()

    def carrying(kept: AbstractSet[int], goal: Handshakes) -> frozenset[int]:
        gone: frozenset[int] = frozenset()
        for index in order:
            if index not in kept and trials.accepted(without=gone | {index}) >= goal:
                gone |= {index}
        return frozenset(order) - gone

    found: dict[int, Who] = {}
    first = carrying(frozenset(), works & trials.documented)
    for kept, goal in ((first, works & trials.documented), (carrying(first, works), works)):
        for index in kept:
            gone = frozenset(order) - (kept - {index})
            lost = trials.who(goal - trials.accepted(without=gone))
            earlier = found.get(index, lost)
            found[index] = Who(earlier.today, earlier.after, lost.otherwise)
    return found


def _blocking(
    trials: Trials, roots: AbstractSet[str], plus: Sequence[Link]
) -> tuple[dict[int, Who], frozenset[int]]:
    """The fewest entries whose removal lets documented chains succeed, once the roots are there.

    All are removed together: of two expired twins neither helps alone.
    """
    before = trials.accepted(plus=plus)
    order = sorted(
        (index for index, link in trials.candidates.items() if link.id not in roots),
        key=lambda index: (-_rank(trials.candidates[index], roots), index),
    )
    removed = frozenset(order)
    cured = (trials.accepted(without=removed, plus=plus) - before) & trials.documented
    if not cured:
        return {}, frozenset()
    for index in order:
        if trials.accepted(without=removed - {index}, plus=plus) >= cured:
            removed -= {index}
    return {
        index: trials.who(cured - trials.accepted(without=removed - {index}, plus=plus))
        for index in removed
    }, removed


def _rank(link: Link, roots: AbstractSet[str]) -> int:
    """How good an anchor is: 3 for a root of the profile, 2 for another, 0 for what is none."""
    if link.id in roots:
        return 3
    return 2 if self_signed(link) and link.ca else 0
