"""Clients of MySQL of no language, and of PHP: mysql, MariaDB's, ODBC.

Sources: sslopt-vars.h of MySQL; mysqlnd_vio.c of PHP; measured with MariaDB's command line (10.11).
"""

from typing import Final

from unpin.connections.model import (
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

_VERIFYING: Final = {"verifyca": Verifies.CHAIN, "verifyidentity": Verifies.FULL,
                     "verifyfull": Verifies.FULL}  # fmt: skip


def _unread(defaults: str) -> TlsBehaviour:
    """What is known where a file with the settings is named, which unpin does not read."""
    return TlsBehaviour(
        Verifies.UNKNOWN, f"{defaults} may set ssl-mode and ssl-ca, and was not read"
    )


def mysql_cli_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Oracle's mysql 5.7 and 8, mysqldump and libmysqlclient do."""
    given = circumstances.value("ssl-mode", fold=True)
    ca = circumstances.value("ssl-ca", fold=True)
    mode = (given or "PREFERRED").upper()
    said = f"--ssl-mode={mode}" if given else "the default --ssl-mode=PREFERRED"
    if given is None and ca:
        mode, said = "VERIFY_CA", "--ssl-ca without --ssl-mode, which is VERIFY_CA,"
    verifies = _VERIFYING.get(mode.lower().replace("_", ""))
    defaults = circumstances.value("defaults-file")
    if defaults is not None and given is None and not ca:
        return _unread(defaults)
    if mode == "DISABLED":
        return plaintext(f"{said} uses no TLS")
    if verifies is None:
        unread = f"; the file {ca} is not loaded below VERIFY_CA" if ca else ""
        return unverified(f"{said} verifies nothing{unread}")
    if not ca:
        return broken(f"{said} needs --ssl-ca", verifies=verifies)
    store = StoreRead(Place.FILE, ca, "--ssl-ca")
    return verified_by_file(
        circumstances, verifies, f"{said} verifies with --ssl-ca", store, before=f"{said}: "
    )


def mariadb_cli_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What MariaDB's client does: --ssl-ca alone verifies the chain."""
    ca = circumstances.value("ssl-ca", fold=True)
    name = circumstances.parameter("ssl-verify-server-cert", fold=True)
    checks = name is not None and not is_false(name.value)
    if is_false(circumstances.value("ssl", fold=True)):
        return plaintext("--skip-ssl uses no TLS")
    if not ca:
        if checks:
            system = StoreRead(Place.OS, None, "no --ssl-ca")
            return verified(Verifies.FULL, "--ssl-verify-server-cert verifies", system)
        return unverified("without --ssl-ca and --ssl-verify-server-cert nothing is verified")
    store = StoreRead(Place.FILE, ca, "--ssl-ca")
    verifies = Verifies.FULL if checks else Verifies.CHAIN
    if not circumstances.exists(ca):
        return broken(f"{ca} does not exist", store, verifies=verifies)
    return verified(verifies, "--ssl-ca alone verifies the chain in MariaDB's client", store)


def mysqlnd_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What PHP's mysqli and PDO do: any ssl option switches verification on."""
    ca = circumstances.parameter("ca")
    off = circumstances.value("verify_server_cert")
    if circumstances.parameter("quoted_verify") is not None and ca is not None:
        return TlsBehaviour(
            Verifies.UNKNOWN,
            "verification is meant to be off, but the string 'false' is true in PHP: the"
            " application decides",
            (StoreRead(Place.FILE, ca.value, ca.origin),),
            seems_off=True,
        )
    if is_false(off):
        return unverified("the verification of the server certificate is switched off")
    if circumstances.parameter("filtered") is not None and ca is not None and ca.value[:1] == "$":
        return unverified(
            f"{ca.value[1:]} is not set here, and array_filter drops it: no ssl option is left"
        ).noting(f"where {ca.value[1:]} is set, its file is verified with")
    if ca is None:
        if circumstances.parameter("ssl") is not None:
            return unverified("TLS without an ssl option is not verified in mysqlnd")
        return plaintext("without an ssl option mysqlnd uses no TLS")
    if not ca.value or ca.value.startswith("$"):
        store = (StoreRead(Place.FILE, ca.value, ca.origin),) if ca.value else ()
        return TlsBehaviour(
            Verifies.UNKNOWN, "the variable of the CA file is not in the configuration", store
        )
    file = StoreRead(Place.FILE, ca.value, ca.origin or "the CA option")
    return verified_by_file(
        circumstances, Verifies.FULL, "a CA option switches verification on in mysqlnd", file
    )


def mysql_odbc_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What MySQL's ODBC driver does: the rules of libmysqlclient under its own keys."""
    given = circumstances.value("SSLMODE", "SSL Mode", fold=True)
    ca = circumstances.value("SSLCA", "SSL CA", fold=True)
    mode = (given or "PREFERRED").upper().replace("-", "_")
    said = f"SSLMODE={mode}"
    verifies = _VERIFYING.get(mode.lower().replace("_", ""))
    defaults = circumstances.value("defaults-file")
    if defaults is not None and given is None and not ca:
        return _unread(defaults)
    if mode == "DISABLED":
        return plaintext(f"{said} uses no TLS")
    if verifies is None:
        if is_true(circumstances.value("SSLVERIFY", fold=True)):
            verifies = Verifies.CHAIN
        else:
            return unverified(f"{said} verifies nothing")
    if not ca:
        return broken(f"{said} needs SSLCA", verifies=verifies)
    store = StoreRead(Place.FILE, ca, "SSLCA")
    return verified_by_file(circumstances, verifies, f"{said} verifies with SSLCA", store)
