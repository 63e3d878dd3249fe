"""Builders that treat every store certificate as an anchor: Go, rustls, NSS, GnuTLS ..."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from unpin.pki.clients import Flag, Reason
from unpin.pki.links import Link, authorised, same_key, self_signed

_MOST_STEPS: Final = 5_000
_LONGEST_PATH: Final = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one builder ended: `path` from the server certificate up, `anchor` where it ends."""

    accepted: bool | None
    reason: Reason
    path: tuple[Link, ...]
    anchor: Link | None = None


def accepted(path: Sequence[Link], anchor: Link) -> Outcome:
    """End well, at `anchor`; `path` may or may not hold it already."""
    whole = tuple(path) if path and path[-1] is anchor else (*path, anchor)
    return Outcome(True, Reason.ACCEPTED, whole, anchor)


def refused(reason: Reason, path: Sequence[Link]) -> Outcome:
    """End with `reason`, as far as `path`."""
    return Outcome(False, reason, tuple(path))


def first_valid(candidates: Iterable[Link], at: datetime) -> Link | None:
    """Pick the first candidate valid at `at`, else the first, else None."""
    every = list(candidates)
    return next((link for link in every if link.valid(at)), every[0] if every else None)


class _ExhaustedError(Exception):
    """The search took more steps than it may; never leaves `search`."""


class _Search:
    """One depth-first search with back-tracking, and why its dead ends were dead."""

    def __init__(
        self, flags: frozenset[Flag], store: Sequence[Link], chain: Sequence[Link], at: datetime
    ) -> None:
        self.flags = flags
        self.store = store
        self.chain = chain
        self.at = at
        self.steps = 0
        self.reason = Reason.NO_ANCHOR
        self.longest: tuple[Link, ...] = (chain[0],)

    def climb(self, path: tuple[Link, ...], position: int) -> Outcome | None:
        self.steps += 1
        if self.steps > _MOST_STEPS or len(path) > _LONGEST_PATH:
            raise _ExhaustedError
        current = path[-1]
        if len(path) > len(self.longest):
            self.longest = path
        for anchor in self.store:
            if authorised(anchor, current):
                if Flag.ANCHOR_DATES not in self.flags or anchor.valid(self.at):
                    return accepted(path, anchor)
                self.reason = Reason.EXPIRED
            elif anchor.subject == current.issuer and self.reason is Reason.NO_ANCHOR:
                self.reason = Reason.NAME_ONLY
        start = position + 1 if Flag.FORWARD_ONLY in self.flags else 1
        for index in range(start, len(self.chain)):
            link = self.chain[index]
            if any(same_key(link, one) for one in path) or not authorised(link, current):
                continue
            if not link.valid(self.at):
                self.reason = Reason.EXPIRED
                continue
            if found := self.climb((*path, link), index):
                return found
        return None


def search(
    flags: frozenset[Flag], store: Sequence[Link], chain: Sequence[Link], at: datetime
) -> Outcome:
    """Back-track over all presented certificates until a store certificate issued the last.

    Go crypto/x509/verify.go, webpki verify_cert.rs. An intermediate in the store is as good an
    anchor as a root; names and keys count, not fingerprints.
    """
    leaf = chain[0]
    pinned = any(link.id == leaf.id for link in store)
    if pinned and Flag.EXPIRED_LEAF_PIN in flags:
        return accepted((leaf,), leaf)
    if not leaf.valid(at):
        return refused(Reason.EXPIRED, (leaf,))
    if pinned and Flag.LEAF_PIN in flags:
        return accepted((leaf,), leaf)
    run = _Search(flags, store, chain, at)
    try:
        found = run.climb((leaf,), 0)
    except _ExhaustedError:
        return Outcome(None, Reason.GAVE_UP, run.longest)
    return found or refused(run.reason, run.longest)


def gnutls(store: Sequence[Link], chain: Sequence[Link], at: datetime) -> Outcome:
    """GnuTLS 3.7: sort, drop a trailing root, then only the last certificate may meet the store.

    Anchors are looked up by the last certificate's issuer and, if none of them will do, by its
    own name: a pin in the middle of the chain is never found.
    """
    path = [chain[0]]
    while len(path) < len(chain):
        parent = next((p for p in chain[1:] if p not in path and authorised(p, path[-1])), None)
        if parent is None:
            break
        path.append(parent)
    if len(path) > 1 and self_signed(path[-1]):
        path.pop()
    last = path[-1]
    issuer = first_valid((p for p in store if authorised(p, last)), at)
    twin = next((p for p in store if same_key(p, last)), None)
    if issuer is not None and (twin is None or issuer.valid(at)):
        anchor = issuer
        path.append(anchor)
    elif twin is not None:
        anchor = path[-1] = twin
    else:
        return refused(Reason.NO_ANCHOR, path)
    if all(link.valid(at) for link in path):
        return accepted(path, anchor)
    return refused(Reason.EXPIRED, path)


def mbedtls(store: Sequence[Link], chain: Sequence[Link], at: datetime) -> Outcome:
    """Mbed TLS 2.28 (x509_crt_find_parent): the store first, then what is presented further on.

    An expired store certificate is taken where there is no valid one, without a second try.
    """
    path, position = [chain[0]], 0
    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        anchor = first_valid((p for p in store if authorised(p, current)), at)
        if anchor is not None:
            path.append(anchor)
            if all(link.valid(at) for link in path):
                return accepted(path, anchor)
            return refused(Reason.EXPIRED, path)
        behind = [(i, p) for i, p in enumerate(chain) if i > position and authorised(p, current)]
        parent = first_valid((p for _, p in behind), at)
        if parent is None:
            return refused(Reason.NO_ANCHOR, path)
        position = next(i for i, p in behind if p is parent)
        path.append(parent)
    return Outcome(None, Reason.GAVE_UP, tuple(path))
