"""Tag-length-value is read within its bounds, and written as DER (unpin.asn1.tlv)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv

NULL = tlv.element(tlv.NULL)


def test_slices_are_kept():
    data = b"before" + tlv.element(tlv.SEQUENCE, NULL, tlv.element(tlv.OCTET_STRING, b"x")) + b"!"
    node = tlv.read(data, 6)
    assert (node.raw, data[node.end :]) == (b"\x30\x05\x05\x00\x04\x01x", b"!")
    assert [child.raw for child in node] == [NULL, b"\x04\x01x"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "truncated at byte 0"),
        (b"\x30", "truncated at byte 0"),
        (b"\x30\x05\x05\x00", "element at byte 0 claims 5 bytes, 2 remain"),
        (b"\x30\x84\x7f\xff\xff\xff", "element at byte 0 claims 2147483647 bytes, 0 remain"),
        (b"\x30\x89" + bytes(9), "length field at byte 0 runs past the end"),
        (b"\x1f\x81\x01\x00", "multi-byte tag at byte 0 is not used"),
        (b"\x04\x80\x00\x00", "indefinite length on a primitive tag at byte 0"),
        (b"\x30\x80\x05\x00", "indefinite length at byte 0 has no end-of-contents"),
        (b"\x30\x80\x30\x80\0\0", "indefinite length at byte 0 has no end-of-contents"),
        (b"\x30\x80\x31\x80\5\0", "indefinite length at byte 2 has no end-of-contents"),
        (b"\x30\x80\x1f\x80\0\0\0\0", "multi-byte tag at byte 2 is not used"),
        (b"\x30\x80\x05\x80\0\0\0\0", "indefinite length on a primitive tag at byte 2"),
        (b"\x30\x80\x04\x05\0\0", "element at byte 2 claims 5 bytes, 2 remain"),
    ],
)
def test_a_length_is_not_trusted(data, reason):
    with pytest.raises(tlv.TlvError, match=reason):
        tlv.read(data)


def test_nesting_has_a_bound():
    data = NULL
    for _ in range(tlv.MAX_DEPTH + 1):
        data = tlv.element(tlv.SEQUENCE, data)

    def innermost(node):
        return innermost(node.children()[0]) if node.constructed else node

    with pytest.raises(tlv.TlvError, match="nested more than 64 deep"):
        innermost(tlv.read(data))


def test_nesting_of_indefinite_lengths_has_the_same_bound():
    with pytest.raises(tlv.TlvError, match="nested more than 64 deep"):
        tlv.read(b"\x30\x80" * 100 + b"\0\0" * 100)


class Counted(bytes):
    """Data that counts how often it is looked at."""

    looks = 0

    def __getitem__(self, index):
        Counted.looks += 1
        return super().__getitem__(index)


def test_what_is_nested_in_long_indefinite_lengths_is_scanned_once():
    """60 levels around 10,000 elements, down to which a reader walks level by level."""
    inside = NULL * 10_000
    data = Counted(b"\x30\x80" * 60 + inside + b"\0\0" * 60)
    Counted.looks = 0
    node = tlv.read(data)
    once = Counted.looks
    while node.indefinite:
        node = next(iter(node))
    assert node.raw == NULL
    assert 20_000 <= once <= Counted.looks <= once + 1_000


@pytest.mark.parametrize("data", [b"\x30\x80" * 5 + b"\0\0" * 5, b"\x30\x80" + NULL * 9 + b"\0\0"])
def test_elements_are_counted_at_all_levels(data, monkeypatch):
    """Of 5 levels the end of each is looked for; of 9 elements each counts, and the end."""
    monkeypatch.setattr(tlv, "MAX_INDEFINITE_ELEMENTS", 10)
    assert tlv.read(data).raw == data
    monkeypatch.setattr(tlv, "MAX_INDEFINITE_ELEMENTS", 8)
    with pytest.raises(tlv.TlvError, match="indefinite length at byte 0 holds too many elements"):
        tlv.read(data)


def test_the_remembered_end_of_an_element_is_its_end():
    """Long and short ones, after and inside each other."""
    long = b"\x30\x80" + NULL * 10_000 + b"\0\0"
    inner = b"\xa0\x80" + long + NULL + b"\0\0"
    data = b"\x30\x80" + inner + NULL + long + b"\x30\x80\0\0" + b"\0\0"
    node = tlv.read(data)
    assert [child.raw for child in node] == [inner, NULL, long, b"\x30\x80\0\0"]
    assert [child.raw for child in node.children()[0]] == [long, NULL]
    assert [child.depth for child in node.children()[0]] == [2, 2]


@pytest.mark.parametrize(
    ("tag", "leaf", "whole"),
    [(0x30, b"\5\0", tlv.definite), (0x24, b"\4\1x", tlv.Node.octets)],
)
def test_what_is_nested_in_indefinite_lengths_is_read_once(tag, leaf, whole, monkeypatch):
    """40 levels around 100 elements: not each level reads all that is below it."""
    data = leaf * 100
    for _ in range(40):
        data = bytes((tag, 0x80)) + data + b"\0\0"
    node = tlv.read(data)
    places = []
    read = tlv.read

    def counted(data, position, *limit, **depth):
        places.append(position)
        return read(data, position, *limit, **depth)

    monkeypatch.setattr(tlv, "read", counted)
    assert leaf * 100 in whole(node) or whole(node) == b"x" * 100
    assert len(places) <= 300


def test_an_indefinite_length_is_made_definite():
    segments = b"\x24\x80" + tlv.element(tlv.OCTET_STRING, b"a") * 2 + b"\0\0"
    node = tlv.read(b"\x30\x80" + segments + b"\0\0")
    assert node.indefinite
    assert node.children()[0].octets() == b"aa"
    assert tlv.definite(node) == b"\x30\x08\x24\x06\x04\x01a\x04\x01a"


def test_exactly_one_element():
    assert tlv.only(NULL, "thing").tag == tlv.NULL
    with pytest.raises(tlv.TlvError, match="1 bytes after the thing"):
        tlv.only(NULL + b"x", "thing")


@given(st.integers(0, 1 << 80))
def test_an_integer_is_read_as_it_was_written(value):
    assert tlv.read(tlv.encode_integer(value)).integer() == value


def test_an_integer_has_a_sign_and_a_value():
    assert tlv.read(tlv.element(tlv.INTEGER, b"\xff")).integer() == -1
    with pytest.raises(tlv.TlvError, match="empty INTEGER at byte 0"):
        tlv.read(tlv.element(tlv.INTEGER)).integer()


@given(
    st.integers(0, 2).flatmap(
        lambda root: st.tuples(st.just(root), st.integers(0, 39 if root < 2 else 1 << 20))
    ),
    st.lists(st.integers(0, 1 << 40), max_size=6),
)
def test_an_identifier_is_read_as_it_was_written(start, rest):
    dotted = ".".join(map(str, (*start, *rest)))
    assert tlv.read(tlv.encode_oid(dotted)).oid() == dotted


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "truncated"),
        (b"\x2a\x86", "truncated"),
        (b"\x80\x01", "padded arc"),
        (b"\x2a\x80\x01", "padded arc"),
        (b"\x2a" * 1025, "more than 1024 octets"),
    ],
)
def test_what_is_no_identifier_is_refused(content, reason):
    with pytest.raises(tlv.TlvError, match=reason):
        tlv.read(tlv.element(tlv.OID, content)).oid()


def test_a_long_element_has_the_shortest_length():
    for size, header in ((127, "047f"), (128, "048180"), (256, "04820100"), (65536, "0483010000")):
        written = tlv.element(tlv.OCTET_STRING, bytes(size))
        assert written[: len(header) // 2].hex() == header
        assert tlv.read(written).content == bytes(size)


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_nothing_but_its_own_error_leaves(data):
    try:
        pending = [tlv.read(data)]
        while pending:
            node = pending.pop()
            assert 0 <= node.start < node.body <= node.body_end <= node.end <= len(data)
            if node.constructed:
                pending += node.children()
    except tlv.TlvError:
        pass


def test_an_expected_tag_is_named():
    node = tlv.read(tlv.encode_oid(oids.SHA256))
    with pytest.raises(tlv.TlvError, match="salt expected at byte 0, found tag 0x06"):
        node.expect(tlv.OCTET_STRING, "salt")
    with pytest.raises(tlv.TlvError, match="tag 0x06 at byte 0 has no elements"):
        node.children()
