"""How GnuTLS sorts a chain, where it meets the store, and gnutls-cli as the referee.

R > A > B > server      what is sent, and what the store holds, is in the table
"""

import pytest
from tests.conformance.campaign.bench import serving
from tests.conformance.campaign.compare import predictions
from tests.conformance.campaign.draws import Scene
from tests.conformance.clients import CLIENTS
from tests.conformance.clients.client import Handshake
from tests.conformance.policy.certs import ABSENT, CRL_SIGN, PAST, Key, issue
from tests.conformance.policy.pem import bundle

HOST = "localhost"
PASSED_OVER = "a namesake with trust settings, and again behind the root"
PRINTABLE = 0x13

R = issue("R")
R_OTHER = issue("R", key=Key("another R"))
R_PLAIN_OTHER = issue("R", key=R_OTHER.key, key_id=ABSENT)
R_NO_CA = issue("R", ca=False, names=(), path_length=None, key=R.key)
R_EXPIRED = issue("R", begins=PAST, ends=-10, key=R.key)
R_PRINTABLE = issue("R", name_tag=PRINTABLE, key=R.key)
A = issue("A", R)
A_PRINTABLE = issue("A", R, name_tag=PRINTABLE, key=A.key)
B = issue("B", A)
OTHER = issue("Other", issue("Another"))
SERVER = issue(HOST, B, ca=False, names=(HOST,))
SERVER_OF_R = issue(HOST, R, ca=False, names=(HOST,))
MAY_NOT_SIGN = issue(HOST, R, ca=False, names=(HOST,), usage=(CRL_SIGN,))

CASES = {
    # name: (store, chain, connects)
    "in order": ([R], [SERVER, B, A], True),
    "out of order": ([R], [SERVER, A, B], True),
    "the root in the middle": ([R], [SERVER, B, R, A], True),
    "a stranger at the end": ([R], [SERVER, B, A, OTHER], True),
    "a stranger in the middle, and nothing above": ([R], [SERVER, B, OTHER], False),
    "a pin at the top": ([A], [SERVER, B, A], True),
    "a pin in the middle": ([B], [SERVER, B, A], False),
    "a pin in the middle, nothing above": ([B], [SERVER, B], True),
    "the server itself, alone": ([SERVER], [SERVER], True),
    "the server itself, with its CA": ([SERVER], [SERVER, B], False),
    "a namesake before the root": ([R_OTHER, R], [SERVER_OF_R], True),
    "the same key, no CA, behind the root": ([R, R_NO_CA], [SERVER_OF_R], False),
    "the same key, no CA, before the root": ([R_NO_CA, R], [SERVER_OF_R], True),
    "an expired copy behind the root": ([R, R_EXPIRED], [SERVER_OF_R], True),
    "an expired copy alone": ([R_EXPIRED], [SERVER_OF_R], False),
    "a root of another string type": ([R_PRINTABLE], [SERVER_OF_R], False),
    "a CA of another string type": ([R], [SERVER, B, A_PRINTABLE], True),
    "no signatures": ([R], [MAY_NOT_SIGN], False),
    "two namesakes, the root last": ([R_PLAIN_OTHER, R], [SERVER_OF_R], True),
    "two namesakes, the root first": ([R, R_PLAIN_OTHER], [SERVER_OF_R], False),
    PASSED_OVER: ([R_PLAIN_OTHER, R, R_PLAIN_OTHER], [SERVER_OF_R], None),
    "sent twice": ([R], [SERVER, B, B, A], True),
}


def text(store, name):
    """The store's file; of PASSED_OVER the first block is one that GnuTLS passes over."""
    written = bundle(made.der for made in store)
    wanted = 2 if name == PASSED_OVER else 0
    return written.replace(" CERTIFICATE", " TRUSTED CERTIFICATE", wanted).encode()


def scenes():
    return [
        Scene(seed, text(store, name), True, tuple(chain), HOST)
        for seed, (name, (store, chain, _)) in enumerate(CASES.items())
    ]


def client():
    return next(client for client in CLIENTS if client.ident == "gnutls-cli")


def predicted():
    found, unread = predictions(scenes())
    assert not unread
    return {name: found[seed].of(client())[0] for seed, name in enumerate(CASES)}


def test_what_unpin_says():
    wrong = {
        name: (verdict.accepted, verdict.reason)
        for name, verdict in predicted().items()
        if verdict.accepted is not CASES[name][2]
    }
    assert wrong == {}


@pytest.mark.referee
def test_gnutls_cli_agrees_in_its_words():
    if told := client().missing():
        pytest.skip(told)
    these = scenes()
    tries = [Handshake((str(scene.seed),), str(scene.seed), HOST) for scene in these]
    with serving(these) as bench:
        answers = client().attempt(bench, tries)
    for (name, verdict), answer in zip(predicted().items(), answers, strict=True):
        assert (name, answer.connected) == (name, bool(verdict.accepted))
        if verdict.accepted is False:
            assert any(text in answer.said for text in verdict.texts), (name, answer.said)
