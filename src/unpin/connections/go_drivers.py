"""The drivers of Go: lib/pq, pgx, go-sql-driver/mysql.

Sources: lib/pq ssl.go and conn.go (1.10 and August 2026), pgx pgconn/config.go, go-sql-driver
dsn.go. Measured with lib/pq 1.10, pgx 4.15 and go-sql-driver 1.5.
"""

from typing import Final

from unpin.connections.libpq import LIBPQ_MODES
from unpin.connections.model import (
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    plaintext,
    unverified,
    verified,
    verified_by_file,
)

_HOME: Final = "the default ~/.postgresql/root.crt: no sslrootcert, no PGSSLROOTCERT"
_OS: Final = "the roots of the system, as Go finds them (SSL_CERT_FILE, SSL_CERT_DIR)"


def _root(circumstances: Circumstances, *, home: bool) -> tuple[StoreRead | None, bool]:
    """The root file, and whether it is named; None if no file is looked for."""
    given = circumstances.parameter("sslrootcert")
    if given is not None and given.value:
        after = "PGSSLROOTCERT and ~/.postgresql/root.crt" if home else "PGSSLROOTCERT"
        return StoreRead(Place.FILE, given.value, f"sslrootcert, before {after}"), True
    if (variable := circumstances.variable("PGSSLROOTCERT")) is not None:
        rule = "PGSSLROOTCERT, since there is no sslrootcert"
        return StoreRead(Place.FILE, variable, rule), True
    if not home or not circumstances.exists(circumstances.home_root):
        return None, False
    return StoreRead(Place.FILE, circumstances.home_root, _HOME), False


def _mode(circumstances: Circumstances, default: str) -> str:
    return circumstances.value("sslmode") or circumstances.variable("PGSSLMODE") or default


def lib_pq_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What lib/pq does; before 1.11 the default is require, and root.crt is not looked for."""
    old = circumstances.before(1, 11)
    mode = _mode(circumstances, "require" if old else "prefer")
    said = f"sslmode={mode}"
    known = {"disable", "require", "verify-ca", "verify-full"} if old else set(LIBPQ_MODES)
    if mode not in known:
        return broken(f'unsupported sslmode "{mode}" in lib/pq')
    if mode == "disable":
        return plaintext(f"{said} uses no TLS")
    store, named = _root(circumstances, home=not old)
    if store is not None and store.path == "system" and not old:
        if mode != "verify-full":
            return broken(f"{said} is too weak for sslrootcert=system: verify-full")
        system = StoreRead(Place.OS, None, _OS)
        return verified(Verifies.FULL, "sslrootcert=system is the store of the system", system)
    there = store is not None and store.path is not None and circumstances.exists(store.path)
    if mode in {"verify-ca", "verify-full"}:
        verifies = Verifies.FULL if mode == "verify-full" else Verifies.CHAIN
        if store is None:
            return verified(
                verifies, f"{said} verifies with the system's roots", StoreRead(Place.OS, None, _OS)
            )
        if not there:
            return broken(f"{said}: {store.path} does not exist", store, verifies=verifies)
        return verified(verifies, f"{said} verifies with that file alone", store)
    if store is None or not there:
        dropped = f": {store.path} does not exist, and is dropped" if store and named else ""
        return unverified(f"{said} verifies only with a root file{dropped}")
    if mode == "require":
        return verified(Verifies.CHAIN, f"{said} with a root file verifies the chain", store)
    if mode == "allow":
        return verified(
            Verifies.CHAIN, f"{said} begins without TLS; then the root file is used", store
        )
    return verified(
        Verifies.TRIES,
        f"{said} with a root file verifies, and falls back to plaintext if that fails",
        store,
    )


def pgx_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What pgx does: the root file is read in every mode, and counts from require on."""
    own = circumstances.value("tls.config")
    if own == "insecure":
        return unverified("the tls.Config of the program has InsecureSkipVerify")
    if own is not None:
        return TlsBehaviour(Verifies.UNKNOWN, "the program hands its own tls.Config to pgx")
    mode = _mode(circumstances, "prefer")
    said = f"sslmode={mode}"
    store, _ = _root(circumstances, home=True)
    if store is not None and store.path == "system":
        system = StoreRead(Place.OS, None, "sslrootcert=system overrides any sslmode")
        return verified(Verifies.FULL, "sslrootcert=system means verify-full in pgx", system)
    if store is not None and store.path is not None and not circumstances.exists(store.path):
        return broken(f"{store.path} does not exist: pgx reads it in every sslmode", store)
    if mode not in LIBPQ_MODES:
        return broken(f"sslmode is invalid: {mode}")
    if mode == "disable":
        return plaintext(f"{said} uses no TLS")
    if mode in {"allow", "prefer"}:
        return unverified(f"{said} never verifies in pgx, root file or not")
    if mode == "require" and store is None:
        return unverified(f"{said} without a root file verifies nothing")
    verifies = Verifies.FULL if mode == "verify-full" else Verifies.CHAIN
    if store is None:
        store = StoreRead(Place.OS, None, _OS)
    why = f"{said} with a root file verifies the chain" if mode == "require" else f"{said} verifies"
    return verified(verifies, why, store)


def go_sql_driver_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What go-sql-driver/mysql does: tls=, and no key for a CA file."""
    word = circumstances.value("tls")
    if word is None or word.lower() in {"false", "0"}:
        return plaintext("without tls= go-sql-driver uses no TLS")
    if word.lower() in {"true", "1"}:
        store = StoreRead(Place.OS, None, _OS)
        return verified(Verifies.FULL, "tls=true verifies with the system's roots", store)
    if word in {"skip-verify", "preferred"}:
        return unverified(f"tls={word} accepts anybody")
    registered = circumstances.parameter("registered")
    if registered is not None and registered.value == word:
        said = f"tls={word} is the configuration that the program registers"
        if circumstances.parameter("registered.insecure") is not None:
            return unverified(f"{said}, with InsecureSkipVerify")
        file = circumstances.parameter("registered.file")
        if file is not None:
            store = StoreRead(Place.FILE, file.value, "RootCAs of the registered configuration")
            return verified_by_file(circumstances, Verifies.FULL, f"{said}: its RootCAs", store)
    return TlsBehaviour(
        Verifies.UNKNOWN,
        f"tls={word} is a name that the program gives to mysql.RegisterTLSConfig; without it:"
        " unknown config name",
    )
