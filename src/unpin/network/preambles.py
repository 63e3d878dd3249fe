"""What a client says before the TLS handshake: PostgreSQL, MySQL, SQL Server, SMTP, IMAP, LDAP."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.errors import NoChainError
from unpin.network.connection import spelled
from unpin.network.server_address import Protocol
from unpin.network.tds import prelogin

if TYPE_CHECKING:
    from unpin.network.connection import Channel, ServerConnection

MAX_LINES: Final = 100
"""The most lines of an answer of a mail server."""

MAX_MESSAGE: Final = 65_536
"""The largest first message of a database or directory server."""

_SSL_REQUEST: Final = struct.pack(">II", 8, 80_877_103)
"""PostgreSQL, "Message Formats": SSLRequest."""

_CLIENT_SSL: Final = 0x800
_MYSQL_CAPABILITIES: Final = 0x1 | 0x200 | _CLIENT_SSL | 0x8000 | 0x80000
"""LONG_PASSWORD, PROTOCOL_41, SSL, SECURE_CONNECTION, PLUGIN_AUTH."""
_UTF8MB4: Final = 45


def ask_for_tls(connection: ServerConnection, protocol: Protocol) -> Channel:
    """Bring the server to the point where the TLS handshake begins; what TLS goes through then.

    Raises NoChainError if it offers no TLS, or says what is not of the protocol.
    """
    match protocol:
        case Protocol.POSTGRES:
            _postgres(connection)
        case Protocol.MYSQL:
            _mysql(connection)
        case Protocol.SMTP:
            _smtp(connection)
        case Protocol.IMAP:
            _imap(connection)
        case Protocol.LDAP:
            _ldap(connection)
        case Protocol.MSSQL:
            return prelogin(connection)
        case Protocol.NONE | Protocol.POSTGRES_DIRECT | Protocol.MSSQL_STRICT | Protocol.AUTO:
            pass
    return connection


def _postgres(connection: ServerConnection) -> None:
    awaited = "an answer to SSLRequest"
    connection.send(_SSL_REQUEST, awaited)
    answer = connection.exactly(1, awaited)
    if answer == b"S":
        return
    if answer == b"N":
        raise NoChainError(
            'no TLS: the server answered "N" to SSLRequest', "its setting ssl is off"
        )
    if answer == b"E":
        raise NoChainError(f"no TLS: the server answered with an error: {_error(connection)}")
    raise NoChainError(
        f"not PostgreSQL: the server answered {spelled(answer)} to SSLRequest",
        "--starttls none is for TLS from the first byte",
    )


def _error(connection: ServerConnection) -> str:
    """The text of ErrorResponse: fields (protocol 3), or a text (before PostgreSQL 7.4)."""
    awaited = "an error message"
    data = connection.exactly(4, awaited)
    length = int.from_bytes(data, "big")
    if 4 < length <= MAX_MESSAGE:
        fields = connection.exactly(length - 4, awaited).split(b"\0")
        said = {field[:1]: field[1:] for field in fields if field}
        return _text(said.get(b"M", b"without a text"))
    while b"\0" not in data and len(data) < MAX_MESSAGE:
        more = connection.receive(awaited)
        if not more:
            break
        data += more
    return _text(data.split(b"\0")[0])


def _mysql(connection: ServerConnection) -> None:
    awaited = "the greeting of MySQL"
    header = connection.exactly(4, awaited)
    length = int.from_bytes(header[:3], "little")
    if not 0 < length <= MAX_MESSAGE or header[3] != 0:
        raise NoChainError(f"not MySQL: the server began with {spelled(header)}")
    packet = connection.exactly(length, awaited)
    if packet[0] == 0xFF:
        raise NoChainError(f"MySQL refused the connection: {_text(packet[3:])}")
    _, end, rest = packet[1:].partition(b"\0")
    if packet[0] != 10 or not end or len(rest) < 15:
        raise NoChainError(f"not MySQL: the server began with {spelled((header + packet)[:8])}")
    # Behind the version: thread (4), salt (8), filler (1), the lower capabilities (2).
    if not int.from_bytes(rest[13:15], "little") & _CLIENT_SSL:
        raise NoChainError("no TLS: the server's greeting does not offer it")
    body = struct.pack("<IIB23x", _MYSQL_CAPABILITIES, 1 << 24, _UTF8MB4)
    connection.send(len(body).to_bytes(3, "little") + b"\1" + body, "an answer to SSLRequest")


def _smtp(connection: ServerConnection) -> None:
    _smtp_answer(connection, b"220", "the greeting of SMTP")
    name = connection.local_address
    literal = f"IPv6:{name}" if ":" in name else name
    connection.send(f"EHLO [{literal}]\r\n".encode(), "an answer to EHLO")
    offered = _smtp_answer(connection, b"250", "an answer to EHLO")
    if b"STARTTLS" not in [line[4:].strip().upper() for line in offered]:
        raise NoChainError("no TLS: the server's answer to EHLO does not offer STARTTLS")
    connection.send(b"STARTTLS\r\n", "an answer to STARTTLS")
    _smtp_answer(connection, b"220", "an answer to STARTTLS")


def _smtp_answer(connection: ServerConnection, wanted: bytes, awaited: str) -> list[bytes]:
    """The lines of an answer (RFC 5321 4.2.1), whose code must be `wanted`."""
    lines: list[bytes] = []
    while len(lines) < MAX_LINES:
        line = connection.line(awaited)
        lines.append(line)
        if line[:3] != wanted:
            raise NoChainError(f'the server said "{_text(line)}" instead of {awaited}')
        if line[3:4] != b"-":
            return lines
    raise NoChainError(f"the server sent more than {MAX_LINES} lines instead of {awaited}")


def _imap(connection: ServerConnection) -> None:
    line = connection.line("the greeting of IMAP")
    if not line.upper().startswith(b"* OK"):
        raise NoChainError(f'the server said "{_text(line)}" instead of the greeting of IMAP')
    awaited = "an answer to STARTTLS"
    connection.send(b"a STARTTLS\r\n", awaited)
    for _ in range(MAX_LINES):
        line = connection.line(awaited)
        if line.startswith(b"a "):
            if line[2:].upper().startswith(b"OK"):
                return
            raise NoChainError(f'no TLS: the server answered STARTTLS with "{_text(line[2:])}"')
    raise NoChainError(f"the server sent more than {MAX_LINES} lines instead of {awaited}")


def _ldap(connection: ServerConnection) -> None:
    awaited = "an answer to StartTLS"
    request = tlv.element(0x77, tlv.element(0x80, oids.START_TLS.encode()))
    connection.send(tlv.element(0x30, tlv.encode_integer(1), request), awaited)
    data = connection.exactly(2, awaited)
    if data[0] != 0x30:
        raise NoChainError(f"not LDAP: the server answered {spelled(data)} to StartTLS")
    if data[1] & 0x80:
        more = connection.exactly(data[1] & 0x7F, awaited)
        length = int.from_bytes(more, "big")
        data += more
    else:
        length = data[1]
    if length > MAX_MESSAGE:
        raise NoChainError(f"not LDAP: the server announces {length:,} bytes")
    data += connection.exactly(length, awaited)
    try:
        _, response, *_ = tlv.only(data, "LDAPMessage").sequence("LDAPMessage", 2)
        code, _, diagnostic = response.children()[:3]
        result = int.from_bytes(code.expect(0x0A, "resultCode").content, "big")
    except ValueError as error:
        raise NoChainError(
            f"not LDAP: the server answered {spelled(data[:8])} to StartTLS"
        ) from error
    if response.raw[0] != 0x78 or result != 0:
        said = f": {_text(diagnostic.content)}" if diagnostic.content else ""
        raise NoChainError(f"no TLS: the server answered StartTLS with result code {result}{said}")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()[:300]
