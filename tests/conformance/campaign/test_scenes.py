"""Real clients against unpin: server keys of every kind, and scenes that nobody designed.

    R > server      a key of each kind for the server, R in the store

Every day a few clients; with UNPIN_CONFORMANCE=full each client of this machine.
"""

import pytest
from tests.conformance.campaign.bench import serving
from tests.conformance.campaign.compare import Tally, at_hand, hold, predictions
from tests.conformance.campaign.draws import Scene
from tests.conformance.clients.client import Handshake
from tests.conformance.policy.certs import ABSENT, Key, issue
from tests.conformance.policy.pem import bundle
from tests.conformance.sampling import FULL
from tests.programs import note

EVERYDAY = frozenset({"python-ssl", "node-tls", "go-tls", "jsse-jks-java17", "pyreqwest"})
KEYS = (
    "p256", "p384", "p521", "p224", "p192", "k256", "brainpool256", "ed25519", "dsa", "rsa2048",
    "rsa4096",
)  # fmt: skip
REFUSED = frozenset({"p224", "p192", "k256", "brainpool256", "dsa"})

pytestmark = pytest.mark.referee


def clients():
    found, missing = at_hand()
    for ident, told in missing.items():
        note(f"not asked: {ident}: {told}")
    return [client for client in found if FULL or client.ident in EVERYDAY]


def server_keys():
    root = issue("R")
    for seed, kind in enumerate(KEYS):
        key = Key(f"server {kind}", kind)
        server = issue("localhost", root, ca=False, names=("localhost",), key=key)
        yield Scene(seed, bundle([root.der]).encode(), True, (server,), "localhost")


def test_a_handshake_needs_a_key_of_the_server_that_clients_offer():
    scenes = list(server_keys())
    predicted, unread = predictions(scenes)
    asked = clients()
    with serving(scenes) as bench:
        for client in asked:
            tally = Tally()
            hold(client, bench, scenes, predicted, tally)
            assert (client.ident, tally.wrong) == (client.ident, [])
            assert tally.connected >= 5
    assert not unread
    for client in asked:
        refused = {
            kind
            for scene, kind in zip(scenes, KEYS, strict=True)
            if predicted[scene.seed].of(client)[0].accepted is False
        }
        assert refused == REFUSED


def test_a_certificate_that_unpin_does_not_read_promises_nothing():
    """R > A > B > server; [R], [B] without its END line, [R]: OpenSSL loads B, and stops above it.

    unpin reads no certificate there. What a client connects with may be what it fails with.
    """
    root = issue("R")
    upper = issue("A", root)
    lower = issue("B", upper)
    server = issue("localhost", lower, ca=False, names=("localhost",))
    above, block = bundle([root.der]), bundle([lower.der])
    store = above + block.replace("-----END CERTIFICATE-----\n", "") + above
    scene = Scene(0, store.encode(), True, (server, lower, upper), "localhost")
    predicted, _ = predictions([scene])
    asked = {client.ident: client for client in clients()}
    with serving([scene]) as bench:
        for ident in ("python-ssl", "node-tls"):
            (answer,) = asked[ident].attempt(bench, [Handshake(("0",), "0", "localhost")])
            assert (ident, answer.connected) == (ident, False)
            assert "unable to get issuer certificate" in answer.said
            assert predicted[0].of(asked[ident])[0].accepted is None


def test_a_namesake_whose_key_cannot_have_signed():
    """R > B > server, signed with Ed25519; [B on P-256], [B], [R]: OpenSSL passes over the first."""
    root = issue("R")
    other = issue("B", root, key=Key("B on P-256"), key_id=ABSENT)
    signer = issue("B", root, key=Key("B", "ed25519"), key_id=ABSENT)
    server = issue("localhost", signer, ca=False, names=("localhost",), authority=ABSENT)
    store = bundle(made.der for made in (other, signer, root))
    scene = Scene(0, store.encode(), True, (server,), "localhost")
    predicted, _ = predictions([scene])
    with serving([scene]) as bench:
        for client in clients():
            tally = Tally()
            hold(client, bench, [scene], predicted, tally)
            assert (client.ident, tally.wrong) == (client.ident, [])
            if client.family == "openssl":
                assert (client.ident, tally.connected, tally.unknown) == (client.ident, 1, 0)
