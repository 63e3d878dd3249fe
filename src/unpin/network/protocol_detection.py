"""Find out what a server speaks before TLS, where neither the user nor the port says it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unpin.model.errors import NoChainError
from unpin.network.handshake_faults import OtherProtocolError, SilentEndError
from unpin.network.server_address import Protocol
from unpin.network.tls import TlsSession, tls_session

if TYPE_CHECKING:
    from unpin.network.server_address import ServerAddress

_WAITING: Final = (Protocol.POSTGRES, Protocol.MSSQL)
"""Protocols whose servers wait for the client, and close the connection at a TLS ClientHello."""

_OF_LATER_SERVERS: Final = {
    Protocol.POSTGRES_DIRECT: "PostgreSQL before 17 has no direct TLS: --starttls postgres",
    Protocol.MSSQL_STRICT: "SQL Server before 2022 has no TDS 8.0: --starttls mssql",
}
"""The hints where a server ends the connection that may be too old for the protocol."""


def first_session(
    server: ServerAddress, reached_at: tuple[str, int], timeout: float
) -> tuple[ServerAddress, TlsSession]:
    """The server with its protocol, and the session; `timeout` is for each attempt, in seconds.

    A guessed protocol is corrected by what the server says: its greeting names it, and a server
    that closes the connection at TLS is asked as PostgreSQL and as SQL Server. Raises NoChainError.
    """
    if not server.guessed:
        try:
            return server, tls_session(server, reached_at, timeout)
        except SilentEndError as error:
            hint = _OF_LATER_SERVERS.get(server.protocol, error.hint)
            raise SilentEndError(error.message, hint) from error
    try:
        return server, tls_session(server, reached_at, timeout)
    except OtherProtocolError as error:
        if error.protocol is None:
            raise
        known = replace(server, protocol=error.protocol)
        return known, tls_session(known, reached_at, timeout)
    except SilentEndError:
        for protocol in _WAITING:
            asked = replace(server, protocol=protocol)
            try:
                return asked, tls_session(asked, reached_at, timeout)
            except NoChainError as error:
                if error.message.startswith("no TLS"):
                    raise
        raise
