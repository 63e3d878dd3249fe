"""Present certificates: one process, one port a certificate, for HTTPS and for PostgreSQL's clients."""

import contextlib
import socket
import ssl
import tempfile

from tests.conformance.host_names.certificates import LETTER, certificate
from tests.conformance.policy import servers as loopback

PATIENCE = 20
ACCEPTED = "names were taken"
"""What PostgreSQL's clients hear behind the handshake."""
_SAID = b"SFATAL\0C28000\0M" + ACCEPTED.encode() + b"\0\0"
_ERROR = b"E" + (len(_SAID) + 4).to_bytes(4, "big") + _SAID


def context(der):
    """A server's context for a certificate that this Python's OpenSSL can load."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.num_tickets = 0  # who resumes a session compares no names
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(LETTER.pem + ssl.DER_cert_to_PEM_cert(der))
        file.flush()
        made.load_cert_chain(file.name)
    return made


class Servers(loopback.Servers):
    """A port of 127.0.0.1 for each bearer, whose clients hear that their names were taken.

    OpenSSL presents no certificate with a SubjectAltName that it cannot read: it gets no port.
    """

    def __init__(self, bearers):
        contexts = {}
        for bearer in bearers:
            with contextlib.suppress(ssl.SSLError):
                contexts[bearer] = context(certificate(bearer))
        super().__init__(contexts.values(), shake=shake, backlog=64)
        self.ports = dict(zip(contexts, self.ports, strict=True))


def shake(accepted, made):
    accepted.settimeout(PATIENCE)
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with accepted, contextlib.suppress(OSError):
        postgres = accepted.recv(1, socket.MSG_PEEK) != b"\x16"
        if postgres:
            accepted.recv(8)
            accepted.sendall(b"S")
        with made.wrap_socket(accepted, server_side=True) as wrapped:
            if postgres:
                wrapped.recv(4096)
                wrapped.sendall(_ERROR)
            else:
                wrapped.sendall(b"HTTP/1.0 204 No Content\r\nConnection: close\r\n\r\n")
                wrapped.recv(4096)
