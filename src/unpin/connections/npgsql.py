"""Npgsql, the driver of PostgreSQL for .NET.

Measured with Npgsql 5.0.17, 8.0.6, 9.0.3 and 10.0.3 on .NET 9. Sources for 6 and 7:
NpgsqlConnector.cs and NpgsqlConnectionStringBuilder.cs; npgsql#4315, npgsql#6100.
"""

from typing import Final

from unpin.configurations.model import Form
from unpin.connections.model import (
    SYSTEM_STORE,
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

_MODES: Final = ("Disable", "Allow", "Prefer", "Require", "VerifyCA", "VerifyFull")
_MODES_BEFORE_6: Final = ("Disable", "Prefer", "Require")
_BELOW_REQUIRE: Final = frozenset({"Disable", "Allow", "Prefer"})
_AFTER: Final = "PGSSLROOTCERT, ~/.postgresql/root.crt and the system's store"
_ROOTS: Final = frozenset({"PEM", "PKCS12"})
_ROOTS_BEFORE_10: Final = _ROOTS | {"DER"}


def npgsql_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Npgsql does."""
    if circumstances.connection.form is Form.URI:
        return broken("Npgsql takes no URI: it wants Host=...;Database=...")
    trust = circumstances.value("Trust Server Certificate", fold=True) or "false"
    if trust.strip().lower() not in {"true", "false"}:
        return broken(f"Trust Server Certificate={trust!r}: Npgsql takes true and false alone")
    given = circumstances.value("SSL Mode", fold=True) or ""
    mode = _mode(circumstances, given)
    if mode is None and given.strip().isdecimal():
        return plaintext(f"SSL Mode={given} is the number of no mode: Npgsql then uses no TLS")
    if mode is None:
        which = "before 6 " if circumstances.before(6) else ""
        return broken(
            f"Npgsql {which}knows no SSL Mode {given!r}"
            + ("" if which else ": it is written VerifyFull, no hyphen")
        )
    said = f"SSL Mode={mode} ({'connection string' if given else 'the default'})"
    if refused := _refused_negotiation(circumstances, mode):
        return broken(refused)
    if mode == "Disable":
        return plaintext(f"{said} uses no TLS")
    if circumstances.before(6):
        return _before_6(circumstances, said, trusts_all=is_true(trust))
    if mode in {"VerifyCA", "VerifyFull"}:
        return _verifying(circumstances, mode, said)
    if mode == "Require" and circumstances.before(8) and not is_true(trust):
        return broken(f"{said} needs Trust Server Certificate=true in Npgsql 6 and 7")
    does_nothing = "Trust Server Certificate does nothing since Npgsql 8" if is_true(trust) else ""
    before = "" if circumstances.version else "before Npgsql 6, Require verified"
    return unverified(f"{said} never verifies").noting(
        does_nothing, before if mode == "Require" and not is_true(trust) else ""
    )


def _mode(circumstances: Circumstances, given: str) -> str | None:
    """The mode that a word or number names; None if Npgsql knows no such word."""
    modes = _MODES_BEFORE_6 if circumstances.before(6) else _MODES
    word = given.strip().lower()
    if not word:
        return "Disable" if circumstances.before(6) else "Prefer"
    if word.isdecimal():
        return modes[int(word)] if int(word) < len(modes) else None
    return next((mode for mode in modes if mode.lower() == word), None)


def _refused_negotiation(circumstances: Circumstances, mode: str) -> str:
    """Why Npgsql refuses SslNegotiation; "" if it does not."""
    key = circumstances.value("SslNegotiation", "SSL Negotiation", fold=True)
    if circumstances.before(9):
        return "Npgsql before 9 knows no SslNegotiation" if key is not None else ""
    word = key or circumstances.variable("PGSSLNEGOTIATION") or ""
    if word.strip().lower() == "direct" and mode in _BELOW_REQUIRE:
        return f"SslNegotiation=Direct needs SSL Mode=Require or more, not {mode}"
    return ""


def _before_6(circumstances: Circumstances, said: str, *, trusts_all: bool) -> TlsBehaviour:
    """A root file does not make a root, but its presence switches the check of the name off."""
    if trusts_all:
        return unverified(f"{said} with Trust Server Certificate=true trusts anybody")
    file = _root_file(circumstances)
    if file is None:
        return verified(Verifies.FULL, f"{said} verifies in Npgsql before 6", SYSTEM_STORE)
    if not _is_there(circumstances, file):
        return _lacking(said, file, Verifies.CHAIN)
    return verified(
        Verifies.CHAIN,
        f"{said} verifies with the store of the system, and with a root file not the name,"
        " in Npgsql before 6",
        SYSTEM_STORE,
    ).noting(f"{file.path} is no root to Npgsql before 6: it only helps to build the chain")


def _root_file(circumstances: Circumstances) -> StoreRead | None:
    """Root Certificate, PGSSLROOTCERT, root.crt of the home folder; None without any."""
    accepts = _ROOTS_BEFORE_10 if circumstances.before(10) else _ROOTS
    given = circumstances.value("Root Certificate", fold=True)
    if given:
        rule = f"Root Certificate of the connection string, before {_AFTER}"
        return StoreRead(Place.FILE, given, rule, accepts)
    named = [
        each.value for each in circumstances.connection.environment if each.key == "PGSSLROOTCERT"
    ]
    if named:
        rule = "PGSSLROOTCERT, since there is no Root Certificate"
        return StoreRead(Place.FILE, named[-1], rule, accepts)
    if circumstances.exists(circumstances.home_root):
        rule = "root.crt of the home folder, since there is no Root Certificate or PGSSLROOTCERT"
        return StoreRead(Place.FILE, circumstances.home_root, rule, accepts)
    return None


def _is_there(circumstances: Circumstances, file: StoreRead) -> bool:
    return bool(file.path) and circumstances.exists(file.title)


def _lacking(said: str, file: StoreRead, verifies: Verifies) -> TlsBehaviour:
    return broken(_not_there(said, file), *([file] if file.path else []), verifies=verifies)


def _not_there(said: str, file: StoreRead) -> str:
    if not file.path:
        return f"{said}: PGSSLROOTCERT is set and empty, which is no file to Npgsql"
    return f"{said}: {file.path} does not exist"


def _verifying(circumstances: Circumstances, mode: str, said: str) -> TlsBehaviour:
    """With the root file, or the store of the system; before 10 with both."""
    verifies = Verifies.FULL if mode == "VerifyFull" else Verifies.CHAIN
    revokes = is_true(circumstances.value("Check Certificate Revocation", fold=True))
    note = "Check Certificate Revocation=true fails where the CA answers no such question"
    return _with_its_stores(circumstances, verifies, said).noting(note if revokes else "")


def _with_its_stores(circumstances: Circumstances, verifies: Verifies, said: str) -> TlsBehaviour:
    file = _root_file(circumstances)
    if file is None:
        rule = "the store of the system: no Root Certificate, PGSSLROOTCERT or root.crt"
        return verified(
            verifies, f"{said} verifies with the store of the system",
            StoreRead(Place.OS, None, rule),
        )  # fmt: skip
    there = _is_there(circumstances, file)
    if circumstances.before(10):
        system = StoreRead(Place.OS, None, "asked first before Npgsql 10")
        if not there:
            why = f"{said} verifies with the store of the system (before Npgsql 10)"
            return verified(verifies, why, system).noting(
                f"{_not_there(said, file)}: that fails where the store of the system has no root"
            )
        why = f"{said} verifies with the store of the system, then with the file (before Npgsql 10)"
        return verified(verifies, why, system, file)
    if not there:
        return _lacking(said, file, verifies)
    note = (
        "" if circumstances.version else "before Npgsql 10, the store of the system counts as well"
    )
    return verified(verifies, f"{said} verifies with that file alone (Npgsql 10)", file).noting(
        note
    )
