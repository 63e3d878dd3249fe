"""The key of a finding: entries without a certificate are told apart by what they have."""

from dataclasses import replace

import pytest

from unpin.model.finding import Finding, Location, Remedy, RemedyKind, Severity

PLACE = Location("store")


def key(place):
    return Finding(
        "unreadable-entry", Severity.ERROR, place, "", Remedy(RemedyKind.REMOVE_ENTRY)
    ).key_at(place.source)


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("alias", "a", "b"),
        ("file", "a.0", "b.0"),
        ("line", 1, 2),
        ("index", 0, 1),
        ("sha256", "0" * 64, "1" * 64),
    ],
)
def test_two_entries_have_two_keys(field, first, second):
    keys = {key(replace(PLACE, **{field: value})) for value in (first, second, None)}
    assert len(keys) == 3


def test_the_position_of_a_named_entry_is_no_part_of_it():
    assert len({key(replace(PLACE, alias="a", index=at)) for at in (0, 5)}) == 1
