"""Products with settings of their own: Kafka, librdkafka, ZooKeeper, pgbouncer, R2DBC, Redis, ...

Sources: DefaultSslEngineFactory and SslConfigs of Kafka; KeyStoreFileType of ZooKeeper; sbuf.c of
pgbouncer and libusual; tls.c of Odyssey and of its machinarium; server.rs of PgCat;
PostgresqlConnectionConfiguration of r2dbc-postgresql; ssl.adoc of Spring Boot.
"""

import re
from typing import Final

from unpin.configurations.model import Setting, folded
from unpin.connections.jvm import jvm_behaviour
from unpin.connections.model import (
    JAVA_STORES,
    PEM_ONLY,
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    is_false,
    is_true,
    plaintext,
    unverified,
    verified,
    verified_by_file,
)

_ZOOKEEPER_TYPES: Final = {".jks": "JKS", ".pem": "PEM", ".p12": "PKCS12", ".bcfks": "BCFKS"}


def kafka_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Kafka's Java client does; a missing store is an error, never cacerts."""
    protocol = circumstances.value("security.protocol")
    if protocol is not None and not protocol.upper().endswith("SSL"):
        return plaintext(f"security.protocol={protocol} uses no TLS")
    engine = circumstances.value("ssl.engine.factory.class") or ""
    if engine.rpartition(".")[2] in {"", "DefaultSslEngineFactory", "null"}:
        return _of_kafkas_engine(circumstances)
    if "insecure" in engine.lower():
        return unverified(f"ssl.engine.factory.class={engine} accepts anybody")
    return TlsBehaviour(Verifies.UNKNOWN, f"ssl.engine.factory.class={engine} decides")


def _of_kafkas_engine(circumstances: Circumstances) -> TlsBehaviour:
    location = circumstances.parameter("ssl.truststore.location")
    if circumstances.parameter("ssl.bundle") is not None and location is not None:
        store = StoreRead(Place.FILE, location.value, location.origin)
        return broken(
            "ssl.bundle and trust-store-location exclude each other", store, verifies=Verifies.FULL
        )
    inline = circumstances.parameter("ssl.truststore.certificates")
    password = circumstances.value("ssl.truststore.password")
    kind = (circumstances.value("ssl.truststore.type") or "JKS").upper()
    name = circumstances.value("ssl.endpoint.identification.algorithm")
    verifies = Verifies.CHAIN if name == "" or is_none(name) else Verifies.FULL
    if inline is not None and location is not None:
        return broken(
            "ssl.truststore.certificates and .location exclude each other", verifies=verifies
        )
    if inline is not None:
        if kind != "PEM":
            return broken(
                "ssl.truststore.certificates needs ssl.truststore.type=PEM", verifies=verifies
            )
        store = StoreRead(Place.INLINE, None, "ssl.truststore.certificates", text=inline.value)
        return verified(verifies, "Kafka verifies with ssl.truststore.certificates", store)
    if location is None or not location.value:
        unread = circumstances.parameter("ssl.truststore.filename")
        if password:
            return broken(
                "ssl.truststore.password without ssl.truststore.location", verifies=verifies
            )
        return jvm_behaviour(
            circumstances,
            "without ssl.truststore.location Kafka verifies with the JVM's store",
            verifies,
        ).noting("" if unread is None else f"{unread.origin} is not read without ssl.client.auth")
    path = location.value
    accepts = PEM_ONLY if kind == "PEM" else JAVA_STORES
    rule = location.origin or location.key
    store = StoreRead(Place.FILE, path, rule, accepts, password)
    if path.startswith("classpath:"):
        # NOTE: Spring Boot resolves it only outside of an executable jar.
        return broken(
            f"{path} must be on a file system: Kafka takes no resource in a jar", store,
            verifies=verifies,
        )  # fmt: skip
    if kind == "PEM" and password:
        return broken(
            "a password cannot be specified for a PEM trust store", store, verifies=verifies
        )
    if not circumstances.exists(path):
        return broken(
            f"{path} does not exist: Kafka fails to load it, and does not use cacerts", store,
            verifies=verifies,
        )  # fmt: skip
    what = "" if verifies is Verifies.FULL else "; the name is not checked"
    return verified(verifies, f"Kafka verifies with ssl.truststore.location{what}", store)


def is_none(value: str | None) -> bool:
    """Whether a setting says "none"."""
    return value is not None and value.strip().lower() == "none"


def librdkafka_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What librdkafka does: kcat, and the clients of Python, Go, .NET, Node and PHP on it."""
    protocol = circumstances.value("security.protocol") or ""
    if protocol and not protocol.upper().endswith("SSL"):
        return plaintext(f"security.protocol={protocol} uses no TLS")
    if is_false(circumstances.value("enable.ssl.certificate.verification")):
        return unverified("enable.ssl.certificate.verification=false accepts anybody")
    algorithm = circumstances.value("ssl.endpoint.identification.algorithm")
    verifies = Verifies.CHAIN if is_none(algorithm) else Verifies.FULL
    if (inline := circumstances.value("ssl.ca.pem")) is not None:
        store = StoreRead(Place.INLINE, None, "ssl.ca.pem", text=inline)
        return verified(verifies, "librdkafka verifies with ssl.ca.pem", store)
    path = circumstances.value("ssl.ca.location")
    if not path or path == "probe":
        store = StoreRead(Place.OPENSSL, None, "the default: no ssl.ca.location")
        return verified(verifies, "librdkafka verifies with the system's roots", store)
    store = StoreRead(Place.FILE, path, "ssl.ca.location")
    return verified_by_file(
        circumstances, verifies, "librdkafka verifies with ssl.ca.location alone", store
    )


def zookeeper_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What ZooKeeper does; without a type, only .jks, .pem and .p12 are known."""
    given = circumstances.parameter("location")
    if given is None:
        return TlsBehaviour(Verifies.UNKNOWN, "there is no trustStore.location")
    kind = circumstances.value("type")
    extension = re.search(r"\.[^./\\]*\Z", given.value)
    name = kind or _ZOOKEEPER_TYPES.get(extension[0] if extension else "")
    verifies = Verifies.FULL
    if is_false(circumstances.value("hostnameVerification")):
        verifies = Verifies.CHAIN
    accepts = PEM_ONLY if name == "PEM" else JAVA_STORES
    store = StoreRead(
        Place.FILE, given.value, given.origin or given.key, accepts, circumstances.value("password")
    )
    if name is None:
        return broken(
            "Unable to auto-detect store file type from file name: trustStore.type is missing",
            store,
            verifies=verifies,
        )
    return verified_by_file(
        circumstances, verifies, "ZooKeeper verifies with its trustStore", store
    )


def pgbouncer_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What pgbouncer does towards the server."""
    mode = circumstances.value("server_tls_sslmode") or "prefer"
    ca = circumstances.value("server_tls_ca_file")
    said = f"server_tls_sslmode={mode}"
    if mode == "disable":
        return plaintext(f"{said} uses no TLS")
    if mode not in {"verify-ca", "verify-full"}:
        if mode not in {"allow", "prefer", "require"}:
            return broken(f"pgbouncer knows no {said}")
        unread = ", and does not use server_tls_ca_file" if ca else ""
        return unverified(f"{said} never verifies{unread}")
    verifies = Verifies.FULL if mode == "verify-full" else Verifies.CHAIN
    if not ca:
        store = StoreRead(Place.LIBUSUAL, None, "no server_tls_ca_file: a path fixed at build time")
        return verified(
            verifies, f"{said} verifies with the bundle that pgbouncer is built for", store
        )
    store = StoreRead(Place.FILE, ca, "server_tls_ca_file")
    return verified_by_file(
        circumstances, verifies, f"{said} verifies with server_tls_ca_file", store
    )


def odyssey_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Odyssey does towards a storage: every mode verifies the chain, none the name.

    machinarium asks for the result of the verification whatever the mode is.
    """
    mode = circumstances.value("tls") or "disable"
    ca = circumstances.value("tls_ca_file")
    if mode == "disable":
        return plaintext("without tls Odyssey uses no TLS")
    if mode not in {"allow", "prefer", "require", "verify_ca", "verify_full"}:
        return broken(f'Odyssey knows no tls "{mode}"')
    said = f'tls "{mode}" verifies the chain alone in Odyssey'
    if not ca:
        return broken(f"{said}, and without tls_ca_file it trusts nobody", verifies=Verifies.CHAIN)
    store = StoreRead(Place.FILE, ca, "tls_ca_file")
    if not circumstances.exists(ca):
        return broken(f"{ca} does not exist", store, verifies=Verifies.CHAIN)
    return verified(Verifies.CHAIN, said, store)


def pgcat_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What PgCat does towards its servers: webpki's roots, if it verifies at all."""
    if not is_true(circumstances.value("server_tls")):
        return plaintext("without server_tls PgCat uses no TLS")
    if not is_true(circumstances.value("verify_server_certificate")):
        return unverified("without verify_server_certificate PgCat accepts anybody")
    store = StoreRead(Place.WEBPKI, None, "built into PgCat")
    return verified(Verifies.FULL, "verify_server_certificate verifies with webpki's roots", store)


def r2dbc_postgresql_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What r2dbc-postgresql does; without sslRootCert it verifies with the JVM's store."""
    given = circumstances.parameter("sslMode") or circumstances.parameter("sslmode")
    word = folded(given.value).replace("-", "") if given else ""
    if not given:
        word = "verifyfull" if is_true(circumstances.value("ssl")) else "disable"
    said = f"sslMode={given.value}" if given else "ssl=true, which is VERIFY_FULL," if (
        word == "verifyfull"
    ) else "the default sslMode=DISABLE"  # fmt: skip
    if word == "disable":
        return plaintext(f"{said} uses no TLS")
    if word in {"allow", "prefer", "require", "tunnel"}:
        return unverified(f"{said} never verifies")
    if word not in {"verifyca", "verifyfull"}:
        return broken(f"r2dbc-postgresql knows no {said}")
    verifies = Verifies.FULL if word == "verifyfull" else Verifies.CHAIN
    root = circumstances.parameter("sslRootCert")
    if root is None or not root.value:
        return jvm_behaviour(
            circumstances, f"{said} without sslRootCert verifies with the JVM's store", verifies
        )
    store = StoreRead(Place.FILE, root.value, "sslRootCert")
    if not root.value.startswith("classpath:") and not circumstances.exists(root.value):
        return broken(f"{root.value} does not exist", store, verifies=verifies)
    return verified(verifies, f"{said} verifies with sslRootCert alone", store)


def own_store_rule(circumstances: Circumstances) -> TlsBehaviour:
    """A client that verifies with the store of its settings, or else with its default store.

    The reader of the configuration gives `store`, `password`, `type`, `verify` and `name`.
    """
    given = circumstances.parameter("store")
    name = circumstances.value("name")
    verifies = Verifies.CHAIN if is_false(name) else Verifies.FULL
    if is_false(circumstances.value("verify")):
        return unverified("the verification is switched off")
    if given is None:
        return jvm_behaviour(
            circumstances, "without a store of its own it verifies with the JVM's", verifies
        )
    kind = (circumstances.value("type") or "").upper()
    is_pem = kind == "PEM" or (not kind and re.search(r"(?i)\.(pem|crt|cer)\Z", given.value))
    accepts = PEM_ONLY if is_pem else JAVA_STORES
    secret = circumstances.value("password")
    if "-----BEGIN" in given.value:
        inline = StoreRead(Place.INLINE, None, given.origin or given.key, text=given.value)
        return verified(verifies, "it verifies with the certificates in the configuration", inline)
    store = StoreRead(Place.FILE, given.value, given.origin or given.key, accepts, secret)
    if not given.value.startswith(("classpath:", "Secret ")) and not circumstances.exists(
        given.value
    ):
        return broken(f"{given.value} does not exist", store, verifies=verifies)
    return verified(verifies, f"it verifies with {given.origin or given.key}", store)


def postgrex_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Postgrex of Elixir does; how Erlang verifies is not modelled."""
    verify = (circumstances.value("verify") or "").lstrip(":")
    ca = circumstances.parameter("cacertfile")
    stores = () if ca is None else (StoreRead(Place.FILE, ca.value, "cacertfile"),)
    if is_false(circumstances.value("ssl")):
        return plaintext("ssl: false uses no TLS")
    if verify == "verify_none":
        return unverified("verify: :verify_none accepts anybody")
    if verify == "verify_peer":
        why = "verify: :verify_peer verifies, by rules of Erlang that are not modelled"
        return TlsBehaviour(Verifies.UNKNOWN, why, stores)
    if circumstances.parameter("ssl") is None:
        return plaintext("without ssl Postgrex uses no TLS")
    why = "whether ssl without verify verifies depends on the versions of Postgrex and Erlang"
    return TlsBehaviour(Verifies.UNKNOWN, why, stores)


def kibana_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Kibana does: verificationMode decides, and its CA files replace Node's roots."""
    mode = (circumstances.value("verificationMode") or "full").lower()
    if mode == "none":
        return unverified("verificationMode: none accepts anybody")
    verifies = Verifies.CHAIN if mode == "certificate" else Verifies.FULL
    given = circumstances.parameter("store")
    if given is None:
        roots = StoreRead(Place.NODE, None, "the default: no certificateAuthorities")
        return verified(verifies, f"verificationMode={mode} verifies with Node's roots", roots)
    store = StoreRead(Place.FILE, given.value, given.origin)
    return verified_by_file(
        circumstances, verifies, f"verificationMode={mode} verifies with this file alone", store
    )


def vertx_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What the reactive clients of Quarkus and Vert.x do."""
    if is_true(circumstances.value("trust-all")):
        return unverified("trust-all accepts anybody")
    mode = circumstances.value("ssl-mode") or circumstances.value("sslmode")
    certs: Setting | None = circumstances.parameter("certs")
    if mode in {None, "disable"}:
        return plaintext("without reactive.postgresql.ssl-mode no TLS is used")
    if mode not in {"verify-ca", "verify-full"}:
        return unverified(f"ssl-mode={mode} does not verify")
    verifies = Verifies.FULL if mode == "verify-full" else Verifies.CHAIN
    if certs is None:
        return broken(f"ssl-mode={mode} needs trust options", verifies=verifies)
    store = StoreRead(Place.FILE, certs.value, certs.key)
    return verified_by_file(
        circumstances, verifies, f"ssl-mode={mode} verifies with {certs.key}", store
    )
