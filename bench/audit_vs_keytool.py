"""Whole-process time of `unpin audit STORE` against `keytool -list -v`, in one run; ratios only."""

import subprocess
import sys
import time
from pathlib import Path

from unpin.stores import jks

STORE = sys.argv[1] if len(sys.argv) > 1 else "/etc/ssl/certs/java/cacerts"


def best(command, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    ours = best([sys.executable, "-m", "unpin", "audit", STORE])
    theirs = best(["keytool", "-list", "-v", "-keystore", STORE, "-storepass", "changeit"])
    bare = best([sys.executable, "-c", "pass"])
    print(f"unpin audit {ours:.3f} s, keytool -list -v {theirs:.3f} s: {ours / theirs:.2f}x")
    print(f"python alone {bare:.3f} s")
    data = Path(STORE).read_bytes()
    if jks.claims(data):
        start = time.perf_counter()
        for _ in range(1000):
            jks.decode(data, source=STORE, password="changeit")
        reading = time.perf_counter() - start
        digest = best(["sha256sum", *([STORE] * 1000)], runs=3)
        print(f"decoding 1,000 times {reading:.2f} s, sha256sum {digest:.2f} s: "
              f"{reading / digest:.1f}x")  # fmt: skip


if __name__ == "__main__":
    main()
