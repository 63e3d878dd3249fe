"""Dial each port with each store as an NSS database: tstclnt and certutil of libnss3-tools.

A word that begins with "/" is a PEM bundle. The argument is the name that is expected.
"""

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

END = "-----END CERTIFICATE-----"


def ders(word):
    if not word.startswith("/"):
        return [base64.b64decode(word)]
    blocks = Path(word).read_text().split(END)[:-1]
    return [base64.b64decode(block.split("-----")[-1]) for block in blocks]


host = sys.argv[1] if len(sys.argv) > 1 else "server.test"
for line in sys.stdin.read().splitlines():
    port, *certificates = line.split()
    with tempfile.TemporaryDirectory() as folder:
        database = ["-d", f"sql:{folder}"]
        subprocess.run(["certutil", "-N", *database, "--empty-password"], capture_output=True)
        for index, certificate in enumerate(one for word in certificates for one in ders(word)):
            subprocess.run(
                ["certutil", "-A", *database, "-n", f"c{index}", "-t", "C,,"],
                input=certificate, capture_output=True,
            )  # fmt: skip
        ran = subprocess.run(
            ["tstclnt", "-h", "127.0.0.1", "-p", port, *database, "-a", host, "-Q"],
            capture_output=True, text=True, input="", timeout=30,
        )  # fmt: skip
    said = " ".join((ran.stdout + ran.stderr).split())
    print("ok" if ran.returncode == 0 else said[:200], flush=True)
