"""The programs at hand that can be asked: each dials every port with its case's store."""

import base64
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.conformance.policy.certs import HOST
from tests.conformance.policy.pem import bundle

PROGRAMS = Path(__file__).with_name("programs")
JVM = Path("/usr/lib/jvm")
BOUNCY = [Path(f"/usr/share/java/{jar}.jar") for jar in ("bcprov", "bctls", "bcpkix", "bcutil")]


def java(jdk, provider, algorithm):
    """The argument list for a JDK under /usr/lib/jvm whose folder matches; None without it."""
    found = sorted(JVM.glob(f"{jdk}/bin/java"))
    path = ["-cp", ":".join(map(str, BOUNCY))] if provider == "BCJSSE" else []
    if not found or (path and not all(jar.exists() for jar in BOUNCY)):
        return None
    return [str(found[0]), *path, str(PROGRAMS / "Handshakes.java"), provider, algorithm]


def go(folder):
    """Build the Go program into `folder`; None without a Go compiler."""
    compiler = shutil.which("go")
    if compiler is None:
        return None
    shutil.copy(PROGRAMS / "handshakes.go", folder / "main.go")
    (folder / "go.mod").write_text("module handshakes\n\ngo 1.19\n")
    built = folder / "handshakes"
    environment = {**os.environ, "GOCACHE": str(folder / "cache"), "GOTOOLCHAIN": "local"}
    subprocess.run(
        [compiler, "build", "-o", str(built), "."], cwd=folder, check=True, env=environment
    )
    return [str(built)]


def node():
    found = shutil.which("node")
    return None if found is None else [found, str(PROGRAMS / "handshakes.mjs")]


def bun():
    """Bun runs the program of Node; nobody has to have it."""
    found = shutil.which("bun")
    return None if found is None else [found, str(PROGRAMS / "handshakes.mjs")]


def dial(command, cases, ports):
    """What the program says of each case: "ok" or its error."""
    lines = [
        " ".join([str(port), *(base64.b64encode(one.der).decode() for one in case.store)])
        for case, port in zip(cases, ports, strict=True)
    ]
    ran = subprocess.run(
        command, input="\n".join(lines), capture_output=True, text=True, timeout=600, check=False
    )
    answers = ran.stdout.splitlines()
    assert len(answers) == len(cases), ran.stderr[-2000:]
    return answers


def gnutls_cli(cases, ports):
    """What gnutls-cli says of each case: "ok" or its status line; None without the program."""
    if shutil.which("gnutls-cli") is None:
        return None
    answers = []
    for case, port in zip(cases, ports, strict=True):
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(bundle(one.der for one in case.store))
            file.flush()
            name = [f"--verify-hostname={HOST}", f"--sni-hostname={HOST}"]
            ran = subprocess.run(
                ["gnutls-cli", "--x509cafile", file.name, "--port", str(port), *name, "127.0.0.1"],
                input="", capture_output=True, text=True, errors="replace", timeout=60, check=False,
            )  # fmt: skip
        text = ran.stdout + ran.stderr
        said = re.findall(r"(?:Status: |Fatal error: |Error ).*", text)
        answers.append("ok" if "Handshake was completed" in text else " ; ".join(said))
    return answers
