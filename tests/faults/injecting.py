"""Inject one fault into one system call of a write, by strace, and say what came of it."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

from tests import programs
from tests.faults import operations

NOT_FILES = re.compile(
    r"mmap|munmap|mremap|madvise|brk|rt_.*|futex|get.*id|getrandom|exit_group|clock_.*|prctl"
)
"""System calls whose failure is not a fault of files; a kill at them is one all the same."""

ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EACCES", "EROFS")
ENDED = {"KILL": -signal.SIGKILL, "TERM": -signal.SIGTERM, "HUP": -signal.SIGHUP, "INT": 130}
"""How a process ends by each of the signals."""


@dataclass
class Tally:
    """How many faults were injected, and what was there afterwards."""

    faults: int = 0
    old: int = 0
    new: int = 0
    lost: list = field(default_factory=list)

    def __str__(self):
        return (
            f"{self.faults} faults injected, {len(self.lost)} stores lost "
            f"({self.old} times the old store is there, {self.new} times the new one)"
        )


class Injector:
    """Runs operations of a stage in folders of their own under `base`."""

    def __init__(self, stage, base):
        self.stage = stage
        self.base = base
        self.log = base / "strace.log"
        self.error = base / "stderr"
        self._strace = programs.program("strace")
        self._count = 0

    def calls(self, operation):
        """The system calls of an operation that nothing happens to, by name."""
        code, folder = self._run(operation, ["-e", "trace=all"])
        assert (code, operations.harm(operation, folder)) == (0, [])
        log = self.log.read_text()
        found = Counter(re.findall(r"^(?:\d+ +)?(?:<\.\.\. )?(\w+)\(", log, re.MULTILINE))
        del found["rt_sigtimedwait"]  # of the stage
        return found

    def end(self, tally, operation, call, number, by):
        """End the process by a signal at the call: the old store or the new one is there.

        A signal that can be caught leaves no temporary file; after KILL the next write removes it.
        """
        code, folder = self._run(operation, _fault(call, number, f"signal={by}"))
        wrong = operations.harm(operation, folder)
        if code != ENDED[by] and not (by != "KILL" and call == "exit_group"):
            wrong.append(f"exit code {code}")
        if by != "KILL":
            wrong += [f"{name} is left" for name in operations.temporaries(folder)]
        self._ended(tally, operation, folder, wrong, f"SIG{by} at {call} {number}")

    def takes(self, operation):
        """The seconds that an operation takes from its start to its end."""
        child, _ = self._waiting(operation)
        began = time.monotonic()
        os.kill(child, signal.SIGUSR1)
        assert self.stage.ask(wait=child) == 0
        return time.monotonic() - began

    def kill(self, tally, operation, seconds):
        """Kill the process that long after its start, wherever it is then."""
        child, folder = self._waiting(operation)
        os.kill(child, signal.SIGUSR1)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        code = self.stage.ask(wait=child)
        wrong = operations.harm(operation, folder)
        if code not in {0, -signal.SIGKILL}:
            wrong.append(f"exit code {code}")
        self._ended(tally, operation, folder, wrong, f"SIGKILL after {seconds:.4f} s")

    def _ended(self, tally, operation, folder, wrong, what):
        self._note(tally, operation, folder)
        if not wrong:
            self._write_again(operation, folder)
            wrong += [f"{name} stays" for name in operations.temporaries(folder)]
        self._conclude(tally, folder, wrong, f"{operation}: {what}")

    def _write_again(self, operation, folder):
        """The next write of the same name, which removes the temporary file of the killed one."""
        if operation in operations.NEW_FILES or operation in operations.REPLACED:
            if name := operations.NEW_FILES.get(operation):
                (folder / name).unlink(missing_ok=True)
            operations.perform_well(operation, folder)
        else:
            operations.add_entry(folder / "link.jks", "later")

    def fail(self, tally, operation, call, number, error):
        """Let the call fail, and with a "+" after the number all such calls that follow.

        Either the old store is there and one line says why, or the new store is and nothing is said.
        """
        code, folder = self._run(operation, _fault(call, number, f"error={error}"))
        wrong = operations.harm(operation, folder)
        said = self.error.read_text().splitlines()
        changed = code == 0
        if code == 3 and len(said) == 1 and said[0].startswith("unpin: error: "):
            changed = "replaced, but" in said[0]
        elif (code, said) != (0, []):
            wrong.append(f"exit code {code}")
        expected = operations.results(operation)["s.jks"] if changed else operations.BEFORE
        if (folder / "s.jks").read_bytes() != expected:
            wrong.append("not the expected store")
        if code == 3 and not changed and len(operations.kept(folder)) > 1:
            wrong.append("a backup of nothing is left")
        if call != "unlink":
            wrong += [f"{name} is left" for name in operations.temporaries(folder)]
        self._note(tally, operation, folder)
        what = f"{operation}: {error} at {call} {number}: exit code {code}, {said}"
        self._conclude(tally, folder, wrong, what)

    def _note(self, tally, operation, folder):
        tally.faults += 1
        name, before = "s.jks", operations.BEFORE
        if operation in operations.NEW_FILES:
            name, before = operations.NEW_FILES[operation], None
        elif operation in operations.REPLACED:
            name, before = operations.REPLACED[operation], operations.THERE
        path = folder / name
        is_old = (path.read_bytes() if path.exists() else None) == before
        tally.old += is_old
        tally.new += not is_old

    def _conclude(self, tally, folder, wrong, what):
        if wrong:
            tally.lost.append(f"{what}: {'; '.join(wrong)}")
        else:
            shutil.rmtree(folder)

    def _waiting(self, operation):
        """A process that waits for SIGUSR1 to perform an operation, and its folder."""
        self._count += 1
        folder = operations.scene(self.base / f"scene{self._count}")
        return self.stage.ask(fork=operation, folder=str(folder), error=str(self.error)), folder

    def _run(self, operation, options):
        child, folder = self._waiting(operation)
        command = [self._strace, "-f", "-o", str(self.log), "-p", str(child), *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            said = tracer.stderr.readline()
            os.kill(child, signal.SIGUSR1)
            code = self.stage.ask(wait=child)
        if "attached" not in said:
            programs.not_run(
                programs.lacking(
                    f"strace cannot trace here: {said}", "a container with CAP_SYS_PTRACE"
                )
            )
        return code, folder


def _fault(call, number, what):
    return ["-e", f"trace={call}", "-e", f"inject={call}:{what}:when={number}"]
