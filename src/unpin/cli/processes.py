"""Copies of this process; one that judges stores and dies fails the store, never the run."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import signal
import sys
import warnings
from collections import deque
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.cli.output import fault
from unpin.model.errors import UnpinError
from unpin.stores.crypto.derivation_budget import budget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    from unpin.operations.opening import StorePath


_SHORT: Final = 1024
"""The most bytes of a task that is sent at once: those of a file are more."""
_FEW: Final = 32
"""For so many short tasks there is room on the way to a process that does not read yet."""
_MOMENT: Final = 1.0
"""Seconds in which a process ends whose connection has ended."""


def can_copy() -> bool:
    """Whether another process can go on as a copy of this one.

    NOTE: fork without exec breaks the libraries of macOS. Elsewhere each process would have to
    import unpin and read the catalogue again.
    """
    return sys.platform != "darwin" and "fork" in multiprocessing.get_all_start_methods()


def started(target: Callable[..., None], *arguments: object) -> ForkProcess:
    """A copy of this process, which calls `target`. Raises OSError if there is no room for it."""
    copy = multiprocessing.get_context("fork").Process(target=target, args=arguments, daemon=True)
    with warnings.catch_warnings():
        # NOTE: a thread that decompresses ahead may run; the copy goes on without it, and waits
        # for nothing that it holds.
        warnings.simplefilter("ignore", DeprecationWarning)
        copy.start()
    return copy


def begin(others: Sequence[Connection]) -> None:
    """Begin a copy: leave the connections of others, and the signals to the one who asks."""
    for other in others:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()  # what is there stays: it is not looked through again


class _Task(NamedTuple):
    place: StorePath
    iterations_left: int | None


class JudgedElsewhere(NamedTuple):
    """What was made of a store, or why nothing was; and the iterations of key derivation.

    `refused`: there were fewer left than it takes.
    """

    result: object
    error: UnpinError | None
    iterations: int
    refused: bool


class Copy:
    """A copy of this process that judges stores; another one goes on if it dies.

    `others` are the copies that there are.
    """

    def __init__(
        self,
        judge: Callable[[StorePath, bool], object],
        others: Sequence[Copy],
    ) -> None:
        self._judge = judge
        self._others = others
        self.waiting: deque[_Task] = deque()
        self.connection: Connection
        self._sender: _Sender | None
        self._process: ForkProcess
        self._start()

    def _start(self) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        self._sender = None
        mine = [self.connection, *(other.connection for other in self._others)]
        self._process = started(_serve, theirs, self._judge, mine)
        theirs.close()

    def send(self, place: StorePath) -> None:
        """Have the store judged, after those that wait."""
        task = _Task(place, budget.left)
        self.waiting.append(task)
        data = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        # NOTE: else the one who sends could wait for one who waits to send.
        if self._sender is None and (len(data) > _SHORT or len(self.waiting) > _FEW):
            self._sender = _Sender(self.connection)
        if self._sender is not None:
            self._sender.send(data)
            return
        with suppress(OSError):  # it has died, which is found out with the answer
            self.connection.send_bytes(data)

    def answer(self) -> JudgedElsewhere:
        """What was made of the first store that waits."""
        task = self.waiting.popleft()
        try:
            answer: JudgedElsewhere = pickle.loads(self.connection.recv_bytes())  # noqa: S301  (our own)
        except (EOFError, OSError):
            return JudgedElsewhere(None, self._replaced(task.place), 0, refused=False)
        return answer

    def kill(self) -> None:
        """Kill the process, and do not wait for its end."""
        self._process.kill()

    def end(self) -> None:
        """Kill the process, and wait for its end."""
        self.kill()
        self._process.join()
        if self._sender is not None:
            self._sender.end()
        self.connection.close()

    def _replaced(self, place: StorePath) -> UnpinError:
        """The error for the store of which it died; another process judges those that wait."""
        self._process.join(_MOMENT)
        self.end()
        number = -(self._process.exitcode or 0)
        how = f"was ended by signal {number}" if number > 0 else "ended"
        source = place.path if place.content is None else place.content.source
        waiting, self.waiting = self.waiting, deque()
        self._start()
        for task in waiting:
            self.send(task.place)
        return UnpinError(
            f"{source}: not judged: the process that judged it {how}",
            "where memory is short, --jobs 1 takes less",
        )


class _Sender:
    """Sends what a connection has no room for, in a thread, and all that follows it."""

    def __init__(self, connection: Connection) -> None:
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._thread = Thread(target=self._run, args=(connection,), daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        self._waiting.put(data)

    def end(self) -> None:
        """End with the process at the other end, which has ended."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self, connection: Connection) -> None:
        with suppress(OSError):
            while (data := self._waiting.get()) is not None:
                connection.send_bytes(data)


def _serve(
    connection: Connection,
    judge: Callable[[StorePath, bool], object],
    others: Sequence[Connection],
) -> None:
    """Judge stores until the connection ends. The copy of the process begins here."""
    begin(others)
    with suppress(EOFError, OSError):
        while True:
            task: _Task = pickle.loads(connection.recv_bytes())  # noqa: S301  (our own)
            connection.send_bytes(_judged(judge, task))


def _judged(judge: Callable[[StorePath, bool], object], task: _Task) -> bytes:
    """The answer, pickled; a fault of unpin is that of the store."""
    result, error = None, None
    budget.resume(task.iterations_left)
    try:
        result = judge(task.place, False)
    except UnpinError as found:
        error = found.kept()
    except Exception as found:  # noqa: BLE001  (it is reported)
        error = fault(found, task.place.path)
    iterations = 0 if task.iterations_left is None else task.iterations_left - (budget.left or 0)
    answer = JudgedElsewhere(result, error, iterations, budget.was_refused)
    try:
        return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except Exception as found:  # noqa: BLE001  (it is reported)
        return pickle.dumps(
            JudgedElsewhere(None, fault(found, task.place.path), iterations, refused=False)
        )
