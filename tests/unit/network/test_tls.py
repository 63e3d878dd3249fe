"""The chain as sent, by servers that keep the rules and by servers that break them."""

import socket
import ssl
import struct
import subprocess
import time
from contextlib import contextmanager

import pytest
from tests import programs
from tests.pki import Authority
from tests.servers import free_port, s_server, scripted, tls_behind

from unpin.asn1.textual_encoding import certificate_blocks
from unpin.model.errors import NoChainError
from unpin.network import connection, tls
from unpin.network.server_address import Protocol, ServerAddress
from unpin.network.tls import TlsVersion, can_offer, tls_session, version_answers
from unpin.pki.error_texts.search import explain_text

QUICK = 0.6
"""Seconds for a server that never ends."""


def chain():
    """Root > CA > db.example.org"""
    root = Authority("Root")
    ca = Authority("CA", root)
    return Authority("db.example.org", ca, ca=False), ca, root


def ask(port, protocol=Protocol.NONE, *, host="db.example.org", timeout=5, version=None):
    server = ServerAddress(host, port, protocol)
    return tls_session(server, ("127.0.0.1", port), timeout, version)


@contextmanager
def refused(message):
    """The block ends with a NoChainError of this message, well within the time."""
    begun = time.monotonic()
    with pytest.raises(NoChainError) as caught:
        yield caught
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    line = f"unpin: error: db.example.org:5432: {caught.value.message}"
    assert explain_text(line), line
    assert time.monotonic() - begun < 5


def test_the_chain_in_the_order_of_the_server(tmp_path):
    """CA before Root, Root before CA: nothing is sorted, nothing left out."""
    server, ca, root = chain()
    for above in ((ca, root), (root, ca), (ca,), (), (ca, ca, root)):
        certificates = [each.certificate for each in above]
        shake = tls_behind(tmp_path, server, *certificates)
        with scripted(shake) as port:
            found = ask(port)
        assert found.chain == tuple(each.der for each in [server.certificate, *certificates])
        assert found.address == "127.0.0.1"
        assert found.refusal is None
        assert not found.unusual
        assert not found.wants_certificate


def test_nothing_but_a_close_after_the_handshake(tmp_path):
    shake = tls_behind(tmp_path, chain()[0])
    with scripted(shake) as port:
        ask(port)
    assert shake.heard == b""


@pytest.mark.parametrize(
    ("host", "asked"),
    [("db.example.org", "db.example.org"), ("db.example.org.", "db.example.org"),
     ("127.0.0.1", None), ("::1", None), ("b\xfccher.example", "xn--bcher-kva.example")],
)  # fmt: skip
def test_the_server_name_is_the_host(tmp_path, host, asked):
    shake = tls_behind(tmp_path, chain()[0])
    with scripted(shake) as port:
        ask(port, host=host)
    assert shake.asked == [asked]


def test_a_host_that_cannot_be_a_server_name():
    with scripted(lambda _: None) as port, refused("is not a host name"):
        ask(port, host="x" * 64 + ".example")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_version_and_the_others_that_are_refused(tmp_path, version):
    wanted = {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]
    with scripted(tls_behind(tmp_path, chain()[0], version=version)) as port:
        server = ServerAddress("db.example.org", port, Protocol.NONE)
        found = tls_session(server, ("127.0.0.1", port), 5)
        answers = version_answers(server, ("127.0.0.1", port), 5, found)
    assert found.version == wanted
    assert found.cipher
    assert [each.version for each in answers] == list(TlsVersion)
    assert [each.version for each in answers if each.accepted] == [wanted]
    assert all(each.accepted is False for each in answers if each.version != wanted)
    assert all("alert" in each.reason for each in answers if each.version != wanted)


def test_a_version_that_the_library_cannot_offer_is_not_known(tmp_path, monkeypatch):
    monkeypatch.setattr(tls, "can_offer", lambda version: version is not TlsVersion.TLS_1_0)
    with scripted(tls_behind(tmp_path, chain()[0])) as port:
        server = ServerAddress("db.example.org", port, Protocol.NONE)
        found = tls_session(server, ("127.0.0.1", port), 5)
        first, *_ = version_answers(server, ("127.0.0.1", port), 5, found)
    assert (first.accepted, first.reason) == (None, "the local OpenSSL cannot offer it")


def test_a_version_is_not_known_where_the_server_is_gone(tmp_path):
    """Only an alert or a close in the handshake says that the version is refused."""
    with scripted(tls_behind(tmp_path, chain()[0])) as port:
        server = ServerAddress("db.example.org", port, Protocol.NONE)
        found = tls_session(server, ("127.0.0.1", port), 5)
    answers = version_answers(server, ("127.0.0.1", port), 5, found)
    assert [each.accepted for each in answers if each.version != found.version] == [None] * 3


def test_what_the_library_can_offer():
    assert can_offer(TlsVersion.TLS_1_2)
    assert can_offer(TlsVersion.TLS_1_3)


@pytest.mark.referee
@pytest.mark.parametrize(("version", "said"), [("-tls1_2", True), ("-tls1_3", False)])
def test_a_client_certificate_is_asked_for_and_required(tmp_path, version, said):
    """TLS 1.2 refuses the client in the handshake: the chain was sent before."""
    server, ca, _ = chain()
    arguments = ("-Verify", "1", version)
    with s_server(tmp_path, server, ca.certificate, arguments=arguments) as port:
        found = ask(port)
    assert found.wants_certificate
    assert list(found.chain) == [server.certificate.der, ca.certificate.der]
    assert (found.refusal is not None) is said


@pytest.mark.referee
def test_a_server_of_tls_1_0(tmp_path):
    arguments = ("-min_protocol", "TLSv1", "-max_protocol", "TLSv1", "-cipher", "ALL:@SECLEVEL=0")
    with s_server(tmp_path, chain()[0], arguments=arguments) as port:
        server = ServerAddress("db.example.org", port, Protocol.NONE)
        found = tls_session(server, ("127.0.0.1", port), 5)
        answers = version_answers(server, ("127.0.0.1", port), 5, found)
    assert found.version == "TLSv1"
    assert found.unusual
    assert [each.accepted for each in answers] == [True, False, False, False]


@pytest.mark.referee
def test_a_suite_without_encryption_is_not_offered(tmp_path):
    arguments = ("-tls1_2", "-cipher", "ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
    with s_server(tmp_path, chain()[0], arguments=arguments) as port, refused("alert"):
        ask(port)


@pytest.mark.referee
def test_a_suite_that_openssl_does_not_offer_by_default(tmp_path):
    """ARIA is as strong as AES, and clients do not offer it: nothing says that they connect."""
    arguments = ("-tls1_2", "-cipher", "ARIA:@SECLEVEL=0")
    with s_server(tmp_path, chain()[0], arguments=arguments) as port:
        found = ask(port)
    assert "ARIA" in found.cipher
    assert found.unusual


# Before TLS.


def test_postgres(tmp_path):
    shake = tls_behind(tmp_path, chain()[0], alpn=("postgresql",))

    def talk(found):
        assert found.recv(8) == struct.pack(">II", 8, 80877103)
        found.sendall(b"S")
        shake(found)

    with scripted(talk) as port:
        assert ask(port, Protocol.POSTGRES).alpn == "postgresql"
    with scripted(shake) as port:
        assert ask(port, Protocol.POSTGRES_DIRECT).alpn == "postgresql"


def mysql_greeting(capabilities=0x0800, version=b"8.0.40", first=10):
    body = bytes([first]) + version + b"\0" + bytes(4) + b"saltsalt" + b"\0"
    body += struct.pack("<H", capabilities) + bytes(20)
    return len(body).to_bytes(3, "little") + b"\0" + body


def test_mysql(tmp_path):
    shake = tls_behind(tmp_path, chain()[0])

    def talk(found):
        found.sendall(mysql_greeting())
        packet = found.recv(36)
        assert packet[:4] == b"\x20\0\0\1"
        assert int.from_bytes(packet[4:8], "little") & 0x800
        shake(found)

    with scripted(talk) as port:
        assert ask(port, Protocol.MYSQL).chain


def test_smtp(tmp_path):
    shake = tls_behind(tmp_path, chain()[0])

    def talk(found):
        found.sendall(b"220-hello\r\n220 mail.example.org ESMTP\r\n")
        assert found.recv(100) == b"EHLO [127.0.0.1]\r\n"
        found.sendall(b"250-mail.example.org\r\n250-SIZE 10\r\n250 STARTTLS\r\n")
        assert found.recv(100) == b"STARTTLS\r\n"
        found.sendall(b"220 go ahead\r\n")
        shake(found)

    with scripted(talk) as port:
        assert ask(port, Protocol.SMTP).chain


def test_imap(tmp_path):
    shake = tls_behind(tmp_path, chain()[0])

    def talk(found):
        found.sendall(b"* OK ready\r\n")
        assert found.recv(100) == b"a STARTTLS\r\n"
        found.sendall(b"* an untagged line\r\na OK begin\r\n")
        shake(found)

    with scripted(talk) as port:
        assert ask(port, Protocol.IMAP).chain


LDAP_REQUEST = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"


def ldap(code, text=b""):
    result = b"\x0a\x01" + bytes([code]) + b"\x04\x00\x04" + bytes([len(text)]) + text
    response = b"\x78" + bytes([len(result)]) + result
    body = b"\x02\x01\x01" + response
    return b"\x30" + bytes([len(body)]) + body


def test_ldap(tmp_path):
    shake = tls_behind(tmp_path, chain()[0])

    def talk(found):
        assert found.recv(100) == LDAP_REQUEST
        found.sendall(ldap(0))
        shake(found)

    with scripted(talk) as port:
        assert ask(port, Protocol.LDAP).chain


def starttls(name, shake):
    """A server that takes TLS as the protocol `name` does."""

    def smtp(found):
        found.sendall(b"220 mail.example.org ESMTP\r\n")
        found.recv(100)
        found.sendall(b"250-mail.example.org\r\n250 STARTTLS\r\n")
        found.recv(100)
        found.sendall(b"220 go ahead\r\n")

    def imap(found):
        found.sendall(b"* OK ready\r\n")
        while True:
            tag, _, asked = found.recv(100).partition(b" ")
            if asked.upper().startswith(b"CAPABILITY"):
                found.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK\r\n")
            else:
                found.sendall(tag + b" OK begin\r\n")
                return

    def ldap_server(found):
        assert found.recv(100) == LDAP_REQUEST
        found.sendall(ldap(0))

    def mysql(found):
        found.sendall(mysql_greeting())
        assert len(found.recv(36)) == 36

    def postgres(found):
        found.recv(8)
        found.sendall(b"S")

    talk = {"smtp": smtp, "imap": imap, "ldap": ldap_server, "mysql": mysql, "postgres": postgres}

    def serve(found):
        talk[name](found)
        shake(found)

    return serve


@pytest.mark.referee
@pytest.mark.parametrize("name", ["smtp", "imap", "ldap", "mysql", "postgres"])
def test_s_client_speaks_with_these_servers_as_unpin_does(tmp_path, name):
    """The servers of these tests keep to the protocols: another client understands them, too."""
    openssl = programs.program("openssl")
    server, ca, _ = chain()
    with scripted(starttls(name, tls_behind(tmp_path, server, ca.certificate))) as port:
        found = ask(port, Protocol(name))
        ran = subprocess.run(
            [openssl, "s_client", "-starttls", name, "-connect", f"127.0.0.1:{port}", "-showcerts"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
        )
    assert certificate_blocks(ran.stdout) == found.chain


def says(data):
    """A server that says this and nothing more, and waits for the client to go."""

    def talk(found):
        found.sendall(data)
        while found.recv(1000):
            pass

    return talk


NEW_ERROR = b"SFATAL\0C0A000\0Mno TLS here\0\0"


@pytest.mark.parametrize(
    ("protocol", "data", "message"),
    [
        (Protocol.POSTGRES, b"N", 'no TLS: the server answered "N" to SSLRequest'),
        (Protocol.POSTGRES, b"E" + struct.pack(">I", 4 + len(NEW_ERROR)) + NEW_ERROR,
         "no TLS: the server answered with an error: no TLS here"),
        (Protocol.POSTGRES, b"Eunsupported frontend protocol\n\0",
         "no TLS: the server answered with an error: unsupported frontend protocol"),
        (Protocol.POSTGRES, b"H", 'not PostgreSQL: the server answered "H" to SSLRequest'),
        (Protocol.MYSQL, mysql_greeting(0), "no TLS: the server's greeting does not offer it"),
        (Protocol.MYSQL, b"\x17\0\0\0\xff\x10\x04Too many connections",
         "MySQL refused the connection: Too many connections"),
        (Protocol.MYSQL, mysql_greeting(first=9), "not MySQL: the server began with"),
        (Protocol.MYSQL, b"HTTP/1.1 400\r\n\r\n", 'not MySQL: the server began with "HTTP"'),
        (Protocol.SMTP, b"554 no service\r\n", 'the server said "554 no service" instead of the'),
        (Protocol.SMTP, b"220 a\r\n250 b\r\n", "EHLO does not offer STARTTLS"),
        (Protocol.SMTP, b"220 a\r\n250 STARTTLS\r\n454 not now\r\n",
         'the server said "454 not now" instead of an answer to STARTTLS'),
        (Protocol.IMAP, b"* BYE\r\n", 'the server said "* BYE" instead of the greeting of IMAP'),
        (Protocol.IMAP, b"* OK\r\na BAD no\r\n", 'no TLS: the server answered STARTTLS with "BAD'),
        (Protocol.LDAP, ldap(2, b"unsupported"), "with result code 2: unsupported"),
        (Protocol.LDAP, b"\x30\x03\x02\x01\x01", "not LDAP: the server answered"),
        (Protocol.LDAP, b"\x30\x80", "not LDAP: the server answered"),
        (Protocol.LDAP, b"\x30\x84\xff\xff\xff\xff", "not LDAP: the server announces"),
        (Protocol.NONE, b"220 mail ESMTP\r\n", "not TLS: the server speaks another protocol"),
        (Protocol.NONE, mysql_greeting(), "not TLS: the server speaks another protocol"),
        (Protocol.NONE, b"HTTP/1.1 400 Bad Request\r\n", "not TLS: the server speaks another"),
        (Protocol.NONE, b"\x00\x01garbage garbage", "not TLS: the server's answer began with"),
        (Protocol.NONE, b"\x15\x03\x03\x00\x02\x02\x28",
         'the server ended the handshake with the TLS alert "handshake failure"'),
        (Protocol.NONE, b"\x15\x03\x03\x00\x02\x01\x00",
         "the server closed TLS during the handshake (close_notify)"),
        (Protocol.NONE, b"\x16\x03\x03\x00\x04\x0c\x00\x00\x00", "the TLS handshake failed"),
        (Protocol.NONE, b"\x16\x03\x03\xff\xff" + bytes(70000), "the TLS handshake failed"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)  # fmt: skip
def test_a_server_without_tls(protocol, data, message):
    with scripted(says(data)) as port, refused(message):
        ask(port, protocol)


def resets(found):
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("protocol", [each for each in Protocol if each is not Protocol.AUTO])
def test_a_server_that_goes(protocol):
    with scripted(lambda found: None) as port, refused("the server "):
        ask(port, protocol)
    with scripted(resets) as port, refused("the server "):
        ask(port, protocol)


def test_nobody_listens():
    with refused("connection refused by 127.0.0.1"):
        ask(free_port())


@pytest.mark.parametrize("protocol", [each for each in Protocol if each is not Protocol.AUTO])
def test_a_silent_server_takes_no_more_than_the_time(protocol):
    def silent(found):
        while found.recv(1000):
            pass

    with scripted(silent) as port, refused(f"timed out after {QUICK:g} s, waiting for"):
        ask(port, protocol, timeout=QUICK)


def test_a_slow_server_takes_no_more_than_the_time():
    """A byte now and then does not begin the time anew."""

    def slow(found):
        for byte in b"\x16\x03\x03\x40\x00" + bytes(100):
            found.sendall(bytes([byte]))
            time.sleep(0.1)

    with scripted(slow) as port, refused(f"timed out after {QUICK:g} s"):
        ask(port, timeout=QUICK)


@pytest.mark.parametrize(
    ("protocol", "piece"),
    [
        (Protocol.SMTP, b"220-x\r\n"),
        (Protocol.SMTP, b"220-" + b"x" * 1000),
        (Protocol.IMAP, b"* OK\r\n"),
        (Protocol.POSTGRES, b"E"),
        (Protocol.MYSQL, b"\xff\xff\xff\x00"),
        (Protocol.LDAP, b"\x30\x82\xff\xff"),
        # Warning alerts, and the beginning of a message that never ends.
        (Protocol.NONE, b"\x15\x03\x03\x00\x02\x01\x00"),
        (Protocol.NONE, b"\x16\x03\x03\x40\x00" + b"\x0b\xff\xff\xff" + bytes(16380)),
        (Protocol.NONE, b"\x16\x03\x03\x00\x00"),
    ],
)
def test_an_endless_server_ends(protocol, piece):
    sent = 0

    def endless(found):
        nonlocal sent
        while True:
            found.sendall(piece)
            sent += len(piece)

    with scripted(endless) as port, pytest.raises(NoChainError):
        ask(port, protocol, timeout=5)
    # What the kernels hold between the two is not taken.
    assert sent < connection.MAX_RECEIVED + 16 * 1024 * 1024


@pytest.mark.referee
def test_a_huge_certificate_message(tmp_path):
    """OpenSSL takes 100 KiB: 300 certificates are more."""
    server, ca, _ = chain()
    above = [ca.certificate] * 300
    with (
        s_server(tmp_path, server, *above) as port,
        refused("the server's certificate message is larger than 100 KiB"),
    ):
        ask(port)


def test_no_address(monkeypatch):
    server = ServerAddress("nobody.invalid", 443, Protocol.NONE)
    with refused("no address is known for nobody.invalid"):
        tls_session(server, ("nobody.invalid", 443), 5)


def test_a_resolver_that_never_answers(monkeypatch):
    monkeypatch.setattr(connection.socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    server = ServerAddress("db.example.org", 443, Protocol.NONE)
    with refused(f"timed out after {QUICK:g} s, looking up db.example.org"):
        tls_session(server, ("db.example.org", 443), QUICK)


def test_the_second_address_of_a_name_is_tried(tmp_path, monkeypatch):
    known = connection.socket.getaddrinfo
    dead = free_port()

    def two(host, port, **options):
        return known("127.0.0.1", dead, **options) + known("127.0.0.1", port, **options)

    monkeypatch.setattr(connection.socket, "getaddrinfo", two)
    with scripted(tls_behind(tmp_path, chain()[0])) as port:
        assert ask(port).chain
