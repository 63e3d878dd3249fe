"""Find and take apart connection strings of key=value pairs: libpq, ODBC, ADO.NET."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Form, Setting, folded

_PAIR: Final = re.compile(
    r"(?<![\w.;&?])(?P<key>[A-Za-z_]\w{0,40})[ \t]?=[ \t]?"
    r"(?P<value>'(?:[^'\\]|\\.){0,1000}'|\{[^}\s]{0,100}\}|[^\s'\"`;,]{1,1000})"
)
_LIBPQ: Final = frozenset({"host", "hostaddr", "dbname", "user", "port", "sslmode", "sslrootcert"})
_DECISIVE: Final = frozenset({"sslmode", "sslrootcert", "dbname", "hostaddr"})

_BEGIN: Final = re.compile(
    r"(?i)(?<![\w.])(?:host|server|data source|datasource|addr|address|driver|dsn|database|user id"
    r"|username|uid|ssl ?mode)[ \t]{0,4}="
)
"""With which keys a string of ADO.NET or ODBC begins."""

_DBI: Final = re.compile(
    r"(?i)\bdbi:(?P<product>Pg|mysql|MariaDB)(?:\([^)\n]{0,200}\))?:(?P<rest>[^\"'\n`]{0,2000})"
)
_OF_PDO: Final = re.compile(r"(?i)(?<![\w.])(?:mysql|mariadb|dblib|sqlsrv|oci|ibm|firebird):\Z")
"""What stands before the pairs of a DSN of PDO, whose call says the rest."""

_LONGEST: Final = 4096
"""The most characters of a string of key=value pairs."""

_NOT_OF_PSQLODBC: Final = frozenset({"sslrootcert", "sslcert", "sslkey", "sslcrl"})

_ODBC_DRIVERS: Final = (("postgres", "libpq"), ("maria", "mariadb-odbc"), ("mysql", "mysql-odbc"))
_OF_SQL_CLIENT: Final = frozenset(
    {
        "encrypt", "trustservercertificate", "servercertificate", "integratedsecurity",
        "initialcatalog", "hostnameincertificate", "multipleactiveresultsets", "authentication",
        "persistsecurityinfo",
    }
)  # fmt: skip
_OF_DB2: Final = frozenset({"hostname", "database"})
"""What strings of Db2 have, whose clients are not modelled."""

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
    for number, content in enumerate(text.split("\n"), line):
        if content.count("=") < 2:
            continue
        for pairs in _groups(content[:_LONGEST]):
            keys = {key for key, _ in pairs}
            if len(keys & _LIBPQ) >= 2 and keys & _DECISIVE:
                yield _of_keywords(pairs, file, number)
        if strings := list(dbi_connections(content[:_LONGEST], file, number)):
            yield from strings
            continue
        if ";" not in content:
            continue
        for part in _strings(_joined(content[:_LONGEST])):
            begin = _BEGIN.search(part)
            if begin is not None and part[: begin.start()].endswith("pgsql:"):
                yield _of_pdo(part[begin.start() :], file, number)
            elif begin is not None and not _OF_PDO.search(part[: begin.start()]):
                found = semicolon_connection(part[begin.start() :], file, number)
                yield from () if found is None else (found,)


def dbi_connections(text: str, file: str, line: int) -> Iterator[ClientConnection]:
    """The connections of DSNs of Perl's DBI: dbi:Pg:dbname=app;host=h;sslmode=require."""
    for match in _DBI.finditer(text):
        pairs = [
            (key.strip(), value.strip()) for key, _, value in map(_split, _parts(match["rest"]))
        ]
        values = dict(pairs)
        if match["product"].lower() == "pg":
            yield replace(_of_keywords(pairs, file, line), drivers=("libpq",))
            continue
        host = values.get("host") or values.get("hostname")
        driver = Setting("dbi", match["product"].lower(), line, "DSN")
        settings = (driver, *(Setting(key, value, line, "DSN") for key, value in pairs))
        yield ClientConnection(
            f"DSN of DBI to {host or 'the default host'}", Form.OPTIONS, ("dbd-mysql",), file, line,
            host, settings,
        )  # fmt: skip


def _groups(text: str) -> Iterator[list[tuple[str, str]]]:
    """The pairs that follow each other with only blanks between them."""
    group: list[tuple[str, str]] = []
    end = 0
    for match in _PAIR.finditer(text):
        if group and text[end : match.start()].strip(" \t"):
            yield group
            group = []
        group.append((match["key"], _unquoted(match["value"])))
        end = match.end()
    if group:
        yield group


def _strings(text: str) -> list[str]:
    """The text, or the strings in it if it is a line of a program with semicolons in them."""
    quote = next((q for q in ('"', "'") if text.count(q) > 1), None)
    if quote is None or _BEGIN.match(text.lstrip()):
        return [text]
    return [part for part in text.split(quote) if ";" in part and "=" in part]


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


def _of_pdo(text: str, file: str, line: int) -> ClientConnection:
    """The connection of a DSN of PDO, which hands its pairs to libpq."""
    pairs = [(key.strip(), value.strip()) for key, _, value in map(_split, _parts(text))]
    return replace(_of_keywords(pairs, file, line), drivers=("libpq",))


def _split(part: str) -> tuple[str, str, str]:
    return part.partition("=")


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
    settings = [Setting(key, value, line, "connection string") for key, value in pairs]
    return ClientConnection(
        f"connection string to {host or 'the default host'}",
        Form.KEYWORDS,
        (driver,),
        file,
        line,
        host,
        tuple(odbc_settings(settings) if driver == "libpq" else settings),
        notes=odbc_notes(settings) if driver == "libpq" else (),
    )


def odbc_notes(found: Sequence[Setting]) -> tuple[str, ...]:
    """What psqlODBC ignores."""
    return tuple(
        f"{each.key} counts for nothing: psqlODBC takes it from Pqopt alone"
        for each in found
        if each.key.lower() in _NOT_OF_PSQLODBC
    )


def odbc_settings(found: Sequence[Setting]) -> Iterator[Setting]:
    """The settings of psqlODBC as libpq's own; Pqopt has more of them.

    Beside SSLmode it has no key for TLS (INI_SSLMODE in dlg_specific.h).
    """
    for each in found:
        if each.key.lower() in _NOT_OF_PSQLODBC:
            continue
        if each.key.lower() == "pqopt":
            for key, value in re.findall(r"(\w{1,60})\s*=\s*([^\s;{}]{1,1000})", each.value):
                yield Setting(key, value, each.line, "Pqopt")
        else:
            yield replace(each, key=each.key.lower(), origin="ODBC")


def _driver(keys: dict[str, str], host: str) -> str | None:
    if keys.keys() >= _OF_DB2:
        return None
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
    joined = re.sub(r"'\s{0,4},[^;]{0,300}?,\s{0,4}'", "EXPRESSION", text)
    return joined.replace("concat('", "").replace("')]", "").replace("')", "")
