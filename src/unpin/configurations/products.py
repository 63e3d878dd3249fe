"""Find the connections that products describe with keys of their own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from unpin.configurations.kafka_brokers import BrokerStore, broker_stores
from unpin.configurations.lines import line_at
from unpin.configurations.model import ClientConnection, Document, Form, Setting, Syntax, folded

SERVER_SIDE: Final = (
    "the store judges the certificates of clients; it is for no outgoing connection"
)
UNNAMED_BUNDLE: Final = "no connection of this file names the bundle; code may use it (SslBundles)"
BUILD_ONLY: Final = "for the downloads of the build tool, not for the application"

_KAFKA: Final = re.compile(
    r"(?P<prefix>.*?)(?P<key>security\.protocol|ssl\.truststore\.(?:location|password|type|certificates)"
    r"|ssl\.endpoint\.identification\.algorithm|bootstrap\.servers|ssl\.ca\.(?:location|pem)"
    r"|enable\.ssl\.certificate\.verification|ssl\.client\.auth|listeners|ssl\.bundle"
    r"|security\.inter\.broker\.protocol|inter\.broker\.listener\.name"
    r"|listener\.security\.protocol\.map|controller\.listener\.names)\Z"
)
_LISTENER: Final = re.compile(r"(?P<broker>.*?)listener\.name\.(?P<name>[^.]{1,100})\.\Z")
_BROKER_KEYS: Final = frozenset(
    {"listeners", "security.inter.broker.protocol", "inter.broker.listener.name",
     "controller.listener.names"}
)  # fmt: skip
_CLIENT_KEYS: Final = frozenset({"bootstrap.servers", "ssl.ca.location", "ssl.ca.pem"})
_KAFKA_ENV: Final = re.compile(
    r"(?P<product>(?:[A-Z]+_)*?)(?P<role>PRODUCER_|CONSUMER_|ADMIN_)?"
    r"(?P<key>SSL_TRUSTSTORE_(?:LOCATION|PASSWORD|TYPE)|SECURITY_PROTOCOL|BOOTSTRAP_SERVERS"
    r"|SSL_ENDPOINT_IDENTIFICATION_ALGORITHM|SECURITY_INTER_BROKER_PROTOCOL"
    r"|INTER_BROKER_LISTENER_NAME|LISTENER_SECURITY_PROTOCOL_MAP|CONTROLLER_LISTENER_NAMES)\Z"
)
_LISTENER_ENV: Final = re.compile(r"(?P<broker>KAFKA_(?:CFG_)?)LISTENER_NAME_(?P<name>[A-Z_]+)_\Z")
_BROKER: Final = re.compile(
    r"KAFKA_(?:CFG_)?(?:(?:ADVERTISED_)?LISTENERS|(?:NODE|BROKER)_ID|SECURITY_INTER_BROKER_PROTOCOL"
    r"|INTER_BROKER_LISTENER_NAME|CONTROLLER_LISTENER_NAMES)"
)
"""What a broker is told, and no client."""

_KAFKA_STRING: Final = re.compile(
    r"(?:['\"](?P<key>security\.protocol|ssl\.truststore\.(?:location|password|type)"
    r"|ssl\.endpoint\.identification\.algorithm|bootstrap\.servers|ssl\.ca\.location"
    r"|enable\.ssl\.certificate\.verification)['\"]"
    r"|\b(?P<constant>SSL_TRUSTSTORE_(?:LOCATION|PASSWORD|TYPE)|SECURITY_PROTOCOL)_CONFIG)"
    r"[ \t]{0,4}(?:[:,=]|=>)[ \t]{0,4}['\"](?P<value>[^'\"\n]{0,300})['\"]"
)
MAX_KAFKA_SETTINGS: Final = 100
"""The most settings of a program that are looked at."""

_ZOOKEEPER_FLAG: Final = re.compile(
    r"-Dzookeeper\.ssl\.trustStore\.(location|password|type)=([^\s\"']{1,300})"
)
_SPRING_KAFKA: Final = {
    "spring.kafka.ssl.truststorelocation": "ssl.truststore.location",
    "spring.kafka.ssl.truststorepassword": "ssl.truststore.password",
    "spring.kafka.ssl.truststoretype": "ssl.truststore.type",
    "spring.kafka.ssl.truststorecertificates": "ssl.truststore.certificates",
    "spring.kafka.ssl.bundle": "ssl.bundle",
    "spring.kafka.security.protocol": "security.protocol",
    "spring.kafka.bootstrapservers": "bootstrap.servers",
}
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
    yield from _kafka(document)
    yield from _kafka_in_program(document)
    yield from _spring_kafka(document)
    yield from _kafka_of_environment(document)
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


def _kafka(document: Document) -> Iterator[ClientConnection]:
    groups: dict[tuple[int, str], list[Setting]] = {}
    for each in document.settings:
        match = _KAFKA.match(each.key)
        if match is not None and not match["prefix"].endswith(("ssl.server.", "ssl.client.")):
            setting = replace(each, key=match["key"], origin=each.key.rpartition("//")[2])
            groups.setdefault((each.part, match["prefix"]), []).append(setting)
    yield from _kafka_brokers(document, groups)
    for (_, prefix), found in groups.items():
        keys = {each.key for each in found}
        if not keys & {"security.protocol", "ssl.truststore.location", "ssl.ca.location",
                       "ssl.truststore.certificates", "ssl.ca.pem"}:  # fmt: skip
            continue
        if prefix.startswith("spring.kafka.") and not keys & {"ssl.truststore.location"}:
            continue  # of Spring, which has keys of its own for the store
        values = {each.key: each.value for each in found}
        driver = "librdkafka" if any(key.startswith("ssl.ca.") for key in keys) else "kafka"
        yield options_connection(
            f"Kafka{_in_words(prefix)}", driver, document, found,
            first_host(values.get("bootstrap.servers")),
        )  # fmt: skip


def _in_words(prefix: str) -> str:
    name = prefix.rstrip(".")
    return f" ({name})" if name else ""


def _kafka_brokers(
    document: Document, groups: dict[tuple[int, str], list[Setting]]
) -> Iterator[ClientConnection]:
    """The stores of brokers; takes their settings out of the groups."""
    listeners: dict[tuple[int, str], list[tuple[str, str]]] = {}
    for part, prefix in groups:
        if (listener := _LISTENER.match(prefix)) is not None:
            listeners.setdefault((part, listener["broker"]), []).append((listener["name"], prefix))
    for (part, prefix), found in list(groups.items()):
        keys = {each.key for each in found}
        if not keys & _BROKER_KEYS or keys & _CLIENT_KEYS:
            continue
        del groups[part, prefix]
        named = listeners.get((part, prefix), ())
        own = {name: groups.pop((part, listener), []) for name, listener in named}
        for store in broker_stores(found, own):
            if store.is_for_peers or _names_store(store.settings):
                yield _broker(f"Kafka{_in_words(prefix)}", document, store)


def _names_store(settings: Sequence[Setting]) -> bool:
    return any(each.key.startswith("ssl.truststore.") for each in settings)


def _broker(title: str, document: Document, store: BrokerStore) -> ClientConnection:
    """A broker as a client of its peers, or its store for the certificates of clients."""
    named = f"{title}, listener {store.listener}" if store.listener else title
    if not store.is_for_peers:
        return options_connection(named, "kafka", document, store.settings, scope=SERVER_SIDE)
    return options_connection(f"{named} to its peers", "kafka", document, store.settings)


def _kafka_in_program(document: Document) -> Iterator[ClientConnection]:
    """The settings that a program gives to a client of Kafka, as strings or constants."""
    if document.syntax is not Syntax.TEXT:
        return
    found = []
    for match in islice(_KAFKA_STRING.finditer(document.text), MAX_KAFKA_SETTINGS):
        key = match["key"] or match["constant"].lower().replace("_", ".")
        line = line_at(match)
        found.append(Setting(key, match["value"], line, key))
    keys = {each.key for each in found}
    if keys & {"ssl.truststore.location", "ssl.ca.location"}:
        driver = "librdkafka" if "ssl.ca.location" in keys else "kafka"
        hosts = [each.value for each in found if each.key == "bootstrap.servers"]
        host = first_host(hosts[0]) if hosts else None
        yield options_connection("Kafka client of a program", driver, document, found, host)


def _spring_kafka(document: Document) -> Iterator[ClientConnection]:
    found = []
    for each in document.settings:
        key = re.sub(r"[-_]", "", each.key.rpartition("//")[2]).lower()
        key = key.replace("spring.kafka.properties.", "spring.kafka.")
        if key in _SPRING_KAFKA:
            value = re.sub(r"^file:(?://(?=/))?", "", each.value)
            origin = each.origin or each.key
            found.append(replace(each, key=_SPRING_KAFKA[key], value=value, origin=origin))
    keys = {each.key: each.value for each in found}
    if any(key.startswith("ssl.truststore") for key in keys):
        yield options_connection(
            "Kafka of Spring", "kafka", document, found, first_host(keys.get("bootstrap.servers"))
        )


def _kafka_of_environment(document: Document) -> Iterator[ClientConnection]:
    groups: dict[tuple[str, str, str], list[Setting]] = {}
    brokers: dict[str, None] = {}
    for each in document.settings:
        place, _, name = each.key.replace("/", ".").rpartition(".")
        if _BROKER.fullmatch(name) is not None:
            brokers[place] = None
        match = _KAFKA_ENV.match(name)
        if match is not None and match["product"]:
            setting = replace(each, key=match["key"].lower().replace("_", "."), origin=name)
            groups.setdefault((place, match["product"], match["role"] or ""), []).append(setting)
    yield from _brokers_of_environment(document, brokers, groups)
    for (place, product, role), found in groups.items():
        if not any(each.key == "ssl.truststore.location" for each in found):
            continue
        who = {"": "", "PRODUCER_": ", producers", "CONSUMER_": ", consumers",
               "ADMIN_": ", admin client"}[role]  # fmt: skip
        common = groups.get((place, product, ""), []) if role else []
        title = f"Kafka ({product.rstrip('_').lower().replace('_', ' ')}{who})"
        protocol = [each for each in common if each.key == "security.protocol"]
        yield options_connection(title, "kafka", document, [*protocol, *found])


def _brokers_of_environment(
    document: Document, places: Iterable[str], groups: dict[tuple[str, str, str], list[Setting]]
) -> Iterator[ClientConnection]:
    """The stores of the brokers of containers; takes their settings out of the groups."""
    listeners: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for place, product, _ in groups:
        if (listener := _LISTENER_ENV.match(product)) is not None:
            name = listener["name"].lower().replace("__", "_")
            listeners.setdefault((place, listener["broker"]), []).append((name, product))
    for place, broker in ((place, name) for place in places for name in ("KAFKA_", "KAFKA_CFG_")):
        common = groups.pop((place, broker, ""), [])
        named = listeners.get((place, broker), ())
        own = {name: groups.pop((place, listener, ""), []) for name, listener in named}
        for store in broker_stores(common, own):
            if any(each.key == "ssl.truststore.location" for each in store.settings):
                title = f"Kafka ({broker.rstrip('_').lower().replace('_', ' ')})"
                yield _broker(title, document, store)


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
    if not classes and not hosts:
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
            if value.lower() not in words:
                invalid = f"Debezium knows no database.ssl.mode {value!r}"
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
