"""What the benchmarks share: whole-process time and memory of a command, and stores to read."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.unit.stores import jks_writer as writer

from unpin.model.certificate import Certificate
from unpin.operations.opening import open_path

CACERTS = Path("/etc/ssl/certs/java/cacerts")
UNPIN = (sys.executable, "-m", "unpin")


@dataclass(frozen=True)
class Times:
    """Seconds of whole processes, fastest and median, and the peak resident MiB of the fastest."""

    best: float
    median: float
    memory: float

    def __str__(self) -> str:
        return f"{self.best:.3f} s (median {self.median:.3f}) {self.memory:4.0f} MiB"


def run(command) -> tuple[float, float]:
    """Seconds and peak resident MiB of one run of `command`.

    Bytecode is written and read as for an installed package, whatever the environment says.
    """
    usual = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=usual
    )
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def best(command, runs: int = 5) -> tuple[float, float]:
    """The fastest of `runs`, and its memory."""
    return min(run(command) for _ in range(runs))


def compare(works, runs: int = 15) -> dict[str, Times]:
    """Run every one of `works` (name: what runs and is measured) in turn, `runs` times.

    In turn, so that what else the machine does hits all of them alike; and once before it counts.
    """
    measured = {name: [] for name in works}
    for number in range(runs + 1):
        for name, work in works.items():
            result = work()
            if number:
                measured[name].append(result)
    times = {}
    for name, results in measured.items():
        fastest, memory = min(results)
        times[name] = Times(fastest, statistics.median(one for one, _ in results), memory)
    return times


def stores(folder: Path, count: int, differs=lambda number, _: number == 0) -> list[Path]:
    """`count` different JKS stores with the certificates of this machine's cacerts.

    Each has its own order and aliases, and its own copy of the certificates of which `differs`
    (called with position and certificate) says so: without it one, so that nothing read for one
    store helps with the next.
    """
    certificates = [entry.certificate for entry in open_path(str(CACERTS)).trusted]
    paths = []
    for store in range(count):
        shift = store % len(certificates)
        turned = certificates[shift:] + certificates[:shift]
        held = [_altered(c, store) if differs(i, c) else c for i, c in enumerate(turned)]
        entries = [writer.trusted(f"s{store}e{i}", one.der) for i, one in enumerate(held)]
        path = folder / f"{store}.jks"
        path.write_bytes(writer.store(*entries))
        paths.append(path)
    return paths


def _altered(certificate: Certificate, number: int) -> Certificate:
    """Another certificate of the same shape: the last bytes of its signature changed."""
    return Certificate(certificate.der[:-4] + number.to_bytes(4, "big"))
