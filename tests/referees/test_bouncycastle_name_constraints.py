"""Drawn name constraints: unpin connects exactly where BouncyCastle's validator does.

R > A > B > server, or with fewer CAs; each CA may constrain DNS names, addresses and directories,
and the names of all are drawn near them. R is in the store, and its own constraints do not count.
"""

import os
import random

import pytest

from tests.conformance.policy.certs import directory, excluded, issue, permitted
from tests.pki import NOW
from tests.referees import bouncy, jvm
from unpin.model.certificate import Certificate
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import BOUNCYCASTLE

pytestmark = pytest.mark.referee

CASES = 3000 if os.environ.get("UNPIN_CONFORMANCE") == "full" else 150
BASES = ("org", "example.org", ".example.org", "Example.ORG", "db.example.org", "ample.org", "")
HOSTS = (
    "db.example.org", "example.org", "DB.EXAMPLE.org", "*.example.org", "a.b.example.org", "org",
    ".example.org", "example.org.", "other.test",
)  # fmt: skip
NETWORKS = tuple(
    bytes(address + mask)
    for address in ([10, 0, 0, 0], [10, 1, 0, 0])
    for mask in ([255, 0, 0, 0], [255, 255, 0, 0])
)
ADDRESSES = (bytes([10, 0, 0, 1]), bytes([10, 1, 2, 3]), bytes([192, 168, 0, 1]))
PEOPLE = ("server", "Server", "  server", "other")
RARE = ((0x81, b"example.org"), (0x88, bytes([42, 3])), (0x86, b".example.org"))


def base(rng):
    kind = rng.random()
    if kind < 0.55:
        return rng.choice(BASES)
    if kind < 0.75:
        return rng.choice(NETWORKS)
    return directory(rng.choice((*PEOPLE, "A", "B"))) if kind < 0.95 else rng.choice(RARE)


def constrained(rng):
    """The keyword arguments of a CA that may constrain."""
    if rng.random() < 0.3:
        return {}
    bases = [base(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    return {"constraints": rng.choice((permitted, permitted, excluded))(*bases)}


def names(rng):
    few = [rng.choice((*HOSTS, *HOSTS, *ADDRESSES)) for _ in range(rng.choice((0, 1, 1, 2)))]
    return (*few, directory(rng.choice(PEOPLE))) if rng.random() < 0.1 else tuple(few)


def drawn(seed):
    """The root, and the chain from the server up."""
    rng = random.Random(f"constraints {seed}")
    issuer = root = issue("R", **constrained(rng))
    chain = []
    for name in ("A", "B")[: rng.choice((1, 2, 2))]:
        issuer = issue("R" if rng.random() < 0.1 else name, issuer, **constrained(rng))
        chain.insert(0, issuer)
    server = issue(rng.choice(PEOPLE), issuer, ca=False, names=names(rng))
    return root, [server, *chain]


def test_bouncycastle_connects_where_unpin_says_so(classes):
    bouncy.needs_jsse()
    asked = [drawn(seed) for seed in range(CASES)]
    jobs = [("BCJSSE", [root.der], [one.der for one in chain]) for root, chain in asked]
    answers = jvm.judged(jvm.java_of(17), classes, jobs, bouncy.JSSE)
    wrong, verdicts = {}, []
    for seed, ((root, chain), answer) in enumerate(zip(asked, answers, strict=True)):
        anchor, *sent = (CertificateView.of(Certificate(one.der)) for one in (root, *chain))
        found = verdict_on(BOUNCYCASTLE, [anchor], sent, NOW)
        verdicts.append(found.accepted)
        if found.accepted is not None and found.accepted != (answer == "ok"):
            wrong[seed] = found.accepted, answer
    assert not wrong
    assert verdicts.count(True) > CASES / 10
    assert verdicts.count(False) > CASES / 10
    assert verdicts.count(None) < CASES / 5
