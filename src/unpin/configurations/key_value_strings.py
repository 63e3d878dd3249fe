"""Find and take apart connection strings of key=value pairs: libpq, ODBC, ADO.NET."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from unpin.configurations.model import ClientConnection, Form, Setting, folded

_WORD: Final = r"[A-Za-z_][A-Za-z_0-9]*"
_VALUE: Final = r"(?:'(?:[^'\\]|\\.)*'|\{[^}\s]*\}|[^\s'\"`;,]+)"
_KEYWORDS: Final = re.compile(
    rf"(?<![\w.;&?])(?:{_WORD}\s*=\s*{_VALUE}[ \t]+)+{_WORD}\s*=\s*{_VALUE}"
)
_PAIR: Final = re.compile(rf"({_WORD})\s*=\s*({_VALUE})")
_LIBPQ: Final = frozenset({"host", "hostaddr", "dbname", "user", "port", "sslmode", "sslrootcert"})
_DECISIVE: Final = frozenset({"sslmode", "sslrootcert", "dbname", "hostaddr"})

_SEMICOLONS: Final = re.compile(
    r"(?i)(?<![\w.])(?:host|server|data source|datasource|addr|address|driver|dsn|database|user id"
    r"|username|uid|ssl ?mode)\s*=\s*[^;\"'\n]*(?:;\s*[\w .]+=(?:\"[^\"\n]*\"|'[^'\n]*'|\{[^}\n]*\}"
    r"|[^;\"'\n]*))+;?"
)
_ODBC_DRIVERS: Final = (("postgres", "libpq"), ("maria", "mariadb-odbc"), ("mysql", "mysql-odbc"))
_OF_SQL_CLIENT: Final = frozenset(
    {
        "encrypt", "trustservercertificate", "servercertificate", "integratedsecurity",
        "initialcatalog", "hostnameincertificate", "multipleactiveresultsets", "authentication",
        "persistsecurityinfo",
    }
)  # fmt: skip
_OF_MYSQL: Final = frozenset(
    {
        "sslca",
        "cacertificatefile",
        "certificatefile",
        "certificatestorelocation",
        "allowpublickeyretrieval",
    }
)


def key_value_strings_in(text: str, file: str, line: int) -> Iterator[ClientConnection]:
    """The connections of the key=value strings in a text; `line` is that of its first line."""
    for match in _KEYWORDS.finditer(text):
        at = line + text.count("\n", 0, match.start())
        pairs = [(key, _unquoted(value)) for key, value in _PAIR.findall(match[0])]
        keys = {key for key, _ in pairs}
        if len(keys & _LIBPQ) >= 2 and keys & _DECISIVE:
            yield _of_keywords(pairs, file, at)
    for match in _SEMICOLONS.finditer(_joined(text)):
        at = line + text.count("\n", 0, min(match.start(), len(text)))
        found = semicolon_connection(match[0], file, at)
        if found is not None:
            yield found


def _of_keywords(pairs: Sequence[tuple[str, str]], file: str, line: int) -> ClientConnection:
    parameters = tuple(Setting(key, value, line, "connection string") for key, value in pairs)
    values = dict(pairs)
    host = values.get("host") or values.get("hostaddr")
    return ClientConnection(
        f"connection string to {host or 'the default host'}",
        Form.KEYWORDS,
        ("libpq", "lib/pq", "pgx"),
        file,
        line,
        host.partition(",")[0] if host else None,
        parameters,
    )


def semicolon_connection(text: str, file: str, line: int) -> ClientConnection | None:
    """The connection of an ADO.NET or ODBC string; None if it is none."""
    pairs = [
        (key.strip(), _unquoted(value.strip()))
        for key, _, value in (part.partition("=") for part in _parts(text))
        if key.strip()
    ]
    keys = {folded(key): value for key, value in pairs}
    if len(keys) < 2:
        return None
    host = next(
        (keys[key] for key in ("host", "server", "datasource", "addr", "address") if key in keys),
        None,
    )
    driver = _driver(keys, (host or "").lower())
    if driver is None:
        return None
    if host is not None:
        host = re.split(r"[,:\\]", host.removeprefix("tcp:"), maxsplit=1)[0]
    return ClientConnection(
        f"connection string to {host or 'the default host'}",
        Form.KEYWORDS,
        (driver,),
        file,
        line,
        host,
        tuple(Setting(key, value, line, "connection string") for key, value in pairs),
    )


def _driver(keys: dict[str, str], host: str) -> str | None:
    odbc = keys.get("driver", "").lower()
    if odbc:
        named = [driver for word, driver in _ODBC_DRIVERS if word in odbc]
        return named[0] if named else "odbc"
    if keys.keys() & _OF_MYSQL or ".mysql." in host or keys.get("port") == "3306":
        return "mysqlconnector"
    if "host" in keys and "server" not in keys:
        return "npgsql"
    if keys.keys() & _OF_SQL_CLIENT or ".database.windows.net" in host:
        return "sqlclient"
    if ".postgres." in host or keys.get("port") == "5432":
        return "npgsql"
    if "sslmode" in keys or "uid" in keys:
        return "mysqlconnector"
    if "datasource" in keys or {"server", "database"} <= keys.keys():
        return "sqlclient"
    return None


def _parts(text: str) -> list[str]:
    """The parts between semicolons; quotes and braces hold a value together."""
    return re.findall(r"(?:\"[^\"]*\"|'[^']*'|\{[^}]*\}|[^;])+", text)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] + value[-1] in {'""', "''", "{}"}:
        return value[1:-1].replace("\\'", "'")
    return value


def _joined(text: str) -> str:
    """A text whose expressions of ARM templates, concat('a', b, 'c'), are one string."""
    if "concat(" not in text:
        return text
    return (
        re.sub(r"'\s*,[^;]*?,\s*'", "EXPRESSION", text).replace("concat('", "").replace("')", "'")
    )
