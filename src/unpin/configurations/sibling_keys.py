"""Find connections whose keys stand beside each other: database.yml, pg_service.conf, Terraform."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Form, Setting, Syntax

_DECISIVE: Final = frozenset({"sslmode", "ssl_mode", "ssl-mode", "sslrootcert", "sslca", "ssl_ca"})
_HOSTS: Final = ("host", "hostname", "hostaddr", "server", "address")
_RAILS: Final = re.compile(r"<%=\s*Rails\.root\.join\(\s*(?P<parts>[^)]*)\)(?:\.to_s)?\s*%>")
_ENV_RUBY: Final = re.compile(r"<%=\s*ENV(?:\.fetch\(|\[)\s*[\"'](\w+)[\"'].*?%>")
_TERRAFORM: Final = re.compile(r"\$\{path\.(?:module|root|cwd)\}/?")
_SKIPPED: Final = re.compile(r"(?:^|\.)(?:database\.|server_tls_|client_tls_|quarkus\.|spring\.)")


def sibling_connections(document: Document) -> Iterator[ClientConnection]:
    """A connection for each group of keys with sslmode, sslrootcert or their like."""
    groups: dict[str, list[Setting]] = {}
    for each in document.settings:
        if _SKIPPED.search(each.key) or "/server_tls_" in each.key or "/client_tls_" in each.key:
            continue
        place, name = _split(each.key)
        groups.setdefault(place, []).append(replace(each, key=name))
    for place, found in groups.items():
        keys = {each.key for each in found}
        if not keys & _DECISIVE:
            continue
        bare = document.syntax in {Syntax.TEXT, Syntax.ASSIGNMENTS} and not place
        if bare and not _is_block(document, keys):
            continue
        yield _connection(document, place, found)


def service_connections(document: Document) -> bool:
    """Whether the document looks like pg_service.conf: sections with host or dbname."""
    return document.syntax is Syntax.ASSIGNMENTS and any(
        re.fullmatch(r"[^/]+/(?:host|dbname|sslmode|sslrootcert)", each.key)
        for each in document.settings
    )


def _split(key: str) -> tuple[str, str]:
    for separator in ("/", "."):
        place, mark, name = key.rpartition(separator)
        if mark:
            return place, name
    return "", key


def _is_block(document: Document, keys: set[str]) -> bool:
    """Whether bare assignments are a block of settings, such as a provider of Terraform."""
    return bool(keys & set(_HOSTS)) or "provider" in document.text


def _connection(document: Document, place: str, found: list[Setting]) -> ClientConnection:
    values = {each.key: each for each in found}
    adapter = next(
        (
            values[k].value.lower()
            for k in ("adapter", "driver", "type", "dialect", "ENGINE", "engine")
            if k in values
        ),
        "",
    )
    line = min(each.line for each in found if each.key in _DECISIVE)
    host = next((values[key].value for key in _HOSTS if key in values), None)
    mysql = "mysql" in adapter or "sslca" in values or "mysql" in place or "ssl_ca" in values
    drivers: tuple[str, ...]
    if 'provider "postgresql"' in document.text or "cyrilgdn" in document.text:
        drivers = ("lib/pq",)
    elif mysql:
        drivers = ("mysql",)
        found = [_mysql(each) for each in found]
    elif document.syntax is Syntax.JSON or "node" in adapter:
        drivers = ("libpq", "node-postgres")
    else:
        drivers = ("libpq",)
    title = (
        f"{place} to {host or 'the default host'}"
        if place
        else f"connection to {host or 'the default host'}"
    )
    kept = tuple(replace(each, value=_resolved(each.value)) for each in found)
    return ClientConnection(title, Form.OPTIONS, drivers, document.name, line, host, kept)


def _mysql(setting: Setting) -> Setting:
    names = {"sslca": "ssl-ca", "ssl_ca": "ssl-ca", "ssl_mode": "ssl-mode", "sslmode": "ssl-mode"}
    return replace(setting, key=names.get(setting.key.lower(), setting.key))


def _resolved(value: str) -> str:
    """The value without expressions of ERB and Terraform that unpin can work out."""
    if (match := _RAILS.search(value)) is not None:
        parts = re.findall(r"[\"']([^\"']*)[\"']", match["parts"])
        return "/".join(parts)
    if (match := _ENV_RUBY.search(value)) is not None:
        return f"${match[1]}"
    return _TERRAFORM.sub("", value)
