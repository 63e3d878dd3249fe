"""Recognition by content: who is asked, that no two codecs claim one store, and what is loaded."""

import subprocess
import sys
from importlib import import_module

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.pki import Authority
from tests.unit.stores import certs, jks_writer, p12_writer

from fuzz import corpus
from unpin.model.errors import LimitExceededError
from unpin.stores.embedded.first_look import may_hold_values
from unpin.stores.formats import decoder_of, decoders
from unpin.stores.opening import may_be_store, open_bytes

BEGINNING = 2048
DECODERS = decoders()
SEEDS = [
    pytest.param(one.data[:BEGINNING], id=f"{one.format}-{one.name}") for one in corpus.seeds()
]


PIECES = [
    b"-----BEGIN", b"-----END", b" CERTIFICATE-----", b"\n", b" ", b":", b"ca", b'"', b"\0",
    "-----BEGIN CERTIFICATE-----".encode("utf-16-le"), "-----BEGIN C".encode("utf-16-be"),
    b"LS0tLS1CRUdJTiBD", b"kind", b"Secret", b"binaryData", b"certificate",
]  # fmt: skip


def claiming(data):
    return {name for name in DECODERS if import_module(f"unpin.stores.{name}").claims(data)}


@pytest.mark.parametrize("data", SEEDS)
def test_no_codec_claims_what_begins_with_a_byte_it_is_not_asked_about(data):
    for first in range(256):
        for name in claiming(bytes([first]) + data[1:]):
            assert not DECODERS[name] or bytes([first]) in DECODERS[name], (name, first)


@pytest.mark.parametrize("data", SEEDS)
def test_no_two_codecs_claim_one_store_so_that_their_order_decides_nothing(data):
    assert len(claiming(data)) <= 1


@given(st.lists(st.sampled_from(PIECES), max_size=8).map(lambda found: b"x" + b"".join(found)))
@example(b'ca: "-----BEGIN\n  CERTIFICATE-----')
def test_no_text_is_passed_over_that_may_hold_a_store(data):
    assert may_be_store(data) == (may_hold_values(data) or decoder_of(data) is not None)


def test_every_codec_is_asked_about_something():
    seeds = {name for one in corpus.seeds() for name in claiming(one.data[:BEGINNING])}
    assert seeds == set(DECODERS)


def test_a_jks_store_loads_no_other_codec():
    root = Authority("Opening Root")
    data = jks_writer.store(jks_writer.trusted("root", root.certificate.der))
    assert len(open_bytes(data, source="a.jks").entries) == 1
    code = (
        "import sys; from unpin.stores.opening import open_bytes; "
        "open_bytes(sys.stdin.buffer.read(), source='a.jks'); "
        f"print(*(name for name in {list(DECODERS)} if 'unpin.stores.' + name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert ran.stdout.split() == [b"java.jks"]


def jks_of(*ders):
    return jks_writer.store(*(jks_writer.trusted(f"e{i}", der) for i, der in enumerate(ders)))


def pkcs12_of(*ders):
    safe = p12_writer.safe_of(p12_writer.plain(*map(p12_writer.cert_bag, ders)))
    return p12_writer.pfx(safe, p12_writer.mac_data(safe, "changeit\0".encode("utf-16-be"), 1))


@pytest.mark.parametrize("written", [jks_of, pkcs12_of, lambda *ders: b"".join(ders)])
def test_entries_without_a_certificate_are_limited(written, monkeypatch):
    """Each takes a hundred times as much memory as its bytes."""
    monkeypatch.setattr("unpin.stores.formats.MAX_WITHOUT_CERTIFICATE", 2)
    real, empty = certs.der(), b"\x30\0"
    assert len(open_bytes(written(real, real, real, empty, empty), source="a").entries) == 5
    with pytest.raises(LimitExceededError, match="a: more than 2 entries without a certificate"):
        open_bytes(written(real, empty, empty, empty), source="a")


def test_keys_without_a_chain_are_entries_without_a_certificate(monkeypatch):
    monkeypatch.setattr("unpin.stores.formats.MAX_WITHOUT_CERTIFICATE", 2)
    chained = [jks_writer.key(f"c{i}", certs.der()) for i in range(3)]
    bare = [jks_writer.key(f"k{i}") for i in range(3)]
    assert len(open_bytes(jks_writer.store(*chained, *bare[:2]), source="a").entries) == 5
    with pytest.raises(LimitExceededError, match="a: more than 2 entries without a certificate"):
        open_bytes(jks_writer.store(*bare), source="a")
