"""Find connections whose keys stand beside each other: database.yml, pg_service.conf, Terraform."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.frameworks.doctrine import symfony_value
from unpin.configurations.frameworks.prefixed_keys import OF_APPLICATION
from unpin.configurations.frameworks.servers import property_lines
from unpin.configurations.key_value_strings import odbc_notes, odbc_settings
from unpin.configurations.model import ClientConnection, Document, Form, Setting, Syntax
from unpin.configurations.programs.call_arguments import value_of

_DECISIVE: Final = frozenset(
    {"sslmode", "ssl_mode", "ssl-mode", "sslrootcert", "sslca", "ssl_ca", "ssl-ca", "ssl.ca",
     "ssl.rejectUnauthorized", "tls"}
)  # fmt: skip
_LOWER: Final = frozenset(key.lower() for key in _DECISIVE)
_HOSTS: Final = (
    "host",
    "servername",
    "endpoint",
    "hostname",
    "hostaddr",
    "server",
    "address",
    "login_host",
)
_SPELLINGS: Final = {
    "sslmode": "sslmode", "ssl_mode": "sslmode", "ssl-mode": "sslmode",
    "sslrootcert": "sslrootcert", "ca_cert_path": "sslrootcert", "sslrootcertfile": "sslrootcert",
}  # fmt: skip
_ANSIBLE: Final = re.compile(r"(?:\A|\.)postgresql_\w{1,40}\Z")
_PGADMIN: Final = re.compile(r"\AServers\.[^.]{1,40}(?:\.ConnectionParameters)?\Z")
_ROOTS: Final = frozenset({"ca_cert", "ssl_rootcert"})
"""The keys of Ansible's modules for PostgreSQL that name the file of roots."""

_PSQLODBC: Final = re.compile(r"psqlodbc|postgresql (?:unicode|ansi)")

_RUBY: Final = re.compile(r"<%=\s*(?P<code>.*?)\s*%>")
_ENV_PHP: Final = re.compile(
    r"env\(\s{0,4}['\"](?P<name>\w{1,60})['\"](?:\s{0,4},\s{0,4}['\"](?P<default>[^'\"]{0,200})['\"])?"
)
_ARGUMENT: Final = re.compile(r"\s*[A-Za-z_]\w*\s*=(?![=>])")
_CALL: Final = re.compile(r"[A-Za-z_][\w.]{0,60}[(\[]")
_OTHER_ROOTS: Final = re.compile(
    r"(?i)(?:(?:ssl|tls|certs?|certificates?|ca|trust)\w{0,20}\.(?:\w{1,40}\.){0,3}"
    r"\w{0,20}(?:secret|configmap)(?:ref)?(?:\.name|name)?"
    r"|(?:(?:ssl|tls|certs?|certificates?|trust)\w{0,20}\.(?:\w{1,40}\.){0,3})?"
    r"(?:ssl|tls|db|pg|server)?[-_]?(?:(?:root|ca|trust)[-_]?(?:ca|certs?|certificates?|crt|pem|bundle|store"
    r"|key)(?:[-_]?(?:file|path|ref|name|secret))?|ca))\Z"
)
"""What a product may call the roots of a connection beside its sslmode."""

_PATH: Final = re.compile(r"[/\\].{0,500}\.(?:pem|crt|cer|ca-bundle)\Z")

_TERRAFORM: Final = re.compile(r"\$\{path\.(?:module|root|cwd)\}/?")
_OF_DEBEZIUM: Final = re.compile(
    r"(?:^|\.)(?:connector\.class|topic\.prefix|database\.(?:hostname|server\.(?:name|id)|dbname))\Z"
)
_OF_DATABASE: Final = re.compile(r"(?:^|\.)database\.")
_SKIPPED: Final = re.compile(
    r"(?:^|\.)(?:database\.|server_tls_|client_tls_|quarkus\.|spring\."
    r"|(?i:data-?source(?:-?properties)?)\.|mysqld/|mariadbd?/)"
)


def sibling_connections(document: Document) -> Iterator[ClientConnection]:
    """A connection for each group of keys with sslmode, sslrootcert or their like."""
    groups: dict[str, list[Setting]] = {}
    arguments = {*_argument_lines(document), *property_lines(document)}
    debezium = '"database.ssl' in document.text or any(
        _OF_DEBEZIUM.search(each.key) for each in document.settings
    )
    for each in document.settings:
        if each.line in arguments:
            continue
        if _OF_DATABASE.search(each.key) and not debezium:
            pass  # the usual name of the settings of a service
        elif _SKIPPED.search(each.key) or "/server_tls_" in each.key or "/client_tls_" in each.key:
            continue
        if not each.value and each.key.endswith(".sslRootCert"):
            continue  # its Secret stands below it
        place, name = _split(each.key)
        groups.setdefault(place, []).append(each.called(name))
    _with_secrets(document, groups)
    _with_other_roots(document, groups)
    for place, found in groups.items():
        keys = {each.key for each in found}
        telling = {key.lower() for key in keys} & _LOWER
        if not telling or (telling == {"tls"} and 'provider "mysql"' not in document.text):
            continue
        bare = document.is_plain and not place
        if bare and not _is_block(document, keys):
            continue
        yield _connection(document, place, found)


def _with_secrets(document: Document, groups: dict[str, list[Setting]]) -> None:
    """Give a cluster of CloudNativePG the Secret of its roots, which stands beside it."""
    values = {(each.part, each.key): each for each in document.settings}
    for place, found in groups.items():
        parent = place.removesuffix(".connectionParameters")
        names = [(each.part, f"{parent}.sslRootCert.name") for each in found]
        if parent == place or names[0] not in values:
            continue
        part, _ = names[0]
        name, key = values[names[0]], values.get((part, f"{parent}.sslRootCert.key"))
        store = f"Secret {name.value}/{'ca.crt' if key is None else key.value}"
        found.append(Setting("sslrootcert", store, (key or name).line, "sslRootCert", part=part))


def _with_other_roots(document: Document, groups: dict[str, list[Setting]]) -> None:
    """Say of a connection that names no sslrootcert what else may name its roots."""
    if document.is_plain:
        return
    for place, found in groups.items():
        names = {_SPELLINGS.get(each.key.lower(), each.key.lower()) for each in found}
        named = not names.isdisjoint({"sslrootcert", "sslca", "ssl_ca", "ssl-ca"})
        if "sslmode" not in names or named or _ANSIBLE.search(place):
            continue
        prefixes = (
            f"{place}." if place else "",
            f"{place.removesuffix('jsonData')}secureJsonData.",
        )
        for each in document.settings:
            prefix = next((each.key[: len(p)] for p in prefixes if each.key.startswith(p)), None)
            if prefix is None or each.part != found[0].part or not each.value:
                continue
            name = each.key.removeprefix(prefix)
            if _OTHER_ROOTS.match(name) is not None:
                value = each.value if _PATH.search(each.value) else f"${{{name}}}"
                found.append(replace(each, key="sslrootcert", value=value, origin=name))
                break


def _argument_lines(document: Document) -> Iterator[int]:
    """The lines of a program with arguments of a call, which assign to no variable."""
    if document.is_plain:
        for number, line in enumerate(document.text.split("\n"), 1):
            ends = line.rstrip().endswith(",") or line.count(")") > line.count("(")
            if ends and _ARGUMENT.match(line):
                yield number


def _split(key: str) -> tuple[str, str]:
    """The place of a key and its name, of an ssl object "ssl.ca"."""
    if (nested := re.match(r"(?:(.*)\.)?(ssl\.(?:ca|rejectUnauthorized))\Z", key)) is not None:
        return nested[1] or "", nested[2]
    for separator in ("/", "."):
        place, mark, name = key.rpartition(separator)
        if mark:
            return place, name
    return "", key


def _is_block(document: Document, keys: set[str]) -> bool:
    """Whether bare assignments are a block of settings, such as a provider of Terraform."""
    return bool(keys & set(_HOSTS)) or "provider" in document.text


def _connection(document: Document, place: str, found: list[Setting]) -> ClientConnection:
    values = {each.key.lower(): each for each in found}
    adapters = ("adapter", "driver", "type", "dialect", "engine", "client")
    adapter = next((values[key].value.lower() for key in adapters if key in values), "")
    lines = [each.line for each in found if each.key.lower() in _LOWER]
    host = next((_resolved(values[key].value) for key in _HOSTS if key in values), None)
    mysql = (
        any("mysql" in text for text in (adapter, place))
        or adapter == "trilogy"
        or not {"sslca", "ssl_ca", "ssl-ca"}.isdisjoint(values)
        or place in {"client", "mysql", "mysqldump"}
    )
    node = any(key.startswith("ssl.") for key in values)
    drivers: tuple[str, ...] = ("libpq",)
    notes: tuple[str, ...] = ()
    if 'provider "mysql"' in document.text:
        drivers = ("go-sql-driver",)
    elif 'provider "postgresql"' in document.text or "cyrilgdn" in document.text:
        drivers = ("lib/pq",)
    elif node:
        drivers = ("mysql2",) if mysql else ("node-postgres",)
    elif mysql and adapter in {"mysql2", "trilogy"} and document.syntax is Syntax.YAML:
        drivers = ("mysql2-ruby" if adapter == "mysql2" else adapter,)
    elif mysql:
        drivers = ("mysql",)
        found = [_mysql(each) for each in found]
    elif "pqopt" in values or "servername" in values or _PSQLODBC.search(adapter) is not None:
        notes = odbc_notes(found)
        found = list(odbc_settings(found))
    elif document.syntax is Syntax.JSON and not _PGADMIN.search(place):
        drivers = ("libpq", "node-postgres")
    if not mysql and not node:
        found = [_plain(each) for each in found]
        if _ANSIBLE.search(place) is not None:
            found = [replace(e, key="sslrootcert") if e.key in _ROOTS else e for e in found]
        if not {"ca_cert_path", "sslrootcertfile", "db_type"}.isdisjoint(values):  # Grafana, Gitea
            drivers = ("lib/pq",)
    name = place or "connection"
    end = ";" if document.is_plain else ""  # of a statement
    kept = tuple(replace(each, value=_resolved(each.value).rstrip(end)) for each in found)
    if any(e.key == "sslrootcert" and _OTHER_ROOTS.match(e.origin) for e in found):
        notes = (*notes, OF_APPLICATION)
    return ClientConnection(
        f"{name} to {host or 'the default host'}", Form.OPTIONS, drivers, document.name,
        min(lines, default=0), host, kept, notes=notes,
    )  # fmt: skip


def _plain(setting: Setting) -> Setting:
    """The setting under the key of libpq, if it has another spelling of it."""
    key = _SPELLINGS.get(setting.key.lower())
    return setting if key is None else replace(setting, key=key)


def _mysql(setting: Setting) -> Setting:
    names = {"sslca": "ssl-ca", "ssl_ca": "ssl-ca", "ssl_mode": "ssl-mode", "sslmode": "ssl-mode"}
    key = names.get(setting.key.lower(), setting.key)
    return replace(setting, key=key, value=setting.value.lstrip(":"))


def _resolved(value: str) -> str:
    """The value without expressions of ERB and Terraform that unpin can work out."""
    if (match := _RUBY.search(value)) is not None:
        found = value_of(match["code"].removesuffix(".to_s"))
        return f"{value[: match.start()]}{found}{value[match.end() :]}"
    if "%" in value:
        return symfony_value(value)
    if (match := _ENV_PHP.match(value)) is not None:
        default = match["default"]
        return f"${match['name']}" if default is None else f"${{{match['name']}:{default}}}"
    if _CALL.match(value) is not None:
        return value_of(value.rstrip(","))
    return _TERRAFORM.sub("", value)
