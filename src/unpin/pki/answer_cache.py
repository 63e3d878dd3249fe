"""Remember the answers to pure questions about certificates, bounded in number and in bytes."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, Generic, TypeVar, TypeVarTuple

_Asked = TypeVarTuple("_Asked")
_Answer = TypeVar("_Answer")

MOST_LONG: Final = 16
"""Of so many questions about long certificates the answers are remembered after their store."""


class AnswerCache(Generic[*_Asked, _Answer]):
    """`judge`, of which the last `most` answers are remembered, and few where `is_long` says so."""

    def __init__(
        self,
        judge: Callable[[*_Asked], _Answer],
        most: int,
        is_long: Callable[[*_Asked], bool],
    ) -> None:
        self._is_long = is_long
        self._usual = lru_cache(maxsize=most)(judge)
        self._of_long = lru_cache(maxsize=MOST_LONG)(judge)

    def __call__(self, *asked: *_Asked) -> _Answer:
        known = self._of_long if self._is_long(*asked) else self._usual
        return known(*asked)

    def cache_clear(self) -> None:
        """Forget every answer."""
        self._usual.cache_clear()
        self._of_long.cache_clear()


def cached_answers(
    most: int, is_long: Callable[[*_Asked], bool]
) -> Callable[[Callable[[*_Asked], _Answer]], AnswerCache[*_Asked, _Answer]]:
    """Decorate a pure function of hashable arguments; `is_long`: they hold a long certificate."""
    return lambda judge: AnswerCache(judge, most, is_long)
