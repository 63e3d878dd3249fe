"""`unpin probe` and `openssl s_client` see the same: chains, versions, and real PostgreSQL."""

import json
import re
import subprocess

import pytest

from tests import programs
from tests.cli.inside import unpin
from tests.conformance.lab import postgres
from tests.conformance.lab.scenes import CHAINS
from unpin.asn1.textual_encoding import certificate_blocks
from unpin.network.server_address import Protocol, ServerAddress
from unpin.network.tls import tls_session, version_answers

OVER_POSTGRES = ("old", "new-short", "new+R_new")


def s_client(port, *arguments):
    """The certificates in the order in which s_client shows them, and the TLS version."""
    openssl = programs.program("openssl")
    ran = subprocess.run(
        [openssl, "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    version = re.search(rb"^New, (\S+), Cipher is (\S+)", ran.stdout, re.MULTILINE)
    return certificate_blocks(ran.stdout), version[1].decode(), version[2].decode()


def asked(port, protocol):
    return tls_session(ServerAddress("localhost", port, protocol), ("127.0.0.1", port), 20)


@pytest.mark.referee
@pytest.mark.parametrize("chain", CHAINS)
def test_the_chain_is_that_of_s_client(bench, chain):
    port = bench.tls(chain)
    found = asked(port, Protocol.NONE)
    chain_seen, version, cipher = s_client(port)
    assert found.chain == chain_seen
    assert found.chain == tuple(bench.files.drawn.der[name] for name in CHAINS[chain])
    assert (found.version, found.cipher) == (version, cipher)


@pytest.mark.referee
@pytest.mark.parametrize("chain", OVER_POSTGRES)
def test_a_real_postgres(bench, chain):
    if told := postgres.missing():
        programs.not_run(told)
    port = bench.postgres(chain)
    found = asked(port, Protocol.POSTGRES)
    chain_seen, version, cipher = s_client(port, "-starttls", "postgres")
    assert found.chain == chain_seen
    assert (found.version, found.cipher) == (version, cipher)
    assert not found.wants_certificate
    answers = version_answers(
        ServerAddress("localhost", port, Protocol.POSTGRES), ("127.0.0.1", port), 20, found
    )
    # ssl_min_protocol_version is TLSv1.2 by default (PostgreSQL from 13).
    assert [each.accepted for each in answers] == [False, False, True, True]


@pytest.mark.referee
@pytest.mark.parametrize("store", [("R_old",), ("R_new",), ("I_new", "R_old"), ("R_legacy",)])
@pytest.mark.parametrize("chain", OVER_POSTGRES)
def test_probe_says_what_psql_does(bench, chain, store):
    """The whole command, its verdict for psql, and psql itself with sslmode=verify-ca."""
    if told := postgres.missing():
        programs.not_run(told)
    psql = programs.program("psql")
    port, path = bench.postgres(chain), bench.files.store(store)
    ran = unpin("probe", f"localhost:{port}", "--connect-to", "127.0.0.1", "--starttls", "postgres",
                "--store", path, "--client", "psql", "--no-versions",
                "--format", "json")  # fmt: skip
    (server,) = json.loads(ran.stdout)["servers"]
    (said,) = {each["accepted"] for each in server["stores"][0]["handshakes"]}
    words = (
        f"host=localhost hostaddr=127.0.0.1 port={port} user=postgres dbname=postgres "
        f"sslmode=verify-ca sslrootcert={path} sslcrl= gssencmode=disable"
    )
    connected = subprocess.run([psql, "-XAtc", "select 1", words], capture_output=True, timeout=60)
    assert said is (connected.returncode == 0), connected.stderr
    assert ran.returncode == (0 if said else 1)
