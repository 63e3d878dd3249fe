"""The drivers of SQL Server: mssql-jdbc, SqlClient of .NET, ODBC, pymssql and go-mssqldb.

Sources: IOBuffer, SQLServerConnection and SQLServerDriver of mssql-jdbc; go-mssqldb's pages;
sql-docs, encryption-and-certificate-validation.md. Measured with mssql-jdbc 10.2.1, pymssql 2.4
(FreeTDS), System.Data.SqlClient 4.8.5, Microsoft.Data.SqlClient 5.2.2, 6.0.2 and 7.0.3 and the ODBC
driver 18.6, all on Linux, against a server that speaks TDS up to the login.
"""

from dataclasses import replace
from typing import Final

from unpin.connections.jvm import jvm_behaviour
from unpin.connections.model import (
    CERTIFICATE_FILE,
    JAVA_STORES,
    SYSTEM_STORE,
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

_BOOLEANS: Final = {"true": True, "yes": True, "false": False, "no": False}
"""The words that SqlClient takes for a boolean."""

_VOUCHED: Final = (
    "a certificate that the store of the system vouches for, with the right name, will do as well"
)
_PIN_IGNORED: Final = "serverCertificate is ignored unless encrypt=strict"
_FORCED: Final = "where the server forces encryption, it is verified as with encrypt=true"


def mssql_jdbc_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What mssql-jdbc does; serverCertificate counts only with encrypt=strict."""
    encrypt = (circumstances.value("encrypt", fold=True) or "true").lower()
    pinned = circumstances.value("serverCertificate", fold=True)
    strict = encrypt == "strict"
    trusts = is_true(circumstances.value("trustServerCertificate", fold=True))
    note = ""
    if pinned and not strict:
        note = _PIN_IGNORED
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
    manager = circumstances.value("trustManagerClass", fold=True)
    if manager:
        return TlsBehaviour(Verifies.UNKNOWN, f"trustManagerClass={manager} decides").noting(note)
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
    return verified_by_file(
        circumstances,
        Verifies.EXACT,
        f"{key} pins the server certificate itself: it breaks at each renewal",
        store,
    )


def old_sqlclient_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What System.Data.SqlClient does: Encrypt is off by default, and then nothing is verified."""
    trust = circumstances.parameter("TrustServerCertificate", fold=True)
    later = circumstances.parameter("ServerCertificate", "HostNameInCertificate", fold=True)
    if trust is not None and trust.key.strip().lower() != "trustservercertificate":
        later = trust
    if later is not None:
        return broken(f"System.Data.SqlClient knows no {later.key}")
    return _sqlclient(replace(circumstances, version=(1,)), "System.Data.SqlClient")


def sqlclient_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Microsoft.Data.SqlClient does; Azure SQL forces encryption, and then it verifies."""
    for key, since in (("HostNameInCertificate", (5,)), ("ServerCertificate", (5, 1))):
        if circumstances.before(*since) and circumstances.parameter(key, fold=True) is not None:
            return broken(f"SqlClient before {'.'.join(map(str, since))} knows no {key}")
    which = " before 5" if circumstances.before(5) else ""
    return _sqlclient(circumstances, f"SqlClient{which}")


def _sqlclient(circumstances: Circumstances, who: str) -> TlsBehaviour:
    given = (circumstances.value("Encrypt", fold=True) or "").strip().lower()
    word = given or ("false" if circumstances.before(4) else "true")
    later = {} if circumstances.before(5) else {"mandatory": True, "optional": False}
    strict = word == "strict" and not circumstances.before(5)
    encrypts = True if strict else (_BOOLEANS | later).get(word)
    if encrypts is None:
        return broken(f"{who} knows no Encrypt={given}")
    trust = circumstances.parameter("TrustServerCertificate", fold=True)
    if trust is not None and trust.value.strip().lower() not in _BOOLEANS:
        return broken(f"{who} takes true and false for {trust.key}, not {trust.value!r}")
    if trust is not None and is_true(trust.value) and not strict:
        return unverified("TrustServerCertificate=True trusts anybody")
    if encrypts:
        return _sqlclient_verifying(
            circumstances, f"Encrypt={word} verifies with the store of the system"
        )
    if circumstances.before(2):
        return unverified("Encrypt=False is never verified, even where the server encrypts")
    if not _is_azure(circumstances):
        return plaintext("Encrypt=False: encrypted only where the server forces it").noting(_FORCED)
    return _sqlclient_verifying(
        circumstances,
        "Encrypt=False, but Azure forces encryption, and SqlClient 2.0 and later then verifies",
    )


def _sqlclient_verifying(circumstances: Circumstances, why: str) -> TlsBehaviour:
    """With the store of the system; ServerCertificate counts since 6, and alone since 7.

    On Windows, Microsoft says, it counts alone in all versions that have it.
    """
    behaviour = verified(Verifies.FULL, why, SYSTEM_STORE)
    pinned = circumstances.value("ServerCertificate", fold=True)
    on_linux = not circumstances.windows
    if not pinned or (on_linux and circumstances.before(6)):
        ignored = "ServerCertificate counts for nothing before SqlClient 6 on Linux"
        return behaviour.noting(_other_name(circumstances), ignored if pinned else "")
    if not (on_linux and circumstances.before(7)):
        known = circumstances.version or circumstances.windows
        note = "" if known else f"before SqlClient 7, {_VOUCHED}"
        return _exact(circumstances, pinned, "ServerCertificate").noting(note)
    if not circumstances.exists(pinned):
        return behaviour.noting(f"ServerCertificate: {pinned} does not exist, and matches nothing")
    return _exact(circumstances, pinned, "ServerCertificate").noting(_VOUCHED)


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


def go_mssqldb_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What go-mssqldb does: TrustServerCertificate is true by default, unless encrypt is given."""
    given = circumstances.value("encrypt", fold=True)
    mode = (given or "").strip().lower()
    if mode == "disable":
        return plaintext("encrypt=disable uses no TLS")
    trust = circumstances.value("TrustServerCertificate", fold=True)
    trusts = is_true(trust) or (trust is None and given is None)
    if trusts and mode != "strict":
        said = "TrustServerCertificate=true" if trust is not None else "without encrypt go-mssqldb"
        return unverified(f"{said} trusts anybody")
    file = circumstances.value("certificate", fold=True)
    pinned = circumstances.value("serverCertificate", fold=True)
    if circumstances.before(1, 9, 6):
        pinned = None
    if pinned and file:
        return broken("serverCertificate and certificate exclude each other")
    if pinned:
        return _exact(circumstances, pinned, "serverCertificate")
    said = f"encrypt={mode}" if mode else "TrustServerCertificate=false"
    name = circumstances.value("hostNameInCertificate", fold=True)
    note = f"the certificate has to be for {name}, not for the host" if name else ""
    if not file:
        return verified(
            Verifies.FULL, f"{said} verifies with the store of the system", SYSTEM_STORE
        ).noting(note)
    store = StoreRead(Place.FILE, file, "certificate")
    return verified_by_file(
        circumstances, Verifies.FULL, f"{said} verifies with certificate", store
    ).noting(note)


def odbc_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Microsoft's ODBC Driver 17 and 18 for SQL Server does."""
    driver = (circumstances.value("Driver", fold=True) or "").lower()
    old = "17" in driver or "13" in driver or circumstances.before(18)
    given = (circumstances.value("Encrypt", fold=True) or ("no" if old else "yes")).strip().lower()
    trust = (circumstances.value("TrustServerCertificate", fold=True) or "no").strip().lower()
    if not old:
        if given not in {"yes", "no", "mandatory", "optional", "strict"}:
            return broken(f"ODBC Driver 18 knows no Encrypt={given}: it is yes, no or strict")
        if trust not in {"yes", "no"}:
            return broken(f"TrustServerCertificate={trust}: ODBC Driver 18 takes yes and no alone")
    if is_true(trust) and given != "strict":
        return unverified("TrustServerCertificate=yes trusts anybody")
    pinned = circumstances.value("ServerCertificate", fold=True)
    if pinned and given == "strict":
        return _exact(circumstances, pinned, "ServerCertificate")
    ignored = _PIN_IGNORED if pinned else ""
    why = f"Encrypt={given} verifies with the store of the system"
    if is_false(given) or given == "optional":
        if old:
            return unverified(
                f"Encrypt={given}: where the server forces encryption, its certificate is not"
                " verified"
            ).noting(ignored)
        if not _is_azure(circumstances):
            return plaintext(f"Encrypt={given} encrypts no more than the login").noting(
                ignored, _FORCED
            )
        why = f"Encrypt={given}, but Azure forces encryption, and ODBC Driver 18 then verifies"
    return verified(Verifies.FULL, why, SYSTEM_STORE).noting(ignored, _other_name(circumstances))


def _other_name(circumstances: Circumstances) -> str:
    """A note on another name that the certificate may have; "" without."""
    name = circumstances.value("HostNameInCertificate", fold=True)
    return f"a certificate for {name} will do as well" if name else ""
