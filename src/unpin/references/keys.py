"""The keys of products and the variables that name a trust store, and who reads it for what."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from unpin.configurations.frameworks.environment_names import property_name
from unpin.configurations.jvm_options import bare_key
from unpin.configurations.lines import line_at
from unpin.configurations.model import Document, Setting, at_most
from unpin.model.values import frozen
from unpin.references.matches import is_comment, matches_in
from unpin.references.model import IfMissing, Reference, ReferenceRole, format_of
from unpin.references.store_names import store_name

MAX_LINES: Final = 200_000
"""The most lines of a text that are looked at."""

_OPENSSL: Final = ("openssl",)
_JAVA: Final = ("java",)
_GO: Final = ("go",)


@frozen
class StoreKey:
    """A key: the pattern of its whole name, the reader, the role, and the format of the store."""

    pattern: str
    reader: str
    role: ReferenceRole = ReferenceRole.TRUST
    format: str = "PEM"
    families: tuple[str, ...] = _OPENSSL
    if_missing: IfMissing = IfMissing.UNKNOWN


def _clients(
    pattern: str, reader: str, kind: str = "PEM", families: tuple[str, ...] = _OPENSSL
) -> StoreKey:
    return StoreKey(pattern, reader, ReferenceRole.CLIENTS, kind, families)


_VARIABLES: Final = (
    StoreKey(r"NODE_EXTRA_CA_CERTS", "Node", if_missing=IfMissing.WARNS),
    StoreKey(r"SSL_CERT_FILE|SSL_CERT_DIR", "OpenSSL, Go, Python, Ruby and curl",
             families=("openssl", "go")),
    StoreKey(r"REQUESTS_CA_BUNDLE", "Python requests", if_missing=IfMissing.FAILS),
    StoreKey(r"CURL_CA_BUNDLE", "curl, Python requests", if_missing=IfMissing.FAILS),
    StoreKey(r"GIT_SSL_CAINFO|GIT_SSL_CAPATH", "git"),
    StoreKey(r"AWS_CA_BUNDLE", "AWS CLI and SDKs"),
    StoreKey(r"PIP_CERT", "pip", ReferenceRole.BUILD),
    StoreKey(r"CARGO_HTTP_CAINFO", "cargo", ReferenceRole.BUILD),
    StoreKey(r"(?i:NPM_CONFIG_CAFILE)", "npm", ReferenceRole.BUILD),
    StoreKey(r"DENO_CERT", "Deno", families=("rustls",)),
    StoreKey(r"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "gRPC", families=("boringssl",)),
    StoreKey(r"LDAPTLS_CACERT|LDAPTLS_CACERTDIR", "OpenLDAP clients"),
    StoreKey(r"PGSSLROOTCERT", "libpq"),
    StoreKey(r"MYSQL_ATTR_SSL_CA|MYSQL_SSL_CA", "mysqlnd"),
    StoreKey(r"VAULT_CACERT|VAULT_CAPATH|CONSUL_CACERT|NOMAD_CACERT", "HashiCorp clients",
             families=_GO),
    StoreKey(r"ETCDCTL_CACERT", "etcdctl", families=_GO),
    StoreKey(r"(?:\w+_)?SSL_TRUSTSTORE_LOCATION|(?:\w+_)?TRUSTSTORE_(?:PATH|FILE|LOCATION)", "Java",
             format="JKS", families=_JAVA),
    StoreKey(r"KC_TRUSTSTORE_PATHS", "Keycloak (JVM store)", families=_JAVA),
    _clients(r"KC_HTTPS_TRUST_STORE_FILE", "Keycloak", "JKS", _JAVA),
    StoreKey(r"(?:\w+_)?(?:CA_?CERT|CA_?CERTIFICATE|CA_?FILE|CA_?BUNDLE|CA_?PATH|ROOT_?CERT|ROOT_?CA|SSL_?CA"
             r"|TLS_?CA|TRUSTED_?CA)S?(?:_(?:FILE|PATH|LOCATION))?", "client", families=()),
)  # fmt: skip
"""Variables of the environment, those that anybody may read last."""

_GENERAL: Final = r"(?:[\w.\-\"]+\.)(?:trust-?store|trustStore)(?:[.\-]?(?:path|file|location))?"
"""Keys of which the value has to be a path: others have the same name."""

_KEYS: Final = (
    StoreKey(r"truststore-paths", "Keycloak (JVM store)", families=_JAVA),
    _clients(r"https-trust-store-file", "Keycloak", "JKS", _JAVA),
    StoreKey(r"quarkus\.tls\.(?:[\w\"-]+\.)?trust-store\."
             r"(?:pem\.certs(?:\[\d+\])?|jks\.path|p12\.path)",
             "Quarkus TLS registry", families=_JAVA),
    _clients(r"quarkus\.http\.ssl\.certificate\.trust-store-files?", "Quarkus web server", "JKS",
             _JAVA),
    StoreKey(r"quarkus\.datasource\.(?:[\w\"-]+\.)?reactive\.trust-certificate-"
             r"(?:pem\.certs|jks\.path|pfx\.path)(?:\[\d+\])?", "Vert.x PostgreSQL client",
             families=_JAVA),
    _clients(r"(?:management\.)?server\.ssl\.(?:trust-?store|trustStore|trust-?certificate)",
             "web server", "JKS", _JAVA),
    StoreKey(r"spring\.(?:data\.)?(?:rabbitmq|redis|activemq|elasticsearch|cassandra|mail|ldap)"
             r"\.ssl\.trust-?store", "Spring Boot", format="JKS", families=_JAVA),
    _clients(r"(?:.*\.)?@(?:truststoreFile|caCertificateFile|caCertificatePath)", "Tomcat", "JKS",
             _JAVA),
    StoreKey(r"(?:.*\.)?@(?:trustStore|trustStorePath|truststorePath)", "Java", format="JKS",
             families=_JAVA),
    _clients(r"nifi\.security\.truststore", "NiFi", "JKS", _JAVA),
    _clients(r"xpack\.security\.(?:transport|http)\.ssl\.(?:truststore\.path"
             r"|certificate_authorities(?:\[\d+\])?)", "Elasticsearch", "JKS", _JAVA),
    StoreKey(r"xpack\.[\w.]+\.ssl\.(?:truststore\.path|certificate_authorities(?:\[\d+\])?)",
             "Elasticsearch", format="JKS", families=_JAVA),
    StoreKey(r"(?:elasticsearch|server|monitoring\.ui\.elasticsearch)\.ssl\."
             r"(?:certificateAuthorities(?:\[\d+\])?|truststore\.path)", "Kibana"),
    StoreKey(r"(?:output|setup|input|monitoring)?[\w.\-\[\]]*\.ssl\.certificate_authorities"
             r"(?:\[\d+\])?",
             "Beats", families=_GO),
    _clients(r"ssl\.server\.truststore\.location", "Hadoop", "JKS", _JAVA),
    StoreKey(r"ssl\.client\.truststore\.location", "Hadoop", format="JKS", families=_JAVA),
    _clients(r"ssl\.quorum\.trustStore\.location", "ZooKeeper quorum", "JKS", _JAVA),
    _clients(r"client_encryption_options\.truststore", "Cassandra", "JKS", _JAVA),
    StoreKey(r"server_encryption_options\.truststore", "Cassandra", format="JKS", families=_JAVA),
    StoreKey(r"sonar\.\w+\.truststore|sonar\.scanner\.truststorePath", "SonarQube", format="JKS",
             families=_JAVA),
    StoreKey(r"(?:[\w.\-]+\.)?ssl\.trust-?store(?:[.\-]?(?:path|file|location))", "Java",
             format="JKS", families=_JAVA),
    StoreKey(_GENERAL, "Java", format="JKS", families=_JAVA),
    StoreKey(r"(?:.*\.)?certificate-authority", "Go client", families=_GO),
    StoreKey(r"(?:.*\.)?trusted_ca\.filename", "Envoy", families=("boringssl",)),
    StoreKey(r"(?:.*\.)?rootCAs\[\d+\]", "Traefik", families=_GO),
    _clients(r"ssl_ca_file", "PostgreSQL server"),
    _clients(r"(?:.*/)?client_tls_ca_file", "pgbouncer"),
    _clients(r"(?:.*\b)?ssl_options\.cacertfile", "RabbitMQ"),
    _clients(r"(?:mysqld|mariadb|server)/ssl[-_]ca", "MySQL server"),
    _clients(r"net\.(?:tls|ssl)\.CAFile", "mongod"),
    StoreKey(r"(?:.*\.)?tlsCAFile|(?:.*\.)?ssl_ca_certs|(?:.*\.)?tls[-_]?ca[-_]?(?:cert[-_]?)?file",
             "client"),
    StoreKey(r"(?:.*\.)?ssl_cafile", "kafka-python"),
    StoreKey(r"(?:.*\.)?tls_config\.ca_file|(?:.*\.)?tls\.ca_file", "Go client", families=_GO),
    StoreKey(r"(?:.*\.)?ca_cert_path", "Grafana", families=_GO),
    StoreKey(r"(?:.*[./])?http[./]sslCAInfo|http/sslCAInfo|sslCAInfo", "git"),
    StoreKey(r"cafile", "npm", ReferenceRole.BUILD),
    StoreKey(r"(?:global/)?cert", "pip", ReferenceRole.BUILD),
    StoreKey(r"(?:.*\.)?ssl\.trustedCertificateFile", "client"),
    StoreKey(r"(?:.*[./])?(?:tls_?ca|ca_?cert(?:_?(?:file|path))?"
             r"|ca_?certificate(?:_?(?:file|path))?|ca_?file|ca_?path|ca_?bundle|root_?ca(?:_?(?:cert|file|path))?|root_?cert(?:_?(?:file|path))?"
             r"|trusted_?ca(?:_?file)?|ca-file|ca-cert(?:-file)?|cacert)", "client", families=()),
)  # fmt: skip
"""Keys of products; of YAML and JSON the whole path."""

_FOR: Final[dict[str, str]] = {
    "cafile": r"(?:^|/)\.?npmrc\Z", "(?:global/)?cert": r"pip\.(?:conf|ini)\Z",
}  # fmt: skip
"""Keys that mean this only in a file of this name."""

_DIRECTIVE: Final = re.compile(
    r"""(?m)(?:^|[;{])[ \t]{0,80}(?P<key>SSLCACertificate(?:File|Path)
        |SSLProxyCACertificate(?:File|Path)
        |ssl_client_certificate|ssl_trusted_certificate|(?:proxy|grpc|uwsgi)_ssl_trusted_certificate
        |TLS_CACERT(?:DIR)?|tls-ca-cert-(?:file|dir)|TLSCACertificateFile|smtpd?_tls_CAfile)
        [ \t]{1,40}=?[ \t]{0,40}(?P<value>[^\s;]{1,500})""",
    re.VERBOSE,
)
_DIRECTIVES: Final = {
    "sslca": ("Apache httpd", ReferenceRole.CLIENTS),
    "sslpr": ("Apache httpd", ReferenceRole.TRUST),
    "ssl_c": ("nginx", ReferenceRole.CLIENTS),
    "ssl_t": ("nginx", ReferenceRole.CLIENTS),
    "proxy": ("nginx", ReferenceRole.TRUST),
    "grpc_": ("nginx", ReferenceRole.TRUST),
    "uwsgi": ("nginx", ReferenceRole.TRUST),
    "tls_c": ("OpenLDAP clients", ReferenceRole.TRUST),
    "tls-c": ("Redis", ReferenceRole.CLIENTS),
    "tlsca": ("OpenLDAP server", ReferenceRole.CLIENTS),
    "smtp_": ("Postfix", ReferenceRole.TRUST),
    "smtpd": ("Postfix", ReferenceRole.CLIENTS),
}
_HAPROXY: Final = re.compile(
    r"(?m)^[ \t]{1,40}(?P<kind>server|bind|default-server)[ \t][^\n#]{0,500}?\bca-file[ \t]{1,8}"
    r"(?P<value>[^\s]{1,500})"
)
_SPARK: Final = re.compile(
    r"(?m)^[ \t]{0,8}(?P<key>[\w.]{0,80}\.(?:trustStore|truststore(?:\.(?:location|path))?))"
    r"[ \t]{1,40}(?P<value>[./][^\s;]{1,500})$"
)
"""Properties with a blank between key and value."""

_FLUENTD: Final = re.compile(
    r"(?m)^[ \t]{1,40}(?P<key>ca_file|ca_path|tls_ca_cert_path)[ \t]{1,8}"
    r"(?P<value>[./][^\s;]{1,500})$"
)
_MOST_DIRECTIVES: Final = 500


_Types: TypeAlias = dict[str, tuple[int, str]]
"""The declared types of stores by the key in lower case, with the place among the settings."""


def key_references(document: Document) -> Iterator[Reference]:
    """The stores that keys of products and variables of the environment name."""
    types = _types_in(document)
    for each in document.settings:
        yield from _of_setting(document, types, each)
    yield from _of_lines(document, types)
    if document.is_plain:
        yield from _of_directives(document)


def _of_setting(document: Document, types: _Types, setting: Setting) -> Iterator[Reference]:
    key = _OF_PROFILE.sub("", setting.key.rpartition("//")[2])
    for known, fits in _COMPILED:
        if fits.fullmatch(key) and _is_for(known, document):
            yield from _named(document, types, known, setting, key)
            return
    name = _environment_name(key, setting)
    if name is not None and (of_framework := property_name(name[0])) is not None:
        for known, fits in _COMPILED:
            if fits.fullmatch(of_framework):
                variable = Setting(key, name[1], setting.line)
                yield from _named(document, types, known, variable, name[0])
                return
    if name is not None:
        for known, fits in _COMPILED_VARIABLES:
            if fits.fullmatch(name[0]):
                variable = Setting(key, name[1], setting.line)
                yield from _named(document, types, known, variable, name[0])
                return


_OF_PROFILE: Final = re.compile(r"\A%[\w,]{1,60}\.")
"""What stands before a key of Quarkus that counts in a profile."""


def _environment_name(key: str, setting: Setting) -> tuple[str, str] | None:
    """The name and value of a variable: KEY=value, KEY: value, or an item "KEY=value" of a list."""
    pair = re.match(r"([A-Za-z_]\w{0,80})=(\S{1,500})\Z", setting.value)
    if key.endswith("]") and pair is not None:
        return pair[1], pair[2]
    name = bare_key(key)
    return (name, setting.value) if name.isupper() or name.lower() == "npm_config_cafile" else None


def _is_for(known: StoreKey, document: Document) -> bool:
    wanted = _FOR.get(known.pattern)
    return wanted is None or re.search(wanted, document.name) is not None


_ANYBODY: Final = "client"
"""The reader of keys that many products have: the value alone says that it is a store."""

_STORE_FILE: Final = re.compile(r"(?i)\.(?:pem|crt|cer|cert|der|p7b|jks|p12|pfx|bundle)\Z")
_FILE_CALL: Final = re.compile(
    r"(?:file|filebase64)\(\s{0,4}\"(?P<path>[^\"\n]{1,400})\"\s{0,4}\)\Z"
)
_PATH: Final = re.compile(r"[^\s\"'<>|*?]{2,500}(?: [^\s\"'<>|*?]{1,200}){0,4}")


_ANOTHER: Final = re.compile(r"\s[A-Z][A-Z0-9_]{2,60}=")
"""A further variable on the line: ENV A=b C=d."""


def _named(
    document: Document, types: _Types, known: StoreKey, setting: Setting, key: str
) -> Iterator[Reference]:
    """A reference for each of the paths that a value lists."""
    if "-----BEGIN" in setting.value or "\n" in setting.value:
        return
    called = _FILE_CALL.match(setting.value.strip())
    value = setting.value if called is None else called["path"]
    for part in value.strip().strip("[]").split(","):
        store = store_name(part)
        if known.reader == _ANYBODY and not known.families and not _STORE_FILE.search(store):
            continue
        if known.pattern is _GENERAL and not (_STORE_FILE.search(store) or "/" in store):
            continue
        if (
            not _PATH.fullmatch(store)
            or _ANOTHER.search(store)
            or store.lower() in {"true", "false", "null", "none"}
        ):
            continue
        if store.startswith(("http://", "https://")):
            continue
        declared = _declared(types, setting)
        variable = key if key.isupper() else ""
        role, families = known.role, known.families if known.role is ReferenceRole.TRUST else ()
        yield Reference(
            document.name, setting.line, key.rpartition("@")[2].rpartition("/")[2], store,
            format_of(store, declared, known.format),
            (known.reader,), role, families, variable, if_missing=known.if_missing,
        )  # fmt: skip


def _types_in(document: Document) -> _Types:
    """The first value of each key that may declare the type of a store, with its place."""
    found: dict[str, tuple[int, str]] = {}
    for at, each in enumerate(document.settings):
        key = each.key.lower()
        if key.endswith("type"):
            found.setdefault(key, (at, each.value))
    return found


def _declared(types: _Types, setting: Setting) -> str:
    """The type of the store, which a key beside its own declares; "" if none does."""
    stem = re.sub(r"(?i)[.\-_]?(?:path|file|location)\Z", "", setting.key).lower()
    wanted = (f"{stem}{end}" for end in ("type", ".type", "-type", "_type"))
    _, found = min((types[each] for each in wanted if each in types), default=(0, ""))
    return found.upper() if found.isalnum() else ""


_LINE_VARIABLE: Final = re.compile(
    r"(?<![\w.$])(?:export[ \t]+|ENV[ \t]+|set[ \t]+|setx[ \t]+|\$env:|-e[ \t]+|--env[ \t]+)?"
    r"(?P<key>[A-Z][A-Z_]{4,60})[ \t]?(?:=[ \t]?|[ \t](?=/))"
    r"(?P<value>\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|[^\s;&|\"',)]{1,500})"
)
_IN_VARIABLES: Final = re.compile(
    r"_CERT|CA_|_CA|CACERT|TRUST_STORE|CAFILE|CAINFO|TRUSTSTORE|ROOTCERT|SSL_ROOTS|CAPATH"
)
"""What a name has that is a variable of the table."""
_MOST_VARIABLES: Final = 2000


_PAIRS: Final = (
    re.compile(
        r"[\"']?name[\"']?\s{0,8}[:=]\s{0,8}[\"']?(?P<key>[A-Z][A-Z0-9_]{3,60})[\"']?"
        r"\s{0,8}[,\n]\s{0,80}"
        r"[\"']?value[\"']?\s{0,8}[:=]\s{0,8}[\"']?(?P<value>[^\s\"',}\]]{2,500})"
    ),
    re.compile(
        r"(?<!:)(?<!: )[\"'](?P<key>[A-Z][A-Z0-9_]{3,60})[\"']\s{0,4}(?:\]\s{0,4}=|,)\s{0,4}"
        r"[\"'](?P<value>[^\"'\n]{2,500})[\"']"
    ),
)
"""An item of a manifest or template; and a variable that a program sets."""


def _of_lines(document: Document, types: _Types) -> Iterator[Reference]:
    """Variables on the lines of a script, a Dockerfile or a unit, and in items of lists."""
    if _IN_VARIABLES.search(document.text) is None:
        return
    for pattern in _PAIRS:
        yield from _variables_by(document, types, pattern)
    if document.is_plain:
        yield from _variables_by(document, types, _LINE_VARIABLE)


def _variables_by(
    document: Document, types: _Types, pattern: re.Pattern[str]
) -> Iterator[Reference]:
    named = (m for m in pattern.finditer(document.text) if _IN_VARIABLES.search(m["key"]))
    for match in at_most(named, _MOST_VARIABLES, "variables of stores", document):
        for known, fits in _COMPILED_VARIABLES:
            if not fits.fullmatch(match["key"]):
                continue
            if not is_comment(match, ("#", "//", ";")):
                value = match["value"].strip("\"'")
                setting = Setting(match["key"], value, line_at(match, "value"))
                yield from _named(document, types, known, setting, match["key"])
            break


def _of_directives(document: Document) -> Iterator[Reference]:
    for match in matches_in(document, _DIRECTIVE, _MOST_DIRECTIVES):
        reader, role = _DIRECTIVES[match["key"][:5].lower()]
        yield _directive(document, match, match["key"], reader, role)
    for match in matches_in(document, _HAPROXY, _MOST_DIRECTIVES):
        role = ReferenceRole.CLIENTS if match["kind"] == "bind" else ReferenceRole.TRUST
        yield _directive(document, match, "ca-file", "HAProxy", role)
    for match in matches_in(document, _SPARK, _MOST_DIRECTIVES):
        yield Reference(
            document.name, line_at(match, "value"), match["key"], store_name(match["value"]),
            format_of(match["value"], default="JKS"), ("Java",), ReferenceRole.TRUST, _JAVA,
        )  # fmt: skip
    for match in matches_in(document, _FLUENTD, _MOST_DIRECTIVES):
        yield _directive(document, match, match["key"], "Fluentd", ReferenceRole.TRUST)


def _directive(
    document: Document, match: re.Match[str], key: str, reader: str, role: ReferenceRole
) -> Reference:
    store = store_name(match["value"])
    line = line_at(match, "value")
    families = _OPENSSL if role is ReferenceRole.TRUST else ()
    return Reference(
        document.name, line, key, store, format_of(store, default="PEM"), (reader,), role, families
    )


_COMPILED: Final = tuple((each, re.compile(each.pattern)) for each in _KEYS)
_COMPILED_VARIABLES: Final = tuple((each, re.compile(each.pattern)) for each in _VARIABLES)
