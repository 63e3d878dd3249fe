"""Find the connections that programs on Node make: pools, clients and their ssl objects."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from unpin.configurations.lines import line_of, matches_from
from unpin.configurations.model import ClientConnection, Document, Setting, at_most
from unpin.configurations.programs.call_arguments import (
    MAX_CALLS,
    in_brackets,
    last_assigned,
    merged_with_url,
    named_arguments,
    program_connection,
    value_of,
)

MAX_OBJECTS: Final = 500
"""The most objects of a program that are looked at."""

_NODE: Final = re.compile(
    r"(?:new\s{1,4}(?:\w{1,40}\.)?(?P<pg>Pool|Client|Sequelize|DataSource)"
    r"|(?P<mysql>(?:mysql2?|mariadb)\w{0,20}(?:\.\w{1,40}){0,3}\.create(?:Connection|Pool))"
    r"|(?<![\w.])(?P<postgres>postgres))\s{0,4}(?P<open>\()"
    r"|(?:\bconnection\s{0,4}:|(?i:config|options|connection)\w{0,20}\s{0,4}(?::\s{0,4}[\w.<>]{1,60}\s{0,4})?="
    r"|(?:module\.)?exports(?:\.\w{1,40})?\s{0,4}=|export\s{1,4}default)\s{0,4}(?P<knex>\{)"
)
_BEGINS: Final = (
    "new", "mysql", "mariadb", "postgres", "connection", "config", "options", "exports",
    "module.exports", "export",
)  # fmt: skip
_OF_DATABASE: Final = frozenset(
    {
        "host",
        "database",
        "db",
        "user",
        "username",
        "dialect",
        "connectionString",
        "uri",
        "url",
        "port",
    }
)
_OBJECT: Final = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_$][\w$]{0,60})\s{0,8}(?::[^=\n]{0,200})?=\s{0,8}(?P<open>\{)"
)
_INNER: Final = re.compile(r"(?<=.)\bconnection\s{0,4}:\s{0,4}\{", re.DOTALL)
_OTHER_DATABASE: Final = re.compile(
    r"""(?<![\w.])['"]?(?:dialect|type|client)['"]?\s{0,4}:\s{0,4}['"](?:better-)?sqlite"""
)
"""A database in a file, which has no connection."""

_OF_TEDIOUS: Final = re.compile(
    r"""(?<![\w.])['"]?(?:dialect|type|client)['"]?\s{0,4}:\s{0,4}['"]mssql"""
)
_LATER: Final = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_$][\w$]{0,60}(?:\.(?:dialectOptions|extra|connection))?)\.ssl\s{0,4}="
    r"\s{0,4}(?:\{|true\b)"
)
_NAMED: Final = re.compile(r"\(\s{0,4}(?P<name>[A-Za-z_$][\w$]{0,60})\s{0,4}\)")
_CONFIG: Final = re.compile(r"(?i)(?:config|options|connection)\w{0,20}\Z")
"""The names of objects that are found by themselves."""

_LATER_SSL: Final = (
    r"\.ssl(?:\.(?P<key>\w{1,40}))?\s{0,4}=(?!=)\s{0,4}(?:(?P<open>\{)|(?P<value>[^\n;]{1,500}))"
)
_OWNER: Final = re.compile(
    r"(?P<name>[A-Za-z_$][\w$]{0,60})\s{0,4}(?::\s{0,4}[\w.<>]{1,60}\s{0,4})?=\s{0,40}\Z"
)
_USES: Final = re.compile(
    r"(?:require\(|from|import)\s{0,4}['\"](?P<module>pg|mysql2?|mariadb|sequelize|typeorm|knex)['\"/]"
    r"|dialect\s{0,4}[:=]\s{0,4}['\"](?P<dialect>postgres|mysql)"
)
_REQUIRED: Final = re.compile(
    r"(?:require\(|from|import)\s{0,4}['\"](mysql2?|mariadb)(?:/\w{1,20})?['\"]"
)
_CLIENTS: Final = re.compile(r"""(?<![\w.])['"]?client['"]?\s{0,4}:\s{0,4}['"](mysql2?)['"]""")
"""The client that a configuration of Knex names."""

_OF_MYSQL: Final = {"mysql2": "mysql2", "mysql": "mysqljs", "mariadb": "mariadb-nodejs"}
_NEGATIONS: Final = {"!1": "false", "!0": "true", "$1": "false", "$0": "true"}
"""How minifiers write false and true, and how these are read."""

_NOTHING: Final = frozenset({"undefined", "null"})
_MSSQL: Final = re.compile(
    r"(?:require\(|from|import)\s{0,4}['\"](?:mssql|tedious)(?:/\w{1,20})?['\"]"
)
_OF_SERVER: Final = re.compile(
    r"(?<![\w.])server['\"]?\s{0,4}:[\s\S]{0,1000}?(?:trustServerCertificate|encrypt)['\"]?\s{0,4}:"
)
_CA_TEXT: Final = re.compile(
    r"""(?<![\w.])['"]?ca['"]?\s{0,4}:\s{0,4}(?P<quote>['"`])(?P<text>(?!-----BEGIN|\$)[^'"`\n]{1,500})(?P=quote)"""
    r"\s{0,80}[,}\n]"
)
_PROPERTY: Final = re.compile(r"[A-Za-z_]\w{0,60}(?:\.\w{1,60}){1,4}")
TEXT_OF_CA: Final = "ca, a text"
"""The origin of a `ca` that is no content of a file, but a text of the program."""

_OF_TLS: Final = frozenset({"ssl", "ssl.ca", "ssl.rejectUnauthorized", "ssl.object"})


def node_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of node-postgres, postgres.js, mysql2, Sequelize, TypeORM and Knex."""
    objects: Mapping[str, int] | None = None
    found = False
    calls = matches_from(_NODE, text, _BEGINS)
    for match in at_most(calls, MAX_CALLS, "calls of a kind", document):
        objects = _objects_in(text) if objects is None else objects
        at = match.start("knex") if match["knex"] else match.start("open")
        inside = in_brackets(text, at)
        owner = _assigned_to(text, match) if match["knex"] else ""
        named = _NAMED.fullmatch(inside)
        if named is not None and named["name"] in objects and not _CONFIG.search(named["name"]):
            owner, at = named["name"], objects[named["name"]]
            inside = in_brackets(text, at)
        if match["knex"] and _INNER.search(inside) is not None:
            continue  # the connection in it is found by itself
        if _OTHER_DATABASE.search(inside) is not None:
            continue
        line = line_of(text, at)
        given = list(named_arguments(inside, line, ":", names))
        settings = list(_with_object(given, inside, text, objects, names))
        settings = _set_later(settings, owner, at, text, names)
        texts = {found["text"] for found in _CA_TEXT.finditer(inside)}
        settings = [_marked(each, texts) for each in settings if not _is_unset(each)]
        if match["knex"] and _MSSQL.search(text) is not None and _OF_SERVER.search(inside):
            found = True
            servers = [each.value for each in settings if each.key == "server"]
            host = servers[-1] if servers else None
            yield program_connection(document, "tedious", "settings of mssql", settings, host)
            continue
        drivers = _drivers(match, inside, text)
        merged = merged_with_url(
            document, drivers[0], inside, line, [_tls(each) for each in settings]
        )
        if merged is not None:
            found = True
            yield replace(merged, drivers=drivers)
        elif match["knex"] and not _is_of_database(settings):
            continue
        elif {each.key for each in settings} & {"host", *_OF_TLS}:
            title = match[0].strip(" ({:")
            own = [_tls(each) for each in settings]
            found = True
            call = program_connection(document, drivers[0], f"{title} call", own)
            yield replace(call, drivers=drivers)
    used = None if found or ".ssl" not in text else _USES.search(text)
    later = _LATER.search(text) if used is not None else None
    if used is not None and later is not None:
        mysql = (used["module"] or used["dialect"]).startswith("m")
        ssl = Setting("ssl.unknown", f"${later['name']}.ssl", line_of(text, later.start()))
        driver = "mysql2" if mysql else "node-postgres"
        yield program_connection(document, driver, "settings of a program", [ssl])


def _is_unset(setting: Setting) -> bool:
    """Whether it is a `ca` that a branch leaves to Node's roots."""
    return setting.key == "ssl.ca" and setting.value in _NOTHING


def _marked(setting: Setting, texts: Container[str]) -> Setting:
    """The setting; a `ca` that is one of these texts says so, and a property is open."""
    if setting.key == "ssl.ca" and setting.value in texts:
        return replace(setting, origin=TEXT_OF_CA)
    if setting.key == "ssl.rejectUnauthorized" and setting.value in _NEGATIONS:
        return replace(setting, value=_NEGATIONS[setting.value])
    if setting.key == "ssl.rejectUnauthorized" and _PROPERTY.fullmatch(setting.value):
        return replace(setting, value=f"${{{setting.value}}}")
    return setting


def _objects_in(text: str) -> dict[str, int]:
    """Where the object of each variable begins; none for one with those of two functions."""
    kept, _ = last_assigned(
        text,
        islice(_OBJECT.finditer(text), MAX_OBJECTS),
        lambda each: in_brackets(text, each.start("open")),
    )
    return {name: match.start("open") for name, match in kept.items()}


def _with_object(
    settings: list[Setting],
    inside: str,
    text: str,
    objects: Mapping[str, int],
    names: Mapping[str, str],
) -> Iterator[Setting]:
    """The arguments; the object that a variable called `ssl`, or its value, holds as "ssl.ca"."""
    held = [each.value[1:] for each in settings if each.key == "ssl" and each.value[:1] == "$"]
    if not held and re.search(r"[{,]\s*ssl\s*[,}]", inside):
        held = ["ssl"]
    for name in dict.fromkeys(held):
        begin = objects.get(name)
        if begin is not None:
            body = f"ssl: {in_brackets(text, begin)}"
            settings = [each for each in settings if each.key != "ssl"]
            settings += named_arguments(body, line_of(text, begin), ":")
        elif name == "ssl":
            value = value_of("ssl", names)
            settings.append(Setting("ssl", value, line_of(text, text.find(inside))))
    yield from (each for each in settings if each.key != "ssl" or each.value not in _NOTHING)


def _assigned_to(text: str, match: re.Match[str]) -> str:
    """The variable to which an object is assigned; "" if it is none."""
    found = _OWNER.search(text, max(0, match.start() - 100), match.start("knex"))
    return "" if found is None else found["name"]


def _set_later(
    settings: list[Setting], name: str, at: int, text: str, names: Mapping[str, str]
) -> list[Setting]:
    """The settings of an object with what is assigned to its `ssl` behind a place."""
    if not name or ".ssl" not in text:
        return settings
    later = re.compile(rf"(?<![\w.]){re.escape(name)}{_LATER_SSL}")
    for match in islice(later.finditer(text, at), MAX_CALLS):
        line = line_of(text, match.start())
        if match["open"]:
            body = f"ssl: {in_brackets(text, match.start('open'))}"
            given = list(named_arguments(body, line, ":", names))
            old = "ssl"
        else:
            key = f"ssl.{match['key']}" if match["key"] else "ssl"
            given = [Setting(key, value_of(match["value"], names), line, key)]
            old = key
        settings = [e for e in settings if e.key != old and not e.key.startswith(f"{old}.")]
        settings += given
    return settings


def _is_of_database(settings: Sequence[Setting]) -> bool:
    """Whether the keys of an object are those of a connection: a host or database, and ssl."""
    keys = {each.key for each in settings}
    return bool(keys & _OF_TLS) and bool(keys & _OF_DATABASE)


def _drivers(match: re.Match[str], inside: str, text: str) -> tuple[str, ...]:
    """The drivers that may be called; those of MySQL by what the program requires."""
    if match["postgres"]:
        return ("postgres.js",)
    mysql = re.search(r"mysql|mariadb|port\s*:\s*['\"]?3306", inside) or (
        re.search(r"mysql2|client:\s*['\"]mysql", text) and not re.search(r"['\"]pg['\"]", text)
    )
    if _OF_TEDIOUS.search(inside) is not None:
        return ("tedious",)
    if not match["mysql"] and not mysql:
        return ("node-postgres",)
    required = {found[1] for found in _REQUIRED.finditer(text)}
    required |= {found[1] for found in _CLIENTS.finditer(text)}
    found = tuple(ident for module, ident in _OF_MYSQL.items() if module in required)
    if match["mysql"] and match["mysql"].startswith("mariadb"):
        return ("mariadb-nodejs",)
    return found or ("mysql2",)


def _tls(setting: Setting) -> Setting:
    """The setting; an ssl that is no literal decides in a way that is not known."""
    if setting.key == "ssl" and setting.value.startswith("$"):
        return Setting("ssl.unknown", setting.value, setting.line, setting.origin)
    return setting
