"""The names of programs and drivers, and the client families whose rules they follow."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_PYTHON: Final = ("openssl", "openssl-strict")
"""The ssl module: families of versions up to 3.12, and from 3.13."""
_RUST: Final = ("rustls", "openssl")
"""A crate that can be built with either library."""

PROGRAMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "psql": ("openssl",),
        "libpq": ("openssl",),
        "pg_dump": ("openssl",),
        "pgbouncer": ("openssl",),
        "psycopg": ("openssl",),
        "psycopg2": ("openssl",),
        "python": _PYTHON,
        "asyncpg": _PYTHON,
        "pg8000": _PYTHON,
        "pymysql": _PYTHON,
        "requests": _PYTHON,
        "pip": _PYTHON,
        "node": ("openssl",),
        "node.js": ("openssl",),
        "nodejs": ("openssl",),
        "node-postgres": ("openssl",),
        "mysql2": ("openssl",),
        "npm": ("openssl",),
        "php": ("openssl",),
        "ruby": ("openssl",),
        "mysql": ("openssl",),
        "mariadb": ("openssl",),
        "librdkafka": ("openssl",),
        "curl": ("openssl-partial-chain",),
        "perl": ("openssl-partial-chain",),
        "pgjdbc": ("java",),
        "jdbc": ("java",),
        "jvm": ("java",),
        "kafka": ("java",),
        "mysql-connector-j": ("java",),
        "mariadb-connector-j": ("java",),
        "mssql-jdbc": ("java",),
        "bcjsse": ("bouncycastle",),
        "bctls": ("bouncycastle",),
        "golang": ("go",),
        "pgx": ("go",),
        "lib/pq": ("go",),
        "go-sql-driver": ("go",),
        "docker": ("go",),
        "terraform": ("go",),
        "kubectl": ("go",),
        "deno": ("rustls",),
        "uv": ("rustls",),
        "sqlx": _RUST,
        "tokio-postgres": _RUST,
        "reqwest": _RUST,
        "bun": ("boringssl",),
        "npgsql": ("dotnet",),
        ".net": ("dotnet",),
        "sqlclient": ("dotnet",),
        "system.data.sqlclient": ("dotnet",),
        "mysqlconnector": ("dotnet",),
        "mysql.data": ("dotnet",),
        "gnutls-cli": ("gnutls",),
        "wget": ("gnutls",),
        "openldap": ("gnutls",),
        "firefox": ("nss",),
        "windows": ("schannel",),
        "macos": ("secure-transport",),
    }
)
"""By name in lower case: on Linux, as Debian builds them, unless the program brings its own TLS."""
READ_NO_FOLDER: Final = frozenset({"psql", "libpq", "pg_dump", "psycopg", "psycopg2", "asyncpg"})
"""Programs that read a file alone, though their library reads hashed directories (measured)."""
