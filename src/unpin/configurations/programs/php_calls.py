"""Find the connections of PHP programs: mysqli, PDO, WordPress, phpMyAdmin."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.brackets import CallStructure
from unpin.configurations.programs.call_arguments import (
    calls_in,
    in_brackets,
    program_connection,
    value_of,
)

_MYSQLI: Final = re.compile(r"(?:mysqli_ssl_set|->ssl_set)\s*\(")
_OPTION_OFF: Final = re.compile(
    r"(?i)MYSQLI_OPT_SSL_VERIFY_SERVER_CERT\s{0,4},\s{0,4}(?:false|0)\b"
)
_CONNECT: Final = re.compile(
    r"real_connect\s{0,4}\((?:\s{0,4}\$\w{1,40}\s{0,4},)?\s{0,4}['\"]([^'\"]+)"
)
_PDO_CA: Final = re.compile(
    r"(?:(?:PDO::MYSQL_ATTR_SSL_CA|Pdo\\Mysql::ATTR_SSL_CA|(?<![\w.])1009)\s*(?:=>|\]\s*=(?![=>]))"
    r"|['\"]ssl_ca['\"]\s*=>)\s*"
)
_IS_PHP: Final = re.compile(r"<\?|ATTR_SSL_CA")
_PLAIN_PDO: Final = re.compile(
    r"new\s+\\?PDO\s*\(\s*['\"]mysql:[^'\"\n]{0,300}?host=(?P<host>[^;'\"]+)"
)
_PDO_HOST: Final = re.compile(
    r"mysql:[^'\"\n]{0,200}host=(?P<dsn>[^;'\"]+)|['\"]host(?:name)?['\"]\s*=>\s*(?P<value>[^\n]{1,200}?),?\n"
)
_SCOPE: Final = re.compile(r"['\"](?:driver|host(?:name)?)['\"]\s*=>|mysql:|new\s+PDO")
_MOST_AROUND: Final = 6
"""The most brackets around an option that are looked at."""

_PDO_VERIFY: Final = re.compile(
    r"(?:(?:PDO::MYSQL_ATTR|Pdo\\Mysql::ATTR)_SSL_VERIFY_SERVER_CERT|(?<![\w.])1014|['\"]ssl_verify['\"])"
    r"\s*(?:=>|\]\s*=(?![=>]))\s*(\w+)"
)
_PHP_DB: Final = re.compile(
    r"\$\w+\[['\"](?P<key>ssl_ca|ssl_verify|ssl)['\"]\]\s*=\s*(?P<value>[^;\n]+);"
)


_SERVER: Final = re.compile(
    r"\$cfg\[['\"]Servers['\"]\]\[[^\]\n]{1,20}\]\[['\"](?P<key>host|ssl(?:_ca|_ca_path|_verify|_key|_cert)?)['\"]\]"
    r"\s{0,20}=\s{0,20}(?P<value>[^;\n]{1,500});|(?P<next>\$i\s{0,4}\+\+|\+\+\s{0,4}\$i)"
)
"""The settings of phpMyAdmin's servers."""


def php_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of mysqli, PDO and WordPress; `names` are the variables of the program."""
    yield from _mysqli(document, text, names)
    yield from _pdo(document, text, names)
    yield from _settings(document, text)
    yield from _wordpress(document, text)
    yield from _phpmyadmin(document, text)


def _mysqli(document: Document, text: str, names: Mapping[str, str]) -> Iterator[ClientConnection]:
    host = _CONNECT.search(text)
    unchecked = "DONT_VERIFY" in text or _OPTION_OFF.search(text) is not None
    for match in calls_in(document, _MYSQLI, text):
        inside = in_brackets(text, match.end() - 1)
        parts = [part.strip() for part in inside.strip("()").split(",")]
        place = 3 if parts[0].startswith("$") else 2  # behind the connection, key and certificate
        value = parts[place] if len(parts) > place else "NULL"
        line = line_of(text, match.start())
        settings = []
        if value.upper() != "NULL":
            settings.append(Setting("ca", value_of(value, names), line, "mysqli_ssl_set"))
        if unchecked:
            settings.append(Setting("verify_server_cert", "false", line))
        settings.append(Setting("ssl", "true", line))
        yield program_connection(
            document, "mysqlnd", "mysqli call", settings, host[1] if host else None
        )


def _pdo(document: Document, text: str, names: Mapping[str, str]) -> Iterator[ClientConnection]:
    calls = list(calls_in(document, _PDO_CA, text)) if _IS_PHP.search(text) else []
    if not calls:
        if "ATTR_SSL" not in text and "<?" in text:
            for match in calls_in(document, _PLAIN_PDO, text):
                plain = [Setting("driver", "mysql", line_of(text, match.start()), "PDO")]
                yield program_connection(document, "mysqlnd", "PDO", plain, match["host"])
        return
    structure = CallStructure.of(text)
    for match in calls:
        line = line_of(text, match.start())
        value = value_of(structure.expression(match.end()), names)
        around = text[max(0, match.start() - 300) : match.start()]
        scope = _scope(text, structure, match.start())
        host = _PDO_HOST.search(scope) or _PDO_HOST.search(text)
        off = _PDO_VERIFY.search(scope)
        named = None if host is None else host["dsn"] or value_of(host["value"], names)
        settings = [Setting("ca", value, line, "MYSQL_ATTR_SSL_CA")]
        if off is not None:
            settings.append(Setting("verify_server_cert", off[1], line))
        if "array_filter" in around and value.startswith("$"):
            settings.append(Setting("filtered", "true", line))
        yield program_connection(document, "mysqlnd", "PDO options", settings, named)


def _scope(text: str, structure: CallStructure, at: int) -> str:
    """The innermost array or call around a place that names a host or driver; or else all."""
    for _ in range(_MOST_AROUND):
        at = structure.around(at)
        if at < 0:
            break
        inside = text[at : structure.closing.get(at, len(text))]
        if _SCOPE.search(inside) is not None:
            return inside
    return text


def _settings(document: Document, text: str) -> Iterator[ClientConnection]:
    """Settings such as $db['ssl_ca']."""
    found = {
        m["key"]: (m["value"].strip(), line_of(text, m.start())) for m in _PHP_DB.finditer(text)
    }
    if "ssl_ca" in found:
        value, line = found["ssl_ca"]
        settings = [Setting("ca", value_of(value), line, "ssl_ca")]
        if "ssl_verify" in found:
            verify, at = found["ssl_verify"]
            settings.append(Setting("verify_server_cert", verify.strip("'\""), at))
            if verify[:1] in {"'", '"'}:
                settings.append(Setting("quoted_verify", verify, at))
        yield program_connection(document, "mysqlnd", "database settings of PHP", settings)


def _wordpress(document: Document, text: str) -> Iterator[ClientConnection]:
    flags = re.search(r"define\(\s*['\"]MYSQL_CLIENT_FLAGS['\"]\s*,\s*([^)]+)", text)
    if flags is None or "SSL" not in flags[1]:
        return
    line = line_of(text, flags.start())
    settings = [Setting("ssl", "true", line)]
    ca = re.search(r"define\(\s*['\"]MYSQL_SSL_CA['\"]\s*,\s*([^)]+)", text)
    if ca is not None:
        settings.append(Setting("ca", value_of(ca[1]), line_of(text, ca.start()), "MYSQL_SSL_CA"))
    if "DONT_VERIFY" in flags[1]:
        settings.append(Setting("verify_server_cert", "false", line))
    host = re.search(r"define\(\s*['\"]DB_HOST['\"]\s*,\s*['\"]([^'\"]+)", text)
    yield program_connection(document, "mysqlnd", "WordPress", settings, host[1] if host else None)


def _phpmyadmin(document: Document, text: str) -> Iterator[ClientConnection]:
    """The servers of phpMyAdmin, which verifies unless ssl_verify is false (DbiMysqli)."""
    if "$cfg" not in text:
        return
    servers: list[dict[str, Setting]] = [{}]
    for match in calls_in(document, _SERVER, text):
        if match["next"]:
            servers.append({})
            continue
        value = value_of(match["value"])
        servers[-1][match["key"]] = Setting(match["key"], value, line_of(text, match.start()))
    for found in servers:
        ssl = found.get("ssl")
        if ssl is None or ssl.value.lower() not in {"true", "1"}:
            continue
        settings = [ssl]
        if "ssl_ca" in found:
            settings.append(replace(found["ssl_ca"], key="ca", origin="ssl_ca"))
        if "ssl_verify" in found:
            settings.append(replace(found["ssl_verify"], key="verify_server_cert"))
        host = found["host"].value if "host" in found else None
        yield program_connection(document, "mysqlnd", "server of phpMyAdmin", settings, host)
