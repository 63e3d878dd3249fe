"""Find the connections of Spring Boot and Quarkus, and the properties of pools."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Form, Setting, folded
from unpin.configurations.products import (
    SERVER_SIDE,
    UNNAMED_BUNDLE,
    first_host,
    options_connection,
    relaxed,
)

_BUNDLE: Final = re.compile(
    r"(?:.*//)?spring\.ssl\.bundle\.(?P<kind>pem|jks)\.(?P<name>[^.]+)\.trust-?store\."
    r"(?P<key>certificate|location|password|type)\Z", re.IGNORECASE,
)  # fmt: skip
_SERVERS: Final = ("server", "management.server")
_USER: Final = re.compile(
    r"(?:.*//)?(?!spring\.ssl\.bundle\.)([A-Za-z][\w.\-]*?)(?:\.ssl\.bundle|\.ssl-bundle|\.sslBundle)\Z"
)
_OWN_STORE: Final = re.compile(
    r"(?:.*//)?(spring\.(?:rabbitmq|data\.redis|redis|activemq|elasticsearch|cassandra|mail))\.ssl\."
    r"(?:trust-store(?P<rest>-password|-type)?|enabled)\Z"
)
_BEAN_PREFIXES: Final = re.compile(
    r"(?:.*//)?(?:dataSource|data-source|dataSourceProperties|spring\.datasource\.hikari\."
    r"data-?source-?properties|(?P<source>(?:r2dbc\.)?datasources\.[\w-]+)\."
    r"(?:data-?source-?properties|options)|spring\.r2dbc\.properties"
    r"|hibernate\.connection|(?P<named>quarkus\.datasource\.\"?[\w-]+\"?)\.jdbc\.additional-jdbc-properties"
    r"|quarkus\.datasource\.jdbc\.additional-jdbc-properties)\.(?P<key>[\w-]+)\Z",
    re.IGNORECASE,
)
_PROPERTY_LISTS: Final = re.compile(
    r"(?:.*//)?(?:(?P<source>datasources\.[\w-]+)|spring\.datasource(?:\.(?:tomcat|dbcp2))?)"
    r"\.connection-?properties\Z",
    re.IGNORECASE,
)
_URLS: Final = re.compile(
    r"(?:.*//)?(?P<source>(?:r2dbc\.)?datasources\.[\w-]+(?=\.url)"
    r"|quarkus\.datasource\.\"?[\w-]+\"?(?=\.jdbc\.url))\.(?:jdbc\.)?url\Z"
)


def spring_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections with a bundle, a store of their own, or a data source of beans."""
    yield from _bundles(document)
    yield from _own_stores(document)
    yield from _beans(document)
    yield from _reactive(document)


def _bundles(document: Document) -> Iterator[ClientConnection]:
    bundles: dict[str, list[Setting]] = {}
    for each in document.settings:
        if (match := _BUNDLE.match(each.key)) is not None:
            key = {"certificate": "store", "location": "store"}.get(match["key"], match["key"])
            found = bundles.setdefault(match["name"], [])
            found.append(replace(each, key=key, origin=f"bundle {match['name']}"))
            if match["kind"].lower() == "pem" and key == "store":
                found.append(Setting("type", "PEM", each.line))
    users: dict[str, list[str]] = {}
    for each in document.settings:
        if (match := _USER.match(each.key)) is not None:
            users.setdefault(each.value, []).append(match[1])
    hosts = _hosts(document)
    for name, found in bundles.items():
        mine = users.get(name, [])
        for user in mine:
            scope = SERVER_SIDE if user in _SERVERS else None
            host = None if scope else hosts.get(user)
            title = f"{user} with the bundle {name}"
            yield options_connection(title, "jvm-client", document, found, host, scope)
        if not mine:
            title = f"bundle {name}"
            yield options_connection(title, "jvm-client", document, found, scope=UNNAMED_BUNDLE)


def _hosts(document: Document) -> dict[str, str]:
    """The hosts by the prefix of their key."""
    found: dict[str, str] = {}
    for each in document.settings:
        prefix, _, name = each.key.rpartition("//")[2].rpartition(".")
        if name in {"host", "addresses", "uris", "url", "base-url"}:
            found.setdefault(prefix, first_host(each.value) or each.value)
    return found


def _own_stores(document: Document) -> Iterator[ClientConnection]:
    groups: dict[str, list[Setting]] = {}
    for each in document.settings:
        if (match := _OWN_STORE.match(each.key)) is not None:
            key = "enabled" if each.key.endswith("enabled") else match["rest"] or "store"
            setting = replace(each, key=key.lstrip("-"), origin=each.origin or each.key)
            groups.setdefault(match[1], []).append(setting)
    named = {match[1] for each in document.settings if (match := _USER.match(each.key))}
    for prefix, found in groups.items():
        if prefix in named or any(e.key == "enabled" and e.value.lower() != "true" for e in found):
            continue
        host = _hosts(document).get(prefix)
        yield options_connection(prefix, "jvm-client", document, found, host)


def _beans(document: Document) -> Iterator[ClientConnection]:
    """Properties of a data source (HikariCP): a whole connection if its class is given."""
    classes = [e for e in document.settings if folded(e.name) == "datasourceclassname"]
    if not classes:
        return
    found = _bean_settings(document)
    name = classes[0].value.lower()
    driver = "pgjdbc"
    for word, ident in (("mysql", "mysql-connector-j"), ("mariadb", "mariadb-connector-j"),
                        ("sqlserver", "mssql-jdbc")):  # fmt: skip
        driver = ident if word in name else driver
    hosts = [e.value for e in found if e.key.lower() in {"servername", "servernames", "host"}]
    if any(each.key.lower() == "url" for each in found):
        return  # the URL is found by itself
    connection = options_connection(
        "data source", driver, document, found, hosts[0] if hosts else None
    )
    yield replace(connection, form=Form.BEAN)


def _bean_settings(document: Document) -> list[Setting]:
    """The properties that a pool hands to the driver beside the URL, but for named sources."""
    return pool_properties(document).get(None, [])


def pool_properties(document: Document) -> dict[str | None, list[Setting]]:
    """The properties that pools hand to the driver, by the data source that has them.

    None is any source. Micronaut has several, each with a name: datasources.NAME.
    """
    found: dict[str | None, list[Setting]] = {}
    for each in document.settings:
        if (match := _BEAN_PREFIXES.match(each.key)) is not None:
            setting = replace(each, key=match["key"], origin=each.origin or each.key)
            found.setdefault(match["source"] or match["named"], []).append(setting)
        elif (match := _PROPERTY_LISTS.match(each.key)) is not None:
            pairs = (pair.partition("=") for pair in each.value.strip("[]").split(";"))
            found.setdefault(match["source"], []).extend(
                replace(each, key=key.strip(), value=value.strip(), origin=each.origin or each.key)
                for key, sign, value in pairs
                if sign
            )
    return found


def source_lines(document: Document) -> dict[int, str]:
    """The named data source whose URL stands on a line."""
    return {
        each.line: match["source"]
        for each in document.settings
        if (match := _URLS.match(each.key)) is not None
    }


def _reactive(document: Document) -> Iterator[ClientConnection]:
    """The reactive data source of Quarkus."""
    keys = relaxed(document.settings)
    url = keys.get("quarkus.datasource.reactive.url")
    if url is None:
        return
    found: list[Setting] = []
    for each in document.settings:
        key = each.key.rpartition("//")[2]
        if key.endswith("reactive.postgresql.ssl-mode"):
            found.append(replace(each, key="ssl-mode"))
        elif key.endswith("reactive.trust-all"):
            found.append(replace(each, key="trust-all"))
        elif key.endswith("reactive.trust-certificate-pem.certs"):
            found.append(replace(each, key="certs", origin=key))
    host = re.search(r"://(?:[^@/]*@)?([^:/?]+)", url.value)
    mode = re.search(r"[?&]sslmode=([\w-]+)", url.value)
    if mode is not None:
        found.append(Setting("sslmode", mode[1], url.line, "URL"))
    yield options_connection(
        "reactive data source of Quarkus", "vertx-pg", document, found or [url],
        host[1] if host else None,
    )  # fmt: skip
