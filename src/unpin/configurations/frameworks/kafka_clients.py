"""Find the clients of Kafka: in properties, variables, programs and commands; and its brokers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from unpin.configurations.frameworks.kafka_brokers import BrokerStore, broker_stores
from unpin.configurations.lines import has_any, line_at, line_of
from unpin.configurations.model import ClientConnection, Document, Setting, at_most
from unpin.configurations.products import SERVER_SIDE, first_host, options_connection
from unpin.configurations.programs.call_arguments import assigned_names, value_of
from unpin.configurations.scripts.shell_words import Word, words_from
from unpin.configurations.variables import VariableGroup

_KAFKA: Final = re.compile(
    r"(?P<prefix>.*?)(?P<key>security\.protocol|ssl\.truststore\.(?:location|password|type|certificates)"
    r"|ssl\.endpoint\.identification\.algorithm|bootstrap\.servers|ssl\.ca\.(?:location|pem)"
    r"|ssl\.engine\.factory\.class"
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
    r"(?P<product>(?:[A-Z]+_|\d{1,3}_)*?)(?P<role>PRODUCER_|CONSUMER_|ADMIN_)?"
    r"(?P<key>SSL_TRUSTSTORE_?(?:LOCATION|PASSWORD)|SSL_TRUSTSTORE_(?:FILENAME|TYPE)|SSL_VERIFY_?SSL|SSL_ENGINE_FACTORY_CLASS|TLS_TRUSTSTORE_FILE|TLS_TYPE"
    r"|SECURITY_PROTOCOL|BOOTSTRAP_SERVERS|SSL_ENDPOINT_IDENTIFICATION_ALGORITHM|SECURITY_INTER_BROKER_PROTOCOL"
    r"|INTER_BROKER_LISTENER_NAME|LISTENER_SECURITY_PROTOCOL_MAP|CONTROLLER_LISTENER_NAMES)\Z"
)
_OF_SERVERS: Final = re.compile(
    r"SCHEMA_REGISTRY_\Z|KAFKA_REST_\Z|CONTROL_CENTER_REST_\Z|(?:[A-Z]+_)*LISTENERS_HTTPS_\Z"
)
"""The variables of REST servers, whose stores judge the certificates of clients."""

_OF_KAFKA_UI: Final = re.compile(r"(?P<cluster>KAFKA_CLUSTERS_\d{1,3}_)(?:PROPERTIES_)?\Z")
"""The variables of kafka-ui for a cluster, and its Kafka's properties."""

_SECRETS: Final = "/etc/kafka/secrets/"
"""Where the images of Confluent and Apache look for the file of KAFKA_SSL_TRUSTSTORE_FILENAME."""

_CLIENT_AUTH: Final = "KAFKA_SSL_CLIENT_AUTH"
_FILE_NAME: Final = "ssl.truststore.filename"
_OF_BITNAMI: Final = {
    "tls.truststore.file": "ssl.truststore.location", "tls.type": "ssl.truststore.type",
}  # fmt: skip
_LISTENER_ENV: Final = re.compile(r"(?P<broker>KAFKA_(?:CFG_)?)LISTENER_NAME_(?P<name>[A-Z_]+)_\Z")
_BROKER: Final = re.compile(
    r"KAFKA_(?:CFG_)?(?:(?:ADVERTISED_)?LISTENERS|(?:NODE|BROKER)_ID|SECURITY_INTER_BROKER_PROTOCOL"
    r"|INTER_BROKER_LISTENER_NAME|CONTROLLER_LISTENER_NAMES)"
)
"""What a broker is told, and no client."""

_KAFKA_STRING: Final = re.compile(
    r"(?:['\"](?P<key>security\.protocol|ssl\.truststore\.(?:location|password|type)"
    r"|ssl\.endpoint\.identification\.algorithm|bootstrap\.servers|ssl\.ca\.location"
    r"|ssl\.engine\.factory\.class"
    r"|enable\.ssl\.certificate\.verification)['\"]"
    r"|\b(?P<constant>SSL_TRUSTSTORE_(?:LOCATION|PASSWORD|TYPE)|SECURITY_PROTOCOL"
    r"|SSL_ENGINE_FACTORY_CLASS|SSL_ENDPOINT_IDENTIFICATION_ALGORITHM)_CONFIG)"
    r"[ \t]{0,4}\]?[ \t]{0,4}(?:[:,=]|=>|\bto\b)[ \t]{0,4}"
    r"(?:(?P<quote>['\"])(?P<value>[^'\"\n]{0,300})(?P=quote)|(?P<code>[A-Za-z_$][^;\n]{0,200}))"
)
_IN_STRINGS: Final = (
    "security.protocol", "ssl.truststore.", "ssl.endpoint.", "ssl.ca.", "ssl.engine.",
    "bootstrap.servers", "enable.ssl.", "_CONFIG",
)  # fmt: skip
_SETS: Final = re.compile(
    r"(?:(?:put|set|setProperty|setIfAbsent)\(|\[)\s{0,4}(?:\w{1,40}\.){0,3}\Z"
)
"""What stands before a key that a program sets to an expression."""

_CODE: Final = re.compile(r"[A-Za-z_$][\w$]{0,60}(?:\.[\w$]{1,60}|\([^()]{0,200}\)){0,6},")
"""An expression in a dict of a program: "ssl.ca.location": settings.ca,"""

_IN_DICT: Final = re.compile(r"[,})\]]")
_DECIDING: Final = frozenset(
    {"enable.ssl.certificate.verification", "ssl.endpoint.identification.algorithm",
     "ssl.engine.factory.class"}
)  # fmt: skip
"""Keys that decide what is verified, also where an expression stands beside them."""

MAX_KAFKA_SETTINGS: Final = 100
"""The most settings of a program that are looked at."""

MAX_KAFKA_COMMANDS: Final = 100
"""The most commands of a document that are looked at."""

_COMMAND: Final = re.compile(
    r"(?<![\w./\-$={}])(?:[./~\w$-]{0,80}/)?(?P<tool>kcat|kafkacat|kafka-[a-z]{2,20}(?:-[a-z]{2,20}){0,3})"
    r"(?:\.sh|\.bat)?(?=[ \t]{1,8}(?:-|\\))"
)
_TOOLS: Final = ("kcat", "kafka")
_PROPERTY_OPTIONS: Final = frozenset(
    {"--producer-property", "--consumer-property", "--command-property", "-X"}
)
_SERVER_OPTIONS: Final = frozenset({"--bootstrap-server", "--broker-list", "-b"})
_JAVA_PRODUCTS: Final = re.compile(
    r"(?:KAFKA_)?(?:CONNECT|SCHEMA_REGISTRY(?:_KAFKASTORE)?|KSQL|CONTROL_CENTER(?:_STREAMS)?|KAFKA_REST"
    r"(?:_CLIENT)?|REPLICATOR)_\Z|KAFKA_CLUSTERS_\d{1,3}_\Z"
)
"""Products of Confluent, which all use the client in Java, also without a store of their own."""

_SPRING_KAFKA: Final = {
    "spring.kafka.ssl.truststorelocation": "ssl.truststore.location",
    "spring.kafka.ssl.truststorepassword": "ssl.truststore.password",
    "spring.kafka.ssl.truststoretype": "ssl.truststore.type",
    "spring.kafka.ssl.truststorecertificates": "ssl.truststore.certificates",
    "spring.kafka.ssl.bundle": "ssl.bundle",
    "spring.kafka.ssl.engine.factory.class": "ssl.engine.factory.class",
    "spring.kafka.security.protocol": "security.protocol",
    "spring.kafka.bootstrapservers": "bootstrap.servers",
}


def kafka_connections(document: Document) -> Iterator[ClientConnection]:
    """The clients and brokers by properties, programs and commands; brokers may have a `scope`."""
    told: set[int] = set()
    for each in (*_of_properties(document), *_of_spring(document)):
        told |= {setting.line for setting in each.parameters}
        yield each
    yield from _in_program(document, told)
    yield from _of_commands(document)


def _of_properties(document: Document) -> Iterator[ClientConnection]:
    groups: dict[tuple[int, str], list[Setting]] = {}
    names: Mapping[str, str] | None = None
    for each in document.settings:
        match = _KAFKA.match(each.key)
        if match is not None and not match["prefix"].endswith(("ssl.server.", "ssl.client.")):
            value = each.value
            if document.is_plain and _CODE.fullmatch(value) is not None:
                names = assigned_names(document.text) if names is None else names
                code = value.rstrip(",")
                value = value_of(code, names)
                value = f"${{{code}}}" if value == code and "." in code else value
            setting = replace(
                each, key=match["key"], value=value, origin=each.key.rpartition("//")[2]
            )
            groups.setdefault((each.part, match["prefix"]), []).append(setting)
    yield from _brokers(document, groups)
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


def _brokers(
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


def _in_program(document: Document, told: set[int]) -> Iterator[ClientConnection]:
    """The settings that a program gives to a client of Kafka, as strings or constants.

    `told` are the lines of which other readers know.
    """
    if not document.is_plain or not has_any(document.text, _IN_STRINGS):
        return
    names: Mapping[str, str] | None = None
    found = []
    for match in islice(_KAFKA_STRING.finditer(document.text), MAX_KAFKA_SETTINGS):
        key = match["key"] or match["constant"].lower().replace("_", ".")
        value = match["value"]
        if value is None:
            code = match["code"]
            if not _SETS.search(match.string, max(0, match.start() - 130), match.start()):
                if key not in _DECIDING:
                    continue
                code = _IN_DICT.split(code, maxsplit=1)[0]
            names = assigned_names(document.text) if names is None else names
            value = value_of(_expression(code), names)
        found.append(Setting(key, value, line_at(match), key))
    keys = {each.key for each in found if each.line not in told}
    if keys & {"ssl.truststore.location", "ssl.ca.location"}:
        driver = "librdkafka" if "ssl.ca.location" in keys else "kafka"
        hosts = [each.value for each in found if each.key == "bootstrap.servers"]
        host = first_host(hosts[0]) if hosts else None
        yield options_connection("Kafka client of a program", driver, document, found, host)


def _expression(code: str) -> str:
    """The expression without what closes the call around it."""
    code = code.rstrip().rstrip(",")
    while code.endswith(")") and code.count(")") > code.count("("):
        code = code[:-1].rstrip()
    return code


def _of_commands(document: Document) -> Iterator[ClientConnection]:
    """The clients that commands start with settings: kafka-console-producer, kcat."""
    if not document.is_plain or not has_any(document.text, _TOOLS):
        return
    commands = _COMMAND.finditer(document.text)
    for match in at_most(commands, MAX_KAFKA_COMMANDS, "commands of Kafka", document):
        found = list(_properties(document.text, words_from(document.text, match.start("tool"))))
        values = {each.key: each.value for each in found}
        if not _is_tls(values) and "ssl.truststore.location" not in values:
            continue
        driver = "librdkafka" if match["tool"] in {"kcat", "kafkacat"} else "kafka"
        yield options_connection(
            f"command {match['tool']}", driver, document, found,
            first_host(values.get("bootstrap.servers")),
        )  # fmt: skip


def _properties(text: str, words: Sequence[Word]) -> Iterator[Setting]:
    """The settings among the words of a command."""
    for number, word in enumerate(words):
        option, sign, rest = word.text.partition("=")
        if option in _SERVER_OPTIONS or option in _PROPERTY_OPTIONS:
            value = rest if sign else words[number + 1].text if number + 1 < len(words) else ""
        elif word.text.startswith("-X") and len(word.text) > len("-X"):
            value = word.text.removeprefix("-X")
        else:
            continue
        line = line_of(text, word.at)
        if option in _SERVER_OPTIONS:
            yield Setting("bootstrap.servers", value, line, option)
        elif "=" in value:
            key, _, given = value.partition("=")
            yield Setting(key, given, line, key)


def _is_tls(values: Mapping[str, str]) -> bool:
    return values.get("security.protocol", "").upper() in {"SSL", "SASL_SSL"}


def _of_spring(document: Document) -> Iterator[ClientConnection]:
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


def kafka_variables(
    document: Document, processes: Iterable[VariableGroup]
) -> Iterator[ClientConnection]:
    """The clients and brokers that the variables of `processes`, or keys like them, describe."""
    groups: dict[tuple[str, str, str], list[Setting]] = {}
    brokers: dict[str, None] = {}
    asking: set[str] = set()
    for place, each in _named(document, processes):
        if _BROKER.fullmatch(each.key) is not None:
            brokers[place] = None
        if each.key == _CLIENT_AUTH and re.search(r"required|requested", each.value):
            asking.add(place)
        match = _KAFKA_ENV.match(each.key)
        if match is not None and match["product"]:
            setting = replace(each, key=match["key"].lower().replace("_", "."), origin=each.key)
            product = match["product"]
            if (cluster := _OF_KAFKA_UI.match(product)) is not None:
                product, setting = cluster["cluster"], _of_kafka_ui(setting)
            if setting.key in _OF_BITNAMI:
                product, setting = "KAFKA_CFG_", replace(setting, key=_OF_BITNAMI[setting.key])
            groups.setdefault((place, product, match["role"] or ""), []).append(setting)
    for (place, _, _), found in groups.items():
        if place in asking:
            found[:] = map(_in_secrets, found)
    yield from _brokers_of_environment(document, brokers, groups)
    for (place, product, role), found in groups.items():
        common = groups.get((place, product, ""), []) if role else []
        has_own = any(each.key == "security.protocol" for each in found)
        given = [e for e in common if e.key == "security.protocol" and not has_own]
        settings = [*given, *found]
        has_store = any(each.key == "ssl.truststore.location" for each in found)
        is_java = _JAVA_PRODUCTS.match(product) is not None
        if not has_store and not (is_java and _is_tls({e.key: e.value for e in settings})):
            continue
        who = {"": "", "PRODUCER_": ", producers", "CONSUMER_": ", consumers",
               "ADMIN_": ", admin client"}[role]  # fmt: skip
        title = f"Kafka ({product.rstrip('_').lower().replace('_', ' ')}{who})"
        scope = SERVER_SIDE if _OF_SERVERS.match(product) else None
        yield options_connection(title, "kafka", document, settings, scope=scope)


def _of_kafka_ui(setting: Setting) -> Setting:
    """A setting of kafka-ui, which has names of its own beside Kafka's (SslPropertiesUtil)."""
    if setting.key.replace(".", "") == "sslverifyssl":
        engine = "InsecureSslEngineFactory" if setting.value.lower() == "false" else ""
        return replace(setting, key="ssl.engine.factory.class", value=engine)
    return replace(setting, key=re.sub(r"truststore(?=[lp])", "truststore.", setting.key))


def _in_secrets(setting: Setting) -> Setting:
    """The store whose file name an image is given; it reads it where clients are asked for one."""
    if setting.key != _FILE_NAME:
        return setting
    return replace(setting, key="ssl.truststore.location", value=f"{_SECRETS}{setting.value}")


def _named(document: Document, processes: Iterable[VariableGroup]) -> Iterator[tuple[str, Setting]]:
    """The variables with the place of their process; then other settings with such names."""
    told: set[tuple[int, str]] = set()
    for group in processes:
        for each in group.variables:
            told.add((each.line, each.key))
            yield f"{group.part} {group.place}", each
    for each in document.settings:
        place, _, name = each.key.replace("/", ".").rpartition(".")
        if (each.line, name) not in told:
            yield f"{each.part} {place}", each.called(name)


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
            keys = {each.key for each in store.settings}
            if keys & {"ssl.truststore.location", _FILE_NAME}:
                title = f"Kafka ({broker.rstrip('_').lower().replace('_', ' ')})"
                yield _broker(title, document, store)
