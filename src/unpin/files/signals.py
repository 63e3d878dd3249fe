"""Hold back the signals that end a program while it has a temporary file to remove."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from unpin.model.errors import InterruptedWriteError

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def postponed(name: str) -> Iterator[Callable[[], None]]:
    """Note SIGINT, SIGTERM and SIGHUP, and deliver them at the end of the block.

    The block calls the yielded function between its steps; the function raises
    InterruptedWriteError if a signal has arrived. The block cleans up, then the signal takes its
    usual effect. An ignored signal stays ignored. Outside the main thread, where Python runs no
    handlers, this does nothing.
    """
    noted: list[int] = []

    def note(number: int, _frame: object) -> None:
        noted.append(number)

    def stop_if_asked() -> None:
        if noted:
            raise InterruptedWriteError(f"{name}: interrupted, nothing was written")

    before = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, known) for known in _NAMES if hasattr(signal, known)):
                if signal.getsignal(number) not in {signal.SIG_IGN, None}:
                    before[number] = signal.signal(number, note)
        yield stop_if_asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if noted:
            signal.raise_signal(noted[0])
