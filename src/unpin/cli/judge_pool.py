"""Read ahead of the stores that are asked for, and have other processes judge them meanwhile.

The results come in the order of the stores and are those of a single process. What a process cannot
decide for itself is judged here, in its turn: a password that has to be asked for, and the last of
the iterations that key derivation may take in a run.
"""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from time import perf_counter
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from unpin.cli.passwords import can_ask
from unpin.model.errors import PasswordRequiredError
from unpin.model.values import frozen
from unpin.operations.letting_go import let_go, likeness
from unpin.operations.opening import StorePath
from unpin.stores.crypto.derivation_budget import budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from unpin.cli.processes import Copy
    from unpin.model.errors import UnpinError
    from unpin.operations.opening import FilesPassedOver

_Result = TypeVar("_Result")
_Place: TypeAlias = "StorePath | FilesPassedOver | UnpinError"

_ENOUGH: Final = 4
"""So many stores are judged here first: the copies know what is then known of the roots."""

_PATIENCE: Final = 0.03
"""Seconds that judging has to take before: a process takes some milliseconds to start."""

_MOST_FED: Final = 8
"""As many processes judge about as fast as one process reads stores and prints results."""

_MOST_AHEAD: Final = 8
"""The most stores ahead for each process."""

_MOST_BYTES: Final = 32 * 1024 * 1024
"""The most bytes of the stores ahead."""

_MOST_KNOWN: Final = 16_384
"""Of so many different stores it is remembered which process has judged them."""


@frozen
class Jobs(Generic[_Result]):
    """How many processes judge, and what of a result goes from one to another (`packed`)."""

    number: int
    packed: Callable[[_Result], _Result]


def usable_cores() -> int:
    """The cores that this process may use, as far as stores are read fast enough for them."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    cores = os.cpu_count() or 1 if affinity is None else len(affinity(0))
    return min(cores, _MOST_FED)


class JudgedAhead(Generic[_Result]):
    """The places of a run, and what `judge` makes of the stores there.

    As an iterator it gives the places, and reads ahead of them; called with one of them, it gives
    the result, or raises the error. The second argument says whether the place is the only one.
    `judge` prints nothing, and what is `packed` of its results can be pickled.
    """

    def __init__(
        self,
        places: Iterator[_Place],
        judge: Callable[[StorePath, bool], _Result],
        jobs: Jobs[_Result],
    ) -> None:
        self._places = places
        self._judge = judge
        self._jobs = jobs.number
        self._packed = jobs.packed
        self._judged = 0
        self._taken = 0.0
        self._processes: list[Copy] = []
        self._ahead: deque[_Place] = deque()
        self._sent: deque[tuple[StorePath, Copy]] = deque()
        self._bytes = 0
        self._known: OrderedDict[int, Copy] = OrderedDict()

    def __iter__(self) -> JudgedAhead[_Result]:
        return self

    def __next__(self) -> _Place:
        if self._jobs > 1 and not self._processes and self._is_worth_it:
            self._start()
        if self._processes:
            self._read_ahead()
        return self._ahead.popleft() if self._ahead else next(self._places)

    def __call__(self, place: StorePath, alone: bool) -> _Result:
        if not self._sent or self._sent[0][0] is not place:
            return self._here(place, alone)
        _, process = self._sent.popleft()
        self._bytes -= _size(place)
        answer = process.answer()
        if answer.refused or not budget.has(answer.iterations):
            return self._here(place, alone)
        budget.take(answer.iterations)
        if isinstance(answer.error, PasswordRequiredError) and can_ask():
            return self._here(place, alone)
        if answer.error is not None:
            raise answer.error
        result: _Result = answer.result  # type: ignore[assignment]
        return result

    def close(self) -> None:
        """End the processes, whatever they do."""
        for process in self._processes:
            process.kill()  # all of them first: each takes some milliseconds to end
        for process in self._processes:
            process.end()
        self._processes.clear()

    def _here(self, place: StorePath, alone: bool) -> _Result:
        begun = perf_counter()
        try:
            result = self._judge(place, alone)
            self._judged += 1
        finally:
            self._taken += perf_counter() - begun
        return result

    @property
    def _is_worth_it(self) -> bool:
        return self._judged >= _ENOUGH and self._taken >= _PATIENCE

    def _start(self) -> None:
        from unpin.cli.processes import Copy, can_copy

        try:
            for _ in range(self._jobs if can_copy() else 0):
                self._processes.append(Copy(self._work, self._processes))
        except OSError:
            pass  # there is no room for another process
        self._jobs = len(self._processes) or 1

    def _work(self, place: StorePath, alone: bool) -> _Result:
        return self._packed(self._judge(place, alone))

    def _read_ahead(self) -> None:
        """Read some places more than were asked for, and send the stores to the processes."""
        for _ in range(2):
            if len(self._ahead) >= _MOST_AHEAD * self._jobs or self._bytes > _MOST_BYTES:
                return
            try:
                place = next(self._places)
            except StopIteration:
                return
            if isinstance(place, StorePath):
                place, process = self._assigned(place)
                process.send(place)
                self._sent.append((place, process))
                self._bytes += _size(place)
            self._ahead.append(place)

    def _assigned(self, place: StorePath) -> tuple[StorePath, Copy]:
        """The place as it is sent, and the process that may know the bytes there."""
        free = min(self._processes, key=lambda process: len(process.waiting))
        place = let_go(place)
        held = place.content
        if held is None:
            return place, free
        like = likeness(held.data) if held.likeness is None else held.likeness
        process = self._known.setdefault(like, free)
        self._known.move_to_end(like)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return place, process


def _size(place: StorePath) -> int:
    return 0 if place.content is None else len(place.content.data)
