"""Every fault that is tried: which signals and errors, at which system calls."""

from tests.faults.injecting import ENDED, ERRORS, NOT_FILES, Tally
from tests.faults.operations import OPERATIONS

SELECTED = ("replace",)
"""For the signals and errors of an everyday run; all are killed."""


def kills(injector, tallies):
    """SIGKILL at every system call of every operation."""
    _ends(injector, tallies, ("KILL",))


def interruptions(injector, tallies, *, full):
    """SIGTERM, SIGHUP and SIGINT at every system call, or one of them each in turn."""
    _ends(injector, tallies, [one for one in ENDED if one != "KILL"], full=full)


def errors(injector, tallies, *, full):
    """Errors at every system call for files, once and from there on, or one of these in turn."""
    turn = 0
    for operation in OPERATIONS if full else SELECTED:
        tally = tallies.setdefault(f"{operation}: errors", Tally())
        for call, count in injector.calls(operation).items():
            if NOT_FILES.fullmatch(call):
                continue
            for number in range(1, count + 1):
                tried = [(f"{number}{more}", error) for error in ERRORS for more in ("", "+")]
                turn += 1
                for when, error in tried if full else [tried[turn % len(tried)]]:
                    injector.fail(tally, operation, call, when, error)


def _ends(injector, tallies, signals, *, full=True):
    turn = 0
    for operation in OPERATIONS if full else SELECTED:
        key = "killed" if "KILL" in signals else "interrupted"
        tally = tallies.setdefault(f"{operation}: {key}", Tally())
        for call, count in injector.calls(operation).items():
            for number in range(1, count + 1):
                turn += 1
                for one in signals if full else [signals[turn % len(signals)]]:
                    injector.end(tally, operation, call, number, one)
