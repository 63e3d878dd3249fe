"""Dial each port with each bundle, one command a line: commands.py wget|uv < "port bundle" lines."""

import os
import subprocess
import sys
import tempfile


def wget(port, bundle, _folder):
    command = ["wget", "--no-config", "-nv", "-O", "-", "--tries=1", "--timeout=10"]
    command += [f"--ca-certificate={bundle}", "--ca-directory=/nonexistent"]
    ran = subprocess.run([*command, f"https://localhost:{port}/"], capture_output=True, text=True)
    return "ok" if ran.returncode == 0 else ran.stdout + ran.stderr


def uv(port, bundle, folder):
    """The server is no index: that uv complains about its answer shows that it got one."""
    command = ["uv", "pip", "install", "--no-config", "--no-cache", "--target", folder]
    command += ["--python", sys.executable, "--index-url", f"https://localhost:{port}/simple", "x"]
    settings = {"PATH": os.environ["PATH"], "HOME": folder, "SSL_CERT_FILE": bundle}
    ran = subprocess.run(command, capture_output=True, text=True, env=settings)
    said = ran.stdout + ran.stderr
    return "ok" if "Missing `Content-Type`" in said else said


dial = {"wget": wget, "uv": uv}[sys.argv[1]]
for line in sys.stdin.read().splitlines():
    with tempfile.TemporaryDirectory() as folder:
        print(" ".join(dial(*line.split(), folder).split())[-200:], flush=True)
