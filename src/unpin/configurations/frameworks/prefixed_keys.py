"""Find connections whose keys have a prefix: DB_SSLMODE, GF_DATABASE_SSL_MODE, db_sslrootcert."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.frameworks.environment_names import property_name
from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Form, Setting, Syntax

_KEY: Final = re.compile(
    r"(?:.*/)?(?P<prefix>(?!PG\Z|(?:server|client)_tls)[A-Za-z][A-Za-z0-9]{0,40}(?:_[A-Za-z0-9]{1,40}){0,4}?)_"
    r"(?P<key>SSL_?MODE|SSL_?ROOT_?CERT(?:_?(?:FILE|PATH))?|CA_CERT_PATH|SSL_?CA(?:_?(?:FILE|PATH|CERT))?"
    r"|HOST(?:NAME)?|SERVER|TYPE|ADAPTER|DRIVER|DIALECT|ENGINE|CONNECTION)\Z",
    re.IGNORECASE,
)
_SUBSCRIPT: Final = re.compile(
    r"(?m)^[ \t]*\w{1,60}\[(?P<quote>['\"])(?P<key>\w{1,60})(?P=quote)\][ \t]*=[ \t]*"
    r"(?P<open>['\"])(?P<value>[^'\"\n]{0,500})(?P=open)"
)
_WORDS: Final = frozenset(
    {"disable", "allow", "prefer", "require", "verify-ca", "verify-full", "verify_ca",
     "verify_full", "verify_identity", "required", "preferred", "disabled"}
)  # fmt: skip
_MYSQL_WORDS: Final = frozenset({"verify_identity", "required", "preferred", "disabled"})
"""The modes that MySQL's clients have alone."""

_OF_PRODUCTS: Final = re.compile(r"(?i)GF_|.*_ATTR\Z|PMA\Z")
"""Prefixes of products that mean these keys otherwise."""

_MYSQL: Final = re.compile(r"(?i)mysql|mariadb")
_NAMES: Final = {"sslmode": "sslmode", "sslrootcert": "sslrootcert", "cacert": "sslrootcert"}
_KINDS: Final = frozenset({"type", "adapter", "driver", "dialect", "engine", "connection"})
OF_APPLICATION: Final = (
    "settings of an application, which are taken for those of its driver under the same names"
)
_NONE: Final = frozenset({"", "null", "none", "undefined"})


def prefixed_connections(
    document: Document, groups: Iterable[Sequence[Setting]]
) -> Iterator[ClientConnection]:
    """A connection for each prefix that has an sslmode or a root certificate.

    `groups` are the variables of each process.
    """
    everything = list(groups)
    if document.syntax is Syntax.ASSIGNMENTS:
        everything.append([e for e in document.settings if e.key != e.key.upper()])
    if document.is_plain and "<?" not in document.text:
        everything.append(list(_subscripts(document.text)))
    for group in everything:
        yield from _of_group(document, group)


def _subscripts(text: str) -> Iterator[Setting]:
    """The settings of gitlab.rb and the like: gitlab_rails['db_sslmode'] = 'verify-full'."""
    for match in _SUBSCRIPT.finditer(text):
        yield Setting(match["key"], match["value"], line_of(text, match.start("value")))


def _of_group(document: Document, group: Sequence[Setting]) -> Iterator[ClientConnection]:
    prefixes: dict[str, dict[str, Setting]] = {}
    for each in group:
        match = _KEY.match(each.key)
        if match is not None and property_name(each.key) is not None:
            continue  # a property of Spring or its like, which others read
        if match is not None and each.line and each.value.strip().lower() not in _NONE:
            key = re.sub(r"_", "", match["key"]).lower()
            key = re.sub(r"(?<=cert)(?:file|path)\Z|(?<=sslca)(?:file|path|cert)\Z", "", key)
            prefixes.setdefault(match["prefix"], {})[key] = each
    for prefix, found in prefixes.items():
        mode = found.get("sslmode")
        if mode is not None and mode.value[:1] not in "$%{" and mode.value.lower() not in _WORDS:
            continue
        telling = [found[key] for key in _NAMES if key in found]
        kinds = [each.value for key, each in found.items() if key in _KINDS]
        if _is_mysql(prefix, mode, kinds):
            if not _OF_PRODUCTS.match(prefix) and (telling or "sslca" in found):
                yield _of_mysql(document, prefix, found)
        elif telling:
            yield _connection(document, prefix, found, telling)


def _is_mysql(prefix: str, mode: Setting | None, kinds: Sequence[str]) -> bool:
    """Whether it is MySQL: by its type, or else by its name or a mode that it alone has."""
    if kinds:
        return any(map(_MYSQL.search, kinds))
    own = mode is not None and mode.value.lower() in _MYSQL_WORDS
    return own or _MYSQL.search(prefix) is not None


def _of_mysql(document: Document, prefix: str, found: dict[str, Setting]) -> ClientConnection:
    named = found.get("host") or found.get("hostname") or found.get("server")
    host = None if named is None else re.sub(r":\d+\Z", "", named.value)
    mode, ca = found.get("sslmode"), found.get("sslca") or found.get("sslrootcert")
    settings = [] if ca is None else [replace(ca, key="ssl-ca", origin=ca.key)]
    if mode is not None:
        settings.append(replace(mode, key="ssl-mode", origin=mode.key))
        if ca is None and mode.value.lower().startswith("verify"):
            settings.append(
                Setting("ssl-ca", f"${{{prefix}_SSL_CA}}", mode.line, "the application")
            )
    elif ca is not None:
        open_mode = f"${{{prefix}_SSL_MODE}}"
        settings.append(Setting("ssl-mode", open_mode, ca.line, "the application"))
    return ClientConnection(
        f"{prefix} to {host or 'the default host'}", Form.OPTIONS, ("mysql",), document.name,
        min(each.line for each in settings), host, tuple(settings), notes=(OF_APPLICATION,),
    )  # fmt: skip


def _connection(
    document: Document, prefix: str, found: dict[str, Setting], telling: list[Setting]
) -> ClientConnection:
    named = found.get("host") or found.get("hostname") or found.get("server")
    host = None if named is None else re.sub(r":\d+\Z", "", named.value)
    settings = [
        replace(found[key], key=name, origin=found[key].key)
        for key, name in _NAMES.items()
        if key in found
    ]
    is_grafana = prefix.upper().startswith("GF_")
    drivers = ("lib/pq",) if is_grafana else ("libpq", "lib/pq", "pgx")
    return ClientConnection(
        f"{prefix} to {host or 'the default host'}", Form.OPTIONS, drivers, document.name,
        min(each.line for each in telling), host, tuple(settings),
        notes=() if is_grafana else (OF_APPLICATION,),
    )  # fmt: skip
