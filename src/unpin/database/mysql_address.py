"""The address of a MySQL server: mysql://USER@HOST:PORT/DATABASE, with parameters for TLS."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from unpin.model.errors import UsageError
from unpin.model.values import frozen

_SCHEME: Final = re.compile(r"(?i)(?:mysql|mariadb)(?:\+\w+)?://")
_LONGEST: Final = 64 * 1024

_NAMES: Final = {
    "ssl_mode": "ssl_mode",
    "sslmode": "ssl_mode",
    "ssl_ca": "ssl_ca",
    "sslca": "ssl_ca",
    "ssl_cert": "ssl_cert",
    "sslcert": "ssl_cert",
    "ssl_key": "ssl_key",
    "sslkey": "ssl_key",
    "socket": "socket",
    "unix_socket": "socket",
    "user": "user",
    "password": "password",
}
"""The parameters that count, by their names in small letters and with "_" for "-"."""

_OF_TLS: Final = re.compile("ssl|tls|cert|verif")
"""What the name of a parameter has that is about TLS: such a one is not passed over."""


class MysqlTls(StrEnum):
    """What the client asks of TLS, as --ssl-mode of mysql has it."""

    DISABLED = "DISABLED"
    PREFERRED = "PREFERRED"
    REQUIRED = "REQUIRED"
    VERIFY_CA = "VERIFY_CA"
    VERIFY_IDENTITY = "VERIFY_IDENTITY"

    @property
    def verifies(self) -> bool:
        """Whether the certificate of the server is verified."""
        return self in {MysqlTls.VERIFY_CA, MysqlTls.VERIFY_IDENTITY}


@frozen
class MysqlAddress:
    """A server, and how to connect; "" where nothing was said."""

    host: str
    port: int
    user: str
    password: str
    database: str
    socket: str
    tls: MysqlTls
    ca: str
    certificate: str
    key: str

    @property
    def title(self) -> str:
        """The server in messages: without the user and the password."""
        place = self.socket or f"{self.host}:{self.port}"
        return f"{place}/{self.database}" if self.database else place


def is_mysql_address(text: str) -> bool:
    """Whether a connection string is that of MySQL or MariaDB."""
    return _SCHEME.match(text) is not None


def mysql_address(text: str) -> MysqlAddress:
    """The address in a URL. Raises UsageError, with a message that repeats nothing of it."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _unreadable() from None
    if (
        len(text) > _LONGEST
        or parts.fragment
        or not text.isprintable()
        or ("@" not in parts.netloc and "@" in parts.path + parts.query)
    ):
        raise _unreadable()
    given: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        known = _NAMES.get(name.lower().replace("-", "_"))
        if known is not None:
            given[known] = value
        elif _OF_TLS.search(name.lower()):
            raise UsageError(
                "the connection string has a parameter about TLS that unpin does not know",
                "it knows ssl-mode, ssl-ca, ssl-cert and ssl-key",
            )
    return MysqlAddress(
        host=unquote(parts.hostname or "localhost"),
        port=port or 3306,
        user=unquote(parts.username or given.get("user", "")),
        password=unquote(parts.password or "") or given.get("password", ""),
        database=unquote(parts.path.removeprefix("/")),
        socket=given.get("socket", ""),
        tls=_mode(given),
        ca=given.get("ssl_ca", ""),
        certificate=given.get("ssl_cert", ""),
        key=given.get("ssl_key", ""),
    )


def _mode(given: dict[str, str]) -> MysqlTls:
    """As the client mysql: ssl-ca alone verifies the chain."""
    said = given.get("ssl_mode")
    if said is None:
        return MysqlTls.VERIFY_CA if given.get("ssl_ca") else MysqlTls.PREFERRED
    try:
        return MysqlTls(said.upper().replace("-", "_"))
    except ValueError:
        raise UsageError(
            "ssl-mode of the connection string is none", f"one of {', '.join(MysqlTls)}"
        ) from None


def _unreadable() -> UsageError:
    return UsageError(
        "this is no connection string of MySQL",
        "mysql://USER@HOST:3306/DATABASE?ssl-mode=VERIFY_IDENTITY&ssl-ca=root.pem; it has %40 for "
        "@ in a password, %2F for /, %3A for :, %23 for #, %3F for ?",
    )
