"""Values compare, hash and print as frozen dataclasses do."""

from dataclasses import dataclass, field, fields, replace

import pytest

from unpin.model.values import frozen


@frozen
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@frozen
class Other:
    x: int
    y: int = 0


@frozen
class Nothing:
    pass


@frozen
class Own:
    x: int

    def __hash__(self):
        return 7

    def __repr__(self):
        return "own"


@dataclass(frozen=True)
class Reference:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


def test_values_are_equal_by_the_fields_that_compare():
    assert Point(1, note="a") == Point(1, note="b")
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)
    assert Point(1) != 1
    assert Nothing() == Nothing()


def test_equal_values_have_one_hash():
    assert len({Point(1, note="a"), Point(1, note="b"), Point(2)}) == 2
    assert {Nothing(): 1}[Nothing()] == 1


def test_a_value_prints_as_a_dataclass():
    reference = repr(Reference(1, 2, "n")).removeprefix("Reference")
    assert repr(Point(1, 2, "n")) == f"Point{reference}"


def test_what_a_class_defines_itself_stays():
    assert (hash(Own(1)), repr(Own(1))) == (7, "own")


def test_a_value_is_a_dataclass_with_slots_alone():
    assert [each.name for each in fields(Point)] == ["x", "y", "note"]
    assert replace(Point(1), y=3) == Point(1, 3)
    with pytest.raises(AttributeError):
        Point(1).z = 1


def test_fields_of_a_value_match_in_their_order():
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
