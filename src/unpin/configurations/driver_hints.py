"""Guess which drivers read a connection from the words around it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Form

_HINTS: Final = (
    (r"require\(['\"]pg['\"]\)|from ['\"]pg['\"]|new Pool\(|@prisma/adapter-pg",
     ("node-postgres",)),
    (r"from ['\"]postgres['\"]|require\(['\"]postgres['\"]\)|(?<![\w.])postgres\(\s{0,8}['\"`]",
     ("postgres.js",)),
    (r"from ['\"]mysql2|require\(['\"]mysql2", ("mysql2",)),
    (r"(?m)^[ \t]{0,40}(?:import|from) asyncpg|asyncpg\.", ("asyncpg",)),
    (r"(?m)^[ \t]{0,40}(?:import|from) psycopg", ("libpq",)),
    (r"(?m)^[ \t]{0,40}(?:import|from) pg8000", ("pg8000",)),
    (r"jackc/pgx|gorm\.io/driver/postgres|pgxpool\.|pgx\.Connect", ("pgx",)),
    (r"lib/pq|sql\.Open\(\s{0,8}\"postgres\"", ("lib/pq",)),
    (r"sqlx::|PgPool", ("sqlx",)),
    (r"postgresql-database-plugin", ("pgx",)),
    (r"(?m)^[ \t]{0,40}package \w+", ("pgx", "lib/pq")),
    (r"datasource\s{1,8}db|provider\s{0,8}=\s{0,8}\"prisma|sslaccept=", ("prisma",)),
    (r"\bpsql\b|\bpg_dump\b|\bpg_restore\b", ("libpq",)),
)  # fmt: skip
"""What a text says that uses these drivers, the more certain first."""

_NODE: Final = ("node-postgres", "postgres.js", "mysql2", "url-client-node")
_JVM: Final = ("url-client-java",)
_LANGUAGES: Final = {
    ".js": _NODE, ".ts": _NODE, ".mjs": _NODE, ".py": ("libpq", "asyncpg", "url-client"),
    ".go": ("pgx", "lib/pq", "url-client"), ".rs": ("sqlx", "url-client"),
    ".php": ("libpq", "mysqlnd", "url-client"), ".rb": ("libpq", "url-client"),
    ".cs": ("url-client",), ".java": _JVM, ".kt": _JVM, ".scala": _JVM,
}  # fmt: skip
"""The drivers of a language, by the extension of its files."""

_OF_LIBPQ_ALONE: Final = frozenset({"PGSSLROOTCERT", "PGSSLCRL", "PGSERVICE", "PGSERVICEFILE"})
"""Variables that no driver of Node reads."""

_NAMESAKES: Final = (
    ("sqlclient", "go-mssqldb", "Data.SqlClient", "go-mssqldb"),
    ("sqlclient", "System.Data.SqlClient", "Microsoft.Data.SqlClient", "system.data.sqlclient"),
    ("sqlclient", "mssql_python", "Data.SqlClient", "odbc"),
    ("mysqlconnector", "MySql.Data", "MySqlConnector", "mysql.data"),
)
"""A driver, what names another driver of the same strings, what names the first, and the other."""


_TOKIO: Final = re.compile(
    r"\btokio_postgres\b|\bpostgres_(?:native_tls|openssl)\b|\bMakeRustlsConnect\b|\bpostgres::(?:Client|Config)\b"
)
"""What a program in Rust says that hands a TLS connector of its own to tokio-postgres."""

_OF_TOKIO: Final = ("tokio-postgres",)

_BY_KEY: Final = (
    (re.compile(r"MB_DB_CONNECTION_URI\Z"), "pgjdbc", Form.JDBC),
    (re.compile(r"HASURA_GRAPHQL_(?:METADATA_)?DATABASE_URL\Z|PGRST_DB_URI\Z"), "libpq", Form.URI),
    (re.compile(r"DATA_SOURCE_NAME\Z"), "lib/pq", Form.URI),
)
"""Variables whose product has one driver: Metabase, Hasura, PostgREST, postgres_exporter."""


def hints_of(document: Document) -> tuple[tuple[str, ...], ...]:
    """The groups of drivers that the text speaks of, the more certain first."""
    extension = PurePath(document.name).suffix.lower()
    if _TOKIO.search(document.text) is not None:
        return (_OF_TOKIO,)
    said = [drivers for pattern, drivers in _HINTS if re.search(pattern, document.text)]
    return (*said, _LANGUAGES.get(extension, ()))


def namesakes_of(document: Document) -> dict[str, str]:
    """The drivers that the text names, by those that take the same connection strings."""
    return {
        driver: other
        for driver, named, first, other in _NAMESAKES
        if named in document.text and first not in document.text
    }


def with_hints(
    connection: ClientConnection, hints: Sequence[tuple[str, ...]], namesakes: Mapping[str, str]
) -> ClientConnection:
    """The connection with the drivers that the text around it names, if it names some of them."""
    if hints == (_OF_TOKIO,):
        is_libpq = "libpq" in connection.drivers
        return replace(connection, drivers=_OF_TOKIO) if is_libpq else connection
    own = tuple(namesakes.get(driver, driver) for driver in connection.drivers)
    if own != connection.drivers:
        return replace(connection, drivers=own)
    if len(connection.drivers) > 1:
        for drivers in hints:
            kept = tuple(driver for driver in drivers if driver in connection.drivers)
            if kept and connection.form is Form.ENVIRONMENT:
                kept = _with_libpq(kept, connection)
            if kept:
                return replace(connection, drivers=kept)
    return connection


def of_products(document: Document, connection: ClientConnection) -> ClientConnection:
    """The connection with the driver of the product whose variable holds its URL."""
    if connection.form is not Form.URI or "libpq" not in connection.drivers:
        return connection
    around = (*document.settings, *connection.environment)
    names = [each.key.rpartition(".")[2] for each in around if each.line == connection.line]
    for pattern, driver, form in _BY_KEY:
        if any(pattern.search(name) for name in names):
            return replace(connection, drivers=(driver,), form=form)
    return connection


def _with_libpq(drivers: tuple[str, ...], connection: ClientConnection) -> tuple[str, ...]:
    """The drivers; also libpq where a program sets what only that reads, for psql or pg_dump."""
    named = {each.key for each in connection.environment} & _OF_LIBPQ_ALONE
    return (*drivers, "libpq") if named and drivers == ("node-postgres",) else drivers
