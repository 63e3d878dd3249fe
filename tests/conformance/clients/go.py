"""Clients in Go: crypto/tls and lib/pq, built once from Debian's packages, without network."""

import os
import subprocess
from pathlib import Path

from tests.conformance.clients import words
from tests.conformance.clients.client import (
    PATIENCE,
    PROGRAMS,
    Client,
    first_line,
    in_bulk,
    in_path,
    over_postgres,
)
from tests.conformance.lab.bench import Bench
from tests.programs import debian, lacking

GOPATH = Path("/usr/share/gocode")
_GO = in_path("go")
_VERSION = first_line("go", "version")


def _missing() -> str | None:
    if not (GOPATH / "src/github.com/lib/pq").exists():
        return lacking("no lib/pq", debian("golang-github-lib-pq-dev"))
    return _GO()


def _built(bench: Bench) -> Path:
    program = bench.files.folder / "handshakes-go"
    if not program.exists():
        subprocess.run(
            ["go", "build", "-o", program, PROGRAMS / "handshakes.go"],
            env=os.environ | {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOFLAGS": ""},
            timeout=10 * PATIENCE,
            check=True,
        )
    return program


CLIENTS = (
    Client(
        "go-tls",
        "go",
        _missing,
        _VERSION,
        in_bulk(lambda bench: (_built(bench), "tls")),
        mass=True,
    ),
    Client(
        "lib-pq",
        "go",
        _missing,
        _VERSION,
        in_bulk(lambda bench: (_built(bench), "pq"), over_postgres),
        postgres=True,
        words=words.lib_pq,
    ),
)
