"""What the server speaks before TLS, its stapled response, and several connections to each address."""

import itertools
import socket
import struct
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from tests.pki import Authority
from tests.servers import context_of, exactly, free_port, s_server, scripted, sql_server, tls_behind
from tests.unit.network.test_tls import ask, chain, refused, says, starttls

from unpin.model.errors import NoChainError
from unpin.network import connection
from unpin.network.protocol_detection import first_session
from unpin.network.samples import sampled_chains
from unpin.network.server_address import Protocol, ServerAddress, parse_server
from unpin.network.stapled_ocsp import OcspStatus, StapledResponse, stapled_response
from unpin.network.tls import TlsSession

NEXT = datetime(2026, 12, 1, tzinfo=UTC)


def detected(port, timeout=5):
    server = parse_server(f"127.0.0.1:{port}", Protocol.AUTO)
    assert server.guessed
    return first_session(server, ("127.0.0.1", port), timeout)


@pytest.mark.parametrize("name", ["smtp", "imap", "mysql"])
def test_a_greeting_names_the_protocol(tmp_path, name):
    with scripted(starttls(name, tls_behind(tmp_path, chain()[0]))) as port:
        server, session = detected(port)
    assert (server.protocol, bool(session.chain)) == (Protocol(name), True)


def test_postgresql_on_another_port(tmp_path):
    """A ClientHello is a start packet of an absurd length to PostgreSQL, which hangs up."""
    shake = tls_behind(tmp_path, chain()[0])

    def talk(found):
        if exactly(found, 8) == struct.pack(">II", 8, 80877103):
            found.sendall(b"S")
            shake(found)

    with scripted(talk) as port:
        assert detected(port)[0].protocol is Protocol.POSTGRES


def test_sql_server_on_another_port(tmp_path):
    prelogin = sql_server(context_of(tmp_path, chain()[0]))

    def talk(found):
        if found.recv(1, 2) == b"\x12":  # MSG_PEEK
            prelogin(found)

    with scripted(talk) as port:
        assert detected(port)[0].protocol is Protocol.MSSQL


def test_a_database_that_offers_no_tls_is_said():
    def talk(found):
        if exactly(found, 8) == struct.pack(">II", 8, 80877103):
            found.sendall(b"N")

    with scripted(talk) as port, refused('no TLS: the server answered "N" to SSLRequest'):
        detected(port)


def test_what_is_none_of_them():
    with scripted(lambda found: None) as port, refused("the server "):
        detected(port)
    with scripted(says(b"HTTP/1.1 400\r\n")) as port, refused("not TLS: the server speaks another"):
        detected(port)
    with refused("connection refused"):
        detected(free_port())


def test_a_protocol_that_was_named_is_not_guessed(tmp_path):
    with scripted(starttls("smtp", tls_behind(tmp_path, chain()[0]))) as port, refused("not TLS"):
        first_session(ServerAddress("127.0.0.1", port, Protocol.NONE), ("127.0.0.1", port), 5)


# Several connections.


def sample(port, samples, host="localhost"):
    server = ServerAddress(host, port, Protocol.NONE)
    first = ask(port)
    return sampled_chains(server, (host, port), 5, samples, first)


def test_front_ends_that_send_other_chains(tmp_path, monkeypatch):
    """Root > CA > db: every third connection omits the CA."""
    monkeypatch.setattr(connection, "addresses_of", lambda *_: ["127.0.0.1"])
    server, ca, _ = chain()
    whole = tls_behind(tmp_path / "a", server, ca.certificate)
    short = tls_behind(tmp_path / "b", server)
    turns = itertools.cycle([whole, whole, short])
    with scripted(lambda found: next(turns)(found)) as port:  # noqa: PLW0108  (another each time)
        found = sample(port, 6, "127.0.0.1")
    assert found.connections == 6
    assert [(len(each.session.chain), each.seen) for each in found.chains] == [(2, 4), (1, 2)]
    assert found.chains[0].addresses == ("127.0.0.1",)
    assert found.failures == ()


def test_every_address_of_the_name_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "unpin.network.samples.addresses_of", lambda *_: ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    )
    with scripted(tls_behind(tmp_path, chain()[0])) as port:
        found = sample(port, 2)
    # The server listens at 127.0.0.1 alone: each of the others is asked once.
    assert found.connections == 2
    assert [each.message.split(":")[0] for each in found.failures] == [
        "address 127.0.0.2", "address 127.0.0.3",
    ]  # fmt: skip


def test_more_addresses_than_are_asked_are_a_failure(tmp_path, monkeypatch):
    many = [(socket.AF_INET, 1, 6, "", (f"127.0.0.{last}", 0)) for last in range(1, 12)]
    with scripted(tls_behind(tmp_path, chain()[0])) as port:
        monkeypatch.setattr(connection.socket, "getaddrinfo", lambda *_, **__: many)
        monkeypatch.setattr(
            "unpin.network.samples.tls_session", lambda *_: replace(first, address="127.0.0.9")
        )
        server = ServerAddress("127.0.0.1", port, Protocol.NONE)
        first = TlsSession("127.0.0.9", "TLSv1.3", "", None, False, (b"",), None)
        found = sampled_chains(server, ("127.0.0.1", port), 5, 2, first)
    assert found.connections == 1 + 2 * 8
    assert ["more than 8 addresses" in each.message for each in found.failures] == [True]


@pytest.mark.parametrize("unusual", [0, 1])
def test_a_front_end_that_clients_may_refuse_decides(monkeypatch, unusual):
    """Two front ends send one chain; one of them speaks TLS 1.0 alone."""
    usual = TlsSession("127.0.0.1", "TLSv1.3", "", None, False, (b"",), None)
    seen = [usual, replace(usual, version="TLSv1", unusual=True)]
    monkeypatch.setattr("unpin.network.samples.addresses_of", lambda *_: ["127.0.0.1"])
    monkeypatch.setattr("unpin.network.samples.tls_session", lambda *_: seen[unusual])
    server = ServerAddress("127.0.0.1", 1, Protocol.NONE)
    (chain,) = sampled_chains(server, ("127.0.0.1", 1), 5, 2, seen[1 - unusual]).chains
    assert (chain.session.unusual, chain.seen) == (True, 2)


def test_a_name_without_an_address():
    server = ServerAddress("nobody.invalid", 443, Protocol.NONE)
    with pytest.raises(NoChainError):
        sampled_chains(server, ("nobody.invalid", 443), 5, 2, None)


# OCSP.


def response(status, *, revoked=None):
    """Root > db, and the response of Root about db."""
    root = Authority("Root")
    server = Authority("db.example.org", root, ca=False)
    certificates = [x509.load_der_x509_certificate(each.certificate.der) for each in (server, root)]
    built = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            *certificates, hashes.SHA256(), status, NEXT - timedelta(days=7), NEXT, revoked, None
        )
        .responder_id(ocsp.OCSPResponderEncoding.NAME, certificates[1])
        .sign(root.key, hashes.SHA256())
    )
    return server, built.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("status", "revoked"),
    [
        (ocsp.OCSPCertStatus.GOOD, None),
        (ocsp.OCSPCertStatus.REVOKED, NEXT - timedelta(days=9)),
        (ocsp.OCSPCertStatus.UNKNOWN, None),
    ],
)
def test_what_a_response_says(status, revoked):
    _, data = response(status, revoked=revoked)
    found = stapled_response(data)
    assert found == StapledResponse(OcspStatus[status.name], NEXT - timedelta(days=7), NEXT)


def test_what_is_no_response():
    assert stapled_response(b"") is None
    assert stapled_response(b"\x30\x03\x0a\x01\x06") == StapledResponse(OcspStatus.REFUSED)
    assert stapled_response(b"zq") == StapledResponse(OcspStatus.UNREADABLE)


@pytest.mark.referee
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_stapled_response(tmp_path, version):
    server, data = response(ocsp.OCSPCertStatus.GOOD)
    (tmp_path / "ocsp.der").write_bytes(data)
    arguments = (version, "-status_file", str(tmp_path / "ocsp.der"))
    with s_server(tmp_path / "s", server, arguments=arguments) as port:
        found = ask(port)
    assert found.ocsp == data
    with s_server(tmp_path / "t", server, arguments=(version,)) as port:
        assert ask(port).ocsp == b""


@pytest.mark.parametrize("lookup", [connection.connect, connection.addresses_of])
def test_no_time_is_left_for_the_name(monkeypatch, lookup):
    """The attempt before took all of it: that was a fault of unpin."""
    known = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: known.wait(10) and [])
    with pytest.raises(NoChainError, match="timed out after 0 s, looking up localhost"):
        lookup("localhost", 5432, connection.Deadline(0))
    known.set()
