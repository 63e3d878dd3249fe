"""Drivers of Node.js: node-postgres and postgres.js of PostgreSQL, kafkajs; and Node itself.

Sources: pg-connection-string, pg, postgres.js; measured with pg 8.23 and postgres.js 3.4.
"""

from dataclasses import replace
from typing import Final

from unpin.configurations.model import Form, Setting
from unpin.configurations.programs.node_calls import TEXT_OF_CA
from unpin.connections.model import (
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    is_false,
    plaintext,
    plus_decoded,
    plus_remark,
    unverified,
    verified,
)

_BUILT_IN: Final = "the roots that are built into Node"
SSL_OBJECT: Final = ("ssl.ca", "ssl.rejectUnauthorized", "ssl.object", "ssl.unknown")
"""The keys of an ssl object, as the readers of programs write them."""

_FROM_ENVIRONMENT: Final = frozenset({"prefer", "require", "verify-ca", "verify-full"})


def node_roots(
    circumstances: Circumstances, why: str, verifies: Verifies = Verifies.FULL
) -> TlsBehaviour:
    """A connection that Node verifies with its own roots, and those of NODE_EXTRA_CA_CERTS."""
    if circumstances.variable("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        return _rejects_nobody(circumstances)
    stores = [StoreRead(Place.NODE, None, _BUILT_IN)]
    extra = circumstances.variable("NODE_EXTRA_CA_CERTS")
    notes: tuple[str, ...] = ()
    if extra is not None:
        if circumstances.exists(extra):
            rule = "NODE_EXTRA_CA_CERTS adds to the built-in roots"
            stores.append(StoreRead(Place.FILE, extra, rule))
        else:
            notes = (f"NODE_EXTRA_CA_CERTS: {extra} does not exist; Node only warns",)
    return verified(verifies, why, *stores).noting(*notes)


def _rejects_nobody(circumstances: Circumstances) -> TlsBehaviour:
    extra = circumstances.variable("NODE_EXTRA_CA_CERTS")
    stores = () if extra is None else (StoreRead(Place.FILE, extra, "NODE_EXTRA_CA_CERTS"),)
    return TlsBehaviour(
        Verifies.NOTHING,
        "NODE_TLS_REJECT_UNAUTHORIZED=0 accepts anybody in the whole process",
        stores,
    )


def node_rule(circumstances: Circumstances) -> TlsBehaviour:
    """A program on Node that brings no certificates of its own."""
    return node_roots(circumstances, "Node verifies with its built-in roots")


def node_postgres_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What node-postgres does: the parameters of a URL overwrite the ssl object."""
    if circumstances.connection.form is Form.URI:
        behaviour = _of_url(circumstances)
        if behaviour is not None:
            return behaviour.noting(_environment_note(circumstances), _lost_object(circumstances))
    ssl = circumstances.value("ssl")
    if circumstances.parameter(*SSL_OBJECT) or ssl is not None:
        return _of_object(circumstances, ssl).noting(_environment_note(circumstances))
    return _of_environment(circumstances).noting(_environment_note(circumstances))


def _of_url(circumstances: Circumstances) -> TlsBehaviour | None:
    """The behaviour by the parameters of the URL; None if none of them is about TLS."""
    mode, ssl = circumstances.value("sslmode"), circumstances.value("ssl")
    root = circumstances.parameter("sslrootcert")
    object_given = any(each.key.startswith("ssl.") for each in circumstances.connection.parameters)
    if mode is None and root is None and (ssl is None or object_given):
        return None
    path = None if root is None or not root.value else plus_decoded(root)
    if path is not None and not circumstances.exists(path):
        return broken(
            f"sslrootcert is read while the URL is parsed, and {path} does not exist",
            StoreRead(Place.FILE, path, "sslrootcert of the URL"),
        ).noting(plus_remark(root))
    for name in ("sslcert", "sslkey"):
        if (client := circumstances.value(name)) and not circumstances.exists(client):
            return broken(f"{name} is read while the URL is parsed, and {client} does not exist")
    store: StoreRead | None = (
        None if path is None else StoreRead(Place.FILE, path, "sslrootcert of the URL")
    )
    if circumstances.value("uselibpqcompat") == "true":
        return _compatible(circumstances, mode, store)
    if mode == "disable" or (mode is None and ssl == "0"):
        return plaintext("sslmode=disable uses no TLS" if mode else "ssl=0 uses no TLS")
    if mode == "no-verify":
        return unverified("sslmode=no-verify accepts anybody")
    if mode is None and store is None and ssl not in {"1", "true"}:
        return broken(
            f"ssl={ssl} stays a string, which is true: TLS is tried and ends in a TypeError"
        )
    said = (
        "sslrootcert"
        if mode is None and ssl is None
        else f"sslmode={mode}"
        if mode
        else f"ssl={ssl}"
    )
    if mode is not None and mode not in {"prefer", "require", "verify-ca", "verify-full"}:
        said += ", which node-postgres does not know,"
    return _verifying(
        circumstances, store, f"{said} verifies the chain and the name in node-postgres"
    )


def _compatible(
    circumstances: Circumstances, mode: str | None, store: StoreRead | None
) -> TlsBehaviour:
    """uselibpqcompat=true: the words as libpq means them, as far as they go."""
    said = f"sslmode={mode} with uselibpqcompat=true"
    if mode is None and store is None:
        return plaintext("uselibpqcompat=true without sslmode uses no TLS")
    if mode == "disable":
        return plaintext(f"{said} uses no TLS")
    if mode in {"no-verify", "prefer"} or (mode == "require" and store is None):
        return unverified(f"{said} accepts anybody")
    if mode == "verify-ca" and store is None:
        return broken(f"{said} throws: it wants sslrootcert")
    if mode in {"require", "verify-ca"} and store is not None:
        return verified(Verifies.CHAIN, f"{said} checks the chain, not the name", store)
    return _verifying(circumstances, store, f"{said} checks the chain and the name")


def _verifying(circumstances: Circumstances, store: StoreRead | None, why: str) -> TlsBehaviour:
    if store is None:
        return node_roots(circumstances, f"{why}, with Node's roots")
    if circumstances.variable("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        return _rejects_nobody(circumstances)
    return verified(Verifies.FULL, f"{why}; the file replaces Node's roots", store)


def _of_object(circumstances: Circumstances, ssl: str | None) -> TlsBehaviour:
    """The behaviour by the ssl object of the program."""
    unknown = circumstances.parameter("ssl.unknown")
    if unknown is not None:
        return TlsBehaviour(
            Verifies.UNKNOWN, f"ssl is {unknown.value} of the program, whose value is not known"
        )
    if is_false(ssl):
        return plaintext("ssl is false: no TLS")
    if (told := of_rejection(circumstances)) is not None:
        return told
    ca = circumstances.parameter("ssl.ca")
    own = circumstances.value("ssl.checkServerIdentity")
    if own is not None and own not in {"undefined", "null"}:
        what = "checkServerIdentity of the program replaces the check of the name"
        if ca is None:
            behaviour = node_roots(circumstances, f"the ssl object has no ca: Node's roots; {what}")
            return replace(behaviour, verifies=Verifies.CHAIN)
        return with_own_ca(circumstances, ca, Verifies.CHAIN, what)
    if ca is None:
        return node_roots(circumstances, "the ssl object has no ca: Node's roots, chain and name")
    return with_own_ca(circumstances, ca, Verifies.FULL, "chain and name are checked")


def of_rejection(circumstances: Circumstances) -> TlsBehaviour | None:
    """What rejectUnauthorized of the ssl object decides; None where Node verifies."""
    if is_false(circumstances.value("ssl.rejectUnauthorized")):
        return unverified("rejectUnauthorized: false accepts anybody")
    return None


def with_own_ca(
    circumstances: Circumstances, ca: Setting, verifies: Verifies, what: str
) -> TlsBehaviour:
    """A connection that Node verifies with `ca` of the ssl object, instead of its own roots."""
    if ca.value.startswith("-----BEGIN"):
        store = StoreRead(Place.INLINE, None, "ca of the ssl object", text=ca.value)
    elif not ca.value:
        return TlsBehaviour(Verifies.UNKNOWN, "ca of the ssl object decides, which is not known")
    elif ca.origin == TEXT_OF_CA:
        return broken(
            f"ca is the text {ca.value!r}, which is no certificate: Node wants the content of the"
            " file, and has no root now",
            verifies=verifies,
        )
    else:
        store = StoreRead(Place.FILE, ca.value, "ca of the ssl object replaces Node's roots")
        if not circumstances.exists(ca.value):
            return broken(f"{ca.value} does not exist", store, verifies=verifies)
    return verified(verifies, f"ca replaces the built-in roots; {what}", store)


def _of_environment(circumstances: Circumstances) -> TlsBehaviour:
    mode = circumstances.variable("PGSSLMODE")
    if mode in _FROM_ENVIRONMENT:
        return node_roots(circumstances, f"PGSSLMODE={mode} verifies with Node's roots")
    if mode == "no-verify":
        return unverified("PGSSLMODE=no-verify accepts anybody")
    if mode is None:
        return plaintext("without sslmode, ssl and PGSSLMODE node-postgres uses no TLS")
    return plaintext(f"PGSSLMODE={mode} means no TLS to node-postgres")


def _environment_note(circumstances: Circumstances) -> str:
    if circumstances.variable("PGSSLROOTCERT") is None:
        return ""
    return "node-postgres never reads PGSSLROOTCERT"


def _lost_object(circumstances: Circumstances) -> str:
    lost = [e.key for e in circumstances.connection.parameters if e.key.startswith("ssl.")]
    return f"the parameters of the URL overwrite the ssl object: {', '.join(lost)}" if lost else ""


def kafkajs_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What kafkajs does: it hands its ssl object to tls.connect."""
    ssl = circumstances.value("ssl")
    if circumstances.parameter(*SSL_OBJECT):
        return _of_object(circumstances, ssl)
    if ssl is None or is_false(ssl):
        return plaintext("kafkajs uses no TLS without ssl")
    return node_roots(circumstances, f"ssl: {ssl} verifies with Node's roots")


def postgres_js_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What postgres.js does: sslmode of the URL is its ssl, PGSSL its only variable."""
    word = circumstances.value("sslmode") or circumstances.value("ssl")
    if word is None:
        word = circumstances.variable("PGSSL")
    root = circumstances.parameter("sslrootcert")
    if root is not None and root.value == "system":
        return node_roots(circumstances, "sslrootcert=system makes postgres.js verify fully")
    if root is not None and root.value:
        store = StoreRead(Place.NODE, None, _BUILT_IN)
        return broken(
            "postgres.js sends sslrootcert to the server as a parameter, which refuses it; the file"
            f" {root.value} is not read",
            store,
            verifies=Verifies.FULL,
        )
    if circumstances.parameter(*SSL_OBJECT):
        return _of_object(circumstances, None)
    if word is None or is_false(word) or word == "disable":
        return plaintext("postgres.js uses no TLS without ssl")
    if word in {"require", "allow", "prefer"}:
        return unverified(f"ssl={word} is not verified in postgres.js")
    return node_roots(circumstances, f"ssl={word} verifies the chain and the name in postgres.js")
