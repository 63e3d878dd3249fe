"""Find and take apart the URLs of databases: libpq URIs, JDBC and R2DBC URLs, Go's MySQL DSN."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, unquote_plus

from unpin.configurations.model import ClientConnection, Form, Setting

_URL: Final = re.compile(
    r"""(?P<jdbc>(?:jdbc:(?:aws-wrapper:|log4jdbc:|p6spy:|tc:)?|r2dbc:(?:pool:)?)
            (?P<product>postgresql|pgsql|mysql|mariadb|sqlserver|mssql)
            (?::(?:replication|loadbalance|sequential|aurora))?:(?://)?[^\s"'`<>]*)
      | (?P<uri>(?P<scheme>postgres(?:ql)?|mysql2?|trilogy|mariadb|cockroachdb|mssql|sqlserver
            |rediss|amqps|mongodb(?:\+srv)?)
            (?:\+(?P<dialect>\w+))?://[^\s"'`<>]*)
      | (?<![\w.$%{}:-])(?P<go>[\w.$%{}-]{1,100}(?::[^\s"'`@]{0,200})?@tcp\([^)\s]{0,300}\)/
            [^\s"'`<>]*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COLON: Final = re.compile(r"(?i)(?:jdbc|r2dbc):")
_SQL_SERVER: Final = re.compile(r"(?i)jdbc:sqlserver:[^\"'`<>\n]*")

_POSTGRESQL: Final = (
    "libpq", "node-postgres", "postgres.js", "asyncpg", "lib/pq", "pgx", "sqlx", "prisma",
)  # fmt: skip
"""Drivers that take a URI of PostgreSQL."""
_MYSQL: Final = ("mysql2", "prisma", "sqlx")

_DIALECTS: Final = {
    "psycopg": "libpq", "psycopg2": "libpq", "psycopg2cffi": "libpq", "asyncpg": "asyncpg",
    "pg8000": "pg8000", "aiopg": "libpq", "pymysql": "pymysql", "aiomysql": "asyncmy",
    "asyncmy": "asyncmy", "mysqldb": "mysqlclient", "mysqlconnector": "mysql-connector-python",
    "pyodbc": "odbc", "pymssql": "pymssql",
}  # fmt: skip
_OF_RAILS: Final = {"mysql2": "mysql2-ruby", "trilogy": "trilogy"}
"""Schemes that are the name of an adapter of Rails."""

_JDBC_DRIVERS: Final = {
    "postgresql": "pgjdbc", "pgsql": "pgjdbc", "mysql": "mysql-connector-j",
    "mariadb": "mariadb-connector-j", "sqlserver": "mssql-jdbc", "mssql": "mssql-jdbc",
}  # fmt: skip
_OTHERS: Final = frozenset({"rediss", "amqps", "mongodb", "mongodb+srv"})
_OF_OTHERS: Final = ("url-client", "url-client-node", "url-client-java")
_MORE: Final = re.compile(
    r"(?<=[\w/-])\$\{[\w.]{0,60}(?:par|opt|arg|query|suffix|extra|prop|ssl|tls|more|rest)[\w.]{0,60}\}\Z",
    re.IGNORECASE,
)
"""What may stand for "?sslmode=..."; in db_${STAGE} it is a part of a name."""

_IF_SET: Final = re.compile(
    r"\$\{(?P<name>\w{1,60}):\+(?P<sign>[?&])(?P<key>\w{1,40})=[^{}\s\"']{0,300}\}"
)
"""A parameter that a shell adds if a variable is set: ${ca:+&sslrootcert=/etc/ca.pem}."""

_OPEN_PROPERTIES: Final = re.compile(r"(?:\A|;)\s*(\$\{[^{}=]{1,100}\})\s*(?=;|\Z)")
_OF_TLS: Final = re.compile(r"(?i)[?&](?:tls|ssl)")
"""What a URL of MongoDB has that is about TLS; without it there is none."""

_TRAILING: Final = ".,;)]}"


def urls_in(text: str, file: str, line: int) -> Iterator[ClientConnection]:
    """The connections of the URLs in a text; `line` is that of its first line."""
    if "://" not in text and not _COLON.search(text) and "@tcp(" not in text:
        return
    if ":+" in text:
        text = _IF_SET.sub(r"\g<sign>\g<key>=${\g<name>}", text)
    if _has_object(text):
        yield uri_connection(text, file, line)
        return
    for match in _URL.finditer(text):
        at = line + text.count("\n", 0, match.start())
        if match["jdbc"]:
            url = match["jdbc"]
            if match["product"].lower() == "sqlserver" and url.lower().startswith("jdbc"):
                # Its properties may hold blanks, so the end of the text is the end.
                url = _SQL_SERVER.match(text, match.start())[0].rstrip()  # type: ignore[index]
            yield jdbc_connection(_trimmed(url), file, at)
        elif match["uri"]:
            url = _trimmed(match["uri"])
            if match["scheme"].lower() != "mongodb" or _OF_TLS.search(url) is not None:
                yield uri_connection(url, file, at)
        else:
            yield _go_mysql(match["go"], file, at)


def _has_object(text: str) -> bool:
    """Whether it is a URL of mysql2 with an object in it, whose quotes do not end the URL."""
    lower = text[:8].lower()
    return lower == "mysql://" and "ssl={" in text and len(text.split(maxsplit=1)) == 1


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence or the code around it."""
    while url and url[-1] in _TRAILING:
        opening = {")": "(", "]": "[", "}": "{"}.get(url[-1])
        if opening is not None and url.count(opening) >= url.count(url[-1]):
            break
        url = url[:-1]
    return url


def uri_connection(url: str, file: str, line: int) -> ClientConnection:
    """The connection of a URI. Values are percent-decoded, as libpq does; "+" stays."""
    scheme, _, rest = url.partition("://")
    base, _, dialect = scheme.lower().partition("+")
    if base == "mongodb":
        base, dialect = scheme.lower(), ""
    rest = rest.partition("#")[0]
    place, _, query = rest.partition("?")
    host = _host(place)
    drivers: tuple[str, ...]
    if dialect:
        drivers = (_DIALECTS.get(dialect, dialect),)
    elif base in _OF_RAILS:
        drivers = (_OF_RAILS[base],)
    elif base in {"postgres", "postgresql", "cockroachdb"}:
        drivers = _POSTGRESQL
    elif base in _OTHERS or scheme.lower() in _OTHERS:
        drivers = _OF_OTHERS
    else:
        others = ("go-mssqldb",) if base == "sqlserver" else ("odbc",)
        drivers = _MYSQL if base in {"mysql", "mariadb"} else others
    return ClientConnection(
        _title(scheme, place),
        Form.URI,
        drivers,
        file,
        line,
        host,
        (*_open_end(place, line), *query_settings(query, line)),
        notes=(f"SQLAlchemy, with {dialect}",) if dialect else (),
    )


def jdbc_connection(url: str, file: str, line: int) -> ClientConnection:
    """The connection of a JDBC or R2DBC URL."""
    kind, _, rest = url.partition(":")
    match = re.match(
        r"(?:aws-wrapper:|log4jdbc:|p6spy:|tc:|pool:)?(\w+)(?::\w+)?:(?://)?", rest, re.IGNORECASE
    )
    product = match[1].lower() if match else ""
    rest = rest[match.end() :] if match else rest
    is_r2dbc = kind.lower() == "r2dbc"
    driver = (
        f"r2dbc-{'postgresql' if product == 'pgsql' else product}"
        if is_r2dbc
        else (_JDBC_DRIVERS[product])
    )
    if driver == "mssql-jdbc":
        place, _, query = rest.partition(";")
        more = (Setting(name, "", line, "URL") for name in _OPEN_PROPERTIES.findall(query))
        parameters = (*more, *_properties(query, line))
        named = [each for each in parameters if each.key.lower() in {"servername", "server"}]
        host = _host(place) or (named[-1].value if named else None)
    else:
        place, _, query = rest.partition("?")
        parameters = (*_open_end(place, line), *query_settings(query, line, plus=not is_r2dbc))
        host = _host(place)
        if product == "mysql" and any(each.key == "permitMysqlScheme" for each in parameters):
            driver = "mariadb-connector-j"
    return ClientConnection(
        _title(f"{kind}:{product}", place), Form.JDBC, (driver,), file, line, host, parameters
    )


def _go_mysql(dsn: str, file: str, line: int) -> ClientConnection:
    host = re.search(r"@tcp\(([^):]*)", dsn)
    query = dsn.partition("?")[2]
    name = host[1] if host else ""
    return ClientConnection(
        f"MySQL DSN of Go to {name}",
        Form.URI,
        ("go-sql-driver",),
        file,
        line,
        name or None,
        tuple(query_settings(query, line)),
    )


def query_settings(query: str, line: int, *, plus: bool = False) -> Iterator[Setting]:
    """The parameters of a query. A key without "=" has the value "", and may be ${PARAMETERS}."""
    decode = unquote_plus if plus else unquote
    for part in query.replace("&amp;", "&").split("&"):
        if part:
            key, _, value = part.partition("=")
            yield Setting(decode(key), decode(value), line, "URL", value)


def _open_end(place: str, line: int) -> Iterator[Setting]:
    """A placeholder behind the name of the database that may hold parameters, as a key."""
    match = _MORE.search(place)
    if match is not None:
        yield Setting(match[0], "", line, "URL")


def _properties(text: str, line: int) -> Iterator[Setting]:
    """The properties of a URL of SQL Server: key=value;, with {} around odd values."""
    for match in re.finditer(r"\s*([^=;]+?)\s*=\s*(\{(?:[^}]|\}\})*\}|[^;]*)(?:;|\Z)", text):
        value = match[2].strip()
        if value.startswith("{") and value.endswith("}"):
            value = value[1:-1].replace("}}", "}")
        yield Setting(match[1].strip(), value, line, "URL")


def _host(place: str) -> str | None:
    """The first host of "user:password@host:port,host2/database"."""
    authority = re.split(r"[/\\;?]", place.rpartition("@")[2], maxsplit=1)[0]
    first = authority.partition(",")[0].removeprefix("tcp:")
    if "(" in first or "=" in first:  # Connector/J: address=(host=h)(port=1), (host=h,port=1)
        named = re.search(r"(?i)\bhost=([\w.\-]+)", place)
        return named[1] if named else None
    if first.startswith("["):
        return first[1:].partition("]")[0] or None
    name = re.match(r"(?:\$\{[^{}]*\}|[^:])*", first)
    return unquote(name[0]) or None if name is not None else None


def _title(scheme: str, place: str) -> str:
    """The URL without user, password and parameters; the host alone if the rest is unusual."""
    shown = re.split(r"[;?#\s]", place.rpartition("@")[2], maxsplit=1)[0]
    if not re.fullmatch(r"[\w.\-:,\[\]/%${}]*", shown):
        shown = _host(place) or ""
    if "[" not in shown:
        # What is no port may be the begin of a password that was to be percent-encoded.
        shown = re.sub(
            r"((?:\A|,)\$\{[\w.\-]+:[\w.\-]*\})|:(?![0-9]+(?:[,/]|\Z)|[$%{])[^,/]+",
            lambda found: found[1] or ":***",
            shown,
        )
    return f"{scheme}://{shown}"
