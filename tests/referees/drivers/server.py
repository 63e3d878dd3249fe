"""A PostgreSQL server that takes connections with and without TLS, for driver trials."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.conformance.lab.postgres import ATTEMPTS, binary, free_port, serving, unprivileged
from tests.pki import Authority, pem

RIGHT_NAME = "localhost"
WRONG_NAME = "127.0.0.1"
"""The server certificate has the first as its name, and not the second."""


def names_of(*names):
    """The names of a server certificate, as an extension."""
    return x509.SubjectAlternativeName([x509.DNSName(name) for name in names])


@dataclass(frozen=True)
class TrialServer:
    """The port of the server; `good` holds its root, `bad` another root."""

    port: int
    good: Path
    bad: Path
    folder: Path


@contextmanager
def trial_server():
    """Start the server; afterwards stop it, and remove its files."""
    folder = Path(tempfile.mkdtemp(prefix="unpin-drivers-"))
    user = unprivileged()
    try:
        folder.chmod(0o755)
        names = names_of(RIGHT_NAME)
        assert ip_address(WRONG_NAME).is_loopback
        root = Authority("Trial Root")
        server = Authority(RIGHT_NAME, root, ca=False, extensions=(names,))
        good, bad = folder / "good.pem", folder / "bad.pem"
        good.write_bytes(pem(root.certificate))
        bad.write_bytes(pem(Authority("Other Root").certificate))
        data = folder / "data"
        _initialise(data, user, folder)
        key = server.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        for name, content in (("server.crt", pem(server.certificate)), ("server.key", key)):
            (data / name).write_bytes(content)
            (data / name).chmod(0o600)
            if user:
                shutil.chown(data / name, user)
        yield from _served(data, user, good, bad, folder)
    finally:
        shutil.rmtree(folder)


def _initialise(data, user, folder):
    if user:
        data.mkdir()
        shutil.chown(data, user)
    command = [
        str(binary("initdb")), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
        "--locale=C", "--no-sync", "--no-instructions", "--wal-segsize=1",
    ]  # fmt: skip
    subprocess.run(
        command, user=user, cwd=folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    (data / "pg_hba.conf").write_text(
        "host all all 127.0.0.1/32 trust\nhost all all ::1/128 trust\n"
    )


def _served(data, user, good, bad, folder):
    for _ in range(ATTEMPTS):
        port = free_port()
        with serving(data, port, user) as ready:
            if ready:
                yield TrialServer(port, good, bad, folder)
                return
    raise RuntimeError((data / "log").read_text())
