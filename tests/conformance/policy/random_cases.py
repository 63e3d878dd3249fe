"""Seeded random cases: a few CAs over few names and keys, each field now and then out of line."""

import random

from tests.conformance.policy.cases import Case
from tests.conformance.policy.certs import (
    ABSENT,
    ANY_PURPOSE,
    CLIENT_AUTH,
    CRL_SIGN,
    DIGITAL_SIGNATURE,
    FUTURE,
    KEY_CERT_SIGN,
    PAST,
    SERVER_AUTH,
    Key,
    excluded,
    issue,
    permitted,
)

CHANCE = 0.08
"""Of each field of each CA to be out of line."""


def random_case(seed):
    """The case of `seed`: up to seven CAs in three tiers, a server, a store, a presented chain."""
    rng = random.Random(seed)
    ids = {} if rng.random() < 0.8 else {"key_id": ABSENT, "authority": ABSENT}
    roots = [
        issue(*_named(rng, "R", 2), **_fields(rng), **_ids(rng, ids))
        for _ in range(rng.randint(1, 3))
    ]
    keys = {}
    upper = [_under(rng, "A", roots, keys, ids) for _ in range(rng.randint(1, 3))]
    lower = [_under(rng, "B", upper + roots, keys, ids) for _ in range(rng.randint(0, 3))]
    issuers = lower or upper
    leaf_fields = {"ca": False}
    if rng.random() < 0.1:
        leaf_fields["begins"], leaf_fields["ends"] = rng.choice([(FUTURE, 4000), (PAST, -10)])
    if rng.random() < 0.15:
        leaf_fields["eku"] = rng.choice([(SERVER_AUTH,), (CLIENT_AUTH,), (ANY_PURPOSE,)])
    signer = rng.choice(issuers)
    leaf = issue("L", signer, **leaf_fields, **_ids(rng, ids))
    everyone = [*roots, *upper, *lower]
    store = rng.sample(everyone, rng.randint(1, min(4, len(everyone))))
    if rng.random() < 0.1:
        store.append(leaf)
    rng.shuffle(store)
    chain = sent(rng, leaf, signer, everyone)
    return Case(f"random: {seed}", tuple(store), tuple(chain))


def _named(rng, letter, most):
    """A name, and one of few keys for it: twins and namesakes both come about."""
    name = f"{letter}{rng.randint(1, most)}"
    return (name,)


def _under(rng, letter, parents, keys, ids):
    parent = rng.choice(parents)
    name = f"{letter}{rng.randint(1, 2)}" if rng.random() < 0.95 else parent.name
    key = Key(f"{name} {rng.choice('112')}")
    return issue(name, parent, key=key, **_fields(rng), **_ids(rng, ids))


def _ids(rng, ids):
    if ids or rng.random() > 0.04:
        return ids
    return {"authority": bytes([rng.randint(0, 255)]) * 20}


def _fields(rng):
    out = {"begins": PAST + rng.randint(0, 50)}
    dice = rng.random
    if dice() < CHANCE:
        out["begins"], out["ends"] = rng.choice([(FUTURE, 4000), (PAST, -10), (PAST, -20)])
    if dice() < 2 * CHANCE:
        out["path_length"] = rng.randint(0, 1)
    if dice() < CHANCE:
        out["ca"] = rng.choice([ABSENT, False])
        out["names"] = ()
        out["path_length"] = None
    if dice() < CHANCE:
        out["usage"] = rng.choice([ABSENT, (CRL_SIGN,), (DIGITAL_SIGNATURE,), (KEY_CERT_SIGN,)])
    elif out.get("ca") is not None:
        out["usage"] = (KEY_CERT_SIGN,)
    if dice() < CHANCE:
        out["eku"] = rng.choice([(SERVER_AUTH,), (CLIENT_AUTH,), (ANY_PURPOSE,)])
    if dice() < CHANCE:
        out["constraints"] = rng.choice(
            [permitted("test"), permitted("example"), excluded("server.test"), excluded("x.test")]
        )
    if dice() < CHANCE:
        out["digest"] = rng.choice(["sha1", "sha384"])
    if dice() < CHANCE / 2:
        out["version"] = 1
    if dice() < CHANCE / 2:
        out["more"] = (("1.3.6.1.4.1.99999.1", True, b"\x04\x00"),)
    return out


def sent(rng, leaf, signer, everyone):
    """Climb from the leaf as a server's administrator would, with slips."""
    chain, current = [leaf], signer
    for _ in range(4):
        if rng.random() < 0.1:
            break
        chain.append(current)
        above = [one for one in everyone if one.name == current.issuer and one not in chain]
        if not above or current.issuer == current.name:
            break
        current = rng.choice(above)
    if rng.random() < 0.15:
        chain.insert(rng.randint(1, len(chain)), rng.choice(everyone))
    if rng.random() < 0.1:
        rest = chain[1:]
        rng.shuffle(rest)
        chain[1:] = rest
    return chain
