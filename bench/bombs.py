"""What stores cost that are made to cost much: time and memory, and how both grow.

`python -m bench.bombs` measures every store of fuzz/bombs.py with 1,000 and 10,000 entries and
every text of fuzz/text_bombs.py of 1 and 4 MiB; `--long` adds 100,000 entries and texts of 64 MiB.
Each runs in a process of its own with SECONDS and MEMORY. A row plots the processor's seconds.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.measuring import UNPIN

from fuzz import bombs, text_bombs

SECONDS = 120
MEMORY = 4 << 30
WIDTH = 60


def measured(path: Path) -> str:
    """What an audit of `path` takes, its exit code and its last line.

    Seconds, seconds of a processor (what counts on a busy machine), and peak resident MiB.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [*UNPIN, "audit", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=limit,  # noqa: PLW1509  (no threads here)
    ) as process:
        try:
            out, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return f"more than {SECONDS} s"
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    computed = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    peak = used.ru_maxrss / 1024
    last = out.decode("utf-8", "replace").rstrip().rpartition("\n")[2][:WIDTH]
    return (
        f"{seconds:6.1f} s {computed:6.1f} s {peak:5.0f} MiB  {process.returncode}  "
        f"{'#' * int(computed):20} {last}"
    )


def alone(name: str, suffix: str, write: Callable[[Path], object]) -> None:
    """Measure one store in a child, so that its peak is not that of another."""
    child = os.fork()
    if not child:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"store{suffix}"
            write(path)
            print(f"{name:36} {measured(path)}", flush=True)
        os._exit(0)
    os.waitpid(child, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("names", nargs="*", help="only these stores and texts")
    options = parser.parse_args()
    counts = (1_000, 10_000, 100_000) if options.long else (1_000, 10_000)
    wanted = set(options.names)
    for name in (*bombs.STORES, *bombs.CERTIFICATES, *bombs.ONE_FORMAT):
        for suffix in bombs.suffixes(name):
            for count in counts if not wanted or name in wanted else ():
                if name == "long-aliases" and count > 1_000:
                    continue  # larger than MAX_FILE_BYTES
                alone(f"{name}{suffix} {count:,}", suffix, partial(bombs.write, name, count))
    for name, make in text_bombs.TEXTS.items():
        for size in (1, 4, 64) if options.long else (1, 4):
            if not wanted or name in wanted:
                alone(
                    f"{name} {size} MiB",
                    ".pem",
                    lambda path, m=make, s=size: path.write_bytes(m(s << 20)),
                )


if __name__ == "__main__":
    sys.exit(main())
