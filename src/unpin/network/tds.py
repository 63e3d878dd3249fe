"""SQL Server before TLS: PRELOGIN, and packets that wrap the handshake (MS-TDS 2.2.6.5)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from unpin.model.errors import NoChainError
from unpin.network.connection import spelled

if TYPE_CHECKING:
    from unpin.network.connection import ServerConnection

_PRELOGIN: Final = 0x12
_TABULAR_RESULT: Final = 0x04
"""Types of packets (MS-TDS 2.2.3.1.1)."""

_END_OF_MESSAGE: Final = 0x01
_HEADER: Final = 8
_PACKET: Final = 4096
"""The size of packets before a login agrees on another (MS-TDS 2.2.3.1.3)."""

_VERSION: Final = 0x00
_ENCRYPTION: Final = 0x01
_TERMINATOR: Final = 0xFF
_OPTION: Final = 5
_ENCRYPT_ON: Final = 0x01
_ENCRYPT_NOT_SUP: Final = 0x02

_AWAITED: Final = "an answer to PRELOGIN"


class TdsChannel:
    """TLS records in PRELOGIN packets, which is how a TDS session shakes hands."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self.address = connection.address

    def send(self, data: bytes, awaited: str) -> None:
        """Send the records, in as many packets as they need."""
        room = _PACKET - _HEADER
        for start in range(0, len(data), room):
            part = data[start : start + room]
            self._connection.send(_packet(part, last=start + room >= len(data)), awaited)

    def receive(self, awaited: str) -> bytes:
        """The records of the next packet; b"" if the server has closed the connection."""
        first = self._connection.receive(awaited, 1)
        if not first:
            return b""
        if first[0] not in {_PRELOGIN, _TABULAR_RESULT}:
            # TLS 1.3 servers send tickets bare once the handshake is done; others are no TDS.
            return first + self._connection.receive(awaited)
        header = first + self._connection.exactly(_HEADER - 1, awaited)
        return self._connection.exactly(_length(header), awaited)


def prelogin(connection: ServerConnection) -> TdsChannel:
    """Ask for encryption; what TLS goes through then. Raises NoChainError."""
    version = struct.pack(">IH", 0, 0)
    encryption = bytes([_ENCRYPT_ON])
    offset = 2 * _OPTION + 1
    options = struct.pack(">BHH", _VERSION, offset, len(version))
    options += struct.pack(">BHH", _ENCRYPTION, offset + len(version), len(encryption))
    body = options + bytes([_TERMINATOR]) + version + encryption
    connection.send(_packet(body, last=True), _AWAITED)
    answer = _message(connection)
    chosen = _option(answer, _ENCRYPTION)
    if len(chosen) != 1:
        raise NoChainError("not SQL Server: its answer to PRELOGIN says nothing about encryption")
    if chosen[0] == _ENCRYPT_NOT_SUP:
        raise NoChainError(
            "no TLS: the server answered PRELOGIN with ENCRYPT_NOT_SUP", "it has no certificate"
        )
    return TdsChannel(connection)


def _packet(data: bytes, *, last: bool) -> bytes:
    status = _END_OF_MESSAGE if last else 0
    return struct.pack(">BBHHBB", _PRELOGIN, status, _HEADER + len(data), 0, 0, 0) + data


def _message(connection: ServerConnection) -> bytes:
    """The packets of an answer up to the last one."""
    message = b""
    while True:
        header = connection.exactly(_HEADER, _AWAITED)
        if header[0] not in {_PRELOGIN, _TABULAR_RESULT}:
            raise NoChainError(
                f"not SQL Server: the server answered {spelled(header)} to PRELOGIN",
                "--starttls mssql-strict is for TDS 8.0, --starttls none for TLS alone",
            )
        message += connection.exactly(_length(header), _AWAITED)
        if header[1] & _END_OF_MESSAGE:
            return message


def _length(header: bytes) -> int:
    """The number of bytes behind the header of a packet. Raises NoChainError."""
    length = int.from_bytes(header[2:4], "big") - _HEADER
    if length < 0:
        raise NoChainError(f"not SQL Server: a packet began with {spelled(header)}")
    return length


def _option(message: bytes, wanted: int) -> bytes:
    """The value of an option of PRELOGIN; b"" without."""
    position = 0
    while position + _OPTION <= len(message) and message[position] != _TERMINATOR:
        token, offset, length = struct.unpack_from(">BHH", message, position)
        if token == wanted:
            return message[offset : offset + length]
        position += _OPTION
    return b""
