"""Every fault that is tried: which signals and errors, at which system calls."""

import random

from tests.faults.injecting import ENDED, ERRORS, NOT_FILES, Tally
from tests.faults.operations import COMMANDS, OPERATIONS

KILLS = 500
"""Of each command, by UNPIN_FAULTS=full."""
FEW = 3
"""Of each command at calls, and as many at moments, on an ordinary day."""

SELECTED = ("replace",)
"""For the signals and errors of an everyday run; all are killed."""


def kills(injector, tallies, *, full):
    """SIGKILL at every system call of a write; of the other operations at every one or third."""
    for operation in OPERATIONS:
        tally = tallies.setdefault(f"{operation}: killed", Tally())
        points = _points(injector, operation)
        for call, number in points if full or operation in SELECTED else points[::3]:
            injector.end(tally, operation, call, number, "KILL")


def command_kills(injector, tallies, *, full):
    """SIGKILL at every system call of each command, then at moments drawn by lot: 500 for each.

    On an ordinary day, at some of the calls and moments.
    """
    for command in COMMANDS:
        tally = tallies.setdefault(f"{command}: killed", Tally())
        points = _points(injector, command)
        for call, number in points if full else points[:: -(len(points) // FEW)]:
            injector.end(tally, command, call, number, "KILL")
        takes, lot = injector.takes(command), random.Random(command)
        for _ in range(KILLS - tally.faults if full else FEW):
            injector.kill(tally, command, lot.uniform(0, takes))


def interruptions(injector, tallies, *, full):
    """SIGTERM, SIGHUP and SIGINT at every system call, or one of them each in turn."""
    signals = [one for one in ENDED if one != "KILL"]
    for operation in OPERATIONS if full else SELECTED:
        tally = tallies.setdefault(f"{operation}: interrupted", Tally())
        for turn, (call, number) in enumerate(_points(injector, operation)):
            for one in signals if full else [signals[turn % len(signals)]]:
                injector.end(tally, operation, call, number, one)


def errors(injector, tallies, *, full):
    """Errors at every system call for files, once and from there on, or one of these in turn."""
    for operation in OPERATIONS if full else SELECTED:
        tally = tallies.setdefault(f"{operation}: errors", Tally())
        for turn, (call, number) in enumerate(_points(injector, operation)):
            if NOT_FILES.fullmatch(call):
                continue
            tried = [(f"{number}{more}", error) for error in ERRORS for more in ("", "+")]
            for when, error in tried if full else [tried[turn % len(tried)]]:
                injector.fail(tally, operation, call, when, error)


def _points(injector, operation):
    """Every system call of an operation: its name, and which of that name it is."""
    counts = injector.calls(operation)
    return [(call, number) for call in counts for number in range(1, counts[call] + 1)]
