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


def context_of(folder, server, *above, version=None, suites=None):
    """The TLS context of the authority `server`, for the functions below."""
    folder.mkdir(exist_ok=True)
    (folder / "chain.pem").write_bytes(pem(server.certificate, *above))
    (folder / "key.pem").write_bytes(key_pem(server))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if suites is not None:
        context.set_ciphers(suites)
    return context


def sql_server(context, *, encryption=1):
    """A function that answers PRELOGIN, and shakes hands in its packets (MS-TDS 2.2.6.5)."""

    def packet(found):
        header = exactly(found, 8)
        return header[0], exactly(found, int.from_bytes(header[2:4], "big") - 8)

    def talk(found):
        kind, _ = packet(found)
        assert kind == 0x12
        options = b"\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff" + bytes(6) + bytes([encryption])
        found.sendall(b"\x04\x01" + (8 + len(options)).to_bytes(2, "big") + bytes(4) + options)
        if encryption == 2:
            return
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            try:
                session.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            if data := outgoing.read():
                found.sendall(b"\x12\x01" + (8 + len(data)).to_bytes(2, "big") + bytes(4) + data)
            if done:
                talk.done += 1
                return
            _, records = packet(found)
            incoming.write(records)

    talk.done = 0
    return talk


def exactly(found, count):
    """`count` bytes of a socket."""
    data = b""
    while len(data) < count:
        more = found.recv(count - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data
