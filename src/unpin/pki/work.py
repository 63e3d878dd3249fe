"""Limit the work of judging a store, whatever the store holds.

Work is counted, not timed, so that the answer does not depend on the machine. A unit is about a
microsecond of one core: a verdict takes about sixty, a signature depends on its key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from unpin.model.errors import LimitExceededError
from unpin.model.store import Store

MOST_CANDIDATES: Final = 200
"""The most certificates of a store to which the names of a handshake may lead."""

EACH_CERTIFICATE: Final = 400
"""What an audit spends on reading and reporting a certificate, whatever its verdicts take."""

_BASE: Final = 3_500_000
_EACH_ENTRY: Final = 700
_MOST: Final = 20_000_000

MOST_CERTIFICATES: Final = 40_000
"""The most different certificates of a store that is judged, or of an output of a conversion.

Twice as many as the largest known real store has entries; more would take 500 MB to convert.
"""


class WorkLimitError(Exception):
    """The work allowed for a store is used up; never leaves the rehearsal or the judgement."""


class Allowance:
    """The work that is left for a store with this number of `entries`."""

    __slots__ = ("left",)

    def __init__(self, entries: int) -> None:
        self.left = min(_BASE + _EACH_ENTRY * entries, _MOST)

    @property
    def is_done(self) -> bool:
        """Whether no work is left."""
        return self.left < 0


_current: ContextVar[Allowance | None] = ContextVar("work", default=None)


@contextmanager
def bounded_work(entries: int) -> Iterator[Allowance]:
    """Count the work inside the block, for a store of `entries` entries; outer blocks count on."""
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
def judged_in_full(store: Store) -> Iterator[Allowance]:
    """The same, for results that are useless in part.

    Raises LimitExceededError, which names the store, where the work is used up or a handshake
    reaches too many certificates; before the block for more than `MOST_CERTIFICATES`.
    """
    check_number_of_certificates(store.source, store.distinct_certificates)
    with bounded_work(len(store.entries)) as work:
        try:
            yield work
        except WorkLimitError as error:
            raise work_limit_error(store.source) from error


def check_number_of_certificates(source: str, number: int) -> None:
    """Raise LimitExceededError, which names `source`, for more than `MOST_CERTIFICATES`.

    Equal certificates count once. To be asked before anything large is built for each.
    """
    if number > MOST_CERTIFICATES:
        error = LimitExceededError(
            f"{source}: gave up: {number:,} different certificates, of which unpin judges and "
            f"converts {MOST_CERTIFICATES:,} at most",
            "unpin convert --role root, or --alias, selects some; unpin list shows all",
        )
        error.source = source
        raise error


def work_limit_error(source: str) -> LimitExceededError:
    """The error of a store that was not judged."""
    error = LimitExceededError(
        f"{source}: gave up: too many certificates, or too many whose names lead to each other; "
        "not judged",
        "remove the certificates that no client needs: unpin list shows them",
    )
    error.source = source
    return error


def spend(units: int) -> None:
    """Count `units` of work. Raises WorkLimitError if fewer are left; never outside of a block."""
    work = _current.get()
    if work is not None:
        work.left -= units
        if work.left < 0:
            raise WorkLimitError


def work_is_done() -> bool:
    """Whether no work is left for the store that is judged."""
    work = _current.get()
    return work is not None and work.is_done
