"""Group values by what they are called."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Generic, NamedTuple, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Grouped(NamedTuple, Generic[_Key, _Value]):
    """Values by their keys, in their order; and those of them that share a key with another."""

    by_key: Mapping[_Key, Sequence[_Value]]
    shared: Mapping[_Key, Sequence[_Value]]

    def under(self, key: _Key) -> Sequence[_Value]:
        """The values under a key."""
        return self.by_key.get(key, ())


def grouped(keys: Iterable[_Key], values: Sequence[_Value]) -> Grouped[_Key, _Value]:
    """The `values` under their `keys`.

    Nearly all have a key of their own: a loop takes those that share one, and no others.
    """
    names = list(keys)
    found: dict[_Key, Sequence[_Value]] = dict(zip(names, zip(values, strict=True), strict=True))
    if len(found) == len(names):
        return Grouped(found, {})
    last = dict(zip(names, range(len(names)), strict=True))
    earlier = sorted(set(range(len(names))).difference(last.values()))
    shared = {names[at]: list[_Value]() for at in earlier}
    rows = zip(names, values, strict=True)
    for name, value in compress(rows, map(shared.__contains__, names)):
        shared[name].append(value)
    return Grouped(found | shared, shared)
