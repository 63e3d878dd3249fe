"""What unpin says Java sees is what the PKIX trust manager of every JDK here takes as anchors."""

import pytest

from tests.pki import Authority
from tests.referees import comparing, handmade, jvm
from tests.unit.stores import jks_writer as writer
from tests.unit.stores import p12_writer as p12
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import TrustedEntry
from unpin.model.errors import PasswordRequiredError
from unpin.pki.clients import CLIENTS
from unpin.pki.trust_anchors import anchors

A, B = Authority("A").certificate, Authority("B").certificate
ROOT = Authority("Root")
LEAF = Authority("Leaf", ROOT, ca=False).certificate
KEY_ID = handmade.key_id(b"1")


def bags(*content):
    return p12.pfx(p12.safe_of(p12.plain(*content)))


def trusted(alias, certificate):
    return p12.cert_bag(certificate.der, handmade.named(alias))


def chained(alias, certificate):
    return p12.cert_bag(certificate.der, handmade.named(alias, trusted=False, more=[KEY_ID]))


KEY = p12.key_bag(handmade.named("leaf", trusted=False, more=[KEY_ID]))
BROKEN = p12.cert_bag(b"\x30\x00", handmade.named("broken"))

STORES = {
    # name: type, bytes, the certificates that are anchors
    "capital": ("JKS", writer.store(writer.trusted("MyAlias", A.der)), ()),
    "duplicate": (
        "JKS", writer.store(writer.trusted("same", A.der), writer.trusted("same", B.der)), (B,)
    ),
    "folded": (
        "JKS", writer.store(writer.trusted("Same", A.der), writer.trusted("same", B.der)), (B,)
    ),
    "plain": ("JKS", writer.store(writer.trusted("a", A.der), writer.trusted("b", B.der)), (A, B)),
    "key": ("JKS", writer.store(writer.key("k", LEAF.der, ROOT.certificate.der)), (LEAF,)),
    "key without chain": ("JKS", writer.store(writer.key("k"), writer.trusted("a", A.der)), (A,)),
    "one broken": (
        "JKS", writer.store(writer.trusted("a", A.der), writer.trusted("b", b"\x30\x00")), None
    ),
    "trusted": ("PKCS12", bags(trusted("Upper", A), trusted("b", B)), (A, B)),
    "attribute missing": ("PKCS12", bags(p12.cert_bag(A.der), trusted("b", B)), (B,)),
    "every attribute missing": ("PKCS12", bags(p12.cert_bag(A.der), p12.cert_bag(B.der)), ()),
    "last wins": ("PKCS12", bags(trusted("Same", A), trusted("same", B)), (B,)),
    "first of a key's chain": (
        "PKCS12", bags(KEY, chained("leaf", LEAF), p12.cert_bag(ROOT.certificate.der)), (LEAF,)
    ),
    "key whose root is trusted too": (
        "PKCS12", bags(KEY, chained("leaf", LEAF), trusted("r", ROOT.certificate)),
        (LEAF, ROOT.certificate),
    ),
    "key alone": ("PKCS12", bags(KEY), ()),
    "key takes a trusted alias": ("PKCS12", bags(trusted("Leaf", A), KEY), ()),
    "nested": (
        "PKCS12", bags(p12.bag(6, handmade.tlv.element(0x30, trusted("a", A))), trusted("b", B)), (B,)
    ),
    "no names": ("PKCS12", bags(
        p12.cert_bag(A.der, handmade.named()), p12.cert_bag(B.der, handmade.named())
    ), (A, B)),
    "empty names": ("PKCS12", bags(trusted("", A), trusted("", B)), (B,)),
    "a number taken": (
        "PKCS12", bags(p12.cert_bag(A.der, handmade.named()), trusted("1", B)), (B,)
    ),
    "one broken bag": ("PKCS12", bags(trusted("a", A), BROKEN), None),
}  # fmt: skip
"""None for anchors: Java refuses the store."""


def digests(certificates):
    return None if certificates is None else {one.sha256 for one in certificates}


def seen(store):
    """The anchors that unpin says Java finds; None where it says that Java refuses the store."""
    if comparing.expected(store, 25) is comparing.REFUSED:
        assert len(hidden_from_java(store)) == len(store.entries)
        return None
    java = next(client for client in CLIENTS if client.ident == "java")
    return {view.id for _, view in anchors(store, java)}


@pytest.mark.referee
def test_trust_manager_agrees(any_java, classes, tmp_path):
    jobs = []
    for number, (kind, data, _) in enumerate(STORES.values()):
        (tmp_path / str(number)).write_bytes(data)
        jobs.append((f"anchors {kind}", None, tmp_path / str(number)))
    answers = jvm.listed(any_java, classes, jobs)
    for (name, (_, data, expected)), answer in zip(STORES.items(), answers, strict=True):
        found = set(answer["anchors"]) if "anchors" in answer else None
        assert found == digests(expected), (name, answer)
        assert seen(comparing.decoded(data, None)) == digests(expected), name


@pytest.mark.referee
def test_encrypted_store_without_its_password_has_no_anchors(any_java, classes, tmp_path):
    """Started without javax.net.ssl.trustStorePassword, Java sees an empty store, and no error."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    entry = pkcs12.PKCS12Certificate(x509.load_der_x509_certificate(A.der), b"a")
    data = pkcs12.serialize_java_truststore([entry], BestAvailableEncryption(b"changeit"))
    file = tmp_path / "store.p12"
    file.write_bytes(data)
    jobs = [("anchors PKCS12", password, file) for password in (None, "changeit", "wrong")]
    without, right, wrong = jvm.listed(any_java, classes, jobs)
    assert without == {"anchors": []}
    assert right == {"anchors": [A.sha256]}
    assert "password was incorrect" in wrong["error"]
    assert isinstance(comparing.decoded(data, None), PasswordRequiredError)
    store = comparing.decoded(data, "changeit")
    assert store.protection.needs_password
    assert [one.certificate for one in store.entries if isinstance(one, TrustedEntry)] == [A]
