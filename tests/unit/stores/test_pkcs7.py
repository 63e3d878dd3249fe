"""PKCS7 bundles, DER and PEM, compared with openssl."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import pkcs7 as writer
from hypothesis import given
from hypothesis import strategies as st
from tests import programs
from tests.examples import examples
from tests.unit.stores import certs

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.errors import MalformedStoreError, UnpinError
from unpin.model.formats import Format
from unpin.stores import pkcs7
from unpin.stores.pem import decoder as pem

BOTH = [certs.loaded("Root A"), certs.loaded("Root B")]
BUNDLE = writer.serialize_certificates(BOTH, Encoding.DER)
TEXT = writer.serialize_certificates(BOTH, Encoding.PEM)
DERS = {certs.der("Root A"), certs.der("Root B")}


def test_der_bundle() -> None:
    assert pkcs7.claims(BUNDLE)
    store = pkcs7.decode(BUNDLE, source="ca.p7b", password=None)
    assert store.format is Format.PKCS7
    assert {certificate.der for certificate in store.certificates()} == DERS
    assert [fault.kind for fault in store.faults] == ["pkcs7"]


@pytest.mark.parametrize("label", [b"PKCS7", b"PKCS #7 SIGNED DATA", b"CMS"])
def test_pem_labels(label: bytes) -> None:
    store = pem.decode(TEXT.replace(b"PKCS7", label), source="ca.pem", password=None)
    assert {certificate.der for certificate in store.certificates()} == DERS
    assert [(fault.kind, fault.line) for fault in store.faults] == [("pkcs7", 1)]
    assert {entry.line for entry in store.entries} == {1}


def signed_data(*certificates: bytes) -> bytes:
    empty = tlv.element(tlv.SET)
    content = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_integer(1),
        empty,
        tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.1")),
        tlv.element(0xA0, *certificates),
        tlv.element(0xA1, tlv.element(tlv.SEQUENCE)),
        empty,
    )
    oid = tlv.encode_oid(oids.SIGNED_DATA)
    return b"\x30\x80" + oid + b"\xa0\x80" + content + b"\0\0\0\0"


def test_ber_with_an_attribute_certificate_and_a_revocation_list() -> None:
    data = signed_data(tlv.element(0xA2, b""), certs.der()) + b"\n"
    store = pkcs7.decode(data, source="ca.p7b", password=None)
    assert store.variant == "BER"
    assert [entry.reason for entry in store.unreadable] == ["not an X.509 certificate (tag 0xa2)"]
    assert [entry.certificate.der for entry in store.trusted] == [certs.der()]
    assert store.notes == (
        "1 revocation lists beside the certificates",
        "1 bytes after the end of the PKCS7 structure",
    )


def test_truncated() -> None:
    assert pkcs7.claims(BUNDLE[:50])
    with pytest.raises(MalformedStoreError, match=r"^ca\.p7b: "):
        pkcs7.decode(BUNDLE[:50], source="ca.p7b", password=None)


@pytest.mark.referee
def test_openssl_finds_the_same_certificates() -> None:
    given = ("pkcs7", "-inform", "DER", "-print_certs")
    listed = programs.run(programs.program("openssl"), *given, input=BUNDLE).stdout
    theirs = pem.decode(listed, source="openssl", password=None)
    ours = pkcs7.decode(BUNDLE, source="ca.p7b", password=None)
    assert list(ours.certificates()) == list(theirs.certificates())


@examples(150)
@given(
    st.sampled_from([BUNDLE, signed_data(certs.der())]),
    st.lists(st.tuples(st.integers(0, 900), st.binary(min_size=1, max_size=3)), max_size=5),
    st.integers(0, 900),
)
def test_only_unpin_errors_leave_decode(
    seed: bytes, edits: list[tuple[int, bytes]], cut: int
) -> None:
    data = seed
    for at, put in edits:
        data = data[:at] + put + data[at + len(put) :]
    for mutant in (data, data[:cut]):
        pkcs7.claims(mutant)
        try:
            pkcs7.decode(mutant, source="x", password=None)
        except UnpinError as error:
            assert error.message.startswith("x: ")
