"""Find the connections that commands make: psql, mysql, mongosh, redis-cli and their like."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import has_any, line_of
from unpin.configurations.model import (
    ClientConnection,
    Document,
    Form,
    Setting,
    at_most,
    until_limit,
)
from unpin.configurations.programs.call_arguments import program_connection
from unpin.configurations.scripts.container_runs import container_runs
from unpin.configurations.scripts.shell_words import variables_before, words_from
from unpin.configurations.urls import uri_connection

MAX_COMMANDS: Final = 200
"""The most commands of a kind that are looked at in a document."""

_COMMAND: Final = re.compile(
    r"(?<![\w./\-$={}])(?:[./~\w]{0,80}/)?(?P<program>psql|pg_dump|pg_dumpall|pg_restore|pg_basebackup"
    r"|pg_receivewal|pg_recvlogical|pgbench|vacuumdb|reindexdb|createdb|dropdb|createuser|dropuser"
    r"|clusterdb|mysql|mysqldump|mysqladmin|mysqlimport|mysqlcheck|mysqlsh|mariadb|mariadb-dump"
    r"|mariadb-admin|mongosh|mongo|mongo(?:dump|restore|export|import|stat|top|files)"
    r"|(?:redis|valkey)-(?:cli|benchmark))(?:\.exe)?(?=[ \t]{1,8}[\"'$\w\-\\/])"
)
_PROGRAMS: Final = (
    "psql", "pg_", "pgbench", "mysql", "mariadb", "mongo", "redis-", "valkey-", "vacuumdb",
    "reindexdb", "createdb", "dropdb", "createuser", "dropuser", "clusterdb",
)  # fmt: skip
"""One of these is in the name of each program."""

_OF_MYSQL: Final = re.compile(r"mysql|mariadb")
_OF_MONGO: Final = re.compile(r"mongo")
_OF_REDIS: Final = re.compile(r"redis|valkey")
_TLS_OPTION: Final = re.compile(
    r"--(?P<key>(?:tls|ssl)(?P<flag>|AllowInvalid(?:Certificates|Hostnames)|Insecure)|insecure"
    r"|(?:tls|ssl)CAFile|cacert|cacertdir)(?:=(?P<value>.*))?\Z",
    re.DOTALL,
)
"""The options of clients of MongoDB and Redis for TLS."""

_TLS_URL: Final = re.compile(r"(?:--uri=)?(?:rediss://|mongodb(?:\+srv://|://.*[?&](?:tls|ssl)))")

_HOST: Final = re.compile(r"(?:-h|--host=)(?P<host>[^=].*)\Z", re.DOTALL)
_DEFAULTS: Final = re.compile(r"--defaults-(?:extra-)?file=(?P<file>.+)\Z")
_SSL: Final = re.compile(
    r"--(?P<off>skip-|disable-)?(?P<key>ssl[\w-]*)(?:=(?P<value>.*))?\Z", re.DOTALL
)
_PAIR: Final = re.compile(
    r"(?<!\S)(?P<key>host|hostaddr|service|sslmode|sslrootcert|requiressl)\s?=\s?(?P<value>[^\s']+)"
)
_LOCAL: Final = re.compile(r"localhost\Z|127\.|::1\Z|/|0\.0\.0\.0\Z|\Z")
_OF_LIBPQ: Final = re.compile(r"PG(?:HOST|SSL\w+|SERVICE|REQUIRESSL)\Z")
_VALUELESS: Final = re.compile(r"-[A-Za-z]+\Z|--[\w-]+\Z")
"""An option whose value is the next word, or which has none."""


def command_connections(document: Document, text: str) -> Iterator[ClientConnection]:
    """The connections of commands; those to this machine only with TLS settings.

    Connection strings in them are found by themselves.
    """
    if not has_any(text, _PROGRAMS):
        return
    found = at_most(_COMMAND.finditer(text), MAX_COMMANDS, "commands of a kind", document)
    runs = until_limit(container_runs(replace(document, text=text)), [])
    images = {run.image_at for run in runs}
    for match in found:
        if match.start("program") in images:
            continue  # the image of a server has its name
        several = words_from(text, match.start("program"))[1:]
        words = [each.text for each in several]
        line = line_of(text, match.start("program"))
        program = match["program"]
        if _OF_MYSQL.match(program):
            yield from _of_mysql(document, program, words, line)
        elif _OF_MONGO.match(program) or _OF_REDIS.match(program):
            lines = [line_of(text, each.at) for each in several]
            yield from _of_url_client(document, program, words, lines)
        else:
            before = variables_before(text, match.start())
            own = [Setting(name.text, value, line) for name, value in before]
            yield from _of_postgresql(document, program, words, line, own)


def _of_mysql(
    document: Document, program: str, words: Sequence[str], line: int
) -> Iterator[ClientConnection]:
    settings: list[Setting] = []
    for number, word in enumerate(words):
        if (match := _SSL.match(word)) is not None:
            value = match["value"]
            if value is None and not match["off"]:
                value = _next(words, number)
            key = f"--{match['off'] or ''}{match['key']}"
            settings.append(Setting(match["key"], "0" if match["off"] else value or "", line, key))
        elif (match := _DEFAULTS.match(word)) is not None:
            settings.append(Setting("defaults-file", match["file"], line, word))
    host = _host(words)
    if not any(each.key.startswith("ssl") for each in settings) and _is_local(host):
        return
    driver = "mariadb" if program.startswith("mariadb") else "mysql"
    found = program_connection(document, driver, f"command {program}", settings, host)
    yield replace(found, line=found.line or line)


def _of_url_client(
    document: Document, program: str, words: Sequence[str], lines: Sequence[int]
) -> Iterator[ClientConnection]:
    """A client of MongoDB or Redis with options for TLS, beside a URL or a host."""
    settings: list[Setting] = []
    for number, word in enumerate(words):
        if (match := _TLS_OPTION.match(word)) is not None:
            takes = match["key"].lower().endswith(("file", "cacert", "cacertdir"))
            given = match["value"]
            value = "true" if given is None else given
            if takes and given is None:
                value = _next(words, number) or ""
            settings.append(Setting(f"--{match['key']}", value, lines[number], f"--{match['key']}"))
    if not settings and not any(map(_TLS_URL.match, words)):
        return
    if _OF_REDIS.match(program):
        settings.append(Setting("ssl_check_hostname", "false", lines[0], program))
    drivers = ("url-client-node",) if program == "mongosh" else ("url-client",)
    for word, line in zip(words, lines, strict=True):
        if "://" in word:
            url = uri_connection(word.removeprefix("--uri="), document.name, line)
            parameters = (*url.parameters, *settings)
            yield replace(url, drivers=drivers, parameters=parameters)
            return
    host = _host(words)
    title = f"command {program} to {host or 'the default host'}"
    yield ClientConnection(
        title, Form.OPTIONS, drivers, document.name, settings[0].line, host, tuple(settings)
    )


def _of_postgresql(
    document: Document, program: str, words: Sequence[str], line: int, own: Sequence[Setting]
) -> Iterator[ClientConnection]:
    if any("://" in word for word in words):
        return
    named = [pair for word in words for pair in _PAIR.finditer(word)]
    if len({pair["key"] for pair in named} & {"host", "sslmode", "sslrootcert"}) > 1:
        return  # a connection string
    settings = [Setting(pair["key"], pair["value"], line, pair["key"]) for pair in named]
    host = _host(words)
    given = {each.key: each.value for each in (*settings, *own)}
    host = host or given.get("host") or given.get("PGHOST")
    telling = any(_OF_LIBPQ.match(each.key) for each in own) or not {
        "service", "sslmode", "sslrootcert", "requiressl"
    }.isdisjoint(given)  # fmt: skip
    if telling or not _is_local(host):
        yield ClientConnection(
            f"command {program} to {host or 'the default host'}", Form.OPTIONS, ("libpq",),
            document.name, line, host, tuple(settings), environment=tuple(own),
        )  # fmt: skip


def _host(words: Sequence[str]) -> str | None:
    for number, word in enumerate(words):
        if word in {"-h", "--host"}:
            return _next(words, number)
        if (match := _HOST.match(word)) is not None and word != "--help":
            return match["host"]
    return None


def _next(words: Sequence[str], number: int) -> str | None:
    """The word behind an option, if it is its value."""
    found = words[number + 1] if number + 1 < len(words) else None
    return None if found is None or _VALUELESS.match(found) else found


def _is_local(host: str | None) -> bool:
    return host is None or _LOCAL.match(host) is not None


def own_lines(connections: Iterable[ClientConnection]) -> set[int]:
    """The lines on which commands have variables of their own."""
    return {each.line for connection in connections for each in connection.environment}
