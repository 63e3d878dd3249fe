"""`unpin probe` of a real MariaDB, which speaks first; the whole run needs the server of Debian."""

import pytest

from tests import programs
from tests.conformance.lab import mariadb as lab
from tests.conformance.sampling import FULL
from tests.conformance.test_probe import s_client
from tests.pki import Authority
from unpin.network.cipher_suites import accepted_suites
from unpin.network.protocol_detection import first_session
from unpin.network.server_address import Protocol, ServerAddress, parse_server
from unpin.network.tls import TlsVersion, version_answers


@pytest.fixture(scope="module")
def mariadb():
    """Root > CA > localhost: the port of the server, and the chain that it sends."""
    if told := lab.missing():
        if FULL:
            programs.not_run(told)
        pytest.skip(f"NOT RUN: {told}")
    root = Authority("Root")
    ca = Authority("CA", root)
    server = Authority("localhost", ca, ca=False)
    with lab.mariadb_server(server, ca.certificate) as (port, _):
        yield port, (server.certificate.der, ca.certificate.der)


@pytest.mark.referee
def test_the_chain_is_that_of_s_client(mariadb):
    port, chain = mariadb
    asked = parse_server(f"127.0.0.1:{port}", Protocol.AUTO)
    server, found = first_session(asked, ("127.0.0.1", port), 20)
    assert server.protocol is Protocol.MYSQL
    seen, version, cipher = s_client(port, "-starttls", "mysql")
    assert found.chain == seen == chain
    assert (found.version, found.cipher) == (version, cipher)


@pytest.mark.referee
def test_the_versions_and_suites(mariadb):
    port, _ = mariadb
    server = ServerAddress("localhost", port, Protocol.MYSQL)
    _, found = first_session(server, ("127.0.0.1", port), 20)
    answers = version_answers(server, ("127.0.0.1", port), 20, found)
    accepted = [answer.version for answer in answers if answer.accepted]
    assert TlsVersion.TLS_1_3 in accepted
    for version in accepted:
        suites = accepted_suites(server, ("127.0.0.1", port), 20, version)
        assert suites.suites
        assert suites.missing is None
