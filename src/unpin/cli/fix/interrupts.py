"""Let a signal end a run that writes between two files, so that the run can say what it did."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES: Final = ("SIGTERM", "SIGHUP")
"""The signals that end a process without a word; Python makes an exception of SIGINT itself."""


class Terminated(BaseException):
    """A signal asks the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def noticed() -> Iterator[None]:
    """Raise Terminated in the block for SIGTERM and SIGHUP, if they would end the process.

    Outside the main thread, where Python runs no handlers, this does nothing.
    """
    before = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
                if signal.getsignal(number) is signal.SIG_DFL:
                    before[number] = signal.signal(number, _raise)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_by(stop: Terminated) -> None:
    """End the process by the signal, as its sender expects."""
    signal.signal(stop.number, signal.SIG_DFL)
    os.kill(os.getpid(), stop.number)


def _raise(number: int, _frame: object) -> None:
    raise Terminated(number)
