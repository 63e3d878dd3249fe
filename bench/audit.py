"""`unpin audit cacerts` against `keytool -list -v`, and 1,000 stores against sha256sum.

Run as `python -m bench.audit`. Everything is measured in one run; the ratios are what counts.
"""

import sys
import tempfile
import time
from pathlib import Path

from bench.measuring import CACERTS, UNPIN, best, stores

from unpin.stores.opening import open_path

COUNT = 1000


def whole_process() -> None:
    ours, our_memory = best([*UNPIN, "audit", CACERTS])
    keytool = ["keytool", "-list", "-v", "-keystore", CACERTS, "-storepass", "changeit"]
    theirs, their_memory = best(keytool)
    print(
        f"unpin audit cacerts  {ours:.3f} s {our_memory:4.0f} MiB\n"
        f"keytool -list -v     {theirs:.3f} s {their_memory:4.0f} MiB\n"
        f"ratio                {ours / theirs:.2f}x  {our_memory / their_memory:.2f}x"
    )
    for what, code in (
        ("python alone", "pass"),
        ("import typer", "import typer"),
        ("import tabulate", "import tabulate"),
        ("import cryptography's RSA", "import cryptography.hazmat.primitives.asymmetric.rsa"),
    ):
        seconds, memory = best([sys.executable, "-c", code])
        print(f"{what:26} {seconds:.3f} s {memory:4.0f} MiB")


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
