"""Builders without a second try whose anchors are any store certificates: GnuTLS, Mbed TLS."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from unpin.pki.links import Link, authorised, named, same_key, self_signed
from unpin.pki.objections import objection
from unpin.pki.outcomes import Outcome, accepted, agreed, first_valid, out_of_date, refused
from unpin.pki.policies import Policy
from unpin.pki.reasons import Reason

_LONGEST_PATH: Final = 32


def gnutls(policy: Policy, store: Sequence[Link], chain: Sequence[Link], at: datetime) -> Outcome:
    """GnuTLS 3.7: sort, drop a trailing root, then only the last certificate may meet the store.

    Anchors are looked up by the last certificate's issuer and, if none of them will do, by its
    own name: a pin in the middle of the chain is never found.
    """
    path = [chain[0]]
    while len(path) < len(chain):
        parent = next((p for p in chain[1:] if p not in path and _issued(p, path[-1])), None)
        if parent is None:
            break
        path.append(parent)
    if len(path) > 1 and self_signed(path[-1]):
        path.pop()
    last = path[-1]
    if len(path) == 1 and len(chain) > 1 and any(p.id == last.id for p in store):
        # What else was sent keeps GnuTLS from the pin, or not: by its order and names.
        return refused(Reason.NOT_MODELLED, path)
    issuers = [p for p in store if _issued(p, last)]
    valid = [p for p in issuers if p.valid(at)]
    twin = next((p for p in store if same_key(p, last)), None)
    if twin is not None and not valid:
        return _ended(policy, [*path[:-1], twin], at)
    if not issuers:
        return refused(Reason.NO_ANCHOR, path)
    ends = [_ended(policy, path if p.id == last.id else [*path, p], at) for p in valid or issuers]
    return agreed(ends)


def mbedtls(policy: Policy, store: Sequence[Link], chain: Sequence[Link], at: datetime) -> Outcome:
    """Mbed TLS 2.28 (x509_crt_find_parent): the store first, then what is presented further on.

    An expired store certificate is taken where there is no valid one, without a second try.
    """
    path, position = [chain[0]], 0
    while len(path) <= _LONGEST_PATH:
        current = path[-1]
        anchor = first_valid((p for p in store if authorised(p, current)), at)
        if anchor is not None:
            path.append(anchor)
            return _ended(policy, path, at)
        behind = [(i, p) for i, p in enumerate(chain) if i > position and authorised(p, current)]
        parent = first_valid((p for _, p in behind), at)
        if parent is None:
            return refused(Reason.NO_ANCHOR, path)
        position = next(i for i, p in behind if p is parent)
        path.append(parent)
    return refused(Reason.TOO_LONG, path)


def _issued(parent: Link, child: Link) -> bool:
    return named(parent, child) and authorised(parent, child)


def _ended(policy: Policy, path: Sequence[Link], at: datetime) -> Outcome:
    found = objection(policy, path)
    if found is None or found.is_doubt:
        found = out_of_date(path, at) or found
    return accepted(path, path[-1]) if found is None else refused(found, path)
