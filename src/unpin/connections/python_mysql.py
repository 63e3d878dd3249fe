"""The drivers of Python for MySQL: PyMySQL, asyncmy, mysql-connector-python, mysqlclient.

Measured with PyMySQL 1.2, asyncmy 0.2, mysql-connector-python 26.10 (in Python and in C) and
mysqlclient 1.4 (MariaDB's library) against MariaDB 10.11.
"""

from typing import Final

from unpin.configurations.model import Setting
from unpin.connections.model import (
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    is_false,
    is_true,
    plaintext,
    plus_decoded,
    unverified,
    verified,
)
from unpin.connections.python_drivers import own_context

_FLAGS: Final = frozenset({"ssl_verify_cert", "ssl_verify_identity"})
_ARGUMENTS: Final = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity")
_URL: Final = "URL"
"""The origin of the parameters that SQLAlchemy makes an ssl object of."""

_OFF: Final = frozenset({"none", "0", "false", "no"})
_DEFAULT: Final = StoreRead(Place.OPENSSL, None, "no CA file: OpenSSL's default paths")


def pymysql_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What PyMySQL does: `ca` of an ssl object verifies, the argument `ssl_ca` alone does not."""
    if is_true(circumstances.value("ssl_disabled")):
        return plaintext("ssl_disabled uses no TLS")
    if (own := own_context(circumstances)) is not None:
        return own
    arguments = [name for name in _ARGUMENTS if _argument(circumstances, name) is not None]
    if arguments:
        return _of_arguments(circumstances, "PyMySQL")
    found = _of_object(circumstances, "PyMySQL")
    if found is not None:
        return found
    if circumstances.before(1, 2):
        return plaintext("without ssl and ssl_ca PyMySQL uses no TLS before 1.2")
    return unverified("without ssl and ssl_ca PyMySQL verifies nothing").noting(
        "before 1.2 it uses no TLS then"
    )


def asyncmy_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What asyncmy and aiomysql do: they take an ssl object or a context, and no ssl_ca."""
    if (own := own_context(circumstances)) is not None:
        return own
    for name in _ARGUMENTS:
        if _argument(circumstances, name) is not None:
            return broken(f"asyncmy knows no argument {name}: a TypeError")
    ssl = circumstances.value("ssl")
    if ssl is not None and is_true(ssl):
        return unverified("ssl=True is not verified in asyncmy")
    found = _of_object(circumstances, "asyncmy")
    has_key = any(each.key.startswith("ssl.") and each.key != "ssl.object"
                  for each in circumstances.connection.parameters)  # fmt: skip
    of_url = circumstances.parameter("ssl_ca", "ssl_check_hostname") is not None
    if found is None or not (has_key or of_url):
        return plaintext("without ssl asyncmy uses no TLS")
    return found


def mysql_connector_python_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What mysql-connector-python does: ssl_ca alone verifies nothing."""
    if is_true(circumstances.value("ssl_disabled")):
        return plaintext("ssl_disabled uses no TLS")
    return _of_arguments(circumstances, "mysql-connector-python")


def mysqlclient_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What mysqlclient does, whose library is that of MySQL or that of MariaDB."""
    mode = (circumstances.value("ssl_mode", "ssl-mode") or "").upper()
    ca = circumstances.parameter("ssl.ca", "ssl_ca")
    if mode == "DISABLED":
        return plaintext("ssl_mode=DISABLED uses no TLS")
    verifies = {"VERIFY_CA": Verifies.CHAIN, "VERIFY_IDENTITY": Verifies.FULL}.get(mode)
    if ca is None or not ca.value:
        if verifies is not None:
            return broken(f"ssl_mode={mode} needs ca", verifies=verifies)
        return unverified("without ca mysqlclient verifies nothing")
    path = plus_decoded(ca)
    store = StoreRead(Place.FILE, path, ca.key)
    if verifies is None and mode:
        return unverified(f"ssl_mode={mode} verifies nothing")
    if not circumstances.exists(path):
        return broken(f"{path} does not exist", store, verifies=verifies or Verifies.CHAIN)
    if verifies is None:
        return TlsBehaviour(
            Verifies.UNKNOWN,
            "whether ca alone verifies depends on the library: MariaDB's verifies the chain;"
            " give ssl_mode",
            (store,),
        )
    return verified(verifies, f"ssl_mode={mode} verifies with ca", store)


def _argument(circumstances: Circumstances, name: str) -> Setting | None:
    """An argument of a call; of a URL those alone of which SQLAlchemy makes no ssl object."""
    found = circumstances.parameter(name)
    of_object = found is not None and found.origin == _URL and name not in _FLAGS
    return None if of_object else found


def _of_arguments(circumstances: Circumstances, client: str) -> TlsBehaviour:
    """The behaviour by ssl_ca, ssl_verify_cert and ssl_verify_identity."""
    given = circumstances.parameter("ssl_ca", "ssl.ca")
    lost = ""
    if given is not None and given.origin == _URL and client == "PyMySQL":
        lost = (
            f"ssl_ca={given.value} is lost: ssl_verify_cert beside it takes the place of its object"
        )
        given = None
    path = plus_decoded(given) if given is not None else ""
    checks_name = is_true(circumstances.value("ssl_verify_identity"))
    checks = checks_name or is_true(circumstances.value("ssl_verify_cert"))
    verifies = Verifies.FULL if checks_name else Verifies.CHAIN
    flag = "ssl_verify_identity" if checks_name else "ssl_verify_cert"
    if path and not circumstances.exists(path):
        return _without_file(circumstances, client, path, verifies if checks else None)
    if not checks:
        what = "ssl_ca alone verifies nothing" if path else "without ssl_ca nothing is verified"
        return unverified(f"{what} in {client}: ssl_verify_cert and ssl_verify_identity do").noting(
            lost
        )
    if not path:
        nameless = checks_name and client == "PyMySQL"
        why = f"{flag} verifies with OpenSSL's default paths"
        if nameless:
            why += "; without ca PyMySQL does not check the name"
        return verified(Verifies.CHAIN if nameless else verifies, why, _DEFAULT).noting(lost)
    return verified(verifies, f"{flag} verifies with ssl_ca", StoreRead(Place.FILE, path, "ssl_ca"))


def _without_file(
    circumstances: Circumstances, client: str, path: str, verifies: Verifies | None
) -> TlsBehaviour:
    """A CA file that does not exist; `verifies` is None where it would not be used."""
    store = StoreRead(Place.FILE, path, "ssl_ca")
    pure = circumstances.value("use_pure")
    if verifies is not None or client == "PyMySQL" or is_true(pure):
        return broken(f"{path} does not exist", store, verifies=verifies or Verifies.NOTHING)
    if is_false(pure):
        return unverified(f"{path} does not exist, and would verify nothing")
    return TlsBehaviour(
        Verifies.UNKNOWN,
        f"{path} does not exist: {client} in Python fails, its C extension accepts anybody",
        (store,),
    )


def _of_object(circumstances: Circumstances, client: str) -> TlsBehaviour | None:
    """The behaviour by an ssl object, or by what SQLAlchemy makes of a URL; None without any."""
    of_url = circumstances.parameter("ssl_ca", "ssl_check_hostname", "ssl_capath") is not None
    ca = circumstances.parameter("ssl.ca", "ssl.cafile", "ssl_ca")
    keys = {each.key for each in circumstances.connection.parameters}
    if not of_url and not any(key == "ssl" or key.startswith("ssl.") for key in keys):
        return None
    if is_true(circumstances.value("ssl")):
        return broken(f"ssl=True is no object: an AttributeError in {client}")
    given = circumstances.value("ssl.check_hostname", "ssl_check_hostname")
    checks = not is_false(given)
    mode = (circumstances.value("ssl.verify_mode") or "").strip().lower()
    path = "" if ca is None else plus_decoded(ca)
    if not path:
        if not mode or mode in _OFF:
            return unverified(f"TLS without ca is not verified in {client}")
        return verified(Verifies.CHAIN, f"verify_mode={mode} verifies without ca", _DEFAULT)
    store = StoreRead(Place.FILE, path, "ca of the ssl object")
    verifies = Verifies.FULL if checks else Verifies.CHAIN
    if not circumstances.exists(path):
        return broken(f"{path} does not exist", store, verifies=verifies)
    if mode in _OFF:
        if checks:
            return broken(f"verify_mode={mode} needs check_hostname=False: a ValueError", store)
        return unverified(f"verify_mode={mode} accepts anybody")
    said = "ca of the ssl object switches verification on"
    if of_url:
        said = "SQLAlchemy makes an ssl object of ssl_ca, which switches verification on"
    return verified(verifies, said, store)
