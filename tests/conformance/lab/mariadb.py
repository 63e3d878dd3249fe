"""A real MariaDB server with TLS on 127.0.0.1, which takes connections without TLS as well."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from tests.conformance.lab.postgres import free_port, unprivileged
from tests.pki import pem
from tests.programs import debian, lacking
from tests.servers import key_pem

SERVER = shutil.which("mariadbd") or shutil.which("mysqld")
PATIENCE = 60.0


def missing():
    """Say what is missing for a server, if anything is."""
    if SERVER is None or shutil.which("mariadb-install-db") is None:
        return lacking("no mariadbd in the PATH", debian("mariadb-server"))
    return None


@contextmanager
def mariadb_server(server, *sent, options=(), statements=""):
    """The port of a server that sends its certificate and those of `sent`, and its folder.

    `server` is an Authority; `statements` are executed at the start.
    """
    with (
        mariadb_folder(server, *sent) as folder,
        mariadb_running(folder, *options, statements=statements) as port,
    ):
        yield port, folder


@contextmanager
def mariadb_folder(server, *sent):
    """The folder of a server with its data, its certificate and those of `sent`."""
    folder, user = Path(mkdtemp(prefix="unpin-")), unprivileged()
    try:
        folder.chmod(0o755)
        (folder / "chain.pem").write_bytes(pem(server.certificate, *sent))
        (folder / "key.pem").write_bytes(key_pem(server))
        (folder / "start.sql").touch()
        if user:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, user)
        subprocess.run(
            ["mariadb-install-db", *_own(folder), "--skip-test-db", "--auth-root-authentication-method=normal"],
            check=True, capture_output=True, timeout=2 * PATIENCE,
        )  # fmt: skip
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def mariadb_running(folder, *options, statements=""):
    """The port of the server of the folder; `statements` are executed at the start, one a line."""
    port = free_port()
    (folder / "start.sql").write_text(statements)
    command = [
        SERVER, *_own(folder), f"--socket={folder / 's'}", f"--port={port}",
        "--bind-address=127.0.0.1", f"--ssl-cert={folder / 'chain.pem'}", f"--ssl-key={folder / 'key.pem'}",
        f"--init-file={folder / 'start.sql'}", *options,
    ]  # fmt: skip
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, stdout=log, stderr=log, env={"PATH": os.environ["PATH"]}
        ) as process,
    ):
        try:
            end = time.monotonic() + 2 * PATIENCE
            while b"ready for connections" not in (folder / "log").read_bytes():
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _own(folder):
    """Temporary tables of two servers that start at a time have the same names: hence tmpdir."""
    user = unprivileged()
    return [
        "--no-defaults",
        f"--datadir={folder / 'data'}",
        f"--tmpdir={folder}",
        *([f"--user={user}"] if user else []),
    ]
