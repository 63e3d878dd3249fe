"""Find what Go programs give to their drivers: registered TLS configurations, values of URLs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import line_at, line_of
from unpin.configurations.model import ClientConnection, Document, Form, Setting
from unpin.configurations.programs.call_arguments import (
    LONGEST_CALL,
    calls_in,
    in_brackets,
    program_connection,
    value_of,
)

_REGISTERED: Final = re.compile(r"\.RegisterTLSConfig\(\s*\"([^\"]+)\"")
_CALL: Final = re.compile(
    r"(?<!\w)mysql\.RegisterTLSConfig\(\s{0,8}(?:\"(?P<name>[^\"\n]{1,100})\"|(?P<code>[\w.]{1,100}))"
)
_VALUE: Final = re.compile(
    r"(?<![\w.])(?P<object>[A-Za-z_]\w{0,40})\.(?:Set|Add)\(\s{0,8}\"(?P<key>sslmode|sslrootcert)\"\s{0,8},"
    r"\s{0,8}(?P<value>[^\n]{1,300})\)"
)
_URL: Final = re.compile(r"[\"`]postgres(?:ql)?://[^\"`\n]")
_OWN_CONFIG: Final = re.compile(
    r"\.(?:ConnConfig\.)?TLSConfig\s{0,4}=\s{0,4}&?tls\.Config\s{0,4}(?P<open>\{)"
)
_INSECURE: Final = re.compile(
    r"InsecureSkipVerify\s{0,4}:\s{0,4}true\b(?![\s\S]{0,2000}VerifyPeerCertificate)"
)
_OF_URL: Final = re.compile(r"postgres(?:ql)?://|\bsslmode=|\bhost=")
_MYSQL_CONFIG: Final = re.compile(r"mysql\.(?:NewConfig\(|Config\{)")
_WORD: Final = re.compile(
    r"(?<!tls)\bTLSConfig\s{0,4}[=:]\s{0,4}(?P<value>\"[^\"\n]{0,100}\"|[a-z]\w{0,60}(?=[,\s]))"
)
_READ: Final = re.compile(r"(?:os|ioutil)\.ReadFile\(\s*\"([^\"]+)\"")


def _of_values(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The URL of PostgreSQL that net/url makes: q.Set("sslmode", "require")."""
    if ("net/url" not in text and "url.Values" not in text) or _URL.search(text) is not None:
        return
    objects: dict[str, list[Setting]] = {}
    for match in calls_in(document, _VALUE, text):
        setting = Setting(match["key"], value_of(match["value"], names), line_at(match), "URL")
        objects.setdefault(match["object"], []).append(setting)
    for settings in objects.values():
        found = program_connection(document, "lib/pq", "URL of values", settings)
        yield replace(found, form=Form.URI, drivers=("lib/pq", "pgx"))


def _of_pgx(document: Document, text: str) -> Iterator[ClientConnection]:
    """A connection of pgx whose URL stands elsewhere, with a tls.Config of the program."""
    if "pgx" not in text or _OF_URL.search(text) is not None:
        return
    for match in calls_in(document, _OWN_CONFIG, text):
        line = line_of(text, match.start())
        insecure = _INSECURE.search(in_brackets(text, match.start("open"))) is not None
        setting = Setting("tls.config", "insecure" if insecure else "own", line, "TLSConfig")
        yield program_connection(document, "pgx", "tls.Config of a program", [setting])


def _of_mysql(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of mysql.Config: cfg.TLSConfig = "skip-verify"."""
    if _MYSQL_CONFIG.search(text) is None:
        return
    for match in calls_in(document, _WORD, text):
        value = value_of(match["value"], names)
        if value:
            tls = Setting("tls", value, line_of(text, match.start()), "TLSConfig")
            settings = [tls, *registered_configurations(text)]
            yield program_connection(document, "go-sql-driver", "mysql.Config", settings)


def registered_configurations(text: str) -> tuple[Setting, ...]:
    """The name of the first, whether it verifies, and the file that the program reads for it."""
    match = _REGISTERED.search(text)
    if match is None:
        return ()
    line = line_of(text, match.start())
    settings = [Setting("registered", match[1], line)]
    around = text[match.start() : match.start() + LONGEST_CALL]
    if re.search(r"InsecureSkipVerify\s*:\s*true", around.partition(")")[0]):
        settings.append(Setting("registered.insecure", "true", line))
    files = _READ.findall(text[: match.start()])
    if files:
        settings.append(Setting("registered.file", files[-1], line))
    return tuple(settings)


def go_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections whose URL a program makes of values, or whose configuration it registers.

    A program that has a URL or DSN itself is found by that. `names` are the variables of it.
    """
    yield from _of_values(document, text, names)
    yield from _of_pgx(document, text)
    if "@tcp(" in text:
        return
    yield from _of_mysql(document, text, names)
    for match in calls_in(document, _CALL, text, ("mysql.RegisterTLSConfig(",)):
        name = match["name"] or f"${match['code']}"
        tls = Setting("tls", name, line_of(text, match.start()), "RegisterTLSConfig")
        yield program_connection(document, "go-sql-driver", "RegisterTLSConfig call", [tls])
