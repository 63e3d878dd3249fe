"""Values compare, hash and print as frozen dataclasses do."""

import copy
import inspect
import pickle
import pkgutil
from dataclasses import MISSING, dataclass, field, fields, make_dataclass, replace
from functools import cached_property
from importlib import import_module

import pytest

import unpin
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


@frozen(slots=False)
class Roomy:
    x: int
    names: list[str] = field(default_factory=list)

    @cached_property
    def double(self):
        return 2 * self.x


@frozen(slots=False, eq=False)
class Alone:
    x: int


@frozen(slots=False)
class Derived(Roomy):
    y: int = 5


@frozen
class Checked:
    x: int

    def __post_init__(self):
        if self.x < 0:
            raise ValueError(self.x)


@frozen
class Named:
    x: int
    y: int = field(default=2, kw_only=True)


def test_a_value_without_slots_keeps_what_it_found_out():
    value = Roomy(2)
    assert (value.double, vars(value)["double"]) == (4, 4)
    assert value == Roomy(2)


def test_each_value_has_a_list_of_its_own():
    one, other = Roomy(1), Roomy(1)
    one.names.append("a")
    assert other.names == []
    assert (Derived(1).y, Derived(1, ["n"], 6).names) == (5, ["n"])
    assert Derived(1).names is not Derived(1).names


def test_a_value_without_eq_equals_itself_alone():
    one = Alone(1)
    assert one == one  # noqa: PLR0124
    assert one != Alone(1)
    assert repr(one) == "Alone(x=1)"


def test_what_a_class_does_after_its_fields_are_set_is_done():
    with pytest.raises(ValueError, match="-1"):
        Checked(-1)


def test_a_field_that_is_named_is_named():
    assert Named(1, y=3).y == 3
    with pytest.raises(TypeError):
        Named(1, 3)


@pytest.mark.parametrize("arguments", [(), (1, 2, "n", 4), (1, 2, "n", "x")])
def test_wrong_arguments_are_refused_as_by_a_dataclass(arguments):
    for kind in (Point, Reference):
        with pytest.raises(TypeError, match=rf"{kind.__name__}\.__init__\(\)"):
            kind(*arguments)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        Point(1, z=2)


def test_methods_are_those_of_their_class():
    for name in ("__init__", "__repr__", "__eq__", "__hash__"):
        method, reference = vars(Point)[name], vars(Reference)[name]
        assert method.__name__ == reference.__name__
        assert method.__qualname__ == f"Point.{name}"
        assert method.__module__ == __name__


def test_values_of_as_many_fields_keep_their_names():
    assert (Other(x=1, y=2).y, Own(x=3).x, Checked(x=4).x) == (2, 3, 4)
    assert Other.__match_args__ == ("x", "y")


@pytest.mark.parametrize("value", [Point(1, 2, "n"), Derived(1, ["a"], 6), Nothing()])
def test_values_are_copied_and_pickled(value):
    for same in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert (same, repr(same)) == (value, repr(value))


def values_of_unpin():
    """The classes of the program whose `__init__` was not compiled for them alone."""
    for found in pkgutil.walk_packages(unpin.__path__, "unpin."):
        if not found.name.endswith("__main__"):
            for each in vars(import_module(found.name)).values():
                code = getattr(getattr(each, "__init__", None), "__code__", None)
                if each.__class__ is type and code and code.co_filename == "<fields>":
                    yield each


def parameters(cls):
    return [
        (each.name, each.kind, each.default) for each in inspect.signature(cls).parameters.values()
    ]


def test_each_value_of_unpin_is_made_as_its_dataclass_would_be():
    found = set(values_of_unpin())
    assert len(found) > 100
    for cls in found:
        # which refuses a field without a default behind one with it
        model = make_dataclass(
            "Model",
            [
                (each.name, object, field(default=each.default, kw_only=each.kw_only))
                if each.default is not MISSING
                else (each.name, object, field(kw_only=each.kw_only))
                for each in fields(cls)
            ],
        )
        assert parameters(cls) == parameters(model), cls
        # dataclass would make one up of the parameters, before there are any
        assert not cls.__doc__.startswith(f"{cls.__name__}("), cls
