"""Find the connections that products describe with keys of their own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Form, Setting, folded

SERVER_SIDE: Final = (
    "the store judges the certificates of clients; it is for no outgoing connection"
)
UNNAMED_BUNDLE: Final = "no connection of this file names the bundle; code may use it (SslBundles)"
BUILD_ONLY: Final = "for the downloads of the build tool, not for the application"

_ZOOKEEPER_FLAG: Final = re.compile(
    r"-Dzookeeper\.ssl\.trustStore\.(location|password|type)=([^\s\"']{1,300})"
)
_SERVER_STORES: Final = re.compile(
    r"(?:^|/)(?:server\.ssl\.(?:trust-?store|trust-?certificate|trustStore)"
    r"|management\.server\.ssl\.trust-store|nifi\.security\.truststore"
    r"|xpack\.security\.(?:transport|http)\.ssl\.(?:truststore\.path|certificate_authorities)"
    r"|client_tls_ca_file|micronaut\.server\.ssl\.trust-?store\.path|ssl\.quorum\.trustStore\.location|quarkus\.http\.ssl\.certificate\.trust-store-file"
    r"|https-trust-store-file|ssl_ca_file|ssl\.server\.truststore\.location|mysqld/ssl[-_]ca)\Z"
)
_TOMCAT: Final = re.compile(r"(?:^|\.)@(?:truststoreFile|caCertificateFile|caCertificatePath)\Z")
_HADOOP: Final = "ssl.client.truststore.location"


def product_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections, and the stores of servers, which have a `scope`."""
    yield from _server_stores(document)
    yield from _zookeeper(document)
    yield from _strimzi(document)
    yield from _pgbouncer(document)
    yield from _debezium(document)
    yield from _hadoop(document)


def options_connection(
    title: str,
    driver: str,
    document: Document,
    settings: Sequence[Setting],
    host: str | None = None,
    scope: str | None = None,
) -> ClientConnection:
    """A connection by the settings of a product."""
    line = min((each.line for each in settings), default=0)
    return ClientConnection(
        title, Form.OPTIONS, (driver,), document.name, line, host, tuple(settings), scope=scope
    )


def first_host(servers: str | None) -> str | None:
    """The host of the first of "host:port,host:port"."""
    if not servers:
        return None
    first = re.sub(r"^\w+://", "", servers.split(",")[0].strip())
    return first.rpartition(":")[0] or first or None


def _server_stores(document: Document) -> Iterator[ClientConnection]:
    for each in document.settings:
        key = each.key.rpartition("//")[2]
        if _SERVER_STORES.search(key) or _TOMCAT.search(key):
            title = key.rpartition(".@")[2] if ".@" in key else key
            setting = replace(each, key="store", origin=title)
            yield options_connection(title, "jvm-client", document, [setting], scope=SERVER_SIDE)


def _zookeeper(document: Document) -> Iterator[ClientConnection]:
    found = []
    for each in document.settings:
        match = re.search(
            r"(?:^|\.)ssl\.(?:trustStore\.(location|password|type)|(hostnameVerification))\Z",
            each.key,
        )
        if match is not None:
            found.append(replace(each, key=match[1] or match[2], origin=each.key))
        found += (
            Setting(flag[1], flag[2], each.line, f"-D of {each.key}")
            for flag in _ZOOKEEPER_FLAG.finditer(each.value)
        )
    if any(each.key == "location" for each in found):
        yield options_connection("ZooKeeper", "zookeeper", document, found)


def _strimzi(document: Document) -> Iterator[ClientConnection]:
    kinds = [e for e in document.settings if e.key == "kind" and e.value.startswith("Kafka")]
    if not kinds:
        return
    items: dict[tuple[int, str], dict[str, Setting]] = {}
    for each in document.settings:
        match = re.match(
            r"(spec\..*trustedCertificates\[\d+\])\.(secretName|certificate|pattern)\Z", each.key
        )
        if match is not None:
            items.setdefault((each.part, match[1]), {})[match[2]] = each
    servers = [e.value for e in document.settings if e.key == "spec.bootstrapServers"]
    host = first_host(servers[0]) if servers else None
    if any(e.key == "spec.tls.trustedCertificates" and e.value == "[]" for e in document.settings):
        title = f"{kinds[0].value} of Strimzi"
        yield options_connection(title, "jvm-client", document, kinds, host)
    for parts in items.values():
        secret = parts.get("secretName")
        if secret is not None:
            file = parts.get("certificate") or parts.get("pattern")
            name = f"Secret {secret.value}/{file.value if file else '*'}"
            store = replace(secret, key="store", value=name, origin="trustedCertificates")
            kind = Setting("type", "PEM", secret.line)
            title = f"{kinds[0].value} of Strimzi"
            yield options_connection(title, "jvm-client", document, [store, kind], host)


def _pgbouncer(document: Document) -> Iterator[ClientConnection]:
    found = [
        replace(each, key=each.key.rpartition("/")[2])
        for each in document.settings
        if each.key.rpartition("/")[2].startswith("server_tls_")
    ]
    databases = [each for each in document.settings if each.key.startswith("databases/")]
    if not found and not databases:
        return
    hosts = [
        match[1]
        for each in databases
        if (match := re.search(r"\bhost\s*=\s*([^\s']+)", each.value))
    ]
    yield options_connection(
        "pgbouncer to its servers", "pgbouncer", document, found or databases,
        hosts[0] if hosts else None,
    )  # fmt: skip


def _debezium(document: Document) -> Iterator[ClientConnection]:
    classes = [
        e
        for e in document.settings
        if e.key.rpartition(".")[2] == "class" and "debezium" in e.value
    ]
    hosts = [e for e in document.settings if e.key.endswith("database.hostname")]
    is_flat = '"database.ssl' in document.text  # keys of JSON, which are no objects in objects
    if not classes and not hosts and not is_flat:
        return
    host = hosts[-1].value if hosts else None
    product = classes[0].value.lower() if classes else ""
    own = [
        replace(each, key=re.sub(r"^.*?database\.", "", each.key))
        for each in document.settings
        if re.search(r"(?:^|\.)database\.", each.key)
    ]
    keys = {each.key for each in own}
    if "postgres" in product or keys & {"sslmode", "sslrootcert", "sslfactory"}:
        connection = options_connection("Debezium for PostgreSQL", "pgjdbc", document, own, host)
        yield replace(connection, form=Form.BEAN)
    elif "mysql" in product or "mariadb" in product or "ssl.mode" in keys:
        yield _debezium_mysql(document, own, host)


_OPEN_MODE: Final = re.compile(r"\A[$%{<]|\s\?\s|,\Z|\(")
"""A placeholder or an expression of a program where a mode should be."""


def _debezium_mysql(
    document: Document, own: Sequence[Setting], host: str | None
) -> ClientConnection:
    names = {"ssl.mode": "sslMode", "ssl.truststore": "trustCertificateKeyStoreUrl",
             "ssl.truststore.password": "trustCertificateKeyStorePassword"}  # fmt: skip
    settings, invalid = [], None
    for each in own:
        if each.key not in names:
            continue
        value = each.value
        if each.key == "ssl.mode":
            words = {"disabled", "preferred", "required", "verify_ca", "verify_identity"}
            if _OPEN_MODE.search(value) is not None:
                value = value if value[:2] == "${" else "${expression_of_the_program}"
            elif value.lower() not in words:
                invalid = f"Debezium knows no database.ssl.mode {value!r}"
            else:
                value = value.upper()
        elif each.key == "ssl.truststore" and not re.match(r"\w+:", value):
            value = f"file:{value}"
        settings.append(
            replace(each, key=names[each.key], value=value, origin=f"database.{each.key}")
        )
    if not any(each.key == "sslMode" for each in settings):
        settings.append(Setting("sslMode", "PREFERRED", 0, "the default"))
    connection = options_connection(
        "Debezium for MySQL", "mysql-connector-j", document, settings, host
    )
    return replace(connection, invalid=invalid)


def _hadoop(document: Document) -> Iterator[ClientConnection]:
    for each in document.settings:
        if each.key == _HADOOP:
            setting = replace(each, key="store", origin=_HADOOP)
            kind = Setting("type", "JKS", each.line)
            yield options_connection("Hadoop client", "jvm-client", document, [setting, kind])


def relaxed(settings: Sequence[Setting]) -> dict[str, Setting]:
    """The settings under the form in which Spring compares keys: without "-", in lower case."""
    return {
        ".".join(folded(part) for part in each.key.rpartition("//")[2].split(".")): each
        for each in settings
    }
