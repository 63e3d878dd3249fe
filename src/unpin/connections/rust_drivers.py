"""The drivers of Rust: sqlx, tokio-postgres, mysql, and Prisma's own engine.

Sources: sqlx-core net/tls and sqlx-postgres connection/tls.rs; rust-native-tls; io/tls of the
crate mysql; quaint of prisma-engines; prisma/orm#28356. sqlx is measured: 0.9 with rustls, 0.8 with
native-tls (OpenSSL).
"""

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
from unpin.connections.node import node_postgres_rule


def sqlx_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What sqlx does; the root file is added to the roots that it is built with."""
    mode = circumstances.value("sslmode", "ssl-mode") or circumstances.variable("PGSSLMODE")
    word = (mode or "prefer").lower().replace("_", "-")
    said = f"sslmode={word}" if mode else "the default prefer"
    if word in {"disable", "disabled"}:
        return plaintext(f"{said} uses no TLS")
    if word == "allow":
        return plaintext(f"{said} uses no TLS in sqlx")
    if word in {"prefer", "preferred", "require", "required"}:
        return _unverified_sqlx(circumstances, said)
    if word not in {"verify-ca", "verify-full", "verify-identity"}:
        return broken(f"sqlx knows no sslmode {mode!r}")
    verifies = Verifies.CHAIN if word == "verify-ca" else Verifies.FULL
    given = circumstances.parameter("sslrootcert", "ssl-root-cert", "ssl-ca")
    path = given.value if given is not None else circumstances.variable("PGSSLROOTCERT")
    roots = StoreRead(Place.WEBPKI, None, "the roots that sqlx is built with")
    built = (
        "which roots are built in depends on the features: webpki, or those of the system; with"
        " native-tls only the first certificate of the file counts"
    )
    if not path:
        return verified(verifies, f"{said} verifies with the built-in roots", roots).noting(built)
    if path.startswith("-----BEGIN"):
        own = StoreRead(Place.INLINE, None, "sslrootcert", text=path)
    else:
        own = StoreRead(Place.FILE, path, "sslrootcert is added to the built-in roots")
        if not circumstances.exists(path):
            return broken(f"{said}: {path} does not exist", own, verifies=verifies)
    return verified(
        verifies, f"{said} verifies with the built-in roots and the file: it is added", roots, own
    ).noting(built)


def _unverified_sqlx(circumstances: Circumstances, said: str) -> TlsBehaviour:
    """A mode that does not verify; a root file that does not exist is read with native-tls."""
    given = circumstances.parameter("sslrootcert", "ssl-root-cert", "ssl-ca")
    path = given.value if given is not None else circumstances.variable("PGSSLROOTCERT")
    if path and not path.startswith("-----BEGIN") and not circumstances.exists(path):
        return TlsBehaviour(
            Verifies.UNKNOWN,
            f"{said}: {path} does not exist: sqlx fails with native-tls, and accepts anybody with"
            " rustls",
        )
    return unverified(f"{said} never verifies in sqlx")


def tokio_postgres_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What tokio-postgres does: it knows disable, prefer and require, and the program verifies."""
    mode = circumstances.value("sslmode") or "prefer"
    if mode not in {"disable", "prefer", "require"}:
        return broken(f"tokio-postgres knows no sslmode {mode!r}")
    if mode == "disable":
        return plaintext("sslmode=disable uses no TLS")
    return TlsBehaviour(
        Verifies.UNKNOWN, "the program hands its own TLS connector to tokio-postgres"
    )


def mysql_rust_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What the crates mysql and mysql_async do: a root file adds to the TLS library's roots."""
    if is_true(circumstances.value("accept_invalid_certs")):
        return unverified("with_danger_accept_invalid_certs(true) accepts anybody")
    file = circumstances.parameter("root_cert")
    store = () if file is None else (StoreRead(Place.FILE, file.value, file.origin),)
    if file is not None and file.value[:1] != "$" and not circumstances.exists(file.value):
        return broken(f"{file.value} does not exist", *store, verifies=Verifies.FULL)
    return TlsBehaviour(
        Verifies.UNKNOWN,
        "the TLS library that the crate is built with decides: rustls has webpki's roots,"
        " native-tls those of the system; a root file is added to them",
        store,
    )


def prisma_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Prisma does: its own engine up to 6, node-postgres (adapter-pg) from 7 on."""
    if circumstances.version is not None and circumstances.version >= (7,):
        return node_postgres_rule(circumstances).noting(
            "Prisma 7 with the adapter pg: node-postgres decides"
        )
    mode = (circumstances.value("sslmode") or "prefer").lower()
    note = "up to Prisma 6; from 7 on the rules of node-postgres hold"
    if mode == "disable":
        return plaintext("sslmode=disable uses no TLS").noting(note)
    said = f"sslmode={mode}"
    if mode not in {"prefer", "require"}:
        said += ", which Prisma reads as prefer,"
    given = circumstances.value("sslcert")
    stores = []
    if given:
        stores.append(StoreRead(Place.FILE, given, "sslcert, a CA file to Prisma", first_only=True))
        if not circumstances.exists(given):
            return broken(f"{given} does not exist", *stores).noting(note)
    if circumstances.value("sslaccept") != "strict":
        return TlsBehaviour(
            Verifies.NOTHING, f"{said} accepts anybody: accept_invalid_certs is the default",
            tuple(stores),
        ).noting(note)  # fmt: skip
    return verified(
        Verifies.FULL, f"{said} with sslaccept=strict verifies", SYSTEM_STORE, *stores
    ).noting(note)
