"""The drivers of SQL Server: mssql-jdbc, SqlClient of .NET, and Microsoft's ODBC driver.

Sources: IOBuffer, SQLServerConnection and SQLServerDriver of mssql-jdbc; sql-docs,
encryption-and-certificate-validation.md. Measured with mssql-jdbc 10.2.1 and pymssql 2.4 (FreeTDS),
against a server that speaks TDS up to the login.
"""

from dataclasses import replace
from typing import Final

from unpin.connections.jvm import jvm_behaviour
from unpin.connections.model import (
    CERTIFICATE_FILE,
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
    unverified,
    verified,
)

_FORCED: Final = "where the server forces encryption, it is verified as with encrypt=true"


def mssql_jdbc_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What mssql-jdbc does; serverCertificate counts only with encrypt=strict."""
    encrypt = (circumstances.value("encrypt", fold=True) or "true").lower()
    pinned = circumstances.value("serverCertificate", fold=True)
    strict = encrypt == "strict"
    trusts = is_true(circumstances.value("trustServerCertificate", fold=True))
    note = ""
    if pinned and not strict:
        note = "serverCertificate is ignored unless encrypt=strict"
    if circumstances.before(10, 1) and circumstances.value("encrypt", fold=True) is None:
        encrypt = "false"
    if circumstances.before(11, 2) and encrypt not in {"true", "false"}:
        return broken(f"mssql-jdbc before 11.2 knows no encrypt={encrypt}")
    said = f"encrypt={encrypt}"
    if encrypt in {"false", "optional", "no"}:
        if not _is_azure(circumstances):
            return plaintext(f"{said} encrypts no more than the login").noting(note, _FORCED)
        said += ", but Azure forces encryption, and mssql-jdbc then verifies:"
    if strict and pinned:
        return _exact(circumstances, pinned, "serverCertificate")
    if trusts and not strict:
        return unverified("trustServerCertificate=true trusts anybody").noting(note)
    path = circumstances.value("trustStore", fold=True)
    if not path:
        return jvm_behaviour(
            circumstances, f"{said} without trustStore verifies with the JVM's store"
        ).noting(note)
    secret = circumstances.value("trustStorePassword", fold=True)
    store = StoreRead(Place.FILE, path, "trustStore of the URL", JAVA_STORES, secret)
    if not circumstances.exists(path):
        return broken(
            f"{path} does not exist: mssql-jdbc takes an empty store, not cacerts", store,
            verifies=Verifies.FULL,
        ).noting(note)  # fmt: skip
    return verified(Verifies.FULL, f"{said} verifies with trustStore", store).noting(note)


def _exact(circumstances: Circumstances, path: str, key: str) -> TlsBehaviour:
    """The server must send this very certificate."""
    store = StoreRead(Place.FILE, path, f"{key}: an exact match", CERTIFICATE_FILE)
    if not circumstances.exists(path):
        return broken(f"{path} does not exist", store, verifies=Verifies.EXACT)
    return verified(
        Verifies.EXACT,
        f"{key} pins the server certificate itself: it breaks at each renewal",
        store,
    )


def old_sqlclient_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What System.Data.SqlClient does: Encrypt is off by default, and then nothing is verified."""
    return sqlclient_rule(replace(circumstances, version=(1,)))


def sqlclient_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Microsoft.Data.SqlClient does; Azure SQL forces encryption, and then it verifies."""
    given = (circumstances.value("Encrypt", fold=True) or "").lower()
    old = circumstances.before(2)
    default = "false" if circumstances.before(4) else "true"
    encrypt = {"yes": "true", "no": "false", "mandatory": "true", "optional": "false"}.get(
        given, given or default
    )
    strict = encrypt == "strict"
    pinned = circumstances.value("Server Certificate", fold=True)
    trusts = is_true(circumstances.value("Trust Server Certificate", fold=True))
    if pinned and (strict or encrypt == "true") and not (trusts and not strict):
        return _exact(circumstances, pinned, "ServerCertificate")
    if trusts and not strict:
        return unverified("TrustServerCertificate=True trusts anybody")
    if encrypt == "false":
        forced = _is_azure(circumstances)
        if old or not forced:
            return (
                unverified("Encrypt=False is never verified, even where the server encrypts")
                if (old)
                else plaintext("Encrypt=False: encrypted only where the server forces it")
            )
        why = (
            "Encrypt=False, but Azure forces encryption, and SqlClient 2.0 and later then verifies"
        )
    else:
        why = f"Encrypt={encrypt} verifies with the store of the system"
    return verified(Verifies.FULL, why, StoreRead(Place.OS, None, "the store of the system"))


def _is_azure(circumstances: Circumstances) -> bool:
    host = (circumstances.connection.host or "").lower()
    return host.endswith((".database.windows.net", ".database.chinacloudapi.cn",
                          ".database.usgovcloudapi.net"))  # fmt: skip


def pymssql_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What pymssql, on FreeTDS, does: it encrypts, and verifies nothing."""
    word = circumstances.value("encryption")
    note = 'a "ca file" in freetds.conf would have it verify'
    if word == "off" and not _is_azure(circumstances):
        return plaintext("encryption=off uses no TLS where the server does not force it")
    said = f"encryption={word}" if word else "the default encryption"
    return unverified(f"{said} verifies nothing in pymssql").noting(note)


def odbc_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Microsoft's ODBC Driver 17 and 18 for SQL Server does."""
    driver = (circumstances.value("Driver", fold=True) or "").lower()
    old = "17" in driver or "13" in driver or circumstances.before(18)
    given = (circumstances.value("Encrypt", fold=True) or ("no" if old else "yes")).lower()
    if is_true(circumstances.value("TrustServerCertificate", fold=True)) and given != "strict":
        return unverified("TrustServerCertificate=yes trusts anybody")
    pinned = circumstances.value("ServerCertificate", fold=True)
    if pinned:
        return _exact(circumstances, pinned, "ServerCertificate")
    if is_false(given) or given == "optional":
        return unverified(
            f"Encrypt={given}: where the server forces encryption, its certificate is not verified"
        )
    system = StoreRead(Place.OS, None, "the store of the system")
    return verified(Verifies.FULL, f"Encrypt={given} verifies with the store of the system", system)
