"""The address of a server as a user writes it: HOST, HOST:PORT, [IPv6]:PORT."""

import ipaddress
import re
from enum import StrEnum
from typing import Final

from unpin.model.errors import UsageError
from unpin.model.values import frozen

HTTPS_PORT: Final = 443
"""The port of an address without a port, if the protocol does not say otherwise."""


class Protocol(StrEnum):
    """What a client says before the TLS handshake; the choices of `--starttls`."""

    AUTO = "auto"
    """By the port (PROTOCOLS_BY_PORT); on every other port by what the server says."""
    NONE = "none"
    """TLS from the first byte."""
    POSTGRES = "postgres"
    """SSLRequest (PostgreSQL, Frontend/Backend Protocol)."""
    POSTGRES_DIRECT = "postgres-direct"
    """TLS from the first byte with the ALPN "postgresql" (PostgreSQL from 17)."""
    MYSQL = "mysql"
    """The greeting of MySQL or MariaDB, answered with SSLRequest."""
    MSSQL = "mssql"
    """PRELOGIN of SQL Server, whose packets wrap the TLS handshake (MS-TDS 2.2.6.5)."""
    MSSQL_STRICT = "mssql-strict"
    """TLS from the first byte with the ALPN "tds/8.0" (TDS 8.0, SQL Server from 2022)."""
    SMTP = "smtp"
    """EHLO and STARTTLS (RFC 3207)."""
    IMAP = "imap"
    """STARTTLS (RFC 3501 6.2.1)."""
    LDAP = "ldap"
    """The StartTLS operation (RFC 4511 4.14)."""

    @property
    def label(self) -> str:
        """The protocol in a report."""
        return _LABELS[self]


_LABELS: Final = {
    Protocol.AUTO: "by port",
    Protocol.NONE: "TLS",
    Protocol.POSTGRES: "PostgreSQL (SSLRequest)",
    Protocol.POSTGRES_DIRECT: "PostgreSQL (direct TLS)",
    Protocol.MYSQL: "MySQL",
    Protocol.MSSQL: "SQL Server",
    Protocol.MSSQL_STRICT: "SQL Server (TDS 8.0)",
    Protocol.SMTP: "SMTP (STARTTLS)",
    Protocol.IMAP: "IMAP (STARTTLS)",
    Protocol.LDAP: "LDAP (StartTLS)",
}

PROTOCOLS_BY_PORT: Final = {
    5432: Protocol.POSTGRES,
    6432: Protocol.POSTGRES,
    3306: Protocol.MYSQL,
    1433: Protocol.MSSQL,
    25: Protocol.SMTP,
    587: Protocol.SMTP,
    143: Protocol.IMAP,
    389: Protocol.LDAP,
}
"""The ports on which a session begins without TLS: registered (IANA), and 6432 of pgbouncer."""

_PORTS: Final = {
    Protocol.POSTGRES: 5432,
    Protocol.POSTGRES_DIRECT: 5432,
    Protocol.MYSQL: 3306,
    Protocol.MSSQL: 1433,
    Protocol.MSSQL_STRICT: 1433,
    Protocol.SMTP: 25,
    Protocol.IMAP: 143,
    Protocol.LDAP: 389,
}

_NAME: Final = re.compile(r"[^\s:/\\@\[\]?#%,;]{1,253}")
"""What may be a host name; the resolver decides about the rest."""


@frozen
class ServerAddress:
    """A server: the name or address, the port, and the protocol, which is never AUTO.

    `guessed` says that nobody named the protocol, and the port does not tell it either.
    """

    host: str
    port: int
    protocol: Protocol
    guessed: bool = False

    @property
    def title(self) -> str:
        """HOST:PORT, as reports and errors call the server."""
        return host_and_port(self.host, self.port)


def host_and_port(host: str, port: int) -> str:
    """HOST:PORT, and [HOST]:PORT for an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def parse_server(text: str, protocol: Protocol) -> ServerAddress:
    """The server that `text` names. Raises UsageError for anything but HOST[:PORT].

    Without a port: that of the protocol, or 443.
    """
    host, port = split_address(text)
    if port is None:
        port = _PORTS.get(protocol, HTTPS_PORT)
    if protocol is not Protocol.AUTO:
        return ServerAddress(host, port, protocol)
    known = PROTOCOLS_BY_PORT.get(port)
    guessed = known is None and port != HTTPS_PORT
    return ServerAddress(host, port, known or Protocol.NONE, guessed)


def split_address(text: str) -> tuple[str, int | None]:
    """The host and the port of HOST, HOST:PORT, IPv6 or [IPv6]:PORT. Raises UsageError."""
    written = text.strip()
    if "://" in written:
        raise UsageError(
            f"{_shown(text)} is a URL, not a server",
            "give HOST:PORT alone; --config takes a connection string for its stores",
        )
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", written)
    if bracketed:
        host, digits = bracketed[1], bracketed[2]
    elif written.count(":") > 1:
        host, digits = written, None
    else:
        host, colon, after = written.partition(":")
        digits = after if colon else None
    if bracketed or ":" in host:
        try:
            ipaddress.IPv6Address(host.partition("%")[0])
        except ValueError as error:
            raise UsageError(
                f"{_shown(text)} is not HOST:PORT", "an IPv6 address: [::1]:5432"
            ) from error
    elif not _NAME.fullmatch(host) or host.startswith("-"):
        raise UsageError(f"{_shown(text)} is not HOST:PORT")
    if digits is None:
        return host, None
    if not re.fullmatch(r"[0-9]{1,5}", digits) or not 0 < int(digits) < 65536:
        raise UsageError(f"{_shown(text)}: the port is not a number from 1 to 65535")
    return host, int(digits)


def _shown(text: str) -> str:
    """The text in quotes; of what has user and password, only what is behind them."""
    before, at, after = text.rpartition("@")
    return repr(f"***@{after}" if at and before else text)


def is_ip_address(host: str) -> bool:
    """Whether the host is an IP address, which the server name of TLS must not be (RFC 6066 3)."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
