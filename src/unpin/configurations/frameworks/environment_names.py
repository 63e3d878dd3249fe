"""Read variables of the environment as properties: of Spring Boot, Quarkus, Micronaut, Kibana.

By their documentation: in Spring Boot "." is "_", and "-" is left out or, as before, "_"; in
Quarkus every other sign is "_".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.model import Setting
from unpin.stores.embedded.json_document import json_values

_PREFIX: Final = re.compile(
    r"(?:SPRING|SERVER|MANAGEMENT|QUARKUS|ELASTICSEARCH|MICRONAUT|DATASOURCES|R2DBC|VERTX)_[A-Z0-9_]{2,200}\Z",
    re.IGNORECASE,
)
_JSON: Final = "SPRING_APPLICATION_JSON"
_STORE: Final = ("password", "type")
_PROPERTIES: Final = (
    "spring.datasource.hikari.data-source-properties.{key}",
    "spring.datasource.connection-properties",
    "spring.datasource.tomcat.connection-properties",
    "spring.datasource.dbcp2.connection-properties",
    "spring.r2dbc.properties.{key}",
    "spring.kafka.bootstrap-servers",
    "spring.kafka.security.protocol",
    "spring.kafka.ssl.bundle",
    *(f"spring.kafka.ssl.trust-store-{part}" for part in ("location", "certificates", *_STORE)),
    "spring.kafka.properties.{key}",
    *(
        f"spring.ssl.bundle.{kind}.{{name}}.truststore.{part}"
        for kind in ("pem", "jks")
        for part in ("certificate", "location", *_STORE)
    ),
    *(
        f"spring.{service}.{part}"
        for service in ("data.redis", "redis", "rabbitmq", "activemq", "elasticsearch", "cassandra",
                        "mail", "mongodb", "data.mongodb", "data.cassandra")
        for part in ("ssl.bundle", "ssl.enabled", "ssl.trust-store", "ssl.trust-store-password",
                     "ssl.trust-store-type", "host", "addresses")
    ),
    "elasticsearch.hosts",
    "elasticsearch.ssl.certificateAuthorities",
    "elasticsearch.ssl.truststore.path",
    "elasticsearch.ssl.verificationMode",
    "server.ssl.trust-store",
    "server.ssl.trust-certificate",
    "management.server.ssl.trust-store",
    "quarkus.datasource.jdbc.additional-jdbc-properties.{key}",
    "quarkus.datasource.reactive.url",
    "quarkus.datasource.{name}.jdbc.url",
    "quarkus.datasource.{name}.jdbc.additional-jdbc-properties.{key}",
    "quarkus.datasource.reactive.trust-all",
    "quarkus.datasource.reactive.postgresql.ssl-mode",
    "quarkus.datasource.reactive.trust-certificate-pem.certs",
    "quarkus.tls.trust-store.pem.certs",
    "quarkus.tls.trust-store.jks.path",
    "quarkus.tls.trust-store.p12.path",
    "quarkus.tls.{name}.trust-store.pem.certs",
    "quarkus.tls.{name}.trust-store.jks.path",
    "quarkus.tls.{name}.trust-store.p12.path",
    "quarkus.http.ssl.certificate.trust-store-file",
    "quarkus.http.ssl.certificate.trust-store-files",
    *(
        f"micronaut.{who}.ssl.trust-store.{part}"
        for who in ("http.client", "http.services.{name}")
        for part in ("path", *_STORE)
    ),
    "micronaut.ssl.trust-store.path",
    "micronaut.ssl.trust-store.password",
    "micronaut.server.ssl.trust-store.path",
    "micronaut.http.services.{name}.url",
    "micronaut.http.client.ssl.insecure-trust-all-certificates",
    "micronaut.http.services.{name}.ssl.insecure-trust-all-certificates",
    "datasources.{name}.url",
    "datasources.{name}.data-source-properties.{key}",
    "datasources.{name}.connection-properties",
    "r2dbc.datasources.{name}.url",
    "r2dbc.datasources.{name}.options.{key}",
    *(
        f"vertx.pg.client.{part}"
        for part in ("uri", "host", "ssl-mode", "trust-all", "pem-trust-options.cert-paths",
                     "hostname-verification-algorithm")
    ),
)  # fmt: skip
"""The properties that other readers know; {key} and {name} are anything."""


def _pattern(name: str) -> re.Pattern[str]:
    text = re.escape(name).replace(r"\-", "_?").replace(r"\.", "_+")
    text = text.replace(r"\{key\}", r"(?P<key>\w+)").replace(r"\{name\}", r"(?P<name>\w+?)")
    return re.compile(text.replace(r"\_", "_"), re.IGNORECASE)


_COMPILED: Final = tuple((name, _pattern(name)) for name in _PROPERTIES)


def environment_properties(variables: Iterable[Setting]) -> Iterator[Setting]:
    """The properties that these variables set, under the names of property files."""
    for each in variables:
        if each.key == _JSON:
            for value in json_values(each.value, lambda _: True) or ():
                yield replace(each, key=value.key, value=value.text, origin=_JSON)
        elif (name := property_name(each.key)) is not None:
            yield replace(each, key=name, origin=each.origin or each.key)


def property_name(variable: str) -> str | None:
    """The property that a variable sets; None for one that no reader knows."""
    for name, pattern in _COMPILED if _PREFIX.match(variable) else ():
        match = pattern.fullmatch(variable)
        if match is None:
            continue
        found = match.groupdict()
        named = name.replace("{name}", (found.get("name") or "").strip("_").lower())
        return named.replace("{key}", (found.get("key") or "").lower().replace("_", "."))
    return None
