"""Two cacerts: `unpin diff A B` against keytool's listings piped to diff, in one run; ratios only.

    python bench/diff.py [CACERTS]

B is A without its first trusted entry, and with another one renamed.
"""

import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STORE = sys.argv[1] if len(sys.argv) > 1 else "/etc/ssl/certs/java/cacerts"
PASSWORD = ["-storepass", "changeit"]


def best(command, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - start)
    return min(times)


def changed_copy(folder):
    copy = folder / "changed"
    copy.write_bytes(Path(STORE).read_bytes())
    keytool = ["keytool", "-keystore", str(copy), *PASSWORD]
    listing = subprocess.run([*keytool, "-list"], capture_output=True, text=True, check=True).stdout
    aliases = [line.split(", ")[0] for line in listing.splitlines() if ", trustedCertEntry" in line]
    subprocess.run([*keytool, "-delete", "-alias", aliases[0]], check=True, capture_output=True)
    rename = [*keytool, "-changealias", "-alias", aliases[1], "-destalias", "renamed"]
    subprocess.run(rename, check=True, capture_output=True)
    return copy, len(aliases)


def main():
    with tempfile.TemporaryDirectory() as name:
        other, count = changed_copy(Path(name))
        unpin = [sys.executable, "-m", "unpin", "diff"]
        listing = ["keytool", "-list", "-rfc", *PASSWORD, "-keystore"]
        lists = [shlex.join([*listing, str(store)]) for store in (STORE, other)]
        keytool = ["bash", "-c", f"diff <({lists[0]}) <({lists[1]})"]
        theirs = best(keytool)
        print(f"{count} entries; keytool -list -rfc of both, piped to diff: {theirs:.3f} s")
        for title, command in {
            "unpin diff A B": [*unpin, STORE, other],
            "unpin diff --profile none A B": [*unpin, "--profile", "none", STORE, other],
            "unpin diff A": [*unpin, STORE],
            "unpin diff --textconv A": [*unpin, "--textconv", STORE],
            "python alone": [sys.executable, "-c", "pass"],
        }.items():
            ours = best(command)
            print(f"{title}: {ours:.3f} s, {ours / theirs:.2f}x")


if __name__ == "__main__":
    main()
