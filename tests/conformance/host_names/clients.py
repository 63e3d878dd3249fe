"""The clients that are asked about names: how each is run, and whether it dials or compares."""

import base64
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.host_names.certificates import LETTER, certificate, root
from tests.conformance.policy.pem import bundle
from tests.programs import absent, debian, lacking

PROGRAMS = Path(__file__).with_name("programs")
JARS = Path("/usr/share/java")
PATIENCE = 600


@dataclass(frozen=True)
class Files:
    """What programs read: a folder with the root as PEM and the servers' key."""

    folder: Path

    @property
    def root(self):
        return self._written("root.pem", bundle([root().der]))

    @property
    def key(self):
        return self._written("key.pem", LETTER.pem)

    def _written(self, name, text):
        path = self.folder / name
        if not path.exists():
            path.write_text(text)
        return path


@dataclass(frozen=True)
class Client:
    """A client of the `member` of host_names.MEMBERS, and how `command` runs it.

    It `dials` a port, or compares a name with a certificate by itself. `missing` says what it lacks
    to run here, or None. A `slow` one is a process a pair.
    """

    ident: str
    member: str
    command: Callable[[Files], list[str | Path]]
    dials: bool = False
    missing: Callable[[], str | None] = lambda: None
    slow: bool = False


def ask(client, pairs, files, ports=None):
    """What `client` does for (bearer, host) pairs: "+", or "-" and what it says, or "?"."""
    lines = [
        f"x{host.encode().hex()} {_second(client, bearer, ports)}"
        for bearer, host in pairs
        if not client.dials or bearer in ports
    ]
    ran = subprocess.run(
        [str(word) for word in client.command(files)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(files.folder),
            "LC_ALL": "C.UTF-8",
            "PGGSSENCMODE": "disable",
        },
        check=False,
    )
    answers = ran.stdout.splitlines()
    assert len(answers) == len(lines), (client.ident, len(answers), ran.stderr[-2000:])
    left = iter(answers)
    return [next(left) if not client.dials or bearer in ports else "?" for bearer, _ in pairs]


def _second(client, bearer, ports):
    if client.dials:
        return ports[bearer]
    return base64.b64encode(certificate(bearer)).decode()


def _python(program, *words):
    """One of programs/ in this Python."""

    def command(files):
        known = {"root": files.root, "key": files.key}
        return [sys.executable, PROGRAMS / program, *(known.get(word, word) for word in words)]

    return command


def _go(files):
    """The Go program, built once."""
    built = files.folder / "names-go"
    if not built.exists():
        source = files.folder / "names-source"
        source.mkdir()
        shutil.copy(PROGRAMS / "names.go", source / "main.go")
        (source / "go.mod").write_text("module names\n\ngo 1.19\n")
        settings = {"GOCACHE": str(files.folder / "cache"), "GOTOOLCHAIN": "local", "GOFLAGS": ""}
        subprocess.run(
            ["go", "build", "-o", str(built), "."],
            cwd=source,
            check=True,
            env=os.environ | settings,
        )
    return [built]


def _java(mode, *jars):
    def command(files):
        path = ":".join(str(JARS / jar) for jar in jars) or "."
        words = [] if mode == "pgjdbc" else [files.root]
        return [
            "java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            path,
            PROGRAMS / "Names.java",
            mode,
            *words,
        ]

    return command


def _jars(package, *jars):
    def missing():
        if any(not (JARS / jar).exists() for jar in jars):
            return lacking(f"no {jars[0]} in {JARS}", debian(package))
        return absent("java", "javac")

    return missing


def _library(name, package):
    def missing():
        try:
            ctypes.CDLL(name)
        except OSError:
            return lacking(f"no {name}", debian(package))
        return None

    return missing


def _package(name):
    def missing():
        found = importlib.util.find_spec(name)
        return None if found else lacking(f"no module {name}", "pip install --group test")

    return missing


def _in_path(*names):
    return lambda: absent(*names)


BOUNCYCASTLE = ("bcprov.jar", "bcutil.jar", "bcpkix.jar", "bctls.jar")
CLIENTS = (
    Client(
        "openssl", "openssl", _python("libraries.py", "openssl"),
        missing=_library("libcrypto.so.3", "libssl3"),
    ),
    Client(
        "gnutls", "gnutls", _python("libraries.py", "gnutls"),
        missing=_library("libgnutls.so.30", "gnutls-bin"),
    ),
    Client("python", "python", _python("python_ssl.py", "root", "key")),
    Client("go", "go", _go, missing=_in_path("go")),
    Client(
        "node", "node", lambda files: ["node", PROGRAMS / "names.mjs", "dial", files.root], dials=True,
        missing=_in_path("node"),
    ),
    Client("java", "java", _java("JSSE"), dials=True, missing=_in_path("java", "javac")),
    Client(
        "bcjsse", "bcjsse", _java("BCJSSE", *BOUNCYCASTLE), dials=True,
        missing=_jars("libbctls-java", *BOUNCYCASTLE),
    ),
    Client(
        "pgjdbc", "pgjdbc", _java("pgjdbc", "postgresql.jar"),
        missing=_jars("libpostgresql-jdbc-java", "postgresql.jar"),
    ),
    Client(
        "libpq", "libpq", _python("libpq.py", "libpq.so.5", "root"), dials=True,
        missing=_library("libpq.so.5", "libpq5"),
    ),
    Client(
        "psycopg", "libpq", _python("libpq.py", "psycopg", "root"), dials=True,
        missing=_package("psycopg"),
    ),
    Client(
        "curl", "curl", _python("curl.py", "root"), dials=True, missing=_in_path("curl"),
    ),
    Client(
        "pyreqwest", "rustls", _python("reqwest.py", "root"), dials=True,
        missing=_package("pyreqwest"), slow=True,
    ),
    Client(
        "s_client", "openssl", _python("commands.py", "s_client", "root"), dials=True,
        missing=_in_path("openssl"), slow=True,
    ),
    Client(
        "psql", "libpq", _python("commands.py", "psql", "root"), dials=True,
        missing=_in_path("psql"), slow=True,
    ),
    Client(
        "gnutls-cli", "gnutls", _python("commands.py", "gnutls-cli", "root"), dials=True,
        missing=_in_path("gnutls-cli"), slow=True,
    ),
)  # fmt: skip
"""Those that CI has; measured.json has more."""
