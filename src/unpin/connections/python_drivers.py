"""Drivers of Python that use its ssl module: asyncpg and pg8000 of PostgreSQL, kafka-python.

Sources: asyncpg/connect_utils.py, kafka/conn.py; measured with asyncpg 0.32.
"""

from typing import Final

from unpin.configurations.model import Form
from unpin.connections.libpq import LIBPQ_MODES
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
    unverified,
    verified,
)

_DEFAULT: Final = "ssl.createdefault_context(): OpenSSL's default paths, or SSL_CERT_FILE"


def default_context(circumstances: Circumstances, why: str) -> TlsBehaviour:
    """What Python's default context verifies: chain and name, with OpenSSL's default paths."""
    named = circumstances.variable("SSL_CERT_FILE")
    if named is not None:
        return verified(Verifies.FULL, why, StoreRead(Place.FILE, named, "SSL_CERT_FILE"))
    return verified(Verifies.FULL, why, StoreRead(Place.OPENSSL, None, _DEFAULT))


def own_context(circumstances: Circumstances) -> TlsBehaviour | None:
    """What the program's own SSLContext verifies; None if nothing is said of one."""
    if circumstances.parameter("context") is None:
        given = circumstances.value("ssl") or ""
        if given[:1] not in {"$", "{"}:
            return None
        why = f"ssl is {given.lstrip('$')} of the program, whose value is not known"
        return TlsBehaviour(Verifies.UNKNOWN, why)
    if is_false(circumstances.value("context.verify")):
        return unverified("the SSLContext of the program has CERT_NONE: anybody is accepted")
    checks = not is_false(circumstances.value("context.name"))
    verifies = Verifies.FULL if checks else Verifies.CHAIN
    why = "the SSLContext of the program verifies"
    if not checks:
        why += ", with check_hostname off"
    file = circumstances.parameter("context.cafile")
    default = StoreRead(Place.OPENSSL, None, _DEFAULT)
    if file is None:
        return verified(verifies, why, default)
    own = StoreRead(Place.FILE, file.value, file.origin)
    if not circumstances.exists(file.value):
        return broken(f"{file.value} does not exist", own, verifies=verifies)
    adds = circumstances.parameter("context.adds") is not None
    return verified(verifies, why, *((default, own) if adds else (own,)))


def asyncpg_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What asyncpg does. NOTE: unlike libpq, it loads no root file below require."""
    connection = circumstances.connection
    ssl = circumstances.value("ssl")
    if (own := own_context(circumstances)) is not None:
        return own
    sqlalchemy = any(note.startswith("SQLAlchemy") for note in connection.notes)
    if sqlalchemy and circumstances.parameter("sslmode") is not None:
        return broken(
            "SQLAlchemy hands sslmode to asyncpg.connect(), which knows no such argument:"
            " TypeError; ssl= is right"
        )
    if connection.form is not Form.URI or sqlalchemy:
        if ssl == "True":
            return default_context(
                circumstances, "ssl=True is Python's default context; root.crt is not read"
            )
        if ssl == "False":
            return plaintext("ssl=False uses no TLS")
        if ssl is not None and ssl not in {*LIBPQ_MODES, "None"} and not sqlalchemy:
            return TlsBehaviour(
                Verifies.UNKNOWN, "the program hands its own SSL context to asyncpg"
            )
    mode, origin = circumstances.value("sslmode"), "sslmode"
    if mode is None and ssl is not None and ssl != "None":
        mode, origin = ssl, "ssl"
    if mode is None:
        mode, origin = circumstances.variable("PGSSLMODE"), "PGSSLMODE"
    if mode is None:
        mode, origin = "prefer", "the default"
    word = mode.replace("_", "-")
    if word not in LIBPQ_MODES:
        return broken(f"{origin}: asyncpg knows no sslmode {mode!r}")
    return _of_mode(circumstances, word, f"{word} ({origin})")


def _of_mode(circumstances: Circumstances, word: str, said: str) -> TlsBehaviour:
    if word == "disable":
        return plaintext(f"{said} uses no TLS")
    if word in {"allow", "prefer"}:
        return unverified(f"{said} never verifies in asyncpg, root file or not")
    given = circumstances.parameter("sslrootcert")
    if given is not None and given.value:
        path = plus_decoded(given)
        rule = "sslrootcert, before PGSSLROOTCERT and ~/.postgresql/root.crt"
    elif (variable := circumstances.variable("PGSSLROOTCERT")) is not None:
        path, rule = variable, "PGSSLROOTCERT, since there is no sslrootcert"
    else:
        path = circumstances.home_root
        rule = "the default ~/.postgresql/root.crt: no sslrootcert, no PGSSLROOTCERT"
        if word == "require" and not circumstances.exists(path):
            return unverified(f"{said} without a root file verifies nothing")
    store = StoreRead(Place.FILE, path, rule)
    verifies = Verifies.FULL if word == "verify-full" else Verifies.CHAIN
    if not circumstances.exists(path):
        what = Verifies.NOTHING if word == "require" else verifies
        extra = "; libpq would ignore it" if word == "require" else ""
        if path == "system":
            extra = "; asyncpg takes system for a file name"
        return broken(f"{said}: {path} does not exist{extra}", store, verifies=what)
    return verified(verifies, f"{said} verifies with that file alone", store)


def kafka_python_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What kafka-python does: ssl_cafile alone, or else OpenSSL's default paths."""
    protocol = circumstances.value("security_protocol") or "PLAINTEXT"
    if not protocol.startswith("$") and not protocol.upper().endswith("SSL"):
        return plaintext(f"security_protocol={protocol} uses no TLS")
    context = circumstances.value("ssl_context")
    if context == "_create_unverified_context":
        return unverified("the ssl_context of the program accepts anybody")
    if context is not None and context not in {"None", "create_default_context"}:
        return TlsBehaviour(
            Verifies.UNKNOWN, "the program hands its own SSL context to kafka-python"
        )
    checks = context is not None or not is_false(circumstances.value("ssl_check_hostname"))
    verifies = Verifies.FULL if checks else Verifies.CHAIN
    file = circumstances.parameter("ssl_cafile")
    if context == "create_default_context" or file is None or file.value in {"", "None"}:
        store = StoreRead(Place.OPENSSL, None, _DEFAULT)
        return verified(verifies, "kafka-python verifies with OpenSSL's default paths", store)
    store = StoreRead(Place.FILE, file.value, "ssl_cafile")
    if not circumstances.exists(file.value):
        return broken(f"{file.value} does not exist", store, verifies=verifies)
    what = "" if checks else "; ssl_check_hostname=False leaves the name out"
    return verified(verifies, f"kafka-python verifies with ssl_cafile{what}", store)


def pg8000_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What pg8000 does: its only setting is ssl_context."""
    given = circumstances.value("ssl_context")
    if (own := own_context(circumstances)) is not None:
        return own
    if given == "True":
        return default_context(circumstances, "ssl_context=True is Python's default context")
    if given == "False":
        return plaintext("ssl_context=False uses no TLS")
    if given is not None:
        return TlsBehaviour(Verifies.UNKNOWN, "the program hands its own SSL context to pg8000")
    return unverified("without ssl_context pg8000 verifies nothing")
