"""Keep what a pure function found out about a value with that value."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import wraps
from typing import Final, Generic, Protocol, TypeVar


class Answering(Protocol):
    """A value that keeps what was found out about it: a certificate, a store."""

    @property
    def answers(self) -> dict[object, object]:
        """What the functions under `kept` and `kept_for` found out."""


_Value = TypeVar("_Value", bound=Answering)
_Other = TypeVar("_Other")
_Answer = TypeVar("_Answer")

_MOST_KNOWN: Final = 8192


def kept(judge: Callable[[_Value], _Answer]) -> Callable[[_Value], _Answer]:
    """`judge`, which is asked once about a value: its answer goes when the value goes.

    Like functools.cache, but a large store needs no larger cache, and nothing outlives the store.
    """

    @wraps(judge)
    def asked(value: _Value) -> _Answer:
        answers = value.answers
        try:
            return answers[judge]  # type: ignore[return-value]
        except KeyError:
            pass
        answer = answers[judge] = judge(value)
        return answer

    return asked


class Usual(Generic[_Value]):
    """The values to which a pure question has its usual answer: they are asked once for all.

    Of the certificates of a store, nearly all were in the store before it. `is_usual` asks one.
    """

    def __init__(self, is_usual: Callable[[_Value], bool]) -> None:
        self._is_usual = is_usual
        self._known: set[_Value] = set()

    def holds_of(self, values: AbstractSet[_Value]) -> bool:
        """Whether the answer is the usual one for all of `values`."""
        if values <= self._known:
            return True
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        usual = {value for value in values - self._known if self._is_usual(value)}
        self._known |= usual
        return values <= self._known


def kept_for(
    judge: Callable[[_Value, _Other], _Answer],
) -> Callable[[_Value, _Other], _Answer]:
    """The same of a function that asks about a value and something else."""

    @wraps(judge)
    def asked(value: _Value, other: _Other) -> _Answer:
        answers, question = value.answers, (judge, other)
        try:
            return answers[question]  # type: ignore[return-value]
        except KeyError:
            pass
        answer = answers[question] = judge(value, other)
        return answer

    return asked
