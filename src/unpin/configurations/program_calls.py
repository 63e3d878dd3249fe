"""Find the connections that programs and scripts make: calls with TLS settings as arguments.

This is no parser of these languages: it looks at the arguments of calls that are known by name.
"""

import re
from collections.abc import Iterator
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Form, Setting, Syntax

_LONGEST: Final = 4000
"""The most characters of a call that are looked at."""

_PYTHON: Final = re.compile(
    r"\b(?P<module>asyncpg|psycopg2?|psycopg_pool|pg8000(?:\.\w+)*|pymysql|aiomysql|asyncmy|MySQLdb"
    r"|mysql\.connector)\s*\.\s*(?:AsyncConnection\.|Connection\.)?(?:connect|create_pool|Connection)\s*\("
)
_NODE: Final = re.compile(
    r"(?:new\s+(?:\w+\.)?(?P<pg>Pool|Client|Sequelize|DataSource)|(?P<mysql>(?:mysql2?|mariadb)\w*(?:\.\w+)*\."
    r"create(?:Connection|Pool))|(?<![\w.])(?P<postgres>postgres))\s*\("
)
_MYSQLI: Final = re.compile(r"(?:mysqli_ssl_set|->ssl_set)\s*\(")
_PDO_CA: Final = re.compile(
    r"(?:PDO::MYSQL_ATTR_SSL_CA|Pdo\\Mysql::ATTR_SSL_CA)\s*=>\s*(?P<value>[^,\n\])]+(?:\([^)]*\))?)"
)
_PDO_VERIFY: Final = re.compile(
    r"(?:PDO::MYSQL_ATTR|Pdo\\Mysql::ATTR)_SSL_VERIFY_SERVER_CERT\s*=>\s*(\w+)"
)
_PHP_DB: Final = re.compile(
    r"\$\w+\[['\"](?P<key>ssl_ca|ssl_verify|ssl)['\"]\]\s*=\s*(?P<value>[^;\n]+);"
)
_MYSQL_COMMAND: Final = re.compile(
    r"(?<![\w./-])(?P<program>mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\s+(?P<rest>(?:[^\n\\|;&]|\\\n)*--ssl[^\n|;&]*)"
)
_ASSIGNED: Final = re.compile(r"\bOPTIONS['\"]?\s*(?:=|:)\s*\{")
_SCALAR: Final = re.compile(
    r"""(?:readFileSync|read_text|open|Path|resource|path\.join|path\.resolve|env|getenv|os\.getenv|fopen)?
    [(]?\s*(?:__dirname\s*[,+]\s*)?(?P<quote>['"`])(?P<text>(?:(?!(?P=quote)).)*)(?P=quote)""",
    re.VERBOSE,
)
_ENVIRONMENT: Final = re.compile(
    r"(?:process\.env\.(?P<node>\w+)|(?:os\.getenv|os\.environ\.get|getenv|env)\(\s*['\"](?P<name>\w+)['\"]"
    r"|os\.environ\[['\"](?P<item>\w+)['\"]\])"
)


def program_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections of the calls in a text."""
    if document.syntax not in {Syntax.TEXT, Syntax.ASSIGNMENTS}:
        return
    text = document.text
    yield from _python(document, text)
    yield from _node(document, text)
    yield from _php(document, text)
    yield from _commands(document, text)


def _python(document: Document, text: str) -> Iterator[ClientConnection]:
    drivers = {
        "asyncpg": "asyncpg", "psycopg": "libpq", "psycopg2": "libpq", "psycopg_pool": "libpq",
        "pymysql": "pymysql", "aiomysql": "pymysql", "asyncmy": "pymysql",
        "MySQLdb": "mysql-connector-python", "mysql.connector": "mysql-connector-python",
    }  # fmt: skip
    for match in _PYTHON.finditer(text):
        inside = _inside(text, match.end() - 1)
        if re.match(r"\(\s*f?['\"]", inside) and "=" not in inside.split(",")[0]:
            continue
        driver = drivers.get(match["module"], "pg8000")
        settings = list(_arguments(inside, _line(text, match.start()), "="))
        if any(
            re.match(r"f?['\"](?:postgres|mysql)\w*(?:\+\w+)?://", each.value) for each in settings
        ):
            continue
        if settings:
            yield _call(document, driver, f"{match['module']} call", settings)
    for match in _ASSIGNED.finditer(text):
        yield from _django(document, text, match)


def _django(document: Document, text: str, match: re.Match[str]) -> Iterator[ClientConnection]:
    """OPTIONS of Django; of several assignments the last one counts."""
    later = _ASSIGNED.search(text, match.end())
    if later is not None and "=" in match[0]:
        return
    inside = _inside(text, match.end() - 1)
    settings = list(_arguments(inside, _line(text, match.start()), ":"))
    before = text[max(0, match.start() - 800) : match.start()]
    keys = {each.key for each in settings}
    mysql = "backends.mysql" in before or "ssl.ca" in keys
    if not mysql and not keys & {"sslmode", "sslrootcert", "sslcert"}:
        return
    host = re.search(r"['\"]HOST['\"]\s*:\s*['\"]([^'\"]+)", text)
    if host is not None:
        settings.append(Setting("host", host[1], _line(text, host.start())))
    yield _call(
        document, "mysql-connector-python" if mysql else "libpq", "OPTIONS of Django", settings
    )


def _node(document: Document, text: str) -> Iterator[ClientConnection]:
    for match in _NODE.finditer(text):
        inside = _inside(text, match.end() - 1)
        settings = list(_arguments(inside, _line(text, match.start()), ":"))
        keys = {each.key for each in settings}
        if match["mysql"]:
            driver = "mysql2"
        elif match["postgres"]:
            driver = "postgres.js"
        else:
            driver = "node-postgres"
            if "mysql" in inside or ("mysql2" in text and "require('pg')" not in text):
                driver = "mysql2"
        if not keys & {"host", "ssl", "ssl.ca", "ssl.rejectUnauthorized", "ssl.object"}:
            continue
        connection = _call(document, driver, f"{match[0].strip(' (')} call", settings)
        yield connection


def _php(document: Document, text: str) -> Iterator[ClientConnection]:
    for match in _MYSQLI.finditer(text):
        inside = _inside(text, match.end() - 1)
        parts = [part.strip() for part in inside.strip("()").split(",")]
        value = (
            parts[3]
            if parts and parts[0].startswith("$") and len(parts) > 3
            else parts[2]
            if len(parts) > 2
            else ""
        )
        host = re.search(r"real_connect\s*\((?:\s*\$\w+\s*,)?\s*['\"]([^'\"]+)", text)
        line = _line(text, match.start())
        settings = (
            [Setting("ca", _value(value), line, "mysqli_ssl_set")]
            if value.upper() != "NULL"
            else []
        )
        if "DONT_VERIFY" in text:
            settings.append(Setting("verify_server_cert", "false", line))
        settings.append(Setting("ssl", "true", line))
        yield _call(document, "mysqlnd", "mysqli call", settings, host[1] if host else None)
    for match in _PDO_CA.finditer(text):
        line = _line(text, match.start())
        value = _value(match["value"])
        around = text[max(0, match.start() - 300) : match.start()]
        settings = [Setting("ca", value, line, "MYSQL_ATTR_SSL_CA")]
        if (off := _PDO_VERIFY.search(text)) is not None:
            settings.append(Setting("verify_server_cert", off[1], line))
        if "array_filter" in around and value.startswith("$"):
            settings.append(Setting("filtered", "true", line))
        host = re.search(r"mysql:[^'\"]*host=([^;'\"]+)", text)
        yield _call(document, "mysqlnd", "PDO options", settings, host[1] if host else None)
    found = {m["key"]: (m["value"].strip(), _line(text, m.start())) for m in _PHP_DB.finditer(text)}
    if "ssl_ca" in found:
        value, line = found["ssl_ca"]
        settings = [Setting("ca", _value(value), line, "ssl_ca")]
        if "ssl_verify" in found:
            verify, at = found["ssl_verify"]
            settings.append(Setting("verify_server_cert", verify.strip("'\""), at))
            if verify[:1] in {"'", '"'}:
                settings.append(Setting("quoted_verify", verify, at))
        yield _call(document, "mysqlnd", "database settings of PHP", settings)


def _commands(document: Document, text: str) -> Iterator[ClientConnection]:
    for match in _MYSQL_COMMAND.finditer(text):
        line = _line(text, match.start())
        pairs = re.findall(r"--(ssl[\w-]*)(?:[= ]([^\s-][^\s]*))?", match["rest"])
        settings = [Setting(key, value.strip("\"'"), line, f"--{key}") for key, value in pairs]
        host = re.search(r"(?:-h\s*|--host[= ])(\S+)", match["rest"])
        driver = "mariadb" if match["program"].startswith("mariadb") else "mysql"
        yield _call(
            document, driver, f"command {match['program']}", settings, host[1] if host else None
        )


def _call(
    document: Document,
    driver: str,
    title: str,
    settings: list[Setting],
    host: str | None = None,
) -> ClientConnection:
    given = [each.value for each in settings if each.key == "host"]
    name = host or (given[-1] if given else None)
    telling = [each.line for each in settings if "ssl" in each.key] or [
        each.line for each in settings
    ]
    return ClientConnection(
        f"{title} to {name or 'the default host'}", Form.OPTIONS, (driver,), document.name,
        min(telling, default=0), name, tuple(settings),
    )  # fmt: skip


def _inside(text: str, at: int) -> str:
    """The text from the bracket at `at` to the one that closes it."""
    depth = 0
    quote = ""
    for position in range(at, min(len(text), at + _LONGEST)):
        character = text[position]
        if quote:
            if character == quote and text[position - 1] != "\\":
                quote = ""
        elif character in "'\"`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if not depth:
                return text[at : position + 1]
    return text[at : at + _LONGEST]


def _arguments(inside: str, line: int, sign: str) -> Iterator[Setting]:
    """The arguments by name; those of an object below `ssl` are "ssl.ca" and so on."""
    pattern = re.compile(
        rf"(?P<quote>['\"]?)(?P<key>[A-Za-z_]\w*)(?P=quote)\s*(?:{re.escape(sign)}|:|=(?![=>]))\s*"
    )
    nested = _objects(inside)
    begin, end = nested.get("ssl", (0, 0))
    for match in pattern.finditer(inside):
        number = line + inside.count("\n", 0, match.start())
        key, rest = match["key"], inside[match.end() : match.end() + _LONGEST]
        if begin < match.start() < end:
            whole = inside[match.end() : end - 1]
            yield Setting(f"ssl.{key}", _value(_first(whole)), number, f"ssl.{key}")
        elif key == "ssl" and rest.startswith("{"):
            yield Setting("ssl.object", "true", number)
        elif (value := _first(rest).strip()) and key not in nested:
            yield Setting(key, _value(value), number, key)


def _objects(inside: str) -> dict[str, tuple[int, int]]:
    """Where the objects below these keys begin and end."""
    nested = {}
    for found in re.finditer(
        r"(?P<q>['\"]?)(?P<key>ssl|dialectOptions|extra)(?P=q)\s*[:=]\s*(?P<open>\{)", inside
    ):
        body = _inside(inside, found.start("open"))
        nested[found["key"]] = (found.start("open"), found.start("open") + len(body))
    return nested


def _first(text: str) -> str:
    """The first expression: up to a comma or a closing bracket outside of brackets."""
    depth = 0
    quote = ""
    for position, character in enumerate(text[:_LONGEST]):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            if not depth:
                return text[:position]
            depth -= 1
        elif character in ",;" and not depth:
            return text[:position]
    return text[:_LONGEST]


def _value(expression: str) -> str:
    """The value of an expression: a string, the file that it reads, or $NAME of a variable."""
    expression = expression.strip()
    if (match := _ENVIRONMENT.match(expression)) is not None:
        return f"${match['node'] or match['name'] or match['item']}"
    inner = _ENVIRONMENT.search(expression)
    strings = _SCALAR.findall(expression)
    if inner is not None and not (strings and "/" in strings[0][1]):
        return f"${inner['node'] or inner['name'] or inner['item']}"
    texts = [match["text"] for match in _SCALAR.finditer(expression)]
    paths = [text for text in texts if text not in {"utf8", "utf-8", "ascii"}]
    if paths:
        return (
            "/".join(part.strip("/") if index else part for index, part in enumerate(paths))
            if ("join" in expression or "resolve" in expression)
            else paths[0]
        )
    return expression.rstrip(" )}];")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
