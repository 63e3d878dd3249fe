"""The keys of products and the variables that name a trust store: who reads it, and for what."""

import re
from enum import StrEnum
from typing import Final

from unpin.model.values import frozen
from unpin.references.model import IfMissing, ReferenceRole

_OPENSSL: Final = ("openssl",)
_JAVA: Final = ("java",)
_GO: Final = ("go",)


class Asks(StrEnum):
    """What the value of a key has to be, so that it names a store."""

    TEXT = "text"
    PATH = "path"
    """A path with a folder, or the name of a store."""
    STORE = "store"
    """The name of a store: many products have such a key."""


@frozen
class StoreKey:
    """A key: the pattern of its whole name, the reader, the role, and the format of the store.

    `asks` is what the value has to be. `only` is the pattern of the files in which it means this.
    """

    pattern: str
    reader: str
    role: ReferenceRole = ReferenceRole.TRUST
    format: str = "PEM"
    families: tuple[str, ...] = _OPENSSL
    if_missing: IfMissing = IfMissing.UNKNOWN
    asks: Asks = Asks.TEXT
    only: str = ""


def _clients(
    pattern: str,
    reader: str,
    kind: str = "PEM",
    families: tuple[str, ...] = _OPENSSL,
    asks: Asks = Asks.TEXT,
) -> StoreKey:
    return StoreKey(pattern, reader, ReferenceRole.CLIENTS, kind, families, asks=asks)


def _build(pattern: str, reader: str, only: str = "") -> StoreKey:
    return StoreKey(pattern, reader, ReferenceRole.BUILD, only=only)


_VARIABLES: Final = (
    StoreKey(r"NODE_EXTRA_CA_CERTS", "Node", if_missing=IfMissing.WARNS),
    StoreKey(r"SSL_CERT_FILE|SSL_CERT_DIR", "OpenSSL, Go, Python, Ruby and curl",
             families=("openssl", "go")),
    StoreKey(r"REQUESTS_CA_BUNDLE", "Python requests", if_missing=IfMissing.FAILS),
    StoreKey(r"CURL_CA_BUNDLE", "curl, Python requests", if_missing=IfMissing.FAILS),
    StoreKey(r"GIT_SSL_CAINFO|GIT_SSL_CAPATH", "git"),
    StoreKey(r"AWS_CA_BUNDLE", "AWS CLI and SDKs"),
    _build(r"PIP_CERT", "pip"),
    _build(r"CARGO_HTTP_CAINFO", "cargo"),
    _build(r"(?i:NPM_CONFIG_CAFILE)", "npm"),
    _build(r"YARN_HTTPS_CA_FILE_PATH", "Yarn"),
    _build(r"BUNDLE_SSL_CA_CERT", "Bundler"),
    _build(r"CONDA_SSL_VERIFY", "conda"),
    StoreKey(r"DENO_CERT", "Deno", families=("rustls",)),
    StoreKey(r"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "gRPC", families=("boringssl",)),
    StoreKey(r"LDAPTLS_CACERT|LDAPTLS_CACERTDIR", "OpenLDAP clients"),
    StoreKey(r"PGSSLROOTCERT", "libpq"),
    StoreKey(r"MYSQL_ATTR_SSL_CA|MYSQL_SSL_CA", "mysqlnd"),
    StoreKey(r"VAULT_CACERT|VAULT_CAPATH|CONSUL_CACERT|NOMAD_CACERT", "HashiCorp clients",
             families=_GO),
    StoreKey(r"ETCDCTL_CACERT", "etcdctl", families=_GO),
    StoreKey(r"KC_TRUSTSTORE_PATHS", "Keycloak (JVM store)", families=_JAVA),
    _clients(r"KC_HTTPS_TRUST_STORE_FILE", "Keycloak", "JKS", _JAVA),
    _clients(r"ETCD_TRUSTED_CA_FILE", "etcd", families=_GO),
    _clients(r"(?:\w+_)?CLIENT_?CA(?:_?CERTS?)?(?:_(?:FILE|PATH))?", "server", families=(),
             asks=Asks.STORE),
    StoreKey(r"(?:\w+_)?SSL_TRUSTSTORE_LOCATION|(?:\w+_)?TRUST_?STORE_(?:PATH|FILE|LOCATION)",
             "Java", format="JKS", families=_JAVA),
    StoreKey(r"(?:\w+_)?TRUST_?STORE(?:_?NAME|_FILENAME)?", "Java", format="JKS", families=_JAVA,
             asks=Asks.PATH),
    StoreKey(r"(?:\w+_)?(?:CA_?CERT|CA_?CERTIFICATE|CA_?FILE|CA_?BUNDLE|CA_?PATH|ROOT_?CERT"
             r"|ROOT_?CA|SSL_?CA|TLS_?CA|TRUSTED_?CA)S?(?:_(?:FILE|PATH|LOCATION))?", "client",
             families=(), asks=Asks.STORE),
)  # fmt: skip
"""Variables of the environment, those that anybody may read last."""

_SECURITY_PLUGIN: Final = (
    r"(?:plugins\.security|opendistro_security|opensearch_security|searchguard)\.ssl\."
    r"(?:transport|http)\.(?:pemtrustedcas_filepath|truststore_filepath)"
)
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
    StoreKey(r"opensearch\.ssl\.certificateAuthorities(?:\[\d+\])?", "OpenSearch Dashboards"),
    _clients(rf"(?:.*\.)?{_SECURITY_PLUGIN}", "OpenSearch", "PEM", _JAVA),
    _clients(r"(?:.*\.)?jetty\.(?:sslContext|ssl)\.trustStore(?:Absolute)?Path|TrustStorePath",
             "Jetty", "JKS", _JAVA, Asks.PATH),
    StoreKey(r"TLS - Truststore", "NiFi", format="JKS", families=_JAVA),
    StoreKey(r"nifi\.zookeeper\.security\.truststore", "NiFi", format="JKS", families=_JAVA),
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
    StoreKey(r"(?:[\w.\-\"\[\]]+[./])?(?:\w+[_-]|[a-z]\w{0,30})?[tT]rust-?[sS]tore"
             r"(?:[.\-_]?(?:[pP]ath|[fF]ile|[lL]ocation))?", "Java",
             format="JKS", families=_JAVA, asks=Asks.PATH),
    StoreKey(r"(?:.*\.)?certificate-authority", "Go client", families=_GO),
    StoreKey(r"(?:.*\.)?trusted_ca\.filename", "Envoy", families=("boringssl",)),
    StoreKey(r"(?:.*\.)?rootCAs\[\d+\]", "Traefik", families=_GO),
    _clients(r"(?:.*\.)?clientAuth\.caFiles\[\d+\]", "Traefik", families=_GO),
    _clients(r"ssl_ca_file", "PostgreSQL server"),
    _clients(r"(?:.*/)?client_tls_ca_file", "pgbouncer"),
    _clients(r"(?:.*\b)?(?:ssl_options|(?:management|prometheus|web_mqtt|web_stomp)\.ssl)\.cacertfile",
             "RabbitMQ"),
    _clients(r"(?:mysqld|mariadb|server)/ssl[-_]ca", "MySQL server"),
    _clients(r"net\.(?:tls|ssl)\.CAFile", "mongod"),
    StoreKey(r"(?:.*\.)?tlsCAFile|(?:.*\.)?ssl_ca_certs|(?:.*\.)?tls[-_]?ca[-_]?(?:cert[-_]?)?file",
             "client"),
    StoreKey(r"(?:.*\.)?ssl_cafile", "kafka-python"),
    StoreKey(r"(?:.*\.)?tls_config\.ca_file|(?:.*\.)?tls\.ca_file", "Go client", families=_GO),
    StoreKey(r"(?:.*\.)?ca_cert_path", "Grafana", families=_GO),
    StoreKey(r"(?:.*[./])?http[./]sslCAInfo|http/sslCAInfo|(?:.*/)?sslCAInfo", "git"),
    _build(r"cafile", "npm", r"(?:^|/)\.?npmrc\Z"),
    _build(r"(?:global/)?cert", "pip", r"pip\.(?:conf|ini)\Z"),
    _build(r"httpsCaFilePath|networkSettings\..*\.httpsCaFilePath", "Yarn"),
    _build(r"ssl_verify", "conda", r"(?:^|/)\.?condarc(?:\.ya?ml)?\Z"),
    _build(r"http/cainfo", "cargo"),
    StoreKey(r"(?:.*/)?ca_bundle", "AWS CLI and SDKs", only=r"(?:^|/)\.?aws/config\Z"),
    _clients(r"tlscacert", "Docker", families=_GO),
    StoreKey(r"tls-ca-file", "GitLab Runner", families=_GO),
    _clients(r"olcTLSCACertificateFile", "OpenLDAP server"),
    StoreKey(r"(?:.*/)?ldap_tls_cacert", "SSSD"),
    _clients(r"(?:.*/)?ssl_ca", "Dovecot", asks=Asks.STORE),
    StoreKey(r"ssl_client_ca_(?:file|dir)", "Dovecot"),
    _clients(r"(?:.*[./])?(?:\w+[_-])?client[_-]?ca(?:s|[_-]?certs?)?(?:[_-]?(?:file|path))?",
             "server", families=(), asks=Asks.STORE),
    StoreKey(r"smtp_tls_CAfile", "Postfix"),
    _clients(r"smtpd_tls_CAfile", "Postfix"),
    StoreKey(r"(?:.*\.)?ssl\.trustedCertificateFile", "client"),
    StoreKey(r"(?i:(?:.*[./])?(?:\w+[_-])?(?:tls[_-]?ca|ca|ca[_-]?certs?(?:[_-]?(?:file|path))?"
             r"|ca[_-]?certificates?(?:[_-]?(?:file|path))?|ca[_-]?file|ca[_-]?path|ca[_-]?bundle"
             r"|root[_-]?cas?(?:[_-]?(?:cert|file|path))?|root[_-]?certs?(?:[_-]?(?:file|path))?"
             r"|trusted[_-]?ca(?:[_-]?certs?)?(?:[_-]?file)?|cacert)(?:\[\d+\])?)", "client",
             families=(), asks=Asks.STORE),
)  # fmt: skip
"""Keys of products; of YAML and JSON the whole path."""


@frozen
class KeyTable:
    """Keys that are asked for together: a name is held against all of them at once."""

    keys: tuple[StoreKey, ...]
    union: re.Pattern[str]

    def of(self, name: str, file: str) -> StoreKey | None:
        """The first key with this name that means a store in this file."""
        match = self.union.fullmatch(name)
        if match is None:
            return None
        for each in self.keys[(match.lastindex or 1) - 1 :]:
            fits = not each.only or re.search(each.only, file) is not None
            if fits and re.fullmatch(each.pattern, name) is not None:
                return each
        return None


def _table(keys: tuple[StoreKey, ...]) -> KeyTable:
    return KeyTable(keys, re.compile("|".join(f"({each.pattern})" for each in keys)))


KEYS: Final = _table(_KEYS)
VARIABLES: Final = _table(_VARIABLES)
