"""SQL Server: the handshake in PRELOGIN packets, and what is no SQL Server."""

import ssl

import pytest
from tests.pki import Authority, pem
from tests.servers import context_of, scripted, sql_server, tls_behind
from tests.unit.network.test_tls import ask, chain, refused, says

from unpin.network.server_address import Protocol
from unpin.network.tls import TlsVersion


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("encryption", [0, 1, 3])
def test_the_chain_of_a_sql_server(tmp_path, version, encryption):
    """Root > CA > db.example.org; a chain longer than a packet, too."""
    server, ca, root = chain()
    for above in ([ca.certificate], [ca.certificate, root.certificate] * 10):
        context = context_of(tmp_path, server, *above, version=version)
        with scripted(sql_server(context, encryption=encryption)) as port:
            found = ask(port, Protocol.MSSQL)
        assert found.chain == tuple(each.der for each in [server.certificate, *above])


def test_one_version_of_several(tmp_path):
    with scripted(sql_server(context_of(tmp_path, chain()[0]))) as port:
        assert ask(port, Protocol.MSSQL, version=TlsVersion.TLS_1_2).version == "TLSv1.2"


def test_a_sql_server_without_tls(tmp_path):
    context = context_of(tmp_path, chain()[0])
    with (
        scripted(sql_server(context, encryption=2)) as port,
        refused("no TLS: the server answered PRELOGIN with ENCRYPT_NOT_SUP"),
    ):
        ask(port, Protocol.MSSQL)


def test_tds_8(tmp_path):
    """TLS from the first byte; the server chooses the protocol of TDS 8.0."""
    with scripted(tls_behind(tmp_path, chain()[0], alpn=("tds/8.0",))) as port:
        assert ask(port, Protocol.MSSQL_STRICT).alpn == "tds/8.0"


def answer(body, *, kind=4, length=None):
    size = 8 + len(body) if length is None else length
    return bytes([kind, 1]) + size.to_bytes(2, "big") + bytes(4) + body


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", 'not SQL Server: the server answered "HTTP/1.1" to PRELOGIN'),
        (answer(b""), "not SQL Server: its answer to PRELOGIN says nothing about encryption"),
        (answer(b"\xff"), "says nothing about encryption"),
        (answer(b"\x01\xff\xff\xff\xff\xff"), "says nothing about encryption"),
        (answer(b"\x01\x00\x00"), "says nothing about encryption"),
        (answer(b"", length=3), "not SQL Server: a packet began with the bytes 04 01 00 03"),
        (answer(b"\x01\x00\x06\x00\x01\xff\x01") + b"garbage", 'answer began with "garbage"'),
        (answer(b"\x01\x00\x06\x00\x01\xff\x01") + answer(b"garbage", kind=0x12), "answer began with"),
    ],
)  # fmt: skip
def test_what_is_no_sql_server(data, message):
    with scripted(says(data)) as port, refused(message):
        ask(port, Protocol.MSSQL)


@pytest.mark.referee
def test_python_tds_shakes_hands_with_this_server(tmp_path):
    """The server of these tests keeps to the protocol: another client understands it, too."""
    import pytds

    root = Authority("Root")
    server = Authority("localhost", root, ca=False)
    talk = sql_server(context_of(tmp_path, server, version=ssl.TLSVersion.TLSv1_2))
    (tmp_path / "root.pem").write_bytes(pem(root.certificate))
    with scripted(talk) as port, pytest.raises((OSError, pytds.Error)):
        pytds.connect(
            "127.0.0.1", port=port, user="sa", password="x", cafile=str(tmp_path / "root.pem"),
            validate_host=False, login_timeout=3, timeout=3,
        )  # fmt: skip
    assert talk.done
