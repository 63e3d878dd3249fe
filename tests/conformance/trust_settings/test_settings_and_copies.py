"""OpenSSL's trust settings decide what its clients say, in every order of copies of a certificate.

The record is replayed every day; Python is asked again every day, every client with
UNPIN_CONFORMANCE=full.
"""

import json

import pytest
from tests.conformance.clients import CLIENTS
from tests.conformance.sampling import FULL
from tests.conformance.trust_settings.record import ASKED, FILE, ask, laboratory
from tests.conformance.trust_settings.stores import CHAINS, bundle, cases, draw
from tests.pki import NOW

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import client_named
from unpin.rehearsal.rehearser import Rehearser
from unpin.stores.opening import open_bytes

CASES = list(cases())
MEASURED = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rehearsers():
    drawn, catalogue = draw(), load_builtin()
    made = {
        store: Rehearser(open_bytes(bundle(drawn, store), source="store"), catalogue, NOW)
        for store, _ in CASES
    }
    handshakes = {
        chain: Handshake(
            Phase.BOTH,
            chain,
            "",
            "as sent",
            tuple(CertificateView.of(drawn[one].certificate) for one in names),
            seen=True,
        )
        for chain, names in CHAINS.items()
    }
    return made, handshakes


@pytest.mark.parametrize("client", ASKED)
def test_what_was_measured_is_what_unpin_says(rehearsers, client):
    made, handshakes = rehearsers
    row = MEASURED[client]
    family = client_named(row["family"])
    wrong = {}
    for case, connected in zip(CASES, row["connected"], strict=True):
        store, chain = case
        verdict = made[store].verdict(family, handshakes[chain])
        if verdict.accepted is not (connected == "+"):
            wrong[case] = (connected, verdict.accepted, verdict.reason)

    assert wrong == {}


@pytest.mark.parametrize(
    "client", [one for one in CLIENTS if one.ident in ASKED], ids=lambda one: one.ident
)
def test_the_clients_at_hand_say_so_again(client):
    if not FULL and client.ident != "python-ssl":
        pytest.skip("only with UNPIN_CONFORMANCE=full")
    if lacking := client.missing():
        pytest.skip(lacking)
    step = 1 if FULL else 7
    with laboratory() as bench:
        said = ask(client, bench, CASES[::step])

    assert said == MEASURED[client.ident]["connected"][::step]
