"""Values are grouped by their keys as a plain loop does it."""

from hypothesis import given
from hypothesis import strategies as st

from unpin.model.grouping import grouped


@given(st.lists(st.sampled_from("abcdefgh")))
def test_as_a_plain_loop(keys):
    looped = {}
    for number, key in enumerate(keys):
        looped.setdefault(key, []).append(number)
    found = grouped(iter(keys), range(len(keys)))
    assert list(found.by_key) == list(looped)
    assert {key: list(found.under(key)) for key in looped} == looped
    assert found.under("nothing") == ()
    shared = [(key, values) for key, values in looped.items() if len(values) > 1]
    assert [(key, list(values)) for key, values in found.shared.items()] == shared
