"""A usual bag is read quickly, and as any other bag: whatever its bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.stores.p12_writer import FRIENDLY, TRUSTED, attribute, cert_bag
from tests.unit.stores.pkcs12.test_pkcs12 import der

from unpin.asn1 import tlv
from unpin.stores.pkcs12 import safe_bags
from unpin.stores.pkcs12.usual_bags import KNOWN_CERTIFICATES, usual_bag

USAGE = attribute(TRUSTED, tlv.encode_oid("2.5.29.37.0"))


def written(name: bytes, order: str, tag: int = tlv.BMP_STRING) -> bytes:
    """A bag with the attributes that `order` names: the name n, the usage u."""
    parts = {"n": attribute(FRIENDLY, tlv.element(tag, name)), "u": USAGE}
    held = [parts[each] for each in order]
    return cert_bag(der("Root A"), tlv.element(tlv.SET, *held) if held else b"")


def slowly(bag: bytes):
    """What is read of the only bag of a store whose certificates were never seen."""
    KNOWN_CERTIFICATES.clear()
    return safe_bags.read_bags(tlv.element(tlv.SEQUENCE, bag), source="x")


def quickly(bag: bytes):
    """The usual bag, if it is one, of a certificate that is known."""
    slowly(written(b"", "nu"))
    return usual_bag(bag, 0, len(bag), first=True)


def outcome(store: bytes, *, known: bool):
    """The bags of a store, or the error, where its certificates were seen before or not."""
    slowly(written(b"", "nu"))
    if not known:
        KNOWN_CERTIFICATES.clear()
    try:
        return safe_bags.read_bags(store, source="x")
    except tlv.TlvError as error:
        return str(error)


@given(st.text(max_size=60), st.sampled_from(["nu", "un"]))
def test_as_any_other_bag(alias, order):
    name = alias.encode("utf-16-be", "surrogatepass")
    bag = written(name, order)
    quick = quickly(bag)
    assert (quick is not None) == (len(name) < 87)
    assert [quick] == slowly(bag) or quick is None
    assert safe_bags.read_bags(tlv.element(tlv.SEQUENCE, bag, bag), source="x")[0] == slowly(bag)[0]


@pytest.mark.parametrize("order", ["", "n", "u", "nn", "uu", "nnu", "nuu", "unu"])
def test_other_attributes_are_not_usual(order):
    assert quickly(written(b"\0a", order)) is None


@pytest.mark.parametrize(
    ("name", "tag"), [(b"\xd8\0", 0x1E), (b"\xdc\0\0a", 0x1E), (b"a", 0x1E), (b"ab", 0x0C)]
)
def test_other_names_are_not_usual(name, tag):
    assert quickly(written(name, "nu", tag)) is None


@given(
    st.sampled_from(["nu", "un"]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=3),
    st.booleans(),
)
def test_changed_octets_are_read_as_without_it(order, changes, near_the_end):
    bag = bytearray(written("nähe".encode("utf-16-be"), order))
    for at, octet in changes:
        bag[len(bag) - 1 - at % 80 if near_the_end else at % len(bag)] = octet
    store = tlv.element(tlv.SEQUENCE, bytes(bag), written(b"\0a", order))
    unknown = outcome(store, known=False)
    assert outcome(store, known=True) == unknown


def test_a_bag_that_is_cut_off_is_not_usual():
    bag = written(b"\0a", "nu")
    assert quickly(bag) is not None
    for end in range(len(bag)):
        assert usual_bag(bag, 0, end, first=True) is None
        assert usual_bag(bag[:end], 0, end, first=True) is None
