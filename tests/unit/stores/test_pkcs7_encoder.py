"""PKCS7: slots are exchanged; content, lists, signatures and trailing bytes stay."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import pkcs7 as writer
from tests.unit.stores import certs

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores import pkcs7
from unpin.stores.encoders import encode, rename

A, B, C = (certs.der(name) for name in ("Root A", "Root B", "Root C"))
NEW = TrustedEntry("new", Certificate(certs.der("New Root")), b"")
ATTRIBUTE = tlv.element(0xA2, b"\x05\x00")
LIST = tlv.element(0xA1, certs.revocation_list(Encoding.DER))
SIGNERS = tlv.element(tlv.SET, tlv.element(tlv.SEQUENCE, tlv.encode_integer(7)))
CONTENT = tlv.element(
    tlv.SEQUENCE,
    tlv.encode_oid("1.2.840.113549.1.7.1"),
    tlv.element(0xA0, tlv.element(tlv.OCTET_STRING, b"signed")),
)


def definite(tag, *parts):
    return tlv.element(tag, *parts)


def indefinite(tag, *parts):
    return bytes((tag, 0x80)) + b"".join(parts) + b"\0\0"


def bundle(*slots, form=definite, lists=LIST, certificates=True):
    signed = form(
        tlv.SEQUENCE,
        tlv.encode_integer(3),
        tlv.element(tlv.SET, tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3"))),
        CONTENT,
        form(0xA0, *slots) if certificates else b"",
        lists,
        SIGNERS,
    )
    return form(tlv.SEQUENCE, tlv.encode_oid(oids.SIGNED_DATA), form(0xA0, signed))


def read(data):
    return pkcs7.decode(data, source="ca.p7b", password=None)


def written(store, *entries):
    return encode(replace(store, entries=entries), password=None)


@pytest.mark.parametrize("form", [definite, indefinite])
def test_slots_are_exchanged_and_all_else_stays(form):
    slots = tuple(sorted((A, B, C), reverse=True))  # no DER SET
    data = bundle(ATTRIBUTE, *slots, form=form) + b"tail"
    store = read(data)
    attribute, first, second, third = store.entries
    assert encode(store, password=None) == data
    expected = bundle(ATTRIBUTE, third.raw, NEW.certificate.der, form=form) + b"tail"
    assert written(store, attribute, third, NEW) == expected
    assert written(store, second, first) == bundle(second.raw, first.raw, form=form) + b"tail"


def test_a_sorted_set_stays_sorted():
    one, two, three = sorted((A, B, C))
    store = read(bundle(one, three))
    first, last = store.entries
    middle = TrustedEntry("", Certificate(two), b"")
    assert written(store, middle, last, first) == bundle(one, two, three)
    assert written(store, last, first) == bundle(one, three)


def test_a_field_for_the_certificates_is_made():
    store = read(bundle(certificates=False))
    assert encode(store, password=None) == bundle(certificates=False)
    assert written(store, NEW) == bundle(NEW.certificate.der)


def test_a_ber_certificate_stays_ber():
    ber = indefinite(tlv.SEQUENCE, *(node.raw for node in tlv.read(A)))
    store = read(bundle(ber, B))
    assert written(store, *store.entries, NEW) == bundle(ber, B, NEW.certificate.der)


def test_new_file_is_what_cryptography_writes():
    names = ("Root C", "Root A", "Root B")
    entries = tuple(TrustedEntry("", Certificate(certs.der(name)), b"") for name in names)
    expected = writer.serialize_certificates([certs.loaded(name) for name in names], Encoding.DER)
    assert encode(Store("new.p7b", Format.PKCS7, entries), password=None) == expected


def test_a_signature_survives():
    """What was signed is the content: the signer's certificate is beside it."""
    signed = (
        writer.PKCS7SignatureBuilder()
        .set_data(b"text")
        .add_signer(certs.loaded("Root A"), certs.key(), hashes.SHA256())
        .sign(Encoding.DER, [])
    )
    store = read(signed)
    data = written(store, *store.entries, NEW)
    first, second = (tlv.read(one).children()[1].children()[0].children() for one in (signed, data))
    assert [node.raw for node in second if node.tag != 0xA0] == [
        node.raw for node in first if node.tag != 0xA0
    ]
    assert {entry.certificate for entry in read(data).trusted} == {
        store.trusted[0].certificate,
        NEW.certificate,
    }


def test_what_is_no_certificate_is_refused():
    store = read(bundle(A))
    with pytest.raises(CannotWriteError, match=r"^ca\.p7b: k: a private key of another format"):
        written(store, KeyEntry("k", KeyKind.PRIVATE, (), b"x"))
    with pytest.raises(CannotWriteError, match="no certificate is left"):
        written(store)
    with pytest.raises(CannotWriteError, match="no certificate is left"):
        encode(Store("new.p7b", Format.PKCS7, ()), password=None)


def test_a_broken_structure_is_not_changed():
    signed = tlv.element(tlv.SEQUENCE, tlv.encode_integer(1), tlv.element(tlv.SET))
    oid = tlv.encode_oid(oids.SIGNED_DATA)
    store = read(tlv.element(tlv.SEQUENCE, oid, tlv.element(0xA0, signed, b"\x1f")))
    with pytest.raises(CannotWriteError, match=r"^ca\.p7b: an incomplete SignedData"):
        written(store, NEW)


def test_what_nobody_reads_stays_too():
    data = bundle(B)
    junk = b"\x1f\xff"
    outer = tlv.read(data)
    oid, content = outer.children()
    wrapped = tlv.element(0xA0, content.content, junk)
    store = read(tlv.element(tlv.SEQUENCE, oid.raw, wrapped, tlv.element(tlv.NULL)))
    inner = next(iter(tlv.read(bundle(NEW.certificate.der)).children()[1])).raw
    wrapped = tlv.element(0xA0, inner, junk)
    expected = tlv.element(tlv.SEQUENCE, oid.raw, wrapped, tlv.element(tlv.NULL))
    assert written(store, NEW) == expected


def test_there_are_no_aliases():
    with pytest.raises(CannotWriteError, match="PKCS7 has no aliases"):
        rename(read(bundle(A)).entries[0], "x", Format.PKCS7)
