"""Servers on 127.0.0.1 for tests: TLS with a chain of our own, and scripts that break the rules."""

import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import programs
from tests.pki import pem

PATIENCE = 10
"""Seconds for a server to start, and for a script to end."""


@contextmanager
def scripted(talk):
    """A server that calls `talk` with the socket of each connection; yields its port.

    What `talk` raises of the system, such as a connection that is gone, ends that connection.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()
    workers = []

    def one(connection):
        with connection:
            connection.settimeout(PATIENCE)
            with suppress(OSError):
                talk(connection)

    def serve():
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            workers.append(threading.Thread(target=one, args=(connection,), daemon=True))
            workers[-1].start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopped.set()
        # shutdown, not close, wakes accept.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE)
        for worker in workers:
            worker.join(PATIENCE)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def key_pem(authority):
    """The private key of an authority of tests.pki."""
    return authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def s_server(folder, server, *above, arguments=()):
    """`openssl s_server` with the certificate of the authority `server`, and `above` it; its port."""
    openssl = programs.program("openssl")
    folder.mkdir(exist_ok=True)
    (folder / "server.pem").write_bytes(pem(server.certificate))
    (folder / "key.pem").write_bytes(key_pem(server))
    command = [openssl, "s_server", "-quiet", "-no-CAfile", "-no-CApath", "-no-CAstore",
               "-cert", folder / "server.pem", "-key", folder / "key.pem"]  # fmt: skip
    if above:
        (folder / "above.pem").write_bytes(pem(*above))
        command += ["-cert_chain", folder / "above.pem"]
    port = free_port()
    with subprocess.Popen(
        [*map(str, command), "-accept", f"127.0.0.1:{port}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            _await(port, process)
            yield port
        finally:
            process.kill()


def _await(port, process):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read().decode())
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the server did not start")


def tls_behind(folder, server, *above, version=None, alpn=()):
    """A function that shakes hands on a socket as the authority `server`, as `tls_of` does."""
    folder.mkdir(exist_ok=True)
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(pem(server.certificate, *above))
    key.write_bytes(key_pem(server))
    return tls_of(chain, key, version=version, alpn=alpn)


def tls_of(chain, key, *, version=None, alpn=()):
    """A function that shakes hands on a socket as a TLS server, and waits for the close.

    It collects the names that clients asked for, the protocols that it chose, and what clients
    sent after the handshake.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if alpn:
        context.set_alpn_protocols(list(alpn))

    def shake(connection):
        with context.wrap_socket(connection, server_side=True) as session:
            shake.names.append(session.selected_alpn_protocol())
            try:
                shake.heard += session.recv(1000)
            except OSError:
                shake.heard += b"(no close)"

    context.sni_callback = lambda session, name, _: shake.asked.append(name)
    shake.heard, shake.names, shake.asked = b"", [], []
    return shake
