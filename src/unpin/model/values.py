"""Values of which a run makes hundreds of thousands: frozen to the type checker alone."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True)
def value(cls: type[_Class]) -> type[_Class]:
    """A frozen dataclass with slots and a hash, which no assignment guards at run time.

    The guard is what `dataclass(frozen=True)` costs: each field of a new object is set by a call
    of object.__setattr__, and a store of 144 entries has thousands of fields.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
