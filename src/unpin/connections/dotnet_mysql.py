"""The drivers of .NET for MySQL: MySqlConnector, and Oracle's MySql.Data (Connector/NET).

Measured with MySqlConnector 2.4.0 and 2.6.2 and MySql.Data 8.1.0 on .NET 9, against MariaDB 10.11.
"""

from pathlib import PurePath
from typing import Final

from unpin.connections.model import (
    CERTIFICATE_FILE,
    SYSTEM_STORE,
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    plaintext,
    unverified,
    verified,
)

_MODES: Final = ("none", "preferred", "required", "verifyca", "verifyfull")
_REVOCATION: Final = (
    "VerifyFull asks for revocation: with a root in the store of the system, it fails where "
    "the certificate names no CRL or OCSP server, or none that answers"
)


def _mode(circumstances: Circumstances) -> tuple[str | None, str]:
    """The mode, in lower case, and what is said of it; None if the driver knows none such."""
    given = circumstances.value("SslMode", "Ssl Mode", fold=True)
    if not given:
        return "preferred", "the default SslMode=Preferred"
    word = given.strip().lower()
    if word.isdecimal() and int(word) < len(_MODES):
        word = _MODES[int(word)]
    word = "none" if word == "disabled" else word
    return (word if word in _MODES else None), f"SslMode={given}"


def mysqlconnector_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What MySqlConnector does: SslCa counts beside the store of the system."""
    mode, said = _mode(circumstances)
    name = circumstances.parameter("SslMode", "Ssl Mode", fold=True)
    if name is not None and "-" in name.key:
        return broken(f"MySqlConnector knows no {name.key}: it is written SslMode")
    if mode is None:
        return broken(f"MySqlConnector knows no {said}")
    if mode == "none":
        return plaintext(f"{said} uses no TLS")
    ca = circumstances.value("SslCa", "CA Certificate File", "CACertificateFile", fold=True)
    own = () if not ca else (StoreRead(Place.FILE, ca, "SslCa", CERTIFICATE_FILE),)
    verifies = {"verifyca": Verifies.CHAIN, "verifyfull": Verifies.FULL}.get(mode, Verifies.NOTHING)
    if ca and not circumstances.exists(ca):
        unused = ", though it would not be used" if verifies is Verifies.NOTHING else ""
        return broken(f"{said}: cannot find the CA file {ca}{unused}", *own, verifies=verifies)
    if verifies is Verifies.NOTHING:
        return unverified(f"{said} never verifies")
    why = f"{said} verifies with the store of the system" + (", then with SslCa" if own else "")
    return verified(verifies, why, SYSTEM_STORE, *own).noting(
        _REVOCATION if verifies is Verifies.FULL else ""
    )


def mysql_data_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What MySql.Data does: chain and name with the system's store, else with SslCa the chain."""
    name = circumstances.parameter("SslCa", fold=True)
    if name is not None and " " in name.key.strip():
        return broken(f"MySql.Data knows no {name.key}: it is written SslCa")
    mode, said = _mode(circumstances)
    if mode is None:
        return broken(f"MySql.Data knows no {said}")
    if mode == "none":
        return plaintext(f"{said} uses no TLS")
    ca = "" if name is None else name.value
    there = bool(ca) and circumstances.exists(ca)
    if there and not PurePath(ca).suffix:
        return broken(f"{ca} has no extension: MySql.Data fails on such a SslCa in each mode")
    if mode in {"preferred", "required"}:
        return unverified(f"{said} never verifies")
    if PurePath(ca).suffix.lower() == ".pfx":
        return TlsBehaviour(
            Verifies.UNKNOWN, "a PFX file as SslCa is not measured with MySql.Data", (SYSTEM_STORE,)
        )
    by_system = f"{said} verifies with the store of the system"
    if not there:
        gone = f"{ca} does not exist: with another root, MySql.Data fails" if ca else ""
        return verified(Verifies.FULL, by_system, SYSTEM_STORE).noting(gone)
    if mode == "verifyfull" and not _has_own_certificate(circumstances):
        return verified(Verifies.FULL, by_system, SYSTEM_STORE).noting(
            "SslMode=VerifyFull verifies with SslCa only if there are SslCert and SslKey as well"
        )
    own = StoreRead(Place.FILE, ca, "SslCa", first_only=True)
    why = f"{by_system}, else with SslCa, and with SslCa not the name"
    return verified(Verifies.CHAIN, why, SYSTEM_STORE, own)


def _has_own_certificate(circumstances: Circumstances) -> bool:
    return all(circumstances.value(key, fold=True) for key in ("SslCert", "SslKey"))
