"""The stores that connections name: who reads each, by the rules of the drivers themselves."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import lowered
from unpin.configurations.model import (
    ClientConnection,
    Document,
    Form,
    Setting,
    at_most,
    folded,
    until_limit,
)
from unpin.connections.drivers import Driver, drivers_reading
from unpin.connections.model import Circumstances, TlsBehaviour, Verifies
from unpin.connections.open_options import decided_by_open_options
from unpin.model.errors import UnpinError
from unpin.references.model import IfMissing, Reference, ReferenceRole, format_of
from unpin.references.spelled_keys import SpelledKeys
from unpin.references.store_names import is_program, store_name

MAX_NAMED: Final = 20_000
"""The most stores that the connections of a document name, each counted for each driver."""

_HOME: Final = "~"
"""Stands for the home folder of a user who is not known."""

_STORES: Final[dict[str, tuple[str, ...]]] = {
    "libpq": ("sslrootcert",),
    "pgjdbc": ("sslrootcert", "sslfactoryarg"),
    "r2dbc-postgresql": ("sslrootcert",),
    "vertx-pg": ("certs",),
    "npgsql": ("rootcertificate",),
    "node-postgres": ("sslrootcert", "ssl.ca"),
    "postgres.js": ("ssl.ca",),
    "asyncpg": ("sslrootcert", "context.cafile"),
    "pg8000": ("context.cafile",),
    "lib/pq": ("sslrootcert",),
    "pgx": ("sslrootcert",),
    "sqlx": ("sslrootcert", "sslca"),
    "prisma": ("sslcert",),
    "pgbouncer": ("servertlscafile",),
    "odyssey": ("tlscafile",),
    "mysql-connector-j": ("trustcertificatekeystoreurl",),
    "mariadb-connector-j": ("serversslcert", "truststore"),
    "mysql": ("sslca",),
    "mariadb": ("sslca",),
    "mysqlnd": ("ca",),
    "mysql2": ("ssl.ca",),
    "mysql2-ruby": ("sslca",),
    "trilogy": ("sslca",),
    "dbd-mysql": ("mysqlsslcafile", "mariadbsslcafile"),
    "pymysql": ("sslca", "ssl.ca", "ca", "context.cafile"),
    "mysql-connector-python": ("sslca", "ssl.ca", "ca", "context.cafile"),
    "mysqlconnector": ("sslca", "cacertificatefile"),
    "mysql.data": ("sslca",),
    "mysql-odbc": ("sslca",),
    "mssql-jdbc": ("truststore", "servercertificate"),
    "sqlclient": ("servercertificate",),
    "odbc": ("servercertificate",),
    "go-mssqldb": ("certificate", "servercertificate"),
    "kafka": ("ssl.truststore.location",),
    "librdkafka": ("ssl.ca.location",),
    "kafka-python": ("sslcafile",),
    "kafkajs": ("ssl.ca",),
    "mysql-rust": ("rootcert",),
    "zookeeper": ("location",),
    "jvm-client": ("store",),
    "url-client": (
        "tlscafile",
        "sslcacerts",
        "sslcertificateauthorityfile",
        "cacertfile",
        "sslcafile",
        "cacert",
    ),
    "url-client-node": ("tlscafile", "sslcacerts", "cacertfile", "sslcafile"),
    "kibana": ("store",),
    "postgrex": ("cacertfile",),
}
"""The keys by which a driver finds a store, folded but for the dots of unpin's own keys."""

_VARIABLES: Final = {"PGSSLROOTCERT": "sslrootcert"}
"""Variables of the environment with the key that they stand for."""

_READ_AS: Final = frozenset({"sslrootcert", "rootcertificate"})
"""The keys of the drivers that read these variables."""

_NAMES_A_STORE: Final = frozenset(
    {"sslrootcert", "serversslcert", "trustcertificatekeystoreurl", "truststore",
     "servercertificate", "sslca", "servertlscafile", "rootcertificate", "cacertificatefile"}
)  # fmt: skip
"""Keys that name a store wherever they stand; a driver that has no such key never reads it."""

_TYPES: Final = (
    "ssl.truststore.type", "type", "trustStoreType", "trustCertificateKeyStoreType",
)  # fmt: skip
_EXACT: Final = frozenset({"servercertificate"})
_PINNED_LEAF: Final = frozenset({"mssql-jdbc", "sqlclient", "odbc", "go-mssqldb"})
_JAVA_DEFAULT: Final = frozenset(
    {"mysql-connector-j", "kafka", "zookeeper", "jvm-client", "mssql-jdbc"}
)
_ANNOTATION: Final = re.compile(r"\s[|=]\s")
"""What the type of a parameter has, and a path has not: ssl_ca: str | None = None."""

_NO_PATH: Final = re.compile(
    r"\.{2,3}|(?!.*[/\\]).*[a-z,.:] +[A-Za-z].*(?<!\.pem)(?<!\.crt)(?<!\.jks)(?<!\.p12)"
)
"""Dots, and a sentence: the name of a file in a folder may have blanks, too."""

_TYPE: Final = re.compile(
    r"\$\{?(?:t(?:yping)?_)?(?:Optional|Union|List|Sequence|str|bytes|Path|Any|\w{0,40}StringField)(?:_|\}|\Z)"
)
"""What is left of the type of a parameter: ssl_ca: Optional[str] = None."""

_EXPRESSION: Final = re.compile(
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?<!\.pem)(?<!\.crt)(?<!\.cer)(?<!\.jks)(?<!\.p12)"
)
"""A variable or an attribute, as a program has them."""

_ARGUMENT: Final = re.compile(r"(?:file|classpath):")
_SIGNS: Final = tuple(
    re.compile(sign)
    for sign in (
        r"root[ _-]?cert",
        r"ssl(?:-?cert|[_.-]?ca\b|ca|_set|(?<=attr_ssl)_ca)",
        r"server[ _-]?(?:ssl-?)?cert",
        r"trust(?:[ _.-]?(?:store|cert|manager)|ed-?cert)",
        r"ca(?:[._ -]?(?:file|location|cert)|(?<!\wca)[\"']?\s?[:=,]|(?<=\"ca)\"|(?<='ca)')",
        r"pem[.-]certs",
        r"cert(?:-?paths?\b|(?<=[?&;\"'\s]cert)ificate\s?=)",
        r"1009(?<!\w1009)\b",
        r"factoryarg",
        r"kind: secret",
    )
)
"""What a text has, in lower case, that may name a store of a connection.

NOTE: they are several patterns, since each begins with letters, which `re` finds many times as
quickly as a pattern that begins in several ways.
"""


def names_store(document: Document) -> bool:
    """Whether a text has a key by which a connection names a store."""
    lower = lowered(document.text)
    return any(sign.search(lower) for sign in _SIGNS)


def connection_references(
    document: Document,
    connections: Sequence[ClientConnection],
    errors: list[UnpinError],
    chosen: Sequence[Driver] = (),
) -> Iterator[Reference]:
    """The stores that the connections name, each place once; `chosen` are the user's drivers.

    A bound that cut them goes to `errors`.
    """
    places: dict[tuple[int, str, str], list[Reference]] = {}
    every = _of_drivers(document, connections, chosen)
    what = "stores that connections name, each counted for each driver"
    for found in until_limit(at_most(every, MAX_NAMED, what, document), errors):
        places.setdefault((found.line, found.key, found.store), []).append(found)
    for found_at in places.values():
        yield merged(found_at)


def _of_drivers(
    document: Document, connections: Sequence[ClientConnection], chosen: Sequence[Driver]
) -> Iterator[Reference]:
    keys = SpelledKeys(document)
    for connection in connections:
        if connection.drivers == ("jvm",) or _is_told_elsewhere(connection):
            continue
        variables = [each for each in connection.environment if _names_file(each)]
        for driver in drivers_reading(connection, chosen):
            yield from _of_driver(document, keys, connection, variables, driver)


def _is_told_elsewhere(connection: ClientConnection) -> bool:
    """Whether it is a store of a server or a build, whose keys stand in a table.

    The key of a bundle does not say who uses it.
    """
    from unpin.configurations.products import BUILD_ONLY, SERVER_SIDE

    in_bundle = any(each.origin.startswith("bundle ") for each in connection.parameters)
    return connection.scope in {BUILD_ONLY, SERVER_SIDE} and not in_bundle


def merged(found: Sequence[Reference]) -> Reference:
    """One of several references at a place, with the readers of all that have its role."""
    order = list(ReferenceRole)
    role = min((each.role for each in found), key=order.index)
    same = [each for each in found if each.role is role]
    readers = tuple(dict.fromkeys(name for each in same for name in each.readers))
    families = tuple(dict.fromkeys(name for each in same for name in each.families))
    others = dict.fromkeys(n for e in found if e.role is not role for n in e.readers)
    unread = [name for name in others if name not in readers]
    note = "; ".join(dict.fromkeys(each.note for each in same if each.note))
    if unread and role is not ReferenceRole.NEVER_READ:
        note = "; ".join(filter(None, (note, f"{', '.join(unread)} would not read it")))
    return replace(same[0], readers=readers, families=families, note=note)


def _of_driver(
    document: Document,
    keys: SpelledKeys,
    connection: ClientConnection,
    variables: Sequence[Setting],
    driver: Driver,
) -> Iterator[Reference]:
    candidates = list(_candidates(connection, variables, driver))
    if not candidates:
        return
    there, gone = _behaviours(connection, driver)
    declared = _declared_type(connection, driver)
    for key, setting in candidates:
        named = _value(setting, is_program(document.name))
        if named is None:
            continue
        role, path = _role(key, named, driver, connection, (there, gone))
        families = driver.families if role in {ReferenceRole.TRUST, ReferenceRole.LEAF_PIN} else ()
        variable = setting.key if key in _VARIABLES.values() and setting.key in _VARIABLES else ""
        yield Reference(
            document.name, setting.line, keys.of(setting), store_name(path),
            _format(path, driver, declared, key), (_reader(driver, connection, setting),), role,
            families, variable, note=_note(role, there),
            if_missing=_if_missing(there, gone, path, connection),
        )  # fmt: skip


def _names_file(variable: Setting) -> bool:
    """Whether it is a variable of the document that names a file of roots."""
    is_open = variable.value in {"", f"${{{variable.key}}}"}
    return variable.key in _VARIABLES and variable.line > 0 and not is_open


def _candidates(
    connection: ClientConnection, variables: Sequence[Setting], driver: Driver
) -> Iterator[tuple[str, Setting]]:
    own = _STORES.get(driver.ident, ())
    found: dict[tuple[int, str, str], tuple[str, Setting]] = {}
    for each in connection.parameters:
        key = each.key.lower() if each.key.lower() in own else folded(each.key)
        fits = key in own or key in _NAMES_A_STORE
        if fits and each.value and each.line and "\n" not in each.value:
            found[each.line, each.key, each.value] = key, each
    if not _READ_AS.isdisjoint(own):
        for each in variables:
            found[each.line, each.key, each.value] = _VARIABLES[each.key], each
    yield from found.values()


def _value(setting: Setting, in_program: bool) -> str | None:
    """The path; None for a value that is none: a sentence, a type, a variable of a program."""
    if folded(setting.key) == "sslfactoryarg":
        return setting.value if _ARGUMENT.match(setting.value) else None
    if (
        _ANNOTATION.search(setting.value)
        or "-----BEGIN" in setting.value
        or setting.value in {"NULL", "null", "None", "None,", "true", "false"}
        or _NO_PATH.fullmatch(setting.value) is not None
        or _TYPE.match(setting.value) is not None
    ):
        return None
    if in_program and setting.value != "system" and _EXPRESSION.fullmatch(setting.value):
        return None
    return setting.value


def _behaviours(connection: ClientConnection, driver: Driver) -> Sequence[TlsBehaviour]:
    """What the driver does if all files exist, and if none does."""
    if connection.invalid is not None:
        invalid = TlsBehaviour(Verifies.NOTHING, connection.invalid, broken=connection.invalid)
        return invalid, invalid
    home = connection.user_home or _HOME
    # A variable that is empty drops the option; here it is taken to be set.
    kept = tuple(each for each in connection.parameters if each.key != "filtered")
    there = Circumstances(replace(connection, parameters=kept), home, lambda _: True)
    gone = replace(there, exists=lambda _: False)
    return decided_by_open_options(driver.rule, there, gone)


def _role(
    key: str,
    named: str,
    driver: Driver,
    connection: ClientConnection,
    behaviours: tuple[TlsBehaviour, TlsBehaviour],
) -> tuple[ReferenceRole, str]:
    """The role of a setting, and the path under which the driver reads it.

    `behaviours` are what the driver does if the files exist, and if they do not.
    """
    from unpin.configurations.products import SERVER_SIDE, UNNAMED_BUNDLE

    if connection.scope not in {None, SERVER_SIDE, UNNAMED_BUNDLE}:
        return ReferenceRole.NEVER_READ, named
    there, gone = behaviours
    read = [each.path for each in (*there.stores, *gone.stores) if each.path]
    forms = {store_name(named), store_name(named).replace("+", " ")}
    for path in read:
        if store_name(path) in forms:
            if connection.scope == SERVER_SIDE:
                return ReferenceRole.CLIENTS, path
            exact = key in _EXACT and driver.ident in _PINNED_LEAF
            return (ReferenceRole.LEAF_PIN if exact else ReferenceRole.TRUST), path
    knows = key in _STORES.get(driver.ident, ()) and _is_spelled_right(key, driver, connection)
    if knows and there.broken is not None and not there.stores:
        return (
            ReferenceRole.TRUST,
            named,
        )  # it is the key of this client, which stops before it reads
    if (
        knows
        and driver.ident == "kafka"
        and is_program(connection.file)
        and not connection.parameter("security.protocol")
    ):
        return ReferenceRole.TRUST, named  # a program may say elsewhere that TLS is meant
    if knows and named == "system" and there.stores:
        return ReferenceRole.TRUST, named
    return ReferenceRole.NEVER_READ, named


def _is_spelled_right(key: str, driver: Driver, connection: ClientConnection) -> bool:
    """Whether the key has the case that the driver asks for in a URL."""
    exact = connection.form in {Form.JDBC, Form.URI} and driver.ident in {"pgjdbc", "libpq"}
    return (
        not exact
        or any(each.key == key for each in connection.parameters)
        or any(_VARIABLES.get(each.key) == key for each in connection.environment)
    )


def _note(role: ReferenceRole, there: TlsBehaviour) -> str:
    return there.broken or there.why if role is ReferenceRole.NEVER_READ else ""


def _if_missing(
    there: TlsBehaviour, gone: TlsBehaviour, path: str, connection: ClientConnection
) -> IfMissing:
    """What the client does without the file, as far as its rule says.

    Spring Boot registers its bundles at the start. In 3.3 that reads their files; in 3.1 and 4 the
    first use of a bundle does (JksSslStoreBundle).
    """
    from unpin.configurations.products import SERVER_SIDE, UNNAMED_BUNDLE

    read = any(store_name(each.path or "") == store_name(path) for each in there.stores)
    if not read or connection.scope == SERVER_SIDE:
        return IfMissing.UNKNOWN
    if connection.scope == UNNAMED_BUNDLE:
        return IfMissing.BY_VERSION
    if gone.broken is not None or (
        path.startswith("classpath:") and gone.verifies is not Verifies.NOTHING
    ):
        return IfMissing.FAILS
    if gone.verifies is not Verifies.NOTHING or _is_rest_elsewhere(connection):
        return IfMissing.UNKNOWN
    return IfMissing.UNVERIFIED


def _is_rest_elsewhere(connection: ClientConnection) -> bool:
    """Whether variables say neither the host nor the mode: what says the host may say the mode."""
    told = ("PGHOST", "PGSERVICE", "PGSSLMODE", "PGREQUIRESSL")
    return connection.form is Form.ENVIRONMENT and not any(map(connection.variable, told))


def _declared_type(connection: ClientConnection, driver: Driver) -> str:
    declared = connection.parameter(*_TYPES) if driver.ident in _JAVA_DEFAULT else None
    return declared.value if declared is not None and declared.value.isalnum() else ""


def _format(path: str, driver: Driver, declared: str, key: str) -> str:
    if path == "system":
        return "OS" if driver.ident in {"pgx", "lib/pq"} else "PEM"
    if declared:
        return format_of(path, declared)
    java = driver.ident in _JAVA_DEFAULT and key not in _EXACT
    return format_of(path, default="JKS" if java else "" if key in _EXACT else "PEM")


def _reader(driver: Driver, connection: ClientConnection, setting: Setting) -> str:
    """The client as reports call it: a product on a driver by its own name."""
    if driver.ident == "kafka":
        match = re.match(r"CONNECT_(PRODUCER|CONSUMER|ADMIN)?_?SSL_", setting.origin)
        if match is not None:
            return f"Kafka Connect {_PARTS.get((match[1] or '').lower(), 'worker')}"
        client = re.match(r"(producer|consumer|admin)\.ssl\.", setting.origin)
        if client is not None:
            return f"Kafka Connect {_PARTS[client[1]]}"
    if driver.ident != "jvm-client":
        return driver.title
    title = _BRANCH.sub("", connection.title)
    if re.match(r"(?:management\.)?server with the bundle ", title):
        return "Spring Boot web server"
    if (strimzi := re.match(r"Kafka(\w*) of Strimzi\Z", title)) is not None:
        return f"Strimzi {strimzi[1]}".strip()
    if (spring := re.match(r"spring\.(?:data\.)?(\w+)", title)) is not None:
        return _PRODUCTS.get(spring[1], spring[1])
    return "Spring Boot" if title.startswith("bundle ") else title.removesuffix(" client")


_BRANCH: Final = re.compile(r", with(?:out)? the branch.*\Z")
"""The end of the title of a connection that branches of a program make different."""

_PARTS: Final = {"producer": "producers", "consumer": "consumers", "admin": "admin client"}
_PRODUCTS: Final = {
    "redis": "Redis", "rabbitmq": "RabbitMQ", "mongodb": "MongoDB", "kafka": "Kafka (Java)",
    "cassandra": "Cassandra", "elasticsearch": "Elasticsearch", "activemq": "ActiveMQ",
    "mail": "Jakarta Mail", "ldap": "LDAP",
}  # fmt: skip
