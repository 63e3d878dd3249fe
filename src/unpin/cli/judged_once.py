"""Judge what several places hold once: by the SHA-256 of the bytes, whatever their names."""

import copy
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Final, Generic, TypeAlias, TypeVar

from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    PasswordRequiredError,
    UnpinError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.operations.opening import HeldFile, StorePath

_Result = TypeVar("_Result")

_MOST_BYTES: Final = 32 * 1024 * 1024
"""The most bytes of stores of which the results are kept; the oldest are judged again."""

_KEPT: Final = (
    LimitExceededError,
    MalformedStoreError,
    PasswordRequiredError,
    UnsupportedStoreError,
    WrongPasswordError,
)
"""The errors that the bytes decide, and that take long to find out again."""


_Key: TypeAlias = tuple[str, str | None, object]
"""The digest of a file, the key of a value in it, and the kind of the place."""


@frozen
class _Kept(Generic[_Result]):
    """The result for bytes of this size, first found at `source`."""

    source: str
    size: int
    result: _Result | UnpinError


class JudgedOnce(Generic[_Result]):
    """The results of `judge` for the bytes at places.

    `moved` gives the result for another place with the same bytes, called by its source and its
    archive; None if the name counts, and the store has to be judged again. `kind` tells places
    apart that are judged differently, whatever their bytes. Results are kept within bounds, so that
    memory stays flat.
    """

    def __init__(
        self,
        read: Callable[[StorePath, bool], Store],
        judge: Callable[[Store], _Result],
        moved: Callable[[_Result, str, str, str | None], _Result | None],
        kind: Callable[[StorePath], object] | None = None,
    ) -> None:
        self._kind = kind
        self._read = read
        self._judge = judge
        self._moved = moved
        self._kept: OrderedDict[_Key, _Kept[_Result]] = OrderedDict()
        self._size = 0

    def __call__(self, place: StorePath, alone: bool) -> _Result:
        """The result for a place. Raises UnpinError."""
        held = place.content
        if held is None:
            return self._judge(self._read(place, alone))
        digest = sha256(held.data).hexdigest()
        key = (digest, held.value, None if self._kind is None else self._kind(place))
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            if isinstance(kept.result, UnpinError):
                raise moved_error(kept.result, kept.source, held.source)
            again = self._moved(kept.result, kept.source, held.source, held.archive)
            if again is not None:
                return again
        try:
            result = self._judge(replace(self._read(place, alone), file_sha256=digest))
        except _KEPT as error:
            self._keep(key, held, error.kept())
            raise
        self._keep(key, held, result)
        return result

    def _keep(self, key: _Key, held: HeldFile, result: _Result | UnpinError) -> None:
        if (old := self._kept.pop(key, None)) is not None:
            self._size -= old.size
        self._kept[key] = _Kept(held.source, len(held.data), result)
        self._size += len(held.data)
        while self._size > _MOST_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size


def moved_error(error: UnpinError, old: str, new: str) -> UnpinError:
    """The error for the place `new` that has the same bytes as the place `old`."""
    again = copy.copy(error)
    again.message = error.message.replace(old, new)
    again.hint = error.hint and error.hint.replace(old, new)
    again.source = None
    return again
