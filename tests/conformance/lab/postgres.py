"""Real PostgreSQL servers: one small cluster a chain, started when it is first asked for."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from tests.conformance.lab.files import Files
from tests.programs import debian, lacking

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
ATTEMPTS = 3
PATIENCE = 60.0
"""Seconds for a cluster to start; the port may be taken in between, hence the ATTEMPTS."""

_SUPERVISED = """
exec 3<&0
"$0" "$@" 3<&- & server=$!
{ read -r _ <&3; kill -INT $server; } 2>/dev/null &
wait $server
"""
"""Ends the server when standard input ends: also when the process that holds it is killed."""

_SETTINGS = {
    "ssl": "on",
    "ssl_cert_file": "server.crt",
    "ssl_key_file": "server.key",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "1MB",
    "max_connections": "20",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def binary(name: str) -> Path | None:
    """The newest PostgreSQL's `name`, or the one in the PATH."""
    for folder in reversed(FOLDERS):
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    return Path(found) if found else None


def missing() -> str | None:
    """Say what is missing for a server, if anything is."""
    wanted = [name for name in ("initdb", "postgres") if binary(name) is None]
    return lacking(f"no {wanted[0]}", debian("postgresql")) if wanted else None


class Clusters:
    """The clusters of one laboratory, in a folder that the servers' user can reach."""

    def __init__(self, files: Files, stack: ExitStack) -> None:
        self._files = files
        self._stack = stack
        self._folder = files.folder / "clusters"
        self._user = unprivileged()
        self._ports: dict[str, int] = {}
        self._lock = Lock()

    def port(self, chain: str) -> int:
        """The port of the server that presents `chain`."""
        with self._lock:
            if chain not in self._ports:
                self._ports[chain] = self._start(chain)
            return self._ports[chain]

    def _template(self) -> Path:
        template = self._folder / "template"
        if not template.exists():
            self._folder.mkdir()
            if self._user:
                shutil.chown(self._folder, self._user)
            self._run(
                binary("initdb"), "-D", template, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C", "--no-sync", "--no-instructions", "--wal-segsize=1",
            )  # fmt: skip
            (template / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\n")
        return template

    def _start(self, chain: str) -> int:
        data = self._folder / chain
        self._run("cp", "-rp", self._template(), data)
        for name, source in (
            ("server.crt", self._files.chain(chain)),
            ("server.key", self._files.key(chain)),
        ):
            (data / name).write_bytes(source.read_bytes())
            (data / name).chmod(0o600)
            if self._user:
                shutil.chown(data / name, self._user)
        for _ in range(ATTEMPTS):
            port = free_port()
            if self._stack.enter_context(serving(data, port, self._user)):
                return port
        raise RuntimeError((data / "log").read_text())

    def _run(self, *command: object) -> None:
        subprocess.run(
            [str(word) for word in command],
            user=self._user,
            cwd=self._files.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            check=True,
        )


@contextmanager
def serving(data: Path, port: int, user: str | None, **others: str) -> Iterator[bool]:
    """Run one server with `others` beside the usual settings; yields whether it takes connections."""
    settings = [f"--{name}={value}" for name, value in {**_SETTINGS, **others}.items()]
    command = ["sh", "-c", _SUPERVISED, str(binary("postgres")), "-D", str(data)]
    with (
        (data / "log").open("wb") as log,
        subprocess.Popen(
            [*command, f"--port={port}", *settings],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            user=user,
            cwd=data,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        ) as process,
    ):
        try:
            yield _ready(data / "log", process)
        finally:
            process.stdin.close()
            process.wait(PATIENCE)


def _ready(log: Path, process: subprocess.Popen) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        written = log.read_text()
        if "ready to accept connections" in written:
            return True
        if "FATAL" in written:
            return False
        time.sleep(0.02)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unprivileged() -> str | None:
    """The user to run as: PostgreSQL refuses root. None is whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
