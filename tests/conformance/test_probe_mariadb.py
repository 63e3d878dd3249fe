"""`unpin probe` of a real MariaDB, which speaks first; the whole run needs the server of Debian."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests import programs
from tests.conformance.lab.postgres import free_port, unprivileged
from tests.conformance.sampling import FULL
from tests.conformance.test_probe import s_client
from tests.pki import Authority, pem
from tests.servers import PATIENCE, key_pem
from unpin.network.cipher_suites import accepted_suites
from unpin.network.protocol_detection import first_session
from unpin.network.server_address import Protocol, ServerAddress, parse_server
from unpin.network.tls import TlsVersion, version_answers

SERVER = shutil.which("mariadbd") or shutil.which("mysqld")


@pytest.fixture(scope="module")
def mariadb():
    """Root > CA > localhost: the port of the server, and the chain that it sends."""
    if SERVER is None:
        told = programs.lacking("no mariadbd in the PATH", programs.debian("mariadb-server"))
        if FULL:
            programs.not_run(told)
        pytest.skip(f"NOT RUN: {told}")
    root = Authority("Root")
    ca = Authority("CA", root)
    server = Authority("localhost", ca, ca=False)
    folder, user, port = Path(mkdtemp(prefix="unpin-")), unprivileged(), free_port()
    folder.chmod(0o755)
    (folder / "chain.pem").write_bytes(pem(server.certificate, ca.certificate))
    (folder / "key.pem").write_bytes(key_pem(server))
    if user:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
    options = [
        "--no-defaults",
        f"--datadir={folder / 'data'}",
        *([f"--user={user}"] if user else []),
    ]
    subprocess.run(
        ["mariadb-install-db", *options, "--skip-test-db", "--auth-root-authentication-method=normal"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    command = [
        SERVER, *options, f"--socket={folder / 's'}", f"--port={port}", "--bind-address=127.0.0.1",
        f"--ssl-cert={folder / 'chain.pem'}", f"--ssl-key={folder / 'key.pem'}",
    ]  # fmt: skip
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, stdout=log, stderr=log, env={"PATH": os.environ["PATH"]}
        ) as process,
    ):
        try:
            end = time.monotonic() + 6 * PATIENCE
            while b"ready for connections" not in (folder / "log").read_bytes():
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end
                time.sleep(0.1)
            yield port, (server.certificate.der, ca.certificate.der)
        finally:
            process.terminate()
            process.wait(6 * PATIENCE)
    shutil.rmtree(folder)


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
