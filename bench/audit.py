"""`unpin audit cacerts` against `keytool -list -v`, and 1,000 stores against sha256sum.

Run as `python -m bench.audit`. Everything is measured in one run; the ratios are what counts.
"""

import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.measuring import CACERTS, UNPIN, best, compare, run, stores

from unpin.operations.opening import open_path

COUNT = 1000


def whole_process() -> None:
    keytool = ["keytool", "-list", "-v", "-keystore", CACERTS, "-storepass", "changeit"]
    commands = {
        "unpin audit cacerts": [*UNPIN, "audit", CACERTS],
        "keytool -list -v": keytool,
        "unpin --version": [*UNPIN, "--version"],
        "import typer": [sys.executable, "-c", "import typer"],
        "import tabulate": [sys.executable, "-c", "import tabulate"],
        "python alone": [sys.executable, "-c", "pass"],
    }
    times = compare({name: partial(run, command) for name, command in commands.items()})
    for name, one in times.items():
        print(f"{name:20} {one}")
    ours, theirs = times["unpin audit cacerts"], times["keytool -list -v"]
    print(
        f"ratio of the fastest {ours.best / theirs.best:.2f}x, of the medians "
        f"{ours.median / theirs.median:.2f}x, of memory {ours.memory / theirs.memory:.2f}x"
    )


def thousand() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = stores(Path(folder), COUNT)
        digest, _ = best(["sha256sum", *paths], runs=3)
        start = time.perf_counter()
        entries = sum(len(open_path(str(path)).entries) for path in paths)
        ours = time.perf_counter() - start
        print(
            f"reading {COUNT} different stores ({entries} entries) {ours:.2f} s, "
            f"sha256sum {digest:.2f} s: {ours / digest:.1f}x"
        )
        audit, memory = best([*UNPIN, "audit", "--format", "jsonl", *paths], runs=1)
        print(f"unpin audit of the {COUNT} {audit:.1f} s {memory:.0f} MiB")


if __name__ == "__main__":
    whole_process()
    thousand()
