"""Which Java opens a PKCS12: as 11.0.5, 11.0.10, 11.0.13 and 17 did it with such stores."""

import os

import pytest
from tests.unit.stores import p12_writer as w

from unpin import api
from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.stores.crypto import algorithm_identifiers
from unpin.stores.opening import open_bytes
from unpin.stores.pkcs12 import mac, protection

HMAC_SHA_1 = "1.2.840.113549.2.7"
HMAC_SHA_512 = "1.2.840.113549.2.11"
HMAC_SHA_512_256 = "1.2.840.113549.2.13"
NULL = tlv.element(tlv.NULL)


def pbes2(prf, *, size, wrapped=False):
    """An AlgorithmIdentifier of AES-256 under PBES2."""
    parts = [tlv.element(tlv.OCTET_STRING, os.urandom(20)), tlv.encode_integer(1000)]
    if size:
        parts.append(tlv.encode_integer(32))
    if prf:
        parts.append(tlv.element(tlv.SEQUENCE, tlv.encode_oid(prf), NULL))
    kdf = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.PBKDF2), tlv.element(tlv.SEQUENCE, *parts))
    iv = tlv.element(tlv.OCTET_STRING, os.urandom(16))
    cipher = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.AES256_CBC), iv)
    parameters = tlv.element(tlv.SEQUENCE, kdf, cipher)
    whole = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.PBES2), parameters)
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.PBES2), whole) if wrapped else whole


def since(monkeypatch, encryption, new_mac):
    """What unpin says of a store that it wrote with these algorithms."""
    monkeypatch.setattr(protection, "modern_encryption", lambda *_: encryption)
    monkeypatch.setattr(protection, "modern_mac", lambda *_: new_mac)
    data = api.convert(api.open_store("fixtures/pinned.pem"), to="pkcs12").data
    read = open_bytes(data, source="x").protection
    return read.java_since, read.newer_algorithms


@pytest.fixture(autouse=True)
def _few_iterations(monkeypatch):
    monkeypatch.setattr(mac, "_JDK8_ITERATIONS", 1500)
    monkeypatch.setattr(algorithm_identifiers, "_JDK8_ITERATIONS", 1500)


@pytest.mark.parametrize(
    ("prf", "size", "versions"),
    [
        (None, False, "8u301, 11"),
        (HMAC_SHA_1, False, "8u301, 11"),
        (HMAC_SHA_1, True, "8u301, 11"),
        (oids.HMAC_WITH_SHA256, True, "8u301, 11"),
        (oids.HMAC_WITH_SHA256, False, "8u301, 11.0.12"),
        (HMAC_SHA_512, True, "8u301, 11"),
        (HMAC_SHA_512, False, "8u301, 11.0.12"),
        (HMAC_SHA_512_256, True, "21"),
        (HMAC_SHA_512_256, False, "21"),
    ],
)
def test_encryption(monkeypatch, prf, size, versions):
    found, algorithms = since(monkeypatch, pbes2(prf, size=size), mac.jdk8_mac())
    assert found == versions
    assert [name.startswith("PBES2 AES-256-CBC ") for name in algorithms] == [True]


def test_mac(monkeypatch):
    encryption = algorithm_identifiers.jdk8_encryption()
    assert since(monkeypatch, encryption, mac.modern_mac()) == (
        "8u301, 11.0.12",
        ("HmacPBESHA256",),
    )
    assert since(monkeypatch, encryption, mac.jdk8_mac()) == ("", ())


def test_the_newest_of_all_algorithms_decides(monkeypatch):
    found, algorithms = since(
        monkeypatch, pbes2(oids.HMAC_WITH_SHA256, size=True), mac.modern_mac()
    )
    assert found == "8u301, 11.0.12"
    assert algorithms == ("HmacPBESHA256", "PBES2 AES-256-CBC HmacSHA256")


def test_the_encoding_of_old_versions_needs_no_newer(monkeypatch):
    encryption = pbes2(oids.HMAC_WITH_SHA256, size=True, wrapped=True)
    assert since(monkeypatch, encryption, mac.jdk8_mac())[0] == ""


def test_password_less_stores_are_for_every_version():
    store = open_bytes(w.pfx(w.safe_of(w.plain())), source="x")
    assert store.protection.java_since == ""
