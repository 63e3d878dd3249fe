"""PostgreSQL servers of a test's own, with TLS or without; psql sessions that stay open."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

from tests import programs
from tests.conformance.lab.postgres import binary, free_port, missing, serving, unprivileged
from tests.pki import pem
from tests.servers import PATIENCE, key_pem

RULES = """\
local all all trust
host all all 127.0.0.1/32 trust
host all all ::1/128 trust
host all all 0.0.0.0/0 trust
"""


def address():
    """An address of this machine beyond 127.0.0.1, at which no packet leaves it; None without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found = probe.getsockname()[0]
    return None if found.startswith("127.") else found


def client():
    """The path of psql, which its wrapper of Debian hides."""
    found = binary("psql") or programs.program("psql")
    programs.note(programs.described(found))
    return str(found)


class Database:
    """A server with the users admin (a superuser), app and web, and the database shop."""

    def __init__(self, folder, server):
        if reason := missing():
            programs.not_run(reason)
        self.user = unprivileged()
        self.folder = folder
        self.data = folder / "data"
        folder.mkdir()
        if self.user:
            shutil.chown(folder, self.user)
        self._run(
            binary("initdb"), "-D", self.data, "-U", "admin", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync", "--no-instructions", "--wal-segsize=1",
        )  # fmt: skip
        (self.data / "pg_hba.conf").write_text(RULES)
        for name, data in (
            ("server.crt", pem(server.certificate)), ("server.key", key_pem(server)),
        ):  # fmt: skip
            (self.data / name).write_bytes(data)
            (self.data / name).chmod(0o600)
            if self.user:
                shutil.chown(self.data / name, self.user)
        self._single("CREATE ROLE app LOGIN; CREATE ROLE web LOGIN;", "postgres")
        self._single("CREATE DATABASE shop;", "postgres")
        self._single("CREATE EXTENSION sslinfo;", "shop")

    @contextmanager
    def running(self, **settings):
        """Yields the port."""
        port = free_port()
        others = {"listen_addresses": "*", "unix_socket_directories": str(self.folder), **settings}
        with serving(self.data, port, self.user, **others) as ready:
            assert ready, (self.data / "log").read_text()
            yield port

    def dsn(self, port, user="admin", host="127.0.0.1", **more):
        words = {"host": host, "port": port, "user": user, "dbname": "shop", **more}
        return " ".join(f"{name}={value}" for name, value in words.items())

    @contextmanager
    def session(self, port, *, config=None, **words):
        """A session of psql that stays open; `config` is an openssl.cnf."""
        psql = client()
        env = {**os.environ, **({"OPENSSL_CONF": str(config)} if config else {})}
        with subprocess.Popen(
            [psql, "-X", "-A", "-t", self.dsn(port, **words)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
        ) as process:  # fmt: skip
            try:
                process.stdin.write("SELECT 1;\n")
                process.stdin.flush()
                assert process.stdout.readline() == "1\n"
                yield
            finally:
                process.kill()

    def _single(self, sql, database):
        self._run(binary("postgres"), "--single", "-D", self.data, database, stdin=sql.encode())

    def _run(self, *command, stdin=b""):
        subprocess.run(
            [str(word) for word in command], user=self.user, cwd="/", input=stdin, check=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=12 * PATIENCE,
        )  # fmt: skip


def eventually(test):
    """Wait until `test` is true: a session that has ended is listed a moment longer."""
    end = time.monotonic() + PATIENCE
    while not (found := test()) and time.monotonic() < end:
        time.sleep(0.05)
    return found
