"""Bound the work that the judgement of one store takes, whatever is in it.

Work is counted, not timed, so that the answer does not depend on the machine. A unit is about a
microsecond of one core: a verdict takes some sixty, a signature what its key makes of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from unpin.model.errors import LimitExceededError

MOST_CANDIDATES: Final = 200
"""Certificates of a store, of all that their names lead to, that one handshake may reach."""

_BASE: Final = 3_500_000
_EACH_ENTRY: Final = 300
_MOST: Final = 20_000_000


class WorkLimitError(Exception):
    """The work allowed for a store is done; never leaves the rehearsal or the judgement."""


class Allowance:
    """The work that may still be done for a store of so many `entries`."""

    __slots__ = ("left",)

    def __init__(self, entries: int) -> None:
        self.left = min(_BASE + _EACH_ENTRY * entries, _MOST)

    @property
    def is_done(self) -> bool:
        """Whether nothing more may be done."""
        return self.left < 0


_current: ContextVar[Allowance | None] = ContextVar("work", default=None)


@contextmanager
def bounded_work(entries: int) -> Iterator[Allowance]:
    """Count the work within, for a store of so many `entries`; within another count, into that."""
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    work = Allowance(entries)
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


@contextmanager
def judged_in_full(source: str, entries: int) -> Iterator[Allowance]:
    """The same, for results that are worth nothing in part.

    Raises LimitExceededError, which names the store `source`, where the work is done or where one
    handshake reaches too many certificates.
    """
    with bounded_work(entries) as work:
        try:
            yield work
        except WorkLimitError as error:
            raise work_limit_error(source) from error


def work_limit_error(source: str) -> LimitExceededError:
    """The error of a store that was not judged."""
    return LimitExceededError(
        f"{source}: gave up: too many certificates of this store have names that lead to one "
        "another; not judged",
        "remove those that nobody needs: unpin list shows them",
    )


def spend(units: int) -> None:
    """Do so much work. Raises WorkLimitError if less is left; outside of a count, never."""
    work = _current.get()
    if work is not None:
        work.left -= units
        if work.left < 0:
            raise WorkLimitError


def work_is_done() -> bool:
    """Whether nothing more may be done for the store that is judged."""
    work = _current.get()
    return work is not None and work.is_done
