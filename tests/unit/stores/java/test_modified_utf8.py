"""Java's modified UTF-8, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.stores.java import modified_utf8

PAIRS = [
    ("", b""),
    ("plain", b"plain"),
    ("\0", b"\xc0\x80"),
    ("é", b"\xc3\xa9"),
    ("\u0131", b"\xc4\xb1"),
    ("漢", b"\xe6\xbc\xa2"),
    ("\N{GRINNING FACE}", b"\xed\xa0\xbd\xed\xb8\x80"),
    ("\ud83d", b"\xed\xa0\xbd"),
    ("\ude00\ud83d", b"\xed\xb8\x80\xed\xa0\xbd"),
]


@pytest.mark.parametrize(("text", "data"), PAIRS)
def test_known_pairs(text, data):
    assert modified_utf8.write_utf(text) == data
    assert modified_utf8.read_utf(data) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"\x00", "\0"), (b"\xc1\x81", "A"), (b"\xe0\x81\x81\xc3\xa9", "Aé"), (b"\xe0\x83\xa9", "é")],
)
def test_overlong_forms_that_java_accepts(data, text):
    assert modified_utf8.read_utf(data) == text


@pytest.mark.parametrize(
    "data", [b"\x80", b"\xc3", b"a\xc3A", b"\xe6\xbc", b"\xe6\xbcA", b"\xf0\x9f\x98\x80", b"\xff"]
)
def test_malformed(data):
    with pytest.raises(ValueError, match=r"^malformed modified UTF-8 at byte \d$"):
        modified_utf8.read_utf(data)


def test_too_long():
    assert len(modified_utf8.write_utf("a" * 65535)) == 65535
    with pytest.raises(ValueError, match="65536 bytes"):
        modified_utf8.write_utf("é" * 32768)


@given(st.text(st.characters()))
def test_round_trip(text):
    assert modified_utf8.read_utf(modified_utf8.write_utf(text)) == text


@given(st.binary(max_size=12))
def test_the_quick_way_equals_the_slow_way(data):
    def outcome(decode):
        try:
            return decode(data)
        except ValueError as error:
            assert type(error) is ValueError
            return str(error)

    assert outcome(modified_utf8.read_utf) == outcome(modified_utf8._decode_units)
