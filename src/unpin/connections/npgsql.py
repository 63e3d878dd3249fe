"""Npgsql, the driver of PostgreSQL for .NET.

Sources: NpgsqlConnector.cs and NpgsqlConnectionStringBuilder.cs, versions 5 to 10; npgsql#4315,
npgsql#6100.
"""

from typing import Final

from unpin.configurations.model import Form
from unpin.connections.model import (
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    is_true,
    plaintext,
    unverified,
    verified,
)

_MODES: Final = {
    "disable": "Disable", "allow": "Allow", "prefer": "Prefer", "require": "Require",
    "verifyca": "VerifyCA", "verifyfull": "VerifyFull",
}  # fmt: skip
_AFTER: Final = "PGSSLROOTCERT, ~/.postgresql/root.crt and the system's store"
_ROOTS: Final = frozenset({"PEM", "DER", "PKCS12"})


def npgsql_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Npgsql does."""
    if circumstances.connection.form is Form.URI:
        return broken("Npgsql takes no URI: it wants Host=...;Database=...")
    given = circumstances.value("SSL Mode", fold=True)
    mode = _MODES.get((given or "").strip().lower())
    if given is not None and mode is None:
        return broken(f"Npgsql knows no SSL Mode {given!r}: it is written VerifyFull, no hyphen")
    trust = is_true(circumstances.value("Trust Server Certificate", fold=True))
    old = circumstances.before(6)
    mode = mode or ("Disable" if old else "Prefer")
    origin = "the default" if given is None else "connection string"
    said = f"SSL Mode={mode} ({origin})"
    if mode == "Disable":
        return plaintext(f"{said} uses no TLS")
    if mode in {"VerifyCA", "VerifyFull"}:
        return _verifying(circumstances, mode, said)
    if old:
        return _before_6(said, trusts_all=trust)
    if mode == "Require" and circumstances.before(8) and not trust:
        return broken(f"{said} needs Trust Server Certificate=true in Npgsql 6 and 7")
    does_nothing = "Trust Server Certificate does nothing since Npgsql 8" if trust else ""
    before = "" if circumstances.version else "before Npgsql 6, Require verified"
    return unverified(f"{said} never verifies").noting(
        does_nothing, before if mode == "Require" and not trust else ""
    )


def _before_6(said: str, *, trusts_all: bool) -> TlsBehaviour:
    if trusts_all:
        return unverified(f"{said} with Trust Server Certificate=true trusts anybody")
    store = StoreRead(Place.OS, None, "the store of the system")
    return verified(Verifies.FULL, f"{said} verifies in Npgsql before 6", store)


def _verifying(circumstances: Circumstances, mode: str, said: str) -> TlsBehaviour:
    """Root Certificate, PGSSLROOTCERT, root.crt of the home folder, else the store of the OS."""
    verifies = Verifies.FULL if mode == "VerifyFull" else Verifies.CHAIN
    given = circumstances.value("Root Certificate", fold=True)
    variable = circumstances.variable("PGSSLROOTCERT")
    home = circumstances.home_root
    if given:
        store = StoreRead(
            Place.FILE, given, f"Root Certificate of the connection string, before {_AFTER}", _ROOTS
        )
    elif variable is not None:
        rule = "PGSSLROOTCERT, since there is no Root Certificate"
        store = StoreRead(Place.FILE, variable, rule, _ROOTS)
    elif circumstances.exists(home):
        rule = "root.crt of the home folder, since there is no Root Certificate or PGSSLROOTCERT"
        store = StoreRead(Place.FILE, home, rule, _ROOTS)
    else:
        rule = "the store of the system: no Root Certificate, PGSSLROOTCERT or root.crt"
        return verified(
            verifies, f"{said} verifies with the store of the system",
            StoreRead(Place.OS, None, rule),
        )  # fmt: skip
    if store.path is not None and not circumstances.exists(store.path):
        return broken(f"{said}: {store.path} does not exist", store, verifies=verifies)
    if circumstances.before(10):
        system = StoreRead(Place.OS, None, "asked first before Npgsql 10")
        why = f"{said} verifies with the store of the system, then with the file (before Npgsql 10)"
        return verified(verifies, why, system, store)
    note = (
        "" if circumstances.version else "before Npgsql 10, the store of the system counts as well"
    )
    return verified(verifies, f"{said} verifies with that file alone (Npgsql 10)", store).noting(
        note
    )
