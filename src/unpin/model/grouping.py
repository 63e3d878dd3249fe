"""Group values by what they are called."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def grouped(keys: Iterable[_Key], values: Sequence[_Value]) -> Mapping[_Key, Sequence[_Value]]:
    """The `values` by their `keys`, in their order.

    Nearly all have a key of their own: a loop takes those that share one, and no others.
    """
    names = list(keys)
    found: dict[_Key, Sequence[_Value]] = dict(zip(names, zip(values, strict=True), strict=True))
    if len(found) == len(names):
        return found
    last = dict(zip(names, range(len(names)), strict=True))
    shared = {names[at]: list[_Value]() for at in set(range(len(names))).difference(last.values())}
    rows = zip(names, values, strict=True)
    for name, value in compress(rows, map(shared.__contains__, names)):
        shared[name].append(value)
    return found | shared
