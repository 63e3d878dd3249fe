"""Keep what a pure function found out about a value with that value."""

from collections.abc import Callable
from functools import wraps
from typing import Protocol, TypeVar


class Answering(Protocol):
    """A value that keeps what was found out about it: a certificate, a store."""

    @property
    def answers(self) -> dict[object, object]:
        """What the functions under `kept` and `kept_for` found out."""


_Value = TypeVar("_Value", bound=Answering)
_Other = TypeVar("_Other")
_Answer = TypeVar("_Answer")


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
