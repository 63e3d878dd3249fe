"""Do the same with several servers at a time, in threads that keep no process from ending."""

from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def side_by_side(
    ask: Callable[[_Item], _Result], items: Sequence[_Item], at_a_time: int
) -> Iterator[_Result]:
    """The results of `ask` in the order of `items`; raises what `ask` raised for an item.

    After Ctrl-C nobody waits for a server: the threads of concurrent.futures would be waited for
    at the end of the process.
    """
    todo: SimpleQueue[int] = SimpleQueue()
    for position in range(len(items)):
        todo.put(position)
    answers: list[SimpleQueue[Callable[[], _Result]]] = [SimpleQueue() for _ in items]
    stopped = Event()

    def work() -> None:
        while not stopped.is_set():
            try:
                position = todo.get_nowait()
            except Empty:
                return
            answers[position].put(_outcome(ask, items[position]))

    for _ in range(min(at_a_time, len(items))):
        Thread(target=work, daemon=True).start()
    try:
        for answer in answers:
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
