"""Do the same with several servers at a time, in threads that keep no process from ending."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_NOW_AND_THEN: Final = 0.5
"""Seconds between two calls of `waits`."""


def side_by_side(
    ask: Callable[[_Item], _Result],
    items: Sequence[_Item],
    at_a_time: int,
    waits: Callable[[int], None] = lambda _: None,
) -> Iterator[_Result]:
    """The results of `ask` in the order of `items`; raises what `ask` raised for an item.

    While the next one is awaited, `waits` is called now and then with how many are there already.

    After Ctrl-C nobody waits for a server: the threads of concurrent.futures would be waited for
    at the end of the process.
    """
    todo: SimpleQueue[int] = SimpleQueue()
    for position in range(len(items)):
        todo.put(position)
    answers: list[SimpleQueue[Callable[[], _Result]]] = [SimpleQueue() for _ in items]
    stopped = Event()
    there: SimpleQueue[int] = SimpleQueue()

    def work() -> None:
        while not stopped.is_set():
            try:
                position = todo.get_nowait()
            except Empty:
                return
            answers[position].put(_outcome(ask, items[position]))
            there.put(position)

    for _ in range(min(at_a_time, len(items))):
        Thread(target=work, daemon=True).start()
    try:
        for answer in answers:
            while answer.empty():
                waits(there.qsize())
                with suppress(Empty):
                    answer.put(answer.get(timeout=_NOW_AND_THEN))
            yield answer.get()()
    finally:
        stopped.set()


def _outcome(ask: Callable[[_Item], _Result], item: _Item) -> Callable[[], _Result]:
    """A function that returns what `ask` returned, or raises what it raised."""
    try:
        found = ask(item)
    except BaseException as error:  # noqa: BLE001  (it is raised where the answer is taken)
        raised = error

        def fail() -> _Result:
            raise raised

        return fail
    return lambda: found
