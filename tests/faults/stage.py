"""A process that has everything loaded, and forks the writers: one JSON line in, one out.

{"fork": operation, "folder": path, "error": path}    -> its process id; it waits for SIGUSR1
{"wait": process id}                                  -> its exit code, or minus the signal
{"crowd": number, "store": path}                      -> the exit codes of that many writers
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

from tests.faults import operations

PR_SET_PTRACER, ANYONE = 0x59616D61, ctypes.c_ulong(-1)
ROOT = Path(__file__).parents[2]


class Stage:
    """The other end."""

    def __enter__(self):
        path = os.pathsep.join((str(ROOT), *sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stage"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
        )
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def ask(self, **command):
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _answer(command):
    if "fork" in command:
        if command["fork"] in operations.COMMANDS:
            _warm_up(*operations.COMMANDS)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        ready, tell = os.pipe()
        if child := os.fork():
            os.close(tell)
            os.read(ready, 1)
            os.close(ready)
            return child
        os.close(ready)
        _be_writer(tell, command)
    if "crowd" in command:
        store = Path(command["store"])
        return _crowd(command["crowd"], store, command["backup"], command.get("kill"))
    return os.waitstatus_to_exitcode(os.waitpid(command["wait"], 0)[1])


def _be_writer(tell, command):
    code = 98
    try:
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYONE, 0, 0, 0)  # Yama: let strace in
        os.dup2(os.open(command["error"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        if limit := command.get("limit"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if user := command.get("user"):
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background
        for one in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_DFL)
        os.close(tell)
        signal.sigwait({signal.SIGUSR1})
        code = operations.perform(command["fork"], Path(command["folder"]))
    finally:
        os._exit(code)


def _crowd(number, store, backup, kill):
    """Let `number` writers go at once, each with an entry of its own; how each of them ended."""
    read, write = os.pipe()
    children = []
    for index in range(number):
        if child := os.fork():
            children.append(child)
            continue
        code = 98
        try:
            os.close(write)
            os.read(read, 1)  # returns when the parent closes its end
            operations.add_entry(store, f"writer-{index}", backup=backup)
            code = 0
        finally:
            os._exit(code)
    os.close(read)
    os.close(write)
    for child in children[::kill] if kill else ():
        time.sleep(0.003)
        os.kill(child, signal.SIGKILL)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@cache
def _warm_up(*names):
    """Load all that a write loads, also one that fails: imports would be faults of their own."""
    import tempfile

    null = os.open(os.devnull, os.O_WRONLY)
    kept = os.dup(2)
    os.dup2(null, 2)
    with tempfile.TemporaryDirectory() as folder:
        for operation in names:
            here = operations.scene(Path(folder) / operation)
            operations.perform(operation, here)
            (here / "s.jks").write_bytes(b"")
            operations.perform(operation, here)
    os.dup2(kept, 2)


if __name__ == "__main__":
    _warm_up(*operations.OPERATIONS)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)
