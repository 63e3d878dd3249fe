"""The drivers of Perl and Ruby for MySQL, by their library: DBD::mysql, DBD::MariaDB, mysql2.

Measured as Debian builds them, with MariaDB's Connector/C 3.3: DBD::mysql 4.050, DBD::MariaDB 1.22
and mysql2 0.5.3. With Oracle's libmysqlclient, and mysql2 since 0.5.4: from dbdimp.c and client.c,
not measured. Where the libraries differ, the answer says so.
"""

from dataclasses import replace
from typing import Final

from unpin.configurations.model import Setting
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
    verified_by_file,
)
from unpin.model.values import frozen

_ORACLES: Final = "with Oracle's libmysqlclient"
_MARIADBS: Final = "with MariaDB's Connector/C 3.3, as in Debian 12,"
_VERIFYING: Final = {"verify_ca": Verifies.CHAIN, "verify_identity": Verifies.FULL}
_RANKS: Final = {Verifies.NOTHING: 0, Verifies.CHAIN: 1, Verifies.FULL: 2, Verifies.UNKNOWN: 3}
_BROKEN: Final = 4


@frozen
class _Dbd:
    """What a DSN or call of DBI gives; `prefix` is that of the driver, mysql_ or mariadb_.

    `foreign` is an option for DBD::mysql that DBD::MariaDB does not take.
    """

    prefix: str
    foreign: str | None
    ca: Setting | None
    folder: Setting | None
    checks: bool | None
    optional: bool
    tls: bool


def dbd_mysql_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What DBD::mysql and DBD::MariaDB do; DBD::mysql 5 takes only Oracle's library."""
    given = _given(circumstances)
    oracles = _dbd_with_oracles(circumstances, given)
    if circumstances.version is not None and not circumstances.before(5):
        return oracles
    return _of_either(oracles, _dbd_with_mariadbs(circumstances, given))


def dbd_with_mariadbs(circumstances: Circumstances) -> TlsBehaviour:
    """What they do with MariaDB's library: DBD::mysql refuses what it cannot enforce."""
    return _dbd_with_mariadbs(circumstances, _given(circumstances))


def _dbd_with_mariadbs(circumstances: Circumstances, given: _Dbd) -> TlsBehaviour:
    prefix = given.prefix
    if (same := _before_the_library(given)) is not None:
        return same
    if not given.optional and prefix == "mysql_":
        return broken("it cannot enforce TLS, and does not connect without mysql_ssl_optional=1")
    if not given.optional and given.checks is False:
        return broken(f"{prefix}ssl=1 without {prefix}ssl_verify_server_cert=1 does not connect")
    if given.optional and given.checks and prefix == "mariadb_":
        return broken(f"{prefix}ssl_optional=1 with {prefix}ssl_verify_server_cert=1 is refused")
    if given.ca is not None and given.optional and not given.checks:
        return _chain_or_plaintext(circumstances, given.ca.value, given.ca.key)
    if given.ca is not None:
        return _with_file(circumstances, given.ca.value, given.ca.key, Verifies.FULL)
    if given.optional:
        return unverified(f"{prefix}ssl=1 with {prefix}ssl_optional=1 verifies nothing")
    system = StoreRead(Place.OPENSSL, None, f"no {prefix}ssl_ca_file")
    return verified(Verifies.FULL, f"{prefix}ssl=1 verifies with OpenSSL's default roots", system)


def _dbd_with_oracles(circumstances: Circumstances, given: _Dbd) -> TlsBehaviour:
    if (same := _before_the_library(given)) is not None:
        return same
    if given.optional:
        return unverified(f"{given.prefix}ssl_optional=1 verifies nothing, with a CA file or not")
    if given.ca is None:
        return unverified(f"{given.prefix}ssl=1 alone verifies nothing")
    verifies = Verifies.FULL if given.checks else Verifies.CHAIN
    return _with_file(circumstances, given.ca.value, given.ca.key, verifies)


def _before_the_library(given: _Dbd) -> TlsBehaviour | None:
    """What the drivers decide themselves; None if the library decides."""
    prefix = given.prefix
    if given.foreign is not None:
        return broken(f"DBD::MariaDB refuses the unknown attribute {given.foreign}")
    if not given.tls:
        return plaintext(f"without {prefix}ssl=1 there is no TLS, and no CA file is read")
    if given.ca is None and given.folder is not None:
        return TlsBehaviour(
            Verifies.UNKNOWN, f"the folder of {given.folder.key} is not read: {given.folder.value}"
        )
    if given.ca is None and given.checks:
        return broken(f"{prefix}ssl_verify_server_cert=1 is refused without {prefix}ssl_ca_file")
    return None


def _given(circumstances: Circumstances) -> _Dbd:
    keys = {each.key: each for each in circumstances.connection.parameters}
    prefix = "mariadb_" if circumstances.value("dbi") == "mariadb" else "mysql_"
    foreign = [key for key in keys if key.startswith("mysql_ssl")] if prefix == "mariadb_" else []

    checks = keys.get(f"{prefix}ssl_verify_server_cert")
    return _Dbd(
        prefix,
        next(iter(foreign), None),
        keys.get(f"{prefix}ssl_ca_file"),
        keys.get(f"{prefix}ssl_ca_path"),
        None if checks is None else _is_true_in_perl(checks),
        _is_true_in_perl(keys.get(f"{prefix}ssl_optional")),
        _is_true_in_perl(keys.get(f"{prefix}ssl")),
    )


def _is_true_in_perl(setting: Setting | None) -> bool:
    return setting is not None and setting.value not in {"", "0"}


def mysql2_ruby_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What Ruby's mysql2 does; since 0.5.4 it looks for a bundle of the system without sslca."""
    if circumstances.before(0, 5, 4):
        return _of_either(_mysql2_with_oracles(circumstances), mysql2_with_mariadbs(circumstances))
    mode, ca = _mode(circumstances), circumstances.value("sslca")
    said, store = f"ssl_mode: {mode}", (StoreRead(Place.FILE, ca, "sslca"),) if ca else ()
    if mode == "verify_identity":
        behaviour = (
            _with_file(circumstances, ca, "sslca", Verifies.FULL)
            if ca
            else verified(
                Verifies.FULL,
                f"{said} verifies with the bundle of the system",
                StoreRead(Place.OS, None, "mysql2 looks for the bundle of the system"),
            )
        )
        old = "verifies the chain alone" if ca else "uses no TLS"
        return behaviour.noting(f"mysql2 0.5.3 of Debian 12 reads no ssl_mode, and {old}")
    if mode == "verify_ca":
        why = f"{_MARIADBS} {said} is not read; give verify_identity"
        return TlsBehaviour(Verifies.UNKNOWN, why, store)
    if mode == "disabled":
        return plaintext(f"{said} uses no TLS")
    return _of_either(_mysql2_with_oracles(circumstances), mysql2_with_mariadbs(circumstances))


def mysql2_with_mariadbs(circumstances: Circumstances) -> TlsBehaviour:
    """What mysql2 0.5.3 does with MariaDB's library, and later ones without a verifying mode."""
    ca = circumstances.value("sslca")
    if ca:
        return _chain_or_plaintext(circumstances, ca, "sslca")
    if (folder := circumstances.value("sslcapath")) is not None:
        return TlsBehaviour(Verifies.UNKNOWN, f"the folder of sslcapath is not read: {folder}")
    if circumstances.parameter("sslverify", "sslkey", "sslcert", "sslcipher") is None:
        return plaintext("mysql2 uses no TLS without sslca or another ssl option but ssl_mode")
    return unverified("without sslca mysql2 verifies nothing, also with sslverify: true")


def _mysql2_with_oracles(circumstances: Circumstances) -> TlsBehaviour:
    """Before 0.5.4; later versions do the same without a verifying mode."""
    mode, ca = _mode(circumstances), circumstances.value("sslca")
    said = f"ssl_mode: {mode}" if mode else "without ssl_mode mysql2"
    verifies = _VERIFYING.get(mode)
    if mode == "disabled":
        return plaintext(f"{said} uses no TLS")
    if verifies is None and is_true(circumstances.value("sslverify")):
        return TlsBehaviour(Verifies.UNKNOWN, "what sslverify: true does is not measured")
    if verifies is None:
        return unverified(f"{said} verifies nothing")
    if not ca:
        return broken(f"{said} needs sslca", verifies=verifies)
    return _with_file(circumstances, ca, "sslca", verifies)


def _mode(circumstances: Circumstances) -> str:
    given = circumstances.value("ssl_mode", "ssl-mode", "sslmode") or ""
    return given.lower().lstrip(":").removeprefix("ssl_mode_")


def _with_file(
    circumstances: Circumstances, path: str, key: str, verifies: Verifies
) -> TlsBehaviour:
    store = StoreRead(Place.FILE, path, key)
    what = "chain and name" if verifies is Verifies.FULL else "the chain alone"
    return verified_by_file(circumstances, verifies, f"{key} verifies {what}", store)


def _chain_or_plaintext(circumstances: Circumstances, path: str, key: str) -> TlsBehaviour:
    behaviour = _with_file(circumstances, path, key, Verifies.CHAIN)
    if behaviour.broken is not None:
        return behaviour
    return behaviour.noting("a server that offers no TLS is taken without it")


def _of_either(oracles: TlsBehaviour, mariadbs: TlsBehaviour) -> TlsBehaviour:
    """What a client does whose library is not known.

    One that connects counts where the other refuses, the weaker counts where both verify; else it
    is not known.
    """
    both = ((_ORACLES, oracles), (_MARIADBS, mariadbs))
    (name, weaker), (other, stronger) = sorted(both, key=lambda each: _rank(each[1]))
    ranks = _rank(weaker), _rank(stronger)
    if ranks[0] == ranks[1]:
        return weaker
    if ranks[1] == _BROKEN or ranks == (1, 2):
        told = replace(weaker, why=f"{name} {weaker.why}")
        return told.noting(f"{other} {stronger.why}")
    return TlsBehaviour(
        Verifies.UNKNOWN,
        f"the library decides: {name} {weaker.why}; {other} {stronger.why}",
        weaker.stores or stronger.stores,
    )


def _rank(behaviour: TlsBehaviour) -> int:
    return _RANKS[behaviour.verifies] if behaviour.broken is None else _BROKEN
