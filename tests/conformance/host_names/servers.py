"""Present certificates: one process, one port a certificate, for HTTPS and for PostgreSQL's clients."""

import concurrent.futures
import contextlib
import selectors
import socket
import ssl
import tempfile
import threading

from tests.conformance.host_names.certificates import LETTER, certificate

PATIENCE = 20
_SAID = b"SFATAL\0C28000\0Mnames were taken\0\0"
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


class Servers:
    """A port of 127.0.0.1 for each bearer, whose clients hear that their names were taken.

    OpenSSL presents no certificate with a SubjectAltName that it cannot read: it gets no port.
    """

    def __init__(self, bearers):
        self._selector = selectors.DefaultSelector()
        self._stop = threading.Event()
        self._pool = concurrent.futures.ThreadPoolExecutor(4)
        self._sockets = []
        self.ports = {}
        for bearer in bearers:
            try:
                made = context(certificate(bearer))
            except ssl.SSLError:
                continue
            listener = socket.create_server(("127.0.0.1", 0), backlog=64)
            self._sockets.append(listener)
            self._selector.register(listener, selectors.EVENT_READ, made)
            self.ports[bearer] = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        self._pool.shutdown()
        for listener in self._sockets:
            listener.close()
        self._selector.close()

    def _serve(self):
        while not self._stop.is_set():
            for key, _ in self._selector.select(0.2):
                accepted, _ = key.fileobj.accept()
                self._pool.submit(_shake, accepted, key.data)


def _shake(accepted, made):
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
