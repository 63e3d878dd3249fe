"""Inject one fault into one system call of a write, by strace, and say what came of it."""

import os
import re
import shutil
import signal
import subprocess
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
        self._note(tally, operation, folder)
        if not wrong and operation != "create":
            operations.add_entry(folder / "link.jks", "later")
            wrong += [f"{name} stays" for name in operations.temporaries(folder)]
        self._conclude(tally, folder, wrong, f"{operation}: SIG{by} at {call} {number}")

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
        expected = operations.RESULT[operation] if changed else operations.BEFORE
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
        name, new = ("new.jks", None) if operation == "create" else ("s.jks", operations.BEFORE)
        path = folder / name
        is_old = (path.read_bytes() if path.exists() else None) == new
        tally.old += is_old
        tally.new += not is_old

    def _conclude(self, tally, folder, wrong, what):
        if wrong:
            tally.lost.append(f"{what}: {'; '.join(wrong)}")
        else:
            shutil.rmtree(folder)

    def _run(self, operation, options):
        self._count += 1
        folder = operations.scene(self.base / f"scene{self._count}")
        child = self.stage.ask(fork=operation, folder=str(folder), error=str(self.error))
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
