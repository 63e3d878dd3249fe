"""The JDBC drivers of MySQL and MariaDB: Connector/J, and MariaDB Connector/J.

Sources: DefaultPropertySet and ExportControlled of mysql-connector-j; SslMode, Configuration and
DefaultTlsSocketPlugin of mariadb-connector-j. Measured with Connector/J 8.0.33 and MariaDB
Connector/J 2.7.6 and 3.5.8 on Java 17, against MariaDB 10.11.
"""

import re
from typing import Final

from unpin.configurations.model import Form, Setting, folded
from unpin.connections.jvm import jvm_behaviour
from unpin.connections.model import (
    JAVA_STORES,
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    is_false,
    is_true,
    plaintext,
    plus_decoded,
    unverified,
    verified,
)

_URL: Final = re.compile(r"(?:file|https?|classpath|jar):")
_MODES: Final = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")
_KEYS: Final = frozenset(
    {"sslMode", "useSSL", "requireSSL", "verifyServerCertificate", "trustCertificateKeyStoreUrl",
     "trustCertificateKeyStorePassword", "fallbackToSystemTrustStore"}
)  # fmt: skip
_FOLDED_KEYS: Final = frozenset(folded(key) for key in _KEYS)
_OF_OTHERS: Final = frozenset(
    {"serversslcert", "truststore", "sslrootcert", "sslca", "trustservercertificate"}
)


def mysql_connector_j_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Connector/J does; its legacy keys count only without sslMode."""
    ignored = [
        each.key for each in circumstances.connection.parameters
        if folded(each.key) in _OF_OTHERS
    ]  # fmt: skip
    if circumstances.connection.form is not Form.BEAN:
        ignored += [
            each.key for each in circumstances.connection.parameters
            if each.key not in _KEYS and folded(each.key) in _FOLDED_KEYS
        ]  # fmt: skip
    note = f"Connector/J does not know, and ignores: {', '.join(ignored)}" if ignored else ""
    return _connector_j(circumstances).noting(note)


def _connector_j(circumstances: Circumstances) -> TlsBehaviour:
    mode, said = _mode(circumstances)
    if mode not in _MODES:
        return broken(f"Connector/J knows no sslMode {mode!r}")
    if mode == "DISABLED":
        return plaintext(f"{said} uses no TLS")
    if mode in {"PREFERRED", "REQUIRED"}:
        return unverified(f"{said} never verifies")
    verifies = Verifies.FULL if mode == "VERIFY_IDENTITY" else Verifies.CHAIN
    given = _parameter(circumstances, "trustCertificateKeyStoreUrl")
    if given is None or not given.value:
        if is_false(_value(circumstances, "fallbackToSystemTrustStore")):
            return broken(
                f"{said}: no X.509 Trust Manager was found, since fallbackToSystemTrustStore=false",
                verifies=verifies,
            )
        return jvm_behaviour(
            circumstances, f"{said} without a store of its own verifies with the JVM's store",
            verifies,
        )  # fmt: skip
    url = plus_decoded(given)
    password = _value(circumstances, "trustCertificateKeyStorePassword")
    path = re.sub(r"^file:(?://(?=/))?", "", url)
    store = StoreRead(Place.FILE, path, "trustCertificateKeyStoreUrl", JAVA_STORES, password)
    if not _URL.match(url):
        return broken(
            f"{said}: {url} does not appear to be a valid URL: write file:{url}", store,
            verifies=verifies,
        )  # fmt: skip
    if not url.startswith(("http", "classpath", "jar")) and not circumstances.exists(path):
        return broken(f"{said}: cannot open {url}", store, verifies=verifies)
    return verified(verifies, f"{said} verifies with trustCertificateKeyStoreUrl", store)


def _mode(circumstances: Circumstances) -> tuple[str, str]:
    given = _parameter(circumstances, "sslMode")
    if given is not None and given.value:
        mode = given.value.upper()
        return mode, f"sslMode={mode}"
    use = _value(circumstances, "useSSL")
    if is_false(use):
        return "DISABLED", "useSSL=false"
    checks = is_true(_value(circumstances, "verifyServerCertificate"))
    if is_true(use) or use == "" or checks:
        if checks:
            return "VERIFY_CA", "verifyServerCertificate=true, which is VERIFY_CA,"
        if is_true(_value(circumstances, "requireSSL")):
            return "REQUIRED", "useSSL with requireSSL, which is REQUIRED,"
        return "PREFERRED", "useSSL=true alone, which is PREFERRED,"
    return "PREFERRED", "the default PREFERRED"


def _parameter(circumstances: Circumstances, name: str) -> Setting | None:
    """The parameter of this name: in a URL its case counts (measured), in a bean it does not."""
    return circumstances.parameter(name, fold=circumstances.connection.form is Form.BEAN)


def _value(circumstances: Circumstances, name: str) -> str | None:
    found = _parameter(circumstances, name)
    return None if found is None else found.value


_MARIADB: Final = {
    "disable": "disable", "disabled": "disable", "trust": "trust", "required": "trust",
    "verifyca": "verify-ca", "verifyfull": "verify-full", "verifyidentity": "verify-full",
}  # fmt: skip


def mariadb_connector_j_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What MariaDB Connector/J 3 does; without sslMode it uses no TLS."""
    title = circumstances.connection.title
    if title.startswith("jdbc:mysql:") and circumstances.parameter("permitMysqlScheme") is None:
        return broken("MariaDB Connector/J 3 takes jdbc:mysql: only with permitMysqlScheme")
    mode, said = _mariadb_mode(circumstances)
    if mode is None:
        return broken(f"MariaDB Connector/J knows no {said}")
    if mode == "disable":
        return plaintext(f"{said} uses no TLS")
    if mode == "trust":
        return unverified(f"{said} trusts anybody")
    verifies = Verifies.FULL if mode == "verify-full" else Verifies.CHAIN
    store = _given(circumstances, "trustStore", "trustCertificateKeyStoreUrl")
    pem = _given(circumstances, "serverSslCert")
    if store is not None and store.value:
        path = _path(store)
        password = _said(circumstances, "trustStorePassword", "trustCertificateKeyStorePassword")
        read = StoreRead(Place.FILE, path, "trustStore", JAVA_STORES, password)
        beaten = "trustStore beats serverSslCert" if pem is not None else ""
        if not circumstances.exists(path):
            return broken(f"{said}: {path} does not exist", read, verifies=verifies)
        return verified(verifies, f"{said} verifies with trustStore", read).noting(beaten)
    if pem is not None and pem.value:
        return _with_certificates(circumstances, pem, verifies, said)
    if is_false(_said(circumstances, "fallbackToSystemTrustStore")):
        return broken(f"{said} has no store: fallbackToSystemTrustStore=false", verifies=verifies)
    return jvm_behaviour(circumstances, f"{said} verifies with the JVM's store", verifies)


def _with_certificates(
    circumstances: Circumstances, pem: Setting, verifies: Verifies, said: str
) -> TlsBehaviour:
    """serverSslCert: a path, a URL or the PEM itself; all its certificates are anchors."""
    value = plus_decoded(pem)
    if value.startswith("-----BEGIN"):
        inline = StoreRead(Place.INLINE, None, "serverSslCert", text=value)
        return verified(verifies, f"{said} verifies with serverSslCert", inline)
    if value.startswith("classpath:") and not circumstances.before(3):
        return broken(f"{said}: {value} is not found: classpath: was understood up to 2.x only")
    path = _path(pem)
    read = StoreRead(Place.FILE, path, "serverSslCert")
    if not value.startswith("classpath:") and not circumstances.exists(path):
        return broken(f"{said}: {path} does not exist", read, verifies=verifies)
    return verified(verifies, f"{said} verifies with serverSslCert", read)


def _path(setting: Setting) -> str:
    return re.sub(r"^file:(?://(?=/))?", "", plus_decoded(setting))


def _given(circumstances: Circumstances, *names: str) -> Setting | None:
    """The parameter of one of these names, whose case counts in a URL (measured)."""
    return circumstances.parameter(*names, fold=circumstances.connection.form is Form.BEAN)


def _said(circumstances: Circumstances, *names: str) -> str | None:
    found = _given(circumstances, *names)
    return None if found is None else found.value


def _mariadb_mode(circumstances: Circumstances) -> tuple[str | None, str]:
    given = _said(circumstances, "sslMode", "sslmode")
    if given and not circumstances.before(3):
        return _MARIADB.get(folded(given)), f"sslMode={given}"
    use = _said(circumstances, "useSsl", "useSSL")
    if use is None or is_false(use):
        return "disable", "the default sslMode=disable" if use is None else "useSsl=false"
    if is_true(_said(circumstances, "trustServerCertificate")):
        return "trust", "useSsl with trustServerCertificate"
    if is_true(_said(circumstances, "disableSslHostnameVerification")):
        return "verify-ca", "useSsl with disableSslHostnameVerification, which is verify-ca,"
    return "verify-full", "useSsl, which is verify-full,"
