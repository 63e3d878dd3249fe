"""Strings of JSON with their keys and lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.stores.embedded.json_document import json_values

PEM = "-----BEGIN X-----\nAAAA\n-----END X-----\n"


def test_keys_and_lines():
    document = {"a": [1, {"b": PEM}, PEM], "c": {"d": {}, "e": [], "f": PEM}, "g\n": PEM}
    found = json_values(json.dumps(document, indent=1))
    assert [(value.key, value.text, value.lines) for value in found] == [
        ("a[1].b", PEM, (5,)),
        ("a[2]", PEM, (7,)),
        ("c.f", PEM, (12,)),
        ("g\n", PEM, (14,)),
    ]


def test_escapes():
    (found,) = json_values('["\\u002d----BEGIN X-----\\nA\\/A\\n-----END X-----"]')
    assert found.text == "-----BEGIN X-----\nA/A\n-----END X-----"


@pytest.mark.parametrize("text", ["", "{", "[1,]", '"-----BEGIN X"', "null", "[" * 100_000])
def test_no_document(text):
    assert json_values(text) is None


@given(
    st.recursive(
        st.text(max_size=3) | st.integers() | st.none() | st.just(PEM),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
    )
)
def test_every_string_is_found_where_it_is(document):
    found = json_values(json.dumps([document], indent=2))

    def walk(value, key):
        if value == PEM:
            yield key
        for name, inner in (
            (value.items() if isinstance(value, dict) else enumerate(value))
            if isinstance(value, (dict, list))
            else ()
        ):
            yield from walk(inner, (*key, f"[{name}]" if isinstance(value, list) else name))

    assert [value.path for value in found] == list(walk([document], ()))
