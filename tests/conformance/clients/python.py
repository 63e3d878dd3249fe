"""Clients inside Python: the ssl module, psycopg, asyncpg, and rustls in a wheel."""

import importlib.util
import ssl
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from tests.conformance.clients import words
from tests.conformance.clients.client import (
    PROGRAMS,
    Client,
    Words,
    in_bulk,
    over_postgres,
    over_tls,
    own_words,
)
from tests.conformance.lab.bench import Bench
from tests.programs import lacking

PARTIAL = "openssl-partial-chain"


def _ssl(ident: str, family: str) -> Client:
    return Client(
        ident,
        family,
        lambda: None,
        lambda: f"Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION}",
        in_bulk(lambda _bench: _program(ident)),
        mass=True,
    )


def _package(
    package: str,
    family: str,
    where: Callable[[Bench, str], int | Path] = over_tls,
    *,
    mass: bool = False,
    says: Words = own_words,
) -> Client:
    def missing() -> str | None:
        found = importlib.util.find_spec(package)
        return None if found else lacking(f"no module {package}", "pip install --group test")

    return Client(
        package,
        family,
        missing,
        lambda: f"{package} {version(package)}",
        in_bulk(lambda _bench: _program(package), where),
        postgres=where is over_postgres,
        mass=mass,
        words=says,
    )


def _program(mode: str) -> tuple[object, ...]:
    return sys.executable, PROGRAMS / "handshakes.py", mode


CLIENTS = (
    _ssl("python-ssl", "openssl"),
    _ssl("python-ssl-partial", PARTIAL),
    _ssl("python-ssl-strict", "openssl-strict"),
    _package("psycopg", "openssl", over_postgres, says=words.libpq),
    _package("asyncpg", "openssl", over_postgres),
    _package("pyreqwest", "rustls", mass=True),
)
