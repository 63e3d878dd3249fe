"""Tables stay small, whatever is in their cells, and however many rows they have."""

import gc
from weakref import WeakSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.reports import columns
from unpin.reports.blocks import Lines, Rows, Table, Tone, Toned
from unpin.reports.formats.table import MOST_OF_A_CELL, Terminal, page_of


def test_a_long_cell_is_cut_and_its_length_said() -> None:
    """Every row would be padded to it."""
    rows = [["a" * 65_535, "x"], ["\u202e" * MOST_OF_A_CELL, "y"], ["a" * MOST_OF_A_CELL, "z"]]
    lines = page_of([Table(("alias", "b"), rows)], Terminal()).splitlines()[2:]
    assert [line.split()[0] for line in lines] == [
        "a" * MOST_OF_A_CELL + "...",
        ("\\u202e" * MOST_OF_A_CELL)[:MOST_OF_A_CELL] + "...",
        "a" * MOST_OF_A_CELL,
    ]
    assert "... (65,535 characters)" in lines[0]
    assert max(map(len, lines)) < MOST_OF_A_CELL + 40


def test_a_table_that_is_drawn_in_parts_looks_as_in_one_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        [Toned("error", Tone.BAD), Lines(("w " * i + "end", "second")), "x" * (9 - i)]
        for i in range(9)
    ]
    a_table = Table(("h", "heading", "the third heading"), rows, "caption")
    for terminal in (Terminal(), Terminal(colour=True), Terminal(1_000), Terminal(30)):
        whole = page_of([a_table], terminal)
        for rows_at_a_time in (1, 4, 8):
            monkeypatch.setattr(columns, "_ROWS_AT_A_TIME", rows_at_a_time)
            assert page_of([a_table], terminal) == whole
        monkeypatch.undo()


class CountedRow(list):
    """A row that can be counted while it lives."""

    __hash__ = object.__hash__


def test_rows_that_are_made_on_demand_are_never_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_ROWS_AT_A_TIME", 10)
    living: WeakSet[CountedRow] = WeakSet()
    most = 0

    def row(number: int) -> CountedRow:
        nonlocal most
        made = CountedRow([f"e{number}", Toned("root", Tone.GOOD)])
        living.add(made)
        most = max(most, len(living))
        return made

    gc.collect()
    shown = page_of([Table(("a", "b"), Rows(range(500), row))], Terminal())
    assert shown == page_of([Table(("a", "b"), list(map(row, range(500))))], Terminal())
    assert shown.count("\n") == 501
    most = 0
    page_of([Table(("a", "b"), Rows(range(500), row))], Terminal())
    assert 0 < most <= 20


_TEXT = st.text(st.sampled_from("ab \n-é[m"), max_size=8)


_HEADING = st.sampled_from(["a", "heading", "two\nlines", "é b"])


@given(st.tuples(_HEADING, _HEADING), st.lists(st.tuples(_TEXT.map("a{}".format), _TEXT)))
def test_a_table_of_even_characters_is_drawn_as_tabulate_draws_it(headings, rows):
    """The widths of colours and of several lines in a cell are those of tabulate, too."""
    from tabulate import tabulate

    rows = [
        [f"\x1b[31m{first}\x1b[0m" if "b" in first else first, second] for first, second in rows
    ]
    drawn = tabulate(rows, headers=headings, tablefmt="simple", disable_numparse=True)
    expected = [line.rstrip() for line in drawn.split("\n")]
    assert columns._drawn_evenly(headings, rows) == expected
