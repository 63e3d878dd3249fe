"""Aliases by pattern: * and ? alone stand for others, and no alias makes it slow."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from unpin.rewrite.conversion_plan import Selection

LETTERS = st.text("aB?*[.", max_size=8)


def matches(pattern, name):
    return Selection((pattern,)).matched((name,)) == [True]


@given(LETTERS, LETTERS)
def test_it_is_what_the_naive_expression_says(pattern, name):
    naive = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern.lower())
    assert matches(pattern, name) is (re.fullmatch(naive, name.lower()) is not None)


def test_a_hostile_alias_does_not_take_the_power_of_the_stars():
    start = time.perf_counter()
    assert not matches("*azure*azure*azure*pin*", "azure" * 13_000)
    assert time.perf_counter() - start < 1
