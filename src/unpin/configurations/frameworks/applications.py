"""Find the connections of applications with variables of their own: n8n, Laravel, Grafana.

Sources: DatabaseConfig of n8n; datasource.go of postgres_exporter; config/database.php of Laravel;
the MSSQL data source of Grafana.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Form, Setting
from unpin.configurations.products import first_host, options_connection
from unpin.configurations.urls import uri_connection

_OF_N8N: Final = "DB_POSTGRESDB_"
_EXPORTER: Final = "DATA_SOURCE_URI"
_LARAVEL: Final = "MYSQL_ATTR_SSL_CA"
_CERTIFICATE: Final = "-----BEGIN"
_OPEN: Final = re.compile(r"[$%{]|\A\Z")
_SOURCE: Final = re.compile(
    r"(?P<place>(?:.*\.)?datasources\[\d+\])\.(?P<key>type|url|jsonData\.\w{1,40})\Z"
)
_OF_MSSQL: Final = {
    "jsonData.encrypt": "encrypt", "jsonData.tlsSkipVerify": "TrustServerCertificate",
    "jsonData.sslRootCertFile": "certificate", "jsonData.serverName": "hostNameInCertificate",
}  # fmt: skip


def application_connections(
    document: Document, groups: Iterable[Sequence[Setting]]
) -> Iterator[ClientConnection]:
    """The connections; `groups` are the variables of each process."""
    for group in groups:
        named = {each.key: each for each in group if each.line}
        yield from _n8n(document, named)
        yield from _exporter(document, named)
        yield from _laravel(document, named)
    yield from _grafana(document)


def _n8n(document: Document, named: Mapping[str, Setting]) -> Iterator[ClientConnection]:
    """n8n, which hands an ssl object to node-postgres; a NAME_FILE has the content of NAME."""
    found = {
        key.removeprefix(_OF_N8N): each for key, each in named.items() if key.startswith(_OF_N8N)
    }
    telling = [each for key, each in found.items() if key.startswith("SSL_")]
    if not telling:
        return
    host = found["HOST"].value if "HOST" in found else None
    settings = [Setting("ssl.object", "true", telling[0].line)]
    enabled, rejects = found.get("SSL_ENABLED"), found.get("SSL_REJECT_UNAUTHORIZED")
    others = {"SSL_CA", "SSL_CERT", "SSL_KEY"} & {key.removesuffix("_FILE") for key in found}
    strict = rejects is None or rejects.value.lower() not in {"false", "0"}
    if not others and strict and (enabled is None or enabled.value.lower() == "false"):
        settings = [Setting("ssl", "false", telling[0].line)]
    if rejects is not None:
        settings.append(replace(rejects, key="ssl.rejectUnauthorized"))
    if (file := found.get("SSL_CA_FILE")) is not None:
        settings.append(replace(file, key="ssl.ca", origin=file.key))
    elif (ca := found.get("SSL_CA")) is not None and ca.value:
        # Some versions take a path, others the content alone.
        known = ca.value.startswith(_CERTIFICATE) or _OPEN.search(ca.value) is not None
        settings.append(replace(ca, key="ssl.ca", value=ca.value if known else "", origin=ca.key))
    yield options_connection("n8n", "node-postgres", document, settings, host)


def _exporter(document: Document, named: Mapping[str, Setting]) -> Iterator[ClientConnection]:
    """postgres_exporter, which puts the scheme and the user before its URI."""
    uri = named.get(_EXPORTER)
    if uri is None or "://" in uri.value or "/" not in uri.value:
        return
    found = uri_connection(f"postgresql://{uri.value}", document.name, uri.line)
    yield replace(found, drivers=("lib/pq",))


def _laravel(document: Document, named: Mapping[str, Setting]) -> Iterator[ClientConnection]:
    """The .env of Laravel, as the config/database.php takes it that comes with Laravel."""
    ca, product = named.get(_LARAVEL), named.get("DB_CONNECTION")
    if ca is None or not ca.value or product is None or product.value not in {"mysql", "mariadb"}:
        return
    host = named["DB_HOST"].value if "DB_HOST" in named else None
    setting = replace(ca, key="ca", origin=_LARAVEL)
    found = options_connection(
        f"Laravel to {host or 'the default host'}", "mysqlnd", document, [setting], host
    )
    yield replace(found, notes=("as the config/database.php takes it that comes with Laravel",))


def _grafana(document: Document) -> Iterator[ClientConnection]:
    """Grafana's data sources of SQL Server; those of PostgreSQL are found by their sslmode."""
    sources: dict[tuple[int, str], dict[str, Setting]] = {}
    for each in document.settings:
        if (match := _SOURCE.match(each.key)) is not None:
            sources.setdefault((each.part, match["place"]), {})[match["key"]] = each
    for found in sources.values():
        if "mssql" not in (found["type"].value if "type" in found else ""):
            continue
        settings = [
            replace(found[key], key=name) for key, name in _OF_MSSQL.items() if key in found
        ]
        url = found.get("url")
        host = None if url is None else first_host(url.value)
        if not any(each.key == "encrypt" for each in settings):
            settings.append(Setting("encrypt", "false", found["type"].line, "the default"))
        connection = options_connection(
            "data source of Grafana", "go-mssqldb", document, settings, host
        )
        yield replace(connection, form=Form.OPTIONS)
