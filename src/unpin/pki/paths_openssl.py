"""Builders that take the store's copy first and never back out: OpenSSL, BoringSSL, .NET."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from unpin.pki.clients import Reason
from unpin.pki.links import Link, authorised, self_signed
from unpin.pki.paths_search import Outcome, accepted, first_valid, refused

_LONGEST_PATH: Final = 100


def openssl(
    store: Sequence[Link], chain: Sequence[Link], at: datetime, *, partial: bool
) -> Outcome:
    """OpenSSL's build_chain (crypto/x509/x509_vfy.c), trusted first.

    A store certificate wins over the presented one, valid ones before expired ones, in the order
    of the file; there is no second try (openssl/openssl issue 29681). With `partial` the first
    store certificate ends the path, and a store copy of the server certificate is a last resort.
    """
    path, from_store = [chain[0]], 0

    def dead_end(reason: Reason) -> Outcome:
        if partial and _held(chain[0], store) and all(link.valid(at) for link in path):
            return accepted(path[:1], chain[0])
        return refused(reason, path)

    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        if self_signed(current):
            if not from_store and not _held(current, store):
                return dead_end(Reason.UNKNOWN_ROOT)
            return _dated(path, at)
        trusted = first_valid((p for p in store if authorised(p, current)), at)
        if trusted is not None:
            path.append(trusted)
            from_store += 1
            if partial:
                return _dated(path, at)
            continue
        if from_store:
            return refused(Reason.STORE_ISSUER_MISSING, path)
        presented = first_valid((p for p in chain[1:] if authorised(p, current)), at)
        if presented is None:
            return dead_end(Reason.NO_ANCHOR)
        path.append(presented)
    return Outcome(None, Reason.GAVE_UP, tuple(path))


def boringssl(store: Sequence[Link], chain: Sequence[Link], at: datetime) -> Outcome:
    """BoringSSL as Bun uses it: like OpenSSL, but an expired store copy does not shadow.

    NOTE: {cross-signed copy, self-signed root} fails in either order, so a certificate that
    another signed is taken before its self-signed twin.
    """
    path, from_store = [chain[0]], False
    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        if self_signed(current):
            if not from_store and not _held(current, store):
                return refused(Reason.UNKNOWN_ROOT, path)
            return _dated(path, at)
        trusted = [p for p in store if authorised(p, current)]
        valid = sorted((p for p in trusted if p.valid(at)), key=self_signed)
        presented = first_valid((p for p in chain[1:] if authorised(p, current)), at)
        if valid:
            path.append(valid[0])
            from_store = True
        elif from_store and not trusted:
            return refused(Reason.STORE_ISSUER_MISSING, path)
        elif presented is not None and not from_store:
            path.append(presented)
        elif trusted:
            path.append(trusted[0])
            from_store = True
        else:
            return refused(Reason.NO_ANCHOR, path)
    return Outcome(None, Reason.GAVE_UP, tuple(path))


def dotnet(store: Sequence[Link], chain: Sequence[Link], at: datetime) -> Outcome:
    """.NET 8 with CustomRootTrust on Linux: self-signed store certificates are the anchors.

    The others are helpers beside the presented ones; for the server certificate's own issuer the
    store's copy wins even if it is expired, above that the valid one wins.
    """
    roots = [p for p in store if self_signed(p)]
    helpers = [p for p in store if not self_signed(p)]
    path = [chain[0]]
    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        if self_signed(current):
            return _dated(path, at) if _held(current, roots) else refused(Reason.UNKNOWN_ROOT, path)
        own = [p for p in helpers if authorised(p, current)]
        sent = [p for p in chain[1:] if authorised(p, current)]
        pools = ([*roots, *own], sent) if len(path) == 1 else ([*roots, *own, *sent],)
        found = None
        for pool in pools:
            found = first_valid((p for p in pool if authorised(p, current)), at)
            if found is not None:
                break
        if found is None:
            return refused(Reason.NO_ANCHOR, path)
        path.append(found)
    return Outcome(None, Reason.GAVE_UP, tuple(path))


def _held(link: Link, store: Sequence[Link]) -> bool:
    return any(one.id == link.id for one in store)


def _dated(path: list[Link], at: datetime) -> Outcome:
    if all(link.valid(at) for link in path):
        return accepted(path, path[-1])
    return refused(Reason.EXPIRED, path)
