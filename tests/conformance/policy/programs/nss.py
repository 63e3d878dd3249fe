"""Dial each port with each store as an NSS database: tstclnt and certutil of libnss3-tools."""

import base64
import subprocess
import sys
import tempfile

for line in sys.stdin.read().splitlines():
    port, *certificates = line.split()
    with tempfile.TemporaryDirectory() as folder:
        database = ["-d", f"sql:{folder}"]
        subprocess.run(["certutil", "-N", *database, "--empty-password"], capture_output=True)
        for index, certificate in enumerate(certificates):
            subprocess.run(
                ["certutil", "-A", *database, "-n", f"c{index}", "-t", "C,,"],
                input=base64.b64decode(certificate), capture_output=True,
            )  # fmt: skip
        ran = subprocess.run(
            ["tstclnt", "-h", "127.0.0.1", "-p", port, *database, "-a", "server.test", "-Q"],
            capture_output=True, text=True, input="", timeout=30,
        )  # fmt: skip
    said = " ".join((ran.stdout + ran.stderr).split())
    print("ok" if ran.returncode == 0 else said[:200], flush=True)
