"""Present chains: TLS servers in this process, one listening port a chain, for as long as asked."""

import concurrent.futures
import contextlib
import selectors
import socket
import ssl
import threading
import warnings

from tests.conformance.policy.pem import bundle


def server_context(case, folder):
    """A server's context that sends `case.chain`, however weak its keys and signatures."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    file = folder / "server.pem"
    file.write_text(case.chain[0].key.pem + bundle(one.der for one in case.chain))
    context.load_cert_chain(file)
    return context


class Servers:
    """Listens on one loopback port for each context; `shake` serves each connection.

    Without `shake`, shakes hands and says one byte.
    """

    def __init__(self, contexts, *, shake=None, backlog=16):
        self._shake = shake or _shake
        self._selector = selectors.DefaultSelector()
        self._stop = threading.Event()
        self._pool = concurrent.futures.ThreadPoolExecutor(4)
        self._sockets = []
        self.ports = []
        for context in contexts:
            listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
            self._sockets.append(listener)
            self._selector.register(listener, selectors.EVENT_READ, context)
            self.ports.append(listener.getsockname()[1])
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
                self._pool.submit(self._shake, accepted, key.data)


def _shake(accepted, context):
    accepted.settimeout(20)
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with (
        accepted,
        contextlib.suppress(OSError),
        context.wrap_socket(accepted, server_side=True) as wrapped,
    ):
        wrapped.sendall(b".")
        wrapped.recv(1)
