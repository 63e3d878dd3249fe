"""What is asked of a path: the made-up server's names, the store's loading, the oddities."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.conformance.policy.certs import NOW, issue, permitted
from tests.pki import Authority, pem
from tests.unit.pki.path_building.laboratory import view

from unpin.catalogue.handshakes import server_under
from unpin.model.certificate import Certificate
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_features import Oddity, PathPosition, features
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import CLIENTS
from unpin.pki.trust_anchors import anchors, damaged, loading
from unpin.pki.verdict import Reason
from unpin.stores.opening import open_bytes

RULES = {client.ident: client for client in CLIENTS}
CONSTRAINED = CertificateView.of(Certificate(issue("R", constraints=permitted("test")).der))


@pytest.mark.parametrize(
    ("client", "reason"),
    [("openssl", "names-unknown"), ("go", "names-unknown"), ("java", "accepted")],
)
def test_the_names_of_a_made_up_server_are_not_known(client, reason):
    """[R, with name constraints] > a made-up server. Java does not ask an anchor's, others do."""
    verdict = verdict_on(RULES[client], [CONSTRAINED], [server_under(CONSTRAINED, "R")], NOW)

    assert verdict.reason == reason


BROKEN = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("client", "found"),
    [
        ("openssl", Reason.UNREADABLE_ENTRY),
        ("java", Reason.UNREADABLE_ENTRY),
        ("rustls", Reason.UNREADABLE_ENTRY),
        ("go", None),
        ("nss", Reason.NOT_MODELLED),
    ],
)
def test_one_broken_certificate_in_a_bundle(client, found):
    """[R]; [a broken block]."""
    store = open_bytes(pem(Authority("R").certificate) + BROKEN, source="root.pem")

    assert loading(RULES[client], (broken for _, broken in damaged(store))) is found


def test_a_sound_bundle_and_a_block_of_another_kind_load():
    other = b"-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n"
    store = open_bytes(pem(Authority("R").certificate) + other, source="root.pem")

    assert list(damaged(store)) == []


def test_a_refusal_to_load_is_the_verdict():
    """[R] > a made-up server; [a broken block]."""
    store = open_bytes(pem(Authority("R").certificate) + BROKEN, source="root.pem")
    trusted = [view for _, view in anchors(store, RULES["openssl"])]
    chain = [server_under(trusted[0], "R")]
    at = datetime(2026, 11, 24, tzinfo=UTC)

    verdict = verdict_on(RULES["openssl"], trusted, chain, at, loading=Reason.UNREADABLE_ENTRY)

    assert (verdict.accepted, verdict.reason) == (False, "unreadable-entry")


def test_an_ordinary_certificate_has_no_oddity():
    """R > I > L."""
    root = issue("R")
    middle = issue("I", root, path_length=0)
    leaf = issue("L", middle, ca=False)

    assert features(Certificate(root.der)).oddities[PathPosition.ANCHOR] == frozenset()
    assert features(Certificate(middle.der)).oddities[PathPosition.INTERMEDIATE] == frozenset()
    assert features(Certificate(leaf.der)).oddities[PathPosition.SERVER] == frozenset()


@pytest.mark.parametrize(
    ("fields", "oddity"),
    [
        ({"version": 2}, Oddity.VERSION),
        ({"ca": False, "usage": (5,)}, Oddity.BASIC_CONSTRAINTS),
        ({"usage": (6,)}, Oddity.KEY_USAGE),
        ({"eku": ("1.3.6.1.5.5.7.3.2",)}, Oddity.PURPOSE),
        ({"constraints": permitted("test")}, Oddity.NAME_CONSTRAINTS),
        ({"more": (("1.2.3", True, b"\x05\x00"),)}, Oddity.CRITICAL),
        ({"more": (("2.5.29.36", False, b"\x30\x00"),)}, Oddity.POLICY),
        ({"serial": -1}, Oddity.ENCODING),
        ({"tail": b"\x00"}, Oddity.ENCODING),
        ({"more": (("2.5.29.32", False, b"\x30\x00"),) * 2}, Oddity.ENCODING),
    ],
)
def test_one_oddity_of_a_root(fields, oddity):
    assert features(Certificate(issue("R", **fields).der)).oddities[PathPosition.ANCHOR] == {oddity}


@pytest.mark.parametrize(
    ("client", "year", "reason"),
    [
        ("java", 2024, "accepted"),
        ("java", 2026, "distrusted"),
        ("java-sunx509", 2026, "distrusted"),
        ("bouncycastle", 2026, "accepted"),
        ("go", 2026, "accepted"),
    ],
)
def test_the_jdk_distrusts_a_root_for_later_servers(client, year, reason):
    """[Entrust Root Certification Authority - G2] > a server; the JDK trusts it until 2024-11-11."""
    entrust = replace(
        view("R", "R", "R"),
        id="43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339",
    )
    at = datetime(year, 3, 1, tzinfo=UTC)

    verdict = verdict_on(RULES[client], [entrust], [server_under(entrust, "R")], at)

    assert verdict.reason == reason
