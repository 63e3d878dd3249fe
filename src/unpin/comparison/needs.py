"""Which clients need which certificate, decided by rehearsals without it and with it."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field
from typing import Final

from unpin.comparison.store_variants import NO_CLIENTS, AffectedClients, Connections, StoreVariants
from unpin.model.values import frozen
from unpin.pki.certificate_view import CertificateView, is_self_signed

_ROOT: Final = 2
"""A root that the profile asks for."""
_OTHER_ROOT: Final = 1
_PIN: Final = 0
"""A certificate that another CA signed, or that is not a CA."""


@frozen
class Needs:
    """The clients that need or suffer from certificates.

    `missing` is keyed by the SHA-256 of an absent certificate, `needed` and `blocking` by the
    0-based position of an entry. `stuck` are the clients that fail whatever is added or removed.
    """

    missing: Mapping[str, AffectedClients]
    needed: Mapping[int, AffectedClients]
    blocking: Mapping[int, AffectedClients]
    stuck: AffectedClients = field(default=NO_CLIENTS)


def needs(
    variants: StoreVariants, roots: Sequence[CertificateView], bridges: Sequence[CertificateView]
) -> Needs:
    """Rehearse the store without its entries, and with `roots`.

    `roots` are the roots of the profile, the best first. `bridges` are the self-signed forms of
    the cross-signed bridges; they help if a server omits the bridge.
    """
    ids = {root.id for root in roots}
    absent = [root for root in roots if not variants.seen_by_all(root.id)]
    missing, plus = _missing(variants, ids, absent)
    for bridge in bridges:
        if bridge.id not in missing and not variants.seen_by_all(bridge.id):
            gained = variants.accepted(plus=(*plus, bridge)) - variants.accepted(plus=plus)
            missing[bridge.id] = variants.who(gained - variants.documented)
    blocking, removed = _blocking(variants, ids, plus)
    stuck = variants.documented - variants.accepted(without=removed, plus=plus)
    return Needs(missing, _needed(variants, ids), blocking, variants.who(stuck))


def _missing(
    variants: StoreVariants, roots: AbstractSet[str], absent: Sequence[CertificateView]
) -> tuple[dict[str, AffectedClients], tuple[CertificateView, ...]]:
    """The fewest absent roots with the effect of all of them; earlier roots are preferred.

    A root is not missing if removing a blocking entry is enough: OpenSSL accepts a foreign twin
    once the root above the twin is added, but the remedy is to remove the twin.
    """
    ranks = {index: _rank(view, roots) for index, view in variants.candidates.items()}
    clearings = [
        frozenset(index for index, rank in ranks.items() if rank < least)
        for least in (_PIN, _OTHER_ROOT, _ROOT)
    ]

    def succeed(added: Sequence[CertificateView]) -> Connections:
        each = [variants.accepted(without=gone, plus=added) for gone in dict.fromkeys(clearings)]
        return frozenset().union(*each) & variants.documented

    plus = tuple(absent)
    failing = variants.documented - variants.accepted()
    goal = failing & succeed(plus)
    for root in reversed(absent):
        fewer = tuple(kept for kept in plus if kept is not root)
        if succeed(fewer) >= goal:
            plus = fewer
    found: dict[str, AffectedClients] = {}
    for count, root in enumerate(plus):
        alone = goal - succeed([kept for kept in plus if kept is not root])
        before = variants.accepted(plus=plus[:count])
        gained = variants.accepted(plus=plus[: count + 1]) - before
        found[root.id] = variants.who(alone | (gained & failing))
    return found, plus


def _needed(variants: StoreVariants, roots: AbstractSet[str]) -> dict[int, AffectedClients]:
    """The fewest entries that keep every successful handshake; better anchors are preferred.

    The documented chains come first, then the needs of the other shapes: a root must not look
    unneeded because a bridge has the same effect, nor a bridge because a root has.
    """
    order = sorted(
        variants.candidates, key=lambda index: (_rank(variants.candidates[index], roots), -index)
    )
    works = variants.accepted()

    def carrying(kept: AbstractSet[int], goal: Connections) -> frozenset[int]:
        free = [index for index in order if index not in kept]
        return frozenset(order) - _most(free, lambda gone: variants.accepted(without=gone) >= goal)

    found: dict[int, AffectedClients] = {}
    first = carrying(frozenset(), works & variants.documented)
    for kept, goal in ((first, works & variants.documented), (carrying(first, works), works)):
        for index in kept:
            gone = frozenset(order) - (kept - {index})
            lost = variants.who(goal - variants.accepted(without=gone))
            earlier = found.get(index, lost)
            found[index] = AffectedClients(earlier.today, earlier.after, lost.otherwise)
    return found


def _blocking(
    variants: StoreVariants, roots: AbstractSet[str], plus: Sequence[CertificateView]
) -> tuple[dict[int, AffectedClients], frozenset[int]]:
    """The fewest entries whose removal lets documented chains succeed, with `plus` added.

    All are removed together: of two expired twins, or two copies, the removal of either alone has
    no effect.
    """
    before = variants.accepted(plus=plus)
    order = sorted(
        (index for index, view in variants.candidates.items() if view.id not in roots),
        key=lambda index: (-_rank(variants.candidates[index], roots), index),
    )
    removed = frozenset(order)
    cured = (variants.accepted(without=removed, plus=plus) - before) & variants.documented
    if not cured:
        return {}, frozenset()
    every = frozenset(order)
    removed = every - _most(
        order, lambda kept: variants.accepted(without=every - kept, plus=plus) >= cured
    )
    found: dict[int, AffectedClients] = {}
    gone: frozenset[int] = frozenset()
    for index in sorted(removed):
        alone = cured - variants.accepted(without=removed - {index}, plus=plus)
        gained = variants.accepted(without=gone | {index}, plus=plus)
        gained -= variants.accepted(without=gone, plus=plus)
        gone |= {index}
        found |= dict.fromkeys(variants.copies[index], variants.who(alone | (gained & cured)))
    return found, removed


def _most(order: Sequence[int], allowed: Callable[[frozenset[int]], bool]) -> frozenset[int]:
    """As many positions of `order` as are allowed together; earlier positions are preferred.

    Halves are tried as a whole, so that a few rehearsals decide many irrelevant entries.
    """
    taken: frozenset[int] = frozenset()
    todo = [tuple(order)]
    while todo:
        block = todo.pop()
        if not block:
            continue
        if allowed(taken | frozenset(block)):
            taken |= frozenset(block)
        elif len(block) > 1:
            middle = len(block) // 2
            todo += [block[middle:], block[:middle]]
    return taken


def _rank(view: CertificateView, roots: AbstractSet[str]) -> int:
    """How good a trust anchor is, from _PIN to _ROOT."""
    if view.id in roots:
        return _ROOT
    return _OTHER_ROOT if is_self_signed(view) and view.ca else _PIN
