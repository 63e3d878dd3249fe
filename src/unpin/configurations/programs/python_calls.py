"""Find the connections that Python programs make: calls, SSLContexts, and OPTIONS of Django."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.call_arguments import (
    assigned_names,
    calls_in,
    in_brackets,
    line_of,
    merged_with_url,
    named_arguments,
    program_connection,
    value_of,
)
from unpin.configurations.urls import urls_in

_PYTHON: Final = re.compile(
    r"\b(?P<module>asyncpg|psycopg2?|psycopg_pool|pg8000(?:\.\w{1,20}){0,2}|pymysql|aiomysql|asyncmy|MySQLdb"
    r"|mysql\.connector)\s{0,4}\.\s{0,4}(?:AsyncConnection\.|Connection\.)?"
    r"(?:connect|create_pool|Connection)\s{0,4}(?P<open>\()"
)
_ENGINE: Final = re.compile(r"\bcreate_(?:async_)?engine\s{0,4}(?P<open>\()")
_ASSIGNED: Final = re.compile(r"\bOPTIONS['\"]?\s*(?:=|:)\s*\{")
_DRIVERS: Final = {
    "asyncpg": "asyncpg", "psycopg": "libpq", "psycopg2": "libpq", "psycopg_pool": "libpq",
    "pymysql": "pymysql", "aiomysql": "pymysql", "asyncmy": "pymysql",
    "MySQLdb": "mysql-connector-python", "mysql.connector": "mysql-connector-python",
}  # fmt: skip
_CONTEXT: Final = r"ssl\.(?P<maker>create_default_context|_create_unverified_context|SSLContext)\("


def python_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of calls to drivers, of SQLAlchemy's engines, and of Django's settings."""
    for match in calls_in(document, _PYTHON, text):
        inside = in_brackets(text, match.start("open"))
        driver = _DRIVERS.get(match["module"], "pg8000")
        line = line_of(text, match.start("open"))
        found = [s for s in named_arguments(inside, line, "=", names) if "://" not in s.value]
        settings = list(_with_context(found, text))
        merged = merged_with_url(document, driver, inside, line, settings)
        if merged is not None:
            yield merged
        elif {each.key for each in settings} & {"host", "dsn", "ssl", "sslmode", "ssl_context"}:
            yield program_connection(document, driver, f"{match['module']} call", settings)
    for match in calls_in(document, _ENGINE, text):
        yield from _engine(document, text, match, names)
    for match in calls_in(document, _ASSIGNED, text):
        yield from _django(document, text, match, names)


def _engine(
    document: Document, text: str, match: re.Match[str], names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """An engine of SQLAlchemy with connect_args beside the URL."""
    inside = in_brackets(text, match.start("open"))
    line = line_of(text, match.start("open"))
    urls = list(urls_in(inside, document.name, line))
    given = re.search(r"connect_args\s*=\s*(?P<open>\{)", inside)
    if not urls or given is None:
        return
    body = in_brackets(inside, given.start("open"))
    at = line + inside.count("\n", 0, given.start("open"))
    settings = list(_with_context(named_arguments(body, at, ":", names), text))
    yield replace(urls[0], parameters=(*urls[0].parameters, *settings))


def _with_context(found: Iterator[Setting] | list[Setting], text: str) -> Iterator[Setting]:
    """The arguments; an SSLContext of the program as "context.cafile" and so on."""
    for each in found:
        name = each.value.lstrip("$")
        direct = re.search(_CONTEXT, each.value)
        made = direct or (
            re.search(rf"(?<![\w.]){re.escape(name)}\s*=\s*{_CONTEXT}", text)
            if each.key in {"ssl", "ssl_context"} and name.isidentifier()
            else None
        )
        if made is None:
            yield each
            continue
        source = each.value if direct else text
        yield Setting("context", "true", each.line, each.key)
        yield from _context(made, source, name, each.line)


def _context(made: re.Match[str], source: str, name: str, line: int) -> Iterator[Setting]:
    inside = in_brackets(source, made.end() - 1)
    word = re.escape(name)
    off = made["maker"] == "_create_unverified_context"
    if off or re.search(rf"(?<![\w.]){word}\.verify_mode\s*=\s*(?:ssl\.)?CERT_NONE", source):
        yield Setting("context.verify", "false", line)
    if re.search(rf"(?<![\w.]){word}\.check_hostname\s*=\s*False", source):
        yield Setting("context.name", "false", line)
    given = re.search(r"(?:cafile\s*=|Purpose\.SERVER_AUTH\s*,)\s*([^,)]+)", inside)
    loaded = re.search(
        rf"(?<![\w.]){word}\.load_verify_locations\((?:cafile\s*=\s*)?([^,)]+)", source
    )
    if given is not None:
        yield Setting(
            "context.cafile",
            value_of(given[1], assigned_names(source)),
            line,
            "cafile of the SSLContext",
        )
    elif loaded is not None:
        value = value_of(loaded[1], assigned_names(source))
        yield Setting("context.cafile", value, line, "load_verify_locations of the SSLContext")
        if made["maker"] == "create_default_context":
            yield Setting("context.adds", "true", line)


def _django(
    document: Document, text: str, match: re.Match[str], names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """OPTIONS of Django; of several assignments the last one counts."""
    later = _ASSIGNED.search(text, match.end())
    if later is not None and "=" in match[0]:
        return
    inside = in_brackets(text, match.end() - 1)
    settings = list(named_arguments(inside, line_of(text, match.start()), ":", names))
    before = text[max(0, match.start() - 800) : match.start()]
    keys = {each.key for each in settings}
    mysql = "backends.mysql" in before or "ssl.ca" in keys
    if not mysql and not keys & {"sslmode", "sslrootcert", "sslcert"}:
        return
    host = re.search(r"['\"]HOST['\"]\s*:\s*['\"]([^'\"]+)", text)
    if host is not None:
        settings.append(Setting("host", host[1], line_of(text, host.start())))
    yield program_connection(
        document, "mysql-connector-python" if mysql else "libpq", "OPTIONS of Django", settings
    )
