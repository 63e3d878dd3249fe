"""A server that speaks TDS up to the login, over TLS, and tells what reached it.

PRELOGIN is answered as SQL Server does; TLS goes through PRELOGIN packets (MS-TDS 2.2.6.5), or comes
before them (TDS 8, encrypt=strict). Then the server closes the connection.
"""

import socket
import ssl
import struct
import threading
from contextlib import contextmanager
from queue import SimpleQueue

OFF, ON, NOT_SUPPORTED, REQUIRED = range(4)
"""ENCRYPTION of PRELOGIN."""

_PRELOGIN, _LOGIN, _ANSWER = 0x12, 0x10, 0x04
_HANDSHAKE = b"\x16"
_TOKENS = ((0, struct.pack(">BBHH", 16, 0, 1000, 0)), (2, b"\0"), (3, b""), (4, b"\0"))
PATIENCE = 10


@contextmanager
def tds_server(certificate, key, *, forces):
    """The port, and a queue: "t" for a login over TLS, "f" for one without, or the error.

    `forces`: it encrypts whole sessions, also of clients that ask for the login alone.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # its last message is the client's own
    context.set_alpn_protocols(["tds/8.0"])
    said = SimpleQueue()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.settimeout(PATIENCE)
                    try:
                        said.put(_session(client, context, forces=forces))
                    except (OSError, EOFError) as error:
                        said.put(f"error: {error}")

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], said
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)


def _session(client, context, *, forces):
    if client.recv(1, socket.MSG_PEEK) == _HANDSHAKE:
        return _strict_session(client, context)
    _, asked = _packet(client)
    encryption = _encryption(asked)
    chosen = ON if encryption in {ON, REQUIRED} else REQUIRED if forces else encryption
    client.sendall(_wrapped(_prelogin(chosen), _ANSWER))
    if chosen == NOT_SUPPORTED:
        kind, _ = _packet(client)
        return "f" if kind == _LOGIN else f"error: packet {kind}"
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_side=True)
    while not _is_shaken(session):
        if outgoing.pending:
            client.sendall(_wrapped(outgoing.read(), _PRELOGIN))
        incoming.write(_packet(client)[1])
    client.sendall(_wrapped(outgoing.read(), _PRELOGIN))
    while True:
        try:
            return "t" if session.read(1)[0] == _LOGIN else "error: no login"
        except ssl.SSLWantReadError:
            data = client.recv(4096)
            if not data:
                raise EOFError("closed after the handshake") from None
            incoming.write(data)


def _strict_session(client, context):
    with context.wrap_socket(client, server_side=True) as session:
        _packet(session)
        session.sendall(_wrapped(_prelogin(ON), _ANSWER))
        kind, _ = _packet(session)
        return "t" if kind == _LOGIN else f"error: packet {kind}"


def _is_shaken(session):
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _packet(client):
    header = _exactly(client, 8)
    return header[0], _exactly(client, int.from_bytes(header[2:4], "big") - 8)


def _exactly(client, count):
    data = b""
    while len(data) < count:
        more = client.recv(count - len(data))
        if not more:
            raise EOFError("closed")
        data += more
    return data


def _wrapped(data, kind):
    return struct.pack(">BBHHBB", kind, 1, 8 + len(data), 0, 1, 0) + data


def _prelogin(encryption):
    tokens = sorted([*_TOKENS, (1, bytes([encryption]))])
    head, body = b"", b""
    for token, value in tokens:
        head += struct.pack(">BHH", token, 5 * len(tokens) + 1 + len(body), len(value))
        body += value
    return head + b"\xff" + body


def _encryption(message):
    position = 0
    while message[position] != 0xFF:
        token, offset, _ = struct.unpack_from(">BHH", message, position)
        if token == 1:
            return message[offset]
        position += 5
    return OFF
