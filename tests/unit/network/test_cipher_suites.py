"""The suites that a server accepts, version by version."""

import ssl
import subprocess

import pytest
from tests import programs
from tests.servers import context_of, s_server, scripted, tls_behind
from tests.unit.network.test_tls import chain

from unpin.network import cipher_suites
from unpin.network.cipher_suites import accepted_suites, kinds_not_offered
from unpin.network.server_address import Protocol, ServerAddress
from unpin.network.suite_strength import is_weak_suite
from unpin.network.tls import TlsVersion

TWO = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA"


def suites(port, version, protocol=Protocol.NONE):
    server = ServerAddress("db.example.org", port, protocol)
    return accepted_suites(server, ("127.0.0.1", port), 5, version)


@pytest.fixture
def of_two(tmp_path):
    context = context_of(tmp_path, chain()[0], suites=TWO)

    def talk(found):
        with context.wrap_socket(found, server_side=True):
            pass

    with scripted(talk) as port:
        yield port


def test_every_suite_of_a_server(of_two):
    found = suites(of_two, TlsVersion.TLS_1_2)
    assert set(found.suites) == set(TWO.split(":"))
    assert found.missing is None
    newest = suites(of_two, TlsVersion.TLS_1_3)
    assert "TLS_AES_256_GCM_SHA384" in newest.suites
    assert newest.missing is None


def test_a_version_that_is_refused_has_none(tmp_path):
    with scripted(tls_behind(tmp_path, chain()[0], version=ssl.TLSVersion.TLSv1_3)) as port:
        assert suites(port, TlsVersion.TLS_1_2).suites == ()


@pytest.mark.referee
@pytest.mark.parametrize(
    ("names", "more"),
    [
        ("ECDHE-ECDSA-NULL-SHA:AECDH-AES128-SHA:ECDHE-ECDSA-CAMELLIA128-SHA256", ()),
        ("ECDHE-ECDSA-NULL-SHA:ECDHE-ECDSA-CAMELLIA128-SHA256", ("-Verify", "1")),
    ],
)
def test_weak_and_odd_suites_are_found_and_a_client_certificate_hides_none(tmp_path, names, more):
    arguments = ("-tls1_2", "-cipher", f"{names}:@SECLEVEL=0", *more)
    with s_server(tmp_path, chain()[0], arguments=arguments) as port:
        found = suites(port, TlsVersion.TLS_1_2)
    assert set(found.suites) == set(names.split(":"))


@pytest.mark.referee
@pytest.mark.parametrize(
    ("flag", "version"), [("-tls1", "TLSv1"), ("-tls1_1", "TLSv1.1"), ("-tls1_2", "TLSv1.2")]
)
def test_s_client_agrees_on_each_suite(tmp_path, flag, version):
    """Each suite alone, offered by openssl: accepted if and only if unpin found it."""
    openssl = programs.program("openssl")
    wanted = "ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CAMELLIA256-SHA384"
    listed = subprocess.run(
        [openssl, "ciphers", "-s", flag, "ECDSA:AECDH:@SECLEVEL=0"], capture_output=True, check=True, text=True,
    ).stdout.strip().split(":")  # fmt: skip
    arguments = ("-min_protocol", "TLSv1", "-cipher", f"{wanted}:@SECLEVEL=0")
    with s_server(tmp_path, chain()[0], arguments=arguments) as port:
        found = set(suites(port, TlsVersion(version)).suites)
        accepted = set()
        for suite in listed:
            call = [
                openssl,
                "s_client",
                flag,
                "-cipher",
                f"{suite}:@SECLEVEL=0",
                "-connect",
                f"127.0.0.1:{port}",
            ]
            ran = subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
            accepted |= {suite} if b"Cipher is " + suite.encode() in ran.stdout else set()
    assert found
    assert found == accepted


def test_a_server_that_closes_instead_of_an_alert_may_have_more(tmp_path):
    context = context_of(tmp_path, chain()[0], suites=TWO)
    asked = []

    def talk(found):
        asked.append(1)
        if len(asked) == 1:
            with context.wrap_socket(found, server_side=True):
                pass

    with scripted(talk) as port:
        found = suites(port, TlsVersion.TLS_1_2)
    assert len(found.suites) == 1
    assert found.missing == "the server closed the connection, which may be no answer"


def test_the_number_of_handshakes_is_bounded(of_two, monkeypatch):
    monkeypatch.setattr(cipher_suites, "MAX_HANDSHAKES", 1)
    found = suites(of_two, TlsVersion.TLS_1_2)
    assert (len(found.suites), found.missing) == (1, "unpin asked for no more")


def test_kinds_that_the_library_lacks_are_named(monkeypatch):
    assert "RC4" in kinds_not_offered()
    assert "CCM" not in kinds_not_offered()


@pytest.mark.parametrize(
    ("suite", "weak"),
    [
        ("", False),
        ("TLS_AES_128_GCM_SHA256", False),
        ("ECDHE-RSA-AES128-GCM-SHA256", False),
        ("DHE-RSA-AES256-SHA", False),
        ("AES128-SHA", True),
        ("DES-CBC3-SHA", True),
        ("ECDHE-RSA-DES-CBC3-SHA", True),
        ("ECDHE-RSA-RC4-SHA", True),
        ("ADH-AES256-SHA", True),
        ("AECDH-AES256-SHA", True),
        ("ECDHE-RSA-NULL-SHA", True),
        ("PSK-AES128-CBC-SHA", True),
        ("TLS13-AES256-GCM-SHA384", False),
        ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", False),
        ("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", False),
        ("TLS_RSA_WITH_AES_128_GCM_SHA256", True),
        ("TLS_DH_anon_WITH_AES_128_CBC_SHA", True),
        ("TLS_ECDH_RSA_WITH_AES_128_CBC_SHA", True),
        ("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", True),
        ("TLS_ECDHE_ECDSA_WITH_NULL_SHA", True),
    ],
)
def test_weak_suites(suite, weak):
    assert is_weak_suite(suite) is weak
