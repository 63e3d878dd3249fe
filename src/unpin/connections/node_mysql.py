"""The drivers of Node.js for MySQL and MariaDB: mysql2, mysql and mariadb.

Measured with mysql2 3.24, mysql 2.18 and mariadb 3.5 against MariaDB 10.11.
"""

import re
from dataclasses import replace
from ipaddress import ip_address
from typing import Final

from unpin.connections.model import (
    Circumstances,
    TlsBehaviour,
    Verifies,
    broken,
    is_false,
    is_true,
    plaintext,
    unverified,
)
from unpin.connections.node import SSL_OBJECT, node_roots, of_rejection, with_own_ca

_AMAZON: Final = "amazon rds"
"""The profile of roots that mysql and mysql2 bring along."""


def mysql2_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What mysql2 does; the name is checked only with verifyIdentity."""
    ssl = circumstances.value("ssl")
    if circumstances.parameter(*SSL_OBJECT) is None:
        if ssl is not None and ssl.startswith("{"):
            return _of_json(circumstances, ssl, checks='"verifyIdentity"')
        if ssl is None or is_false(ssl):
            return plaintext("mysql2 uses no TLS without ssl")
        if is_true(ssl):
            return broken(
                "mysql2 wants an object or the name of a profile: ssl=true is a TypeError"
            )
        return _profile("mysql2", ssl)
    if (told := of_rejection(circumstances)) is not None:
        return told
    name = circumstances.value("ssl.verifyIdentity")
    return _of_object(circumstances, checks=name is not None and not is_false(name))


def mysqljs_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What mysql (mysqljs) does: ssl: true accepts anybody, and the name is never checked."""
    ssl = circumstances.value("ssl")
    if circumstances.parameter(*SSL_OBJECT) is None:
        if ssl is not None and ssl.startswith("{"):
            return _of_json(circumstances, ssl, checks=None)
        if ssl is None or is_false(ssl):
            return plaintext("mysql uses no TLS without ssl")
        if is_true(ssl):
            return unverified("ssl: true is not verified in mysql: it takes an object")
        return _profile("mysql", ssl)
    if (told := of_rejection(circumstances)) is not None:
        return told
    return _of_object(circumstances, checks=False, never="mysql never checks the name")


def mariadb_nodejs_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What mariadb of npm does: whatever switches TLS on verifies chain and name."""
    ssl = circumstances.value("ssl")
    if circumstances.parameter(*SSL_OBJECT) is None:
        if ssl is not None and ssl.startswith("{"):
            return _of_json(circumstances, ssl, checks="")
        if ssl is None or is_false(ssl):
            return plaintext("mariadb uses no TLS without ssl")
        return node_roots(circumstances, f"ssl={ssl} verifies with Node's roots")
    if (told := of_rejection(circumstances)) is not None:
        return told
    return _of_object(circumstances, checks=True, never="")


def _of_object(
    circumstances: Circumstances, *, checks: bool, never: str | None = None
) -> TlsBehaviour:
    """A verified connection by the ca of the object, or with Node's roots."""
    unknown = circumstances.parameter("ssl.unknown")
    if unknown is not None:
        why = f"ssl is {unknown.value} of the program, whose value is not known"
        return TlsBehaviour(Verifies.UNKNOWN, why)
    verifies = Verifies.FULL if checks else Verifies.CHAIN
    unchecked = never or "the name is not checked without verifyIdentity"
    what = "the name is checked" if checks else unchecked
    ca = circumstances.parameter("ssl.ca")
    if ca is None:
        why = f"the ssl object has no ca: Node's roots; {what}"
        found = node_roots(circumstances, why, verifies)
    else:
        found = with_own_ca(circumstances, ca, verifies, what)
    by_identity = circumstances.parameter("ssl.verifyIdentity") is not None
    if by_identity and checks and never is None and _is_address(circumstances.connection.host):
        why = f"{found.why}: to an address, mysql2 compares the certificate with localhost"
        return replace(found, why=why, broken=why)
    return found


def _of_json(circumstances: Circumstances, ssl: str, *, checks: str | None) -> TlsBehaviour:
    """The behaviour by an object in a URL: ssl={"rejectUnauthorized":true}.

    `checks` is the key that has the name checked; None if nothing does, "" if it always is.
    """
    if re.search(r'"rejectUnauthorized"\s*:\s*false', ssl):
        return unverified("rejectUnauthorized: false accepts anybody")
    is_checked = checks == "" or (
        checks is not None and re.search(rf"{checks}\s*:\s*true", ssl) is not None
    )
    what = "the name is checked" if is_checked else "the name is not checked"
    if not is_checked and checks is not None:
        what = "the name is not checked without verifyIdentity"
    verifies = Verifies.FULL if is_checked else Verifies.CHAIN
    return node_roots(circumstances, f"the ssl object has no ca: Node's roots; {what}", verifies)


def _profile(client: str, name: str) -> TlsBehaviour:
    if name.strip().lower() == _AMAZON:
        return TlsBehaviour(Verifies.UNKNOWN, f"ssl names the profile {name!r} of {client}")
    if name.startswith("$"):
        return TlsBehaviour(Verifies.UNKNOWN, f"{name[1:]} decides, which is not known")
    return broken(f"unknown SSL profile {name!r} in {client}")


def _is_address(host: str | None) -> bool:
    try:
        ip_address(host or "")
    except ValueError:
        return False
    return True
