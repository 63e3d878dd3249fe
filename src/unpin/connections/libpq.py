"""libpq, and everything on it: psql, psycopg, pg of Ruby, pgsql and PDO of PHP, psqlODBC.

Sources: fe-connect.c and fe-secure-openssl.c of PostgreSQL; measured with psql 15, 17 and 18.
"""

from typing import Final

from unpin.configurations.model import Form, Setting
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
)

LIBPQ_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

_OPTIONS: Final = frozenset({
    "application_name", "authtype", "channel_binding", "client_encoding", "connect_timeout",
    "dbname", "fallback_application_name", "gssdelegation", "gssencmode", "gsslib", "host",
    "hostaddr", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval",
    "krbsrvname", "load_balance_hosts", "max_protocol_version", "min_protocol_version",
    "oauth_client_id", "oauth_client_secret", "oauth_issuer", "oauth_scope", "options",
    "passfile", "password", "port", "replication", "require_auth", "requirepeer", "requiressl",
    "scram_client_key", "scram_server_key", "service", "servicefile", "ssl_max_protocol_version",
    "ssl_min_protocol_version", "sslcert", "sslcertmode", "sslcompression", "sslcrl", "sslcrldir",
    "sslkey", "sslkeylogfile", "sslmode", "sslnegotiation", "sslpassword", "sslrootcert",
    "sslsni", "target_session_attrs", "tcp_user_timeout", "tty", "user",
})  # fmt: skip
"""The keywords of libpq 18; older versions know fewer."""

_SINCE: Final = {
    "sslnegotiation": 17, "sslcertmode": 16, "require_auth": 16, "load_balance_hosts": 16,
    "gssdelegation": 17, "sslkeylogfile": 18, "servicefile": 18, "min_protocol_version": 18,
    "max_protocol_version": 18, "sslsni": 14, "sslcrldir": 14,
}  # fmt: skip

_AFTER: Final = "PGSSLROOTCERT and ~/.postgresql/root.crt"
_SYSTEM: Final = "system"


def libpq_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What libpq does."""
    refusal = _refusal(circumstances)
    if refusal is not None:
        return broken(refusal)
    given, root = _root(circumstances)
    mode, mode_from = _mode(circumstances, given)
    if mode not in LIBPQ_MODES:
        said = f'invalid sslmode value: "{mode}"'
        if mode in {"verify-all", "verify"}:
            said += "; verify-full is meant, some pages have it wrong"
        return broken(said)
    if mode == "disable":
        return plaintext(f"sslmode=disable ({mode_from}) uses no TLS")
    if given is not None and given.value == _SYSTEM:
        return _system(circumstances, mode, mode_from, root)
    if (missing := _client_key(circumstances)) is not None:
        return broken(missing)
    return _with_file(circumstances, mode, mode_from, root, named=given is not None)


def _with_file(
    circumstances: Circumstances, mode: str, mode_from: str, root: StoreRead, *, named: bool
) -> TlsBehaviour:
    """The behaviour with the root file, which may not exist."""
    there = root.path is not None and circumstances.exists(root.path)
    said = f"sslmode={mode} ({mode_from})"
    if mode in {"verify-ca", "verify-full"}:
        verifies = Verifies.FULL if mode == "verify-full" else Verifies.CHAIN
        if not there:
            return broken(
                f'{said}: root certificate file "{root.path}" does not exist',
                root,
                verifies=verifies,
            )
        name = "" if mode == "verify-full" else "; the name is not checked"
        return verified(verifies, f"{said} verifies with that file alone{name}", root)
    if not there:
        missing = f", and {root.path} does not exist" if named else ", and there is no root.crt"
        return unverified(f"{said} verifies only with a root file{missing}")
    if mode == "require":
        return verified(
            Verifies.CHAIN, f"{said} with a root file verifies the chain, as verify-ca does", root
        )
    if mode == "allow":
        return verified(
            Verifies.CHAIN,
            f"{said} begins without TLS; where the server refuses that, the root file is used",
            root,
        )
    return verified(
        Verifies.TRIES,
        f"{said} with a root file verifies the chain, and falls back to plaintext if that fails",
        root,
    )


def _system(
    circumstances: Circumstances, mode: str, mode_from: str, root: StoreRead
) -> TlsBehaviour:
    """sslrootcert=system: a word since libpq 16, before that the name of a file."""
    before = 'libpq before 16 takes "system" for a file name'
    if circumstances.before(16):
        behaviour = _with_file(circumstances, mode, mode_from, root, named=True)
        return behaviour.noting(before)
    if mode != "verify-full":
        said = f'weak sslmode "{mode}" may not be used with sslrootcert=system (use "verify-full")'
        return broken(said).noting(before)
    store = StoreRead(Place.OPENSSL, None, "sslrootcert=system")
    return verified(
        Verifies.FULL, "sslrootcert=system verifies with OpenSSL's default roots", store
    ).noting(before)


def _refusal(circumstances: Circumstances) -> str | None:
    """The option that libpq does not know; None if it knows all."""
    connection = circumstances.connection
    if connection.form is Form.URI:
        for each in connection.parameters:
            if each.key == "ssl" and each.value == "true":
                continue
            if not _is_known(circumstances, each.key):
                # With an @ it is the end of a password with a ? in it.
                said = "***" if "@" in each.key else each.key
                return f'invalid URI query parameter: "{said}"'
    elif connection.form is Form.KEYWORDS and connection.drivers[:1] == ("libpq",):
        for each in connection.parameters:
            if not _is_known(circumstances, each.key) and each.origin != "ODBC":
                return f'invalid connection option "{each.key}"'
    return None


def _is_known(circumstances: Circumstances, key: str) -> bool:
    return key in _OPTIONS and not circumstances.before(_SINCE.get(key, 0))


def _mode(circumstances: Circumstances, root: Setting | None) -> tuple[str, str]:
    """The sslmode, and where it comes from."""
    uri = circumstances.connection.form is Form.URI
    given = ("", "")
    for each in circumstances.connection.parameters:  # the last one counts (measured, 15 and 18)
        if each.key == "sslmode" and each.value:
            given = each.value, _place(each) or "the configuration"
        elif uri and each.key == "ssl" and each.value == "true":
            given = "require", "ssl=true of the URI"
        elif each.key == "requiressl":
            word = "require" if each.value == "1" else "prefer"
            given = word, f"requiressl={each.value}"
    if given[0]:
        return given
    if (variable := circumstances.variable("PGSSLMODE")) is not None:
        return variable, "PGSSLMODE"
    if (circumstances.variable("PGREQUIRESSL") or "").startswith("1"):
        return "require", "PGREQUIRESSL"
    if root is not None and root.value == _SYSTEM and not circumstances.before(16):
        return "verify-full", "the default of sslrootcert=system"
    return "prefer", "the default"


def _place(setting: Setting) -> str:
    """Where a setting stands, in words; "" for the configuration as a whole."""
    return "the call" if setting.origin == setting.key else setting.origin


def _root(circumstances: Circumstances) -> tuple[Setting | None, StoreRead]:
    """The setting of sslrootcert, if any, and the file of roots."""
    given = circumstances.parameter("sslrootcert")
    if given is not None and given.value:
        place = (_place(given) or "configuration").removeprefix("the ")
        rule = f"sslrootcert of the {place}, before {_AFTER}"
        return given, StoreRead(Place.FILE, given.value, rule)
    given = circumstances.connection.variable("PGSSLROOTCERT")
    if given is not None:
        rule = "PGSSLROOTCERT, since there is no sslrootcert; before ~/.postgresql/root.crt"
        return given, StoreRead(Place.FILE, given.value, rule)
    default = (
        "%APPDATA%\\postgresql\\root.crt" if circumstances.windows else "~/.postgresql/root.crt"
    )
    rule = f"the default file {default}, since there is no sslrootcert and no PGSSLROOTCERT"
    return None, StoreRead(Place.FILE, circumstances.home_root, rule)


def _client_key(circumstances: Circumstances) -> str | None:
    """Why the client certificate cannot be used; None if it can, or there is none."""
    certificate = circumstances.value("sslcert") or circumstances.variable("PGSSLCERT")
    if certificate is None or not circumstances.exists(certificate):
        return None
    key = circumstances.value("sslkey") or circumstances.variable("PGSSLKEY")
    if key is None:
        key = f"{circumstances.postgresql_folder}/postgresql.key"
    if key.startswith("pkcs11:") or circumstances.exists(key):
        return None
    return (
        f'certificate present, but not private key file "{key}": sslcert is the certificate of the'
        " client, no trust store"
    )
