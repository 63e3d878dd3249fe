"""Guess which drivers read a connection from the words around it; only to leave some out."""

import re
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from unpin.configurations.model import ClientConnection, Document

_HINTS: Final = (
    (r"require\(['\"]pg['\"]\)|from ['\"]pg['\"]|new Pool\(|@prisma/adapter-pg",
     ("node-postgres",)),
    (r"from ['\"]postgres['\"]|require\(['\"]postgres['\"]\)|(?<![\w.])postgres\(\s*['\"`]",
     ("postgres.js",)),
    (r"from ['\"]mysql2|require\(['\"]mysql2", ("mysql2",)),
    (r"(?m)^\s*(?:import|from) asyncpg|asyncpg\.", ("asyncpg",)),
    (r"(?m)^\s*(?:import|from) psycopg", ("libpq",)),
    (r"(?m)^\s*(?:import|from) pg8000", ("pg8000",)),
    (r"jackc/pgx|gorm\.io/driver/postgres|pgxpool\.|pgx\.Connect", ("pgx",)),
    (r"lib/pq|sql\.Open\(\s*\"postgres\"", ("lib/pq",)),
    (r"sqlx::|PgPool", ("sqlx",)),
    (r"tokio_postgres", ("tokio-postgres",)),
    (r"(?m)^\s*package \w+", ("pgx", "lib/pq")),
    (r"datasource\s+db|provider\s*=\s*\"prisma|sslaccept=", ("prisma",)),
    (r"\bpsql\b|\bpg_dump\b|\bpg_restore\b", ("libpq",)),
)  # fmt: skip
"""What a text says that uses these drivers, the more certain first."""

_NODE: Final = ("node-postgres", "postgres.js", "mysql2")
_LANGUAGES: Final = {
    ".js": _NODE, ".ts": _NODE, ".mjs": _NODE, ".py": ("libpq", "asyncpg"),
    ".go": ("pgx", "lib/pq"), ".rs": ("sqlx",), ".php": ("libpq", "mysqlnd"), ".rb": ("libpq",),
}  # fmt: skip
"""The drivers of a language, by the extension of its files."""


def with_hints(connection: ClientConnection, document: Document) -> ClientConnection:
    """The connection with fewer drivers, where the text around it names one."""
    if len(connection.drivers) < 2:
        return connection
    for pattern, drivers in _HINTS:
        kept = tuple(driver for driver in drivers if driver in connection.drivers)
        if kept and re.search(pattern, document.text):
            return replace(connection, drivers=kept)
    extension = PurePath(document.name).suffix.lower()
    of_language = _LANGUAGES.get(extension, ())
    kept = tuple(driver for driver in connection.drivers if driver in of_language)
    return replace(connection, drivers=kept) if kept else connection
