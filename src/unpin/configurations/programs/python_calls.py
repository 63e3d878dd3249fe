"""Find the connections that Python programs make: calls, SSLContexts, and OPTIONS of Django."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.call_arguments import (
    calls_in,
    in_brackets,
    last_assigned,
    merged_with_url,
    named_arguments,
    program_connection,
    value_of,
)
from unpin.configurations.programs.named_dicts import UNPACKED, NamedDicts, joined_settings
from unpin.configurations.urls import uri_connection, urls_in
from unpin.model.values import frozen

_PYTHON: Final = re.compile(
    r"\b(?P<module>asyncpg|psycopg2?|psycopg_pool|pg8000(?:\.\w{1,20}){0,2}|pymysql|aiomysql|asyncmy|MySQLdb"
    r"|mysql\.connector|pymssql)\s{0,4}\.\s{0,4}(?:AsyncConnection\.|Connection\.)?"
    r"(?:connect|create_pool|Connection)\s{0,4}(?P<open>\()"
)
_MODULES: Final = (
    "psycopg", "pg8000", "mysql", "MySQLdb", "asyncpg", "asyncmy", "pymssql",
)  # fmt: skip
"""One of these is in the name of each module."""

_TELLING: Final = frozenset(
    {
        "host",
        "server",
        "dsn",
        "ssl",
        "ssl.object",
        "ssl_ca",
        "sslmode",
        "sslrootcert",
        "ssl_context",
    }
)
_ENGINE: Final = re.compile(r"\bcreate_(?:async_)?engine\s{0,4}(?P<open>\()")
_URL_CREATE: Final = re.compile(r"\bURL\.create\s{0,4}(?P<open>\()")
_CONNECT_ARGUMENTS: Final = re.compile(r"\bconnect_args['\"]?\s{0,4}[:=]\s{0,4}(?P<open>\{)")
_NAMED_ARGUMENTS: Final = re.compile(
    r"\bconnect_args\s{0,4}=\s{0,4}(?P<name>[A-Za-z_]\w{0,60})\s{0,40}[,)]"
)
_OF_ENGINES: Final = {
    "pymysql": "pymysql", "asyncpg": "asyncpg", "aiomysql": "asyncmy", "asyncmy": "asyncmy",
    "mysqlconnector": "mysql-connector-python",
}  # fmt: skip
_DATABASE: Final = re.compile(
    r"(?P<open>\{)\s{0,40}['\"]ENGINE['\"]\s{0,4}:\s{0,4}['\"]django\.[\w.]{0,40}\.(?P<product>postgresql|postgis|mysql)"
)
_TLS_KEY: Final = re.compile(
    r"['\"](?:ssl\w{0,30}|service|passfile|OPTIONS)['\"]\s{0,4}:(?!\s{0,40}\{\s{0,40}\})"
)
_OPTIONS: Final = re.compile(
    r"\bOPTIONS['\"]?\]?\s*(?P<sign>=(?!=)|:)\s*"
    r"(?:(?P<open>\{)|dict\s{0,4}(?P<call>\()|(?P<name>[A-Za-z_]\w{0,60})\s*(?=[,}\n|]))"
)
"""OPTIONS of a database of Django, or what is assigned to them later."""

_OPTION: Final = re.compile(
    r"\[['\"]OPTIONS['\"]\](?:\[['\"](?P<key>\w{1,60})['\"]\]\s{0,4}=(?!=)(?P<value>[^\n]{1,500})"
    r"|\.update\s{0,4}(?P<open>\())"
)
"""An option that is set later, or several of them."""
_SET_LATER: Final = re.compile(r"\[['\"]OPTIONS['\"]\](?:\s*=(?!=)|\[['\"]ssl|\.update\()")
_DRIVERS: Final = {
    "asyncpg": "asyncpg", "psycopg": "libpq", "psycopg2": "libpq", "psycopg_pool": "libpq",
    "pymysql": "pymysql", "aiomysql": "asyncmy", "asyncmy": "asyncmy",
    "pymssql": "pymssql", "MySQLdb": "mysqlclient", "mysql.connector": "mysql-connector-python",
}  # fmt: skip
_NAME: Final = r"(?<![\w.])(?P<name>[A-Za-z_]\w{0,60})"
_MADE: Final = re.compile(
    _NAME + r"\s{0,8}=\s{0,8}ssl\."
    r"(?P<maker>create_default_context|_create_unverified_context|SSLContext)\("
)
_UNVERIFIED: Final = re.compile(
    _NAME + r"\.verify_mode\s{0,8}=\s{0,8}(?:(?:ssl\.)?(?:VerifyMode\.)?CERT_NONE\b|0\b)"
)
_REQUIRED: Final = re.compile(
    _NAME + r"\.verify_mode\s{0,8}=\s{0,8}(?:ssl\.)?(?:VerifyMode\.)?CERT_(?:REQUIRED|OPTIONAL)\b"
)
_NAMED: Final = re.compile(_NAME + r"\.check_hostname\s{0,8}=\s{0,8}True")
_DEFAULTS: Final = re.compile(_NAME + r"\.(?:load_default_certs|set_default_verify_paths)\(")
_NAMELESS: Final = re.compile(_NAME + r"\.check_hostname\s{0,8}=\s{0,8}False")
_LOADED: Final = re.compile(
    _NAME + r"\.load_verify_locations\((?:cafile\s{0,8}=\s{0,8})?(?P<file>[^,)]{1,1000})"
)


@frozen(slots=False)
class _Contexts:
    """The SSLContexts of a program by name, found in one pass for each thing that is done to them.

    The settings of a context have no lines.
    """

    text: str
    made: Mapping[str, re.Match[str]]
    unverified: frozenset[str]
    nameless: frozenset[str]
    loaded: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, text: str, names: Mapping[str, str]) -> "_Contexts":
        made, _ = last_assigned(text, _MADE.finditer(text), _rest) if "ssl." in text else ({}, {})
        if not made:
            return cls(text, {}, frozenset(), frozenset(), {}, names)
        loaded: dict[str, str] = {}
        for match in _LOADED.finditer(text):
            loaded.setdefault(match["name"], match["file"])
        return cls(
            text,
            made,
            frozenset(match["name"] for match in _UNVERIFIED.finditer(text)),
            frozenset(match["name"] for match in _NAMELESS.finditer(text)),
            loaded,
            names,
        )

    @cached_property
    def dicts(self) -> NamedDicts:
        """The dicts of the program."""
        return NamedDicts.of(self.text, self.names)

    def settings(self, name: str) -> Iterator[Setting] | None:
        """The settings of a context; None if the program makes none of this name."""
        match = self.made.get(name)
        return None if match is None else self._settings(match, name)

    def _settings(self, made: re.Match[str], name: str) -> Iterator[Setting]:
        inside = in_brackets(made.string, made.end() - 1)
        bare = made["maker"] == "SSLContext"
        lax = bare and "TLS_CLIENT" not in inside  # verifies nothing of itself
        required = any(each["name"] == name for each in _REQUIRED.finditer(self.text))
        unverified = made["maker"] == "_create_unverified_context" or (lax and not required)
        if unverified or name in self.unverified:
            yield Setting("context.verify", "false")
        named = any(each["name"] == name for each in _NAMED.finditer(self.text))
        if name in self.nameless or (lax and not named):
            yield Setting("context.name", "false")
        given = re.search(r"(?:cafile\s*=|Purpose\.SERVER_AUTH\s*,)\s*([^,)]+)", inside)
        if given is not None:
            value = value_of(given[1], self.names)
            yield Setting("context.cafile", value, 0, "cafile of the SSLContext")
        elif name in self.loaded:
            value = value_of(self.loaded[name], self.names)
            yield Setting("context.cafile", value, 0, "load_verify_locations of the SSLContext")
            if made["maker"] == "create_default_context":
                yield Setting("context.adds", "true")
        elif bare and not any(each["name"] == name for each in _DEFAULTS.finditer(self.text)):
            yield Setting("context.cafile", "${roots}", 0, "the SSLContext, which has none itself")


def _rest(made: re.Match[str]) -> str:
    """The call that makes a context, up to the end of its line."""
    return made.string[made.start("maker") : made.end() + 500].partition("\n")[0]


def python_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of calls to drivers, of SQLAlchemy's engines, and of Django's settings."""
    contexts = _Contexts.of(text, names)
    for match in calls_in(document, _PYTHON, text, _MODULES):
        inside = in_brackets(text, match.start("open"))
        driver = _DRIVERS.get(match["module"], "pg8000")
        line = line_of(text, match.start("open"))
        given = (*named_arguments(inside, line, "=", names), *contexts.dicts.unpacked(inside))
        found = [each for each in given if "://" not in each.value]
        settings = list(_with_context(found, contexts))
        merged = merged_with_url(document, driver, inside, line, settings)
        if merged is not None:
            yield merged
        elif {each.key for each in settings} & _TELLING:
            servers = [each.value for each in settings if each.key == "server"]
            title = f"{match['module']} call"
            host = servers[-1] if servers else None
            yield program_connection(document, driver, title, settings, host)
        elif (unknown := UNPACKED.search(inside)) is not None:
            ssl = Setting("ssl", f"${unknown['name']}", line)
            yield program_connection(document, driver, f"{match['module']} call", [ssl])
    engines = 0
    for match in calls_in(document, _ENGINE, text, ("create_",)):
        for engine in _engine(document, text, match, contexts):
            engines += 1
            yield engine
    for match in calls_in(document, _URL_CREATE, text, ("URL.create",)):
        yield from _made_url(document, text, match, names)
    if not engines:
        yield from _engines_elsewhere(document, text, contexts)
    if "OPTIONS" in text:
        yield from _django(document, text, contexts.dicts)
    if "ENGINE" in text and _SET_LATER.search(text) is None:
        for match in calls_in(document, _DATABASE, text):
            yield from _django_database(document, text, match, names)


def _engine(
    document: Document, text: str, match: re.Match[str], contexts: _Contexts
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
    settings = list(_with_context(named_arguments(body, at, ":", contexts.names), contexts))
    yield replace(urls[0], parameters=(*urls[0].parameters, *settings))


def _made_url(
    document: Document, text: str, match: re.Match[str], names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The URL that SQLAlchemy makes of its parts: URL.create("postgresql+psycopg", host=...)."""
    inside = in_brackets(text, match.start("open"))
    line = line_of(text, match.start("open"))
    given = {each.key: each for each in named_arguments(inside, line, "=", names)}
    scheme = re.match(r"\(\s*(?:drivername\s*=\s*)?['\"](?P<scheme>[\w+]{1,60})['\"]", inside)
    if scheme is None:
        return
    host = given["host"].value if "host" in given else ""
    url = uri_connection(f"{scheme['scheme']}://{host}/", document.name, line)
    query = re.search(r"query\s*=\s*(?P<open>\{)", inside)
    if query is not None:
        at = line + inside.count("\n", 0, query.start("open"))
        body = in_brackets(inside, query.start("open"))
        parameters = tuple(named_arguments(body, at, ":", names))
    elif "query" in given:
        parameters = (Setting(f"${{{given['query'].value.strip('$')}}}", "", line),)
    else:
        parameters = ()
    yield replace(url, parameters=parameters)


def _engines_elsewhere(
    document: Document, text: str, contexts: _Contexts
) -> Iterator[ClientConnection]:
    """The engines whose URL stands elsewhere, by their connect_args."""
    if "connect_args" not in text:
        return
    named = dict(_named_arguments_of_engines(document, text, contexts))
    for match in calls_in(document, _CONNECT_ARGUMENTS, text):
        begin = match.start("open")
        if begin not in named:
            line = line_of(text, begin)
            arguments = named_arguments(in_brackets(text, begin), line, ":", contexts.names)
            yield from _engine_options(document, text, arguments, contexts)
    for settings in named.values():
        yield from _engine_options(document, text, settings, contexts)


def _named_arguments_of_engines(
    document: Document, text: str, contexts: _Contexts
) -> Iterator[tuple[int, list[Setting]]]:
    """The dicts of connect_args that variables have, by where they begin, with later keys."""
    for match in calls_in(document, _ENGINE, text):
        name = _NAMED_ARGUMENTS.search(in_brackets(text, match.start("open")))
        begin = None if name is None else contexts.dicts.opens.get(name["name"])
        if name is not None and begin is not None:
            yield begin, contexts.dicts.settings(name["name"]) or []


def _engine_options(
    document: Document, text: str, given: Iterable[Setting], contexts: _Contexts
) -> Iterator[ClientConnection]:
    """connect_args of an engine whose URL stands elsewhere."""
    settings = list(_with_context(given, contexts))
    keys = {each.key for each in settings}
    if keys & {"sslmode", "sslrootcert", "ssl", "ssl_ca", "context"}:
        driver = next((name for name in _OF_ENGINES if name in text), None)
        if driver is None and keys & {"sslmode", "sslrootcert", "ssl_ca"}:
            driver = "libpq"
        elif driver is None:  # psycopg has no option of this name
            driver = "asyncpg" if "create_async_engine" in text else "pymysql"
        yield program_connection(document, _OF_ENGINES.get(driver, driver), "engine", settings)


def _with_context(found: Iterable[Setting], contexts: _Contexts) -> Iterator[Setting]:
    """The arguments; an SSLContext of the program as "context.cafile" and so on."""
    known: dict[str, tuple[Setting, ...] | None] = {}
    for each in found:
        name = each.value.lstrip("$")
        if each.key not in {"ssl", "ssl_context"}:
            yield each
            continue
        if name not in known:
            settings = contexts.settings(name)
            known[name] = None if settings is None else tuple(settings)
        own = known[name]
        inner = contexts.dicts.settings(name) if own is None and each.key == "ssl" else None
        if inner is not None:
            yield Setting("ssl.object", "true", each.line)
            for found_in in inner:
                yield replace(found_in, key=f"ssl.{found_in.key}", origin=f"ssl.{found_in.key}")
            continue
        if own is None:
            yield each
            continue
        yield Setting("context", "true", each.line, each.key)
        yield from (replace(setting, line=each.line) for setting in own)


def _django_database(
    document: Document, text: str, match: re.Match[str], names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """A database of Django without TLS settings."""
    inside = in_brackets(text, match.start("open"))
    if _TLS_KEY.search(inside) is not None:
        return
    line = line_of(text, match.start("open"))
    hosts = [each for each in named_arguments(inside, line, ":", names) if each.key == "HOST"]
    driver = "mysql-connector-python" if match["product"] == "mysql" else "libpq"
    settings = [replace(each, key="host") for each in hosts]
    if settings:
        yield program_connection(document, driver, "database of Django", settings)


def _django(document: Document, text: str, dicts: NamedDicts) -> Iterator[ClientConnection]:
    """OPTIONS of Django; of several assignments the last one counts, with what is set later."""
    found = list(calls_in(document, _OPTIONS, text))
    assigned = [each for each in found if each["sign"] == "="]
    later = list(calls_in(document, _OPTION, text))
    if not found and later:
        yield from _options(document, text, _set_options(text, [], later, dicts), later[0].start())
    for match in found:
        if assigned and match is not assigned[-1] and match["sign"] == "=":
            continue
        if match["name"] is None:
            begin = match.start("open") if match["open"] else match.start("call")
            line = line_of(text, match.start())
            settings = dicts.of_literal(in_brackets(text, begin), line)
        else:
            open_mode = f"${{{match['name']}.sslmode}}"  # of a dict of another file, perhaps
            settings = dicts.settings(match["name"]) or [
                Setting(key, open_mode, line_of(text, match.start()), "OPTIONS")
                for key in ("sslmode", "ssl_mode")
            ]
        behind = [each for each in later if each.start() > match.start()]
        settings = _set_options(text, settings, behind, dicts)
        yield from _options(document, text, settings, match.start())


def _set_options(
    text: str, settings: list[Setting], later: Sequence[re.Match[str]], dicts: NamedDicts
) -> list[Setting]:
    """The options with those that are set later."""
    for each in later:
        line = line_of(text, each.start())
        if each["key"] is None:
            given = dicts.of_literal(in_brackets(text, each.start("open")), line)
        else:
            given = list(named_arguments(f"{each['key']}={each['value']}", line, "=", dicts.names))
        settings = joined_settings(settings, given)
    return settings


def _options(
    document: Document, text: str, settings: list[Setting], at: int
) -> Iterator[ClientConnection]:
    """The connection of these options."""
    before = text[max(0, at - 800) : at]
    keys = {each.key for each in settings}
    mysql = "backends.mysql" in before or "ssl.ca" in keys
    if not mysql and not keys & {"sslmode", "sslrootcert", "sslcert"}:
        return
    host = re.search(r"['\"]HOST['\"]\s*:\s*['\"]([^'\"]+)", text)
    if host is not None:
        settings.append(Setting("host", host[1], line_of(text, host.start())))
    yield program_connection(
        document, "mysqlclient" if mysql else "libpq", "OPTIONS of Django", settings
    )
