"""A repair does no work twice: one decoding a file, one verdict a client, store and handshake."""

from collections import Counter

import pytest
from tests.pki import NOW
from tests.pki import pem as chain_pem
from tests.rotation import rotation
from tests.unit.stores import jks_writer as w
from tests.unit.stores import p12_writer as p12

from unpin import audit
from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.operations.repair import RepairOptions, repair
from unpin.pki import acceptance
from unpin.pki.clients import reading_clients
from unpin.rehearsal.rehearser import Rehearser
from unpin.stores.java import jks
from unpin.stores.opening import Password, open_bytes
from unpin.stores.pem import decoder as pem
from unpin.stores.pkcs12 import decoder as pkcs12

R = rotation()
PIN = R["old-ca-1"]


def _pkcs12() -> bytes:
    safe = p12.safe_of(p12.plain(p12.cert_bag(PIN.der, p12.attributes("pin", trusted=True))))
    return p12.pfx(safe, p12.mac_data(safe, "changeit\0".encode("utf-16-be"), 1000))


STORES = {"jks": w.store(w.trusted("pin", PIN.der)), "pkcs12": _pkcs12(), "pem": chain_pem(PIN)}
PASSWORD = Password("changeit", "the test")


@pytest.fixture
def counted(monkeypatch):
    """How often each decoder ran, each verdict was asked for, and each was found out."""
    counts = {"decoded": Counter(), "found out": Counter()}

    def counting(codec, name):
        real = getattr(codec, name)

        def decode(*args, **kwargs):
            counts["decoded"][codec.__name__] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(codec, name, decode)

    counting(jks, "decode")
    counting(pem, "decode")
    counting(pkcs12, "decode_with")
    real = acceptance._verdict

    def verdict(rules, asked, at, loading):
        key = (rules.ident, tuple(asked.store), tuple(asked.presented), at, loading)
        counts["found out"][key] += 1
        return real(rules, asked, at, loading)

    monkeypatch.setattr(acceptance, "_verdict", verdict)
    acceptance._server_authentication.cache_clear()
    return counts


@pytest.mark.parametrize("name", STORES)
def test_a_repair_decodes_the_old_bytes_once_and_the_new_bytes_once(name, counted):
    """In store: [Old CA 1]; Old Root comes in its place."""
    store = open_bytes(STORES[name], source="s", password=PASSWORD)
    fix = repair(store, RepairOptions(R.catalogue, R.catalogue.profile(), NOW, 0))
    assert fix.data is not None
    assert sum(counted["decoded"].values()) == 2


@pytest.mark.parametrize("name", STORES)
def test_a_repair_finds_out_no_verdict_twice(name, counted):
    store = open_bytes(STORES[name], source="s", password=PASSWORD)
    repair(store, RepairOptions(R.catalogue, R.catalogue.profile(), NOW, 0))
    assert set(counted["found out"].values()) == {1}


def test_a_verdict_is_found_out_once_however_often_it_is_asked_for(counted):
    store = open_bytes(STORES["pem"], source="s")
    rehearser = Rehearser(store, R.catalogue, NOW)
    handshakes = handshakes_of(R.catalogue, R.catalogue.profile().chains, (FULL,))
    clients = reading_clients(store)
    for _ in range(3):
        rehearser.rehearse(clients, handshakes)
    assert sum(counted["found out"].values()) == len(clients) * len(handshakes)


@pytest.mark.parametrize("name", STORES)
def test_an_audit_finds_out_no_verdict_twice(name, counted):
    store = open_bytes(STORES[name], source="s")
    audit(store, profile="test", catalogue=R.catalogue, now=NOW)
    assert set(counted["found out"].values()) == {1}
