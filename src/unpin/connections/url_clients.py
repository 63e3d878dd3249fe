"""Clients of MongoDB, Redis and AMQP by a URL, whose language decides the store; tedious.

From their documentation, redis-cli from cli_common.c: nothing of this is measured.
"""

from typing import Final

from unpin.connections.jvm import jvm_behaviour
from unpin.connections.model import (
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    is_false,
    is_true,
    unverified,
    verified,
    verified_by_file,
)
from unpin.connections.node import node_rule

_INSECURE: Final = (
    "tlsInsecure", "tlsAllowInvalidCertificates", "sslInsecure", "sslAllowInvalidCertificates",
    "insecure",
)  # fmt: skip
_NAMELESS: Final = (
    "tlsAllowInvalidHostnames", "sslInvalidHostNameAllowed", "sslAllowInvalidHostnames",
)  # fmt: skip
_CHECKS: Final = ("ssl_cert_reqs", "verify")
_CA_FILES: Final = (
    "tlsCAFile", "ssl_ca_certs", "sslCertificateAuthorityFile", "cacertfile", "sslCAFile", "cacert",
)  # fmt: skip


def url_client_rule(circumstances: Circumstances) -> TlsBehaviour:
    """A client in Python, Go or C: the CA file of the URL, else the roots of the system."""
    told = _told(circumstances)
    if told is not None:
        return told
    store = StoreRead(Place.OPENSSL, None, "the default: no CA file in the URL")
    return verified(_verifies(circumstances), "the client verifies with the system's roots", store)


def node_url_client_rule(circumstances: Circumstances) -> TlsBehaviour:
    """A client on Node: the CA file of the URL, else Node's roots."""
    told = _told(circumstances)
    return node_rule(circumstances) if told is None else told


def java_url_client_rule(circumstances: Circumstances) -> TlsBehaviour:
    """A client on the JVM: it reads no CA file of a URL."""
    if circumstances.connection.title.startswith("amqps:"):
        why = "a client of RabbitMQ in Java verifies only with an SSLContext of the program"
        return TlsBehaviour(Verifies.UNKNOWN, why)
    behaviour = jvm_behaviour(
        circumstances, "the client verifies with the JVM's store", _verifies(circumstances)
    )
    file = circumstances.parameter(*_CA_FILES, fold=True)
    return behaviour.noting("" if file is None else f"{file.key} is not read in Java")


def tedious_rule(circumstances: Circumstances) -> TlsBehaviour:
    """The driver of Node for SQL Server; only what is said of trust is known of it."""
    if is_true(circumstances.value("trustServerCertificate")):
        return unverified("trustServerCertificate: true trusts anybody")
    return TlsBehaviour(Verifies.UNKNOWN, "what tedious verifies is not measured")


def _told(circumstances: Circumstances) -> TlsBehaviour | None:
    """What the parameters of the URL say; None if they leave the store to the client."""
    for name in _INSECURE:
        given = circumstances.parameter(name, fold=True)
        if given is not None and is_true(given.value):
            said = given.key if given.key.startswith("--") else f"{name}=true"
            return unverified(f"{said} accepts anybody")
    for name in _CHECKS:
        if (circumstances.value(name) or "").lower().endswith("none"):
            return unverified(f"{name}={circumstances.value(name)} accepts anybody")
    file = circumstances.parameter(*_CA_FILES, fold=True)
    if (folder := circumstances.value("cacertdir", fold=True)) is not None:
        why = f"the client verifies with the folder of --cacertdir, which is not read: {folder}"
        return TlsBehaviour(Verifies.UNKNOWN, why)
    if file is None or not file.value:
        return None
    verifies = _verifies(circumstances)
    store = StoreRead(Place.FILE, file.value, file.key)
    return verified_by_file(
        circumstances, verifies, f"the client verifies with {file.key} alone", store
    )


def _verifies(circumstances: Circumstances) -> Verifies:
    """The chain and the name, unless the URL switches the name off."""
    nameless = any(is_true(circumstances.value(name, fold=True)) for name in _NAMELESS)
    checks = (circumstances.value("ssl_match_hostname"), circumstances.value("ssl_check_hostname"))
    return Verifies.CHAIN if nameless or any(map(is_false, checks)) else Verifies.FULL
