"""Clients in JavaScript: Node's tls and node-postgres; Bun and Deno where they are."""

import subprocess

from tests.conformance.clients import words
from tests.conformance.clients.client import (
    PATIENCE,
    PROGRAMS,
    Client,
    first_line,
    in_bulk,
    in_path,
    over_postgres,
    over_tls,
)
from tests.programs import lacking

PROGRAM = PROGRAMS / "handshakes.cjs"
_NODE = in_path("node")
_VERSION = first_line("node", "--version")


def _without_pg() -> str | None:
    if told := _NODE():
        return told
    asked = subprocess.run(
        ["node", PROGRAM, "version"], capture_output=True, timeout=PATIENCE, check=False
    )
    return lacking("no module pg", f"npm ci --prefix {PROGRAMS}") if asked.returncode else None


def _bulk(mode: str, port=over_tls):
    return in_bulk(lambda _bench: ("node", PROGRAM, mode), port)


CLIENTS = (
    Client("node-tls", "openssl", _NODE, _VERSION, _bulk("tls"), mass=True, words=words.node),
    Client(
        "node-tls-partial",
        "openssl-partial-chain",
        _NODE,
        _VERSION,
        _bulk("tls-partial"),
        mass=True,
        words=words.node,
    ),
    Client(
        "node-postgres",
        "openssl",
        _without_pg,
        first_line("node", PROGRAM, "version"),
        _bulk("pg", over_postgres),
        postgres=True,
        words=words.node,
    ),
    Client(
        "bun",
        "boringssl",
        in_path("bun"),
        first_line("bun", "--version"),
        in_bulk(lambda _bench: ("bun", PROGRAM, "tls")),
        mass=True,
        words=words.bun,
        required=False,
    ),
    Client(
        "deno",
        "rustls",
        in_path("deno"),
        first_line("deno", "--version"),
        in_bulk(lambda _bench: ("deno", "run", "--allow-all", PROGRAM, "deno")),
        mass=True,
        required=False,
    ),
)
