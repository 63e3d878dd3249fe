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
