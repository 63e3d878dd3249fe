"""Values: frozen to the type checker, and quick to define and to make.

`dataclass(frozen=True, slots=True)` compiles seven methods for each class, half a millisecond each
time unpin starts, and sets each field of an object by a call. A command defines some seventy such
classes, and a store of 144 entries has thousands of fields.
"""

from collections.abc import Callable, Hashable
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TypeVar, dataclass_transform, overload

_Class = TypeVar("_Class")


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_Class]) -> type[_Class]: ...


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, slots: bool, eq: bool = True) -> Callable[[type[_Class]], type[_Class]]: ...


def frozen(
    cls: type[_Class] | None = None, *, slots: bool = True, eq: bool = True
) -> type[_Class] | Callable[[type[_Class]], type[_Class]]:
    """A dataclass with slots alone that is compared and hashed by its fields.

    Without `slots` an object has room for cached properties; without `eq` it is equal to itself
    alone. Assignments to a field are errors of the type checker; at run time nothing guards them.
    """
    if cls is None:
        return lambda each: _made(each, slots, eq)
    return _made(cls, slots, eq)


def _made(cls: type[_Class], slots: bool, eq: bool) -> type[_Class]:
    plain = _is_plain(cls)
    made = dataclass(slots=slots, eq=False, repr=False, init=not plain)(cls)
    every = fields(made)  # type: ignore[arg-type]  # a dataclass
    methods: dict[str, Callable[..., object]] = {"__repr__": _sayer(every)}
    if plain:
        methods["__init__"] = _initialiser(every)
    if eq:
        methods["__eq__"], methods["__hash__"] = _comparers(every)
    own = set(vars(cls))
    for name, method in methods.items():
        if name not in own:
            method.__name__, method.__module__ = name, cls.__module__
            method.__qualname__ = f"{cls.__qualname__}.{name}"
            setattr(made, name, method)
    return made


def _comparers(every: tuple[Field[object], ...]) -> tuple[Callable[..., bool], Callable[..., int]]:
    """The `__eq__` and the `__hash__` of a class with these fields."""
    content = _getter([each.name for each in every if each.compare])

    def equal(self: object, other: object) -> bool:
        if self.__class__ is not other.__class__:
            return NotImplemented  # type: ignore[no-any-return]
        same: bool = content(self) == content(other)
        return same

    def hashed(self: object) -> int:
        return hash(content(self))

    return equal, hashed


def _sayer(every: tuple[Field[object], ...]) -> Callable[[object], str]:
    """The `__repr__` of a class with these fields."""
    shown = [each.name for each in every if each.repr]

    def said(self: object) -> str:
        named = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({named})"

    return said


def _getter(names: list[str]) -> Callable[[object], Hashable]:
    """What gives the values of the fields together."""
    return attrgetter(*names) if names else lambda _value: ()


def _is_plain(cls: type) -> bool:
    """Whether an object is made of a value for each field, and of nothing else."""
    inherited = getattr(cls, "__dataclass_fields__", {})
    special = (each for each in (inherited | vars(cls)).values() if isinstance(each, Field))
    return not hasattr(cls, "__post_init__") and all(
        each.init and each.default_factory is MISSING and each.kw_only is not True
        for each in special
    )


def _initialiser(every: tuple[Field[object], ...]) -> Callable[..., None]:
    """The `__init__` of a class with these fields.

    Its code is that of any class with as many fields, under other names: `co_varnames` are those of
    its parameters, by which callers give them, `co_names` those of the attributes that it sets.
    """
    names = tuple(each.name for each in every)
    code = _initialiser_code(len(names)).replace(co_varnames=("self", *names), co_names=names)
    defaults = tuple(each.default for each in every if each.default is not MISSING)
    return FunctionType(code, {}, "__init__", defaults)


@cache
def _initialiser_code(count: int) -> CodeType:
    """An `__init__` that sets so many fields, compiled once for all classes that have as many."""
    names = [f"field{number}" for number in range(count)]
    lines = [f" self.{name} = {name}" for name in names] or [" pass"]
    text = "\n".join([f"def __init__({', '.join(['self', *names])}):", *lines])
    module = compile(text, "<fields>", "exec")
    return next(each for each in module.co_consts if isinstance(each, CodeType))
