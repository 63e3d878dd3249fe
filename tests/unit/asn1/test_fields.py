"""Typed fields are read from their TLV, and what they are not is said (unpin.asn1.fields)."""

import pytest

from unpin.asn1 import fields, tlv
from unpin.asn1 import object_identifiers as oids

NULL = tlv.element(tlv.NULL)
SHA256 = tlv.encode_oid(oids.SHA256)


def sequence(*parts):
    return tlv.read(tlv.element(tlv.SEQUENCE, *parts))


def test_a_sequence_of_fields():
    assert [node.tag for node in fields.fields_of(sequence(SHA256, NULL), "pair", 2)] == [6, 5]
    with pytest.raises(tlv.TlvError, match="pair has 1 elements, 2 expected"):
        fields.fields_of(sequence(NULL), "pair", 2)
    with pytest.raises(tlv.TlvError, match="pair expected at byte 0, found tag 0x05"):
        fields.fields_of(tlv.read(NULL), "pair")


def test_a_sequence_of_fields_has_a_bound():
    assert len(fields.fields_of(sequence(*[NULL] * 16), "list")) == fields.MAX_FIELDS == 16
    with pytest.raises(tlv.TlvError, match="list has more than 16 elements"):
        fields.fields_of(sequence(*[NULL] * 17), "list")


def test_an_algorithm_identifier():
    bare = fields.algorithm_identifier(sequence(SHA256), "hash")
    assert bare == (oids.SHA256, None)
    with pytest.raises(tlv.TlvError, match="hash without parameters"):
        bare.required("hash")
    full = fields.algorithm_identifier(sequence(SHA256, NULL, NULL), "hash")
    assert (full.oid, full.required("hash").tag) == (oids.SHA256, tlv.NULL)
    with pytest.raises(tlv.TlvError, match="hash has 0 elements, 1 expected"):
        fields.algorithm_identifier(sequence(), "hash")


def test_an_octet_string_may_lie_in_segments():
    one, two = tlv.element(tlv.OCTET_STRING, b"a"), tlv.element(tlv.OCTET_STRING, b"b")
    segments = tlv.read(tlv.element(tlv.CONSTRUCTED_OCTET_STRING, one, two))
    assert fields.octet_string(segments, "salt") == b"ab"
    with pytest.raises(tlv.TlvError, match="salt expected at byte 0, found tag 0x05"):
        fields.octet_string(tlv.read(NULL), "salt")


def test_an_explicit_tag_holds_an_element():
    assert fields.explicit(tlv.read(tlv.element(tlv.CONTEXT_0, NULL)), "content").tag == tlv.NULL
    with pytest.raises(tlv.TlvError, match="empty content at byte 0"):
        fields.explicit(tlv.read(tlv.element(tlv.CONTEXT_0)), "content")
    with pytest.raises(tlv.TlvError, match="content expected at byte 0, found tag 0xa1"):
        fields.explicit(tlv.read(tlv.element(tlv.CONTEXT_1, NULL)), "content")


def test_named_bits_are_numbered_from_the_first_octet_after_the_count():
    bits = tlv.read(tlv.element(tlv.BIT_STRING, b"\x07\x86\x80"))
    assert fields.named_bits(bits, "KeyUsage") == {0, 5, 6, 8}
    assert fields.named_bits(tlv.read(tlv.element(tlv.BIT_STRING)), "KeyUsage") == set()
    with pytest.raises(tlv.TlvError, match="KeyUsage expected"):
        fields.named_bits(tlv.read(NULL), "KeyUsage")


def test_any_octets_but_a_zero_are_true():
    contents = (b"\xff", b"\x01", b"\x00", b"")
    values = [fields.boolean(tlv.read(tlv.element(tlv.BOOLEAN, one))) for one in contents]
    assert values == [True, True, False, True]


def test_lists_of_identifiers_and_of_names():
    usages = sequence(tlv.encode_oid(oids.SERVER_AUTH), SHA256)
    assert fields.object_identifiers(usages, "ExtKeyUsage") == (oids.SERVER_AUTH, oids.SHA256)
    names = sequence(tlv.element(0x82, b"a.example"), tlv.element(0x87, bytes(4)))
    assert fields.general_names(names, "names") == ((0x82, b"a.example"), (0x87, bytes(4)))


@pytest.mark.parametrize(
    ("tag", "text", "moment"),
    [
        (tlv.UTC_TIME, "491231235959Z", "2049-12-31T23:59:59"),
        (tlv.UTC_TIME, "500101000000Z", "1950-01-01T00:00:00"),
        (tlv.UTC_TIME, "2401010000Z", "2024-01-01T00:00:00"),
        (tlv.UTC_TIME, "240101003000+0100", "2023-12-31T23:30:00"),
        (tlv.UTC_TIME, "240101003000-0130", "2024-01-01T02:00:00"),
        (tlv.UTC_TIME, "240101000060Z", "2024-01-01T00:00:59"),
        (tlv.GENERALIZED_TIME, "20500101000000Z", "2050-01-01T00:00:00"),
        (tlv.GENERALIZED_TIME, "20500101000000.5Z", "2050-01-01T00:00:00"),
        (tlv.GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59"),
    ],
)
def test_a_time(tag, text, moment):
    read = fields.time_of(tlv.read(tlv.element(tag, text.encode())))
    assert read.isoformat() == f"{moment}+00:00"


@pytest.mark.parametrize("text", [b"", b"tomorrow", b"241301000000Z", b"\xff", b"240230000000Z"])
def test_what_is_no_time_is_an_error(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the text is Python's
        fields.time_of(tlv.read(tlv.element(tlv.UTC_TIME, text)))


def test_a_pair_has_two_elements():
    first, second = fields.pair(sequence(SHA256, NULL), "attribute")
    assert (first.tag, second.tag) == (tlv.OID, tlv.NULL)
    for count in (1, 3):
        with pytest.raises(tlv.TlvError, match=f"attribute has {count} elements, 2 expected"):
            fields.pair(sequence(*[NULL] * count), "attribute")
