"""Which programs read a hashed directory: openssl does, those of READ_NO_FOLDER do not.

R > server      R in a file, and in a folder that openssl rehash has named
"""

import subprocess

import pytest

from tests.conformance.campaign.bench import serving
from tests.conformance.campaign.draws import Scene
from tests.conformance.clients import CLIENTS
from tests.conformance.clients.client import Handshake
from tests.conformance.policy.certs import issue
from tests.conformance.policy.pem import bundle
from unpin.pki.client_programs import READ_NO_FOLDER

ROOT = issue("R")
SERVER = issue("localhost", ROOT, ca=False, names=("localhost",))
SCENE = Scene(0, bundle([ROOT.der]).encode(), True, (SERVER,), "localhost")
TRY = [Handshake(("0",), "0", "localhost")]

pytestmark = pytest.mark.referee


@pytest.fixture
def bench():
    with serving([SCENE]) as found:
        yield found


@pytest.fixture
def folder(bench):
    """A hashed directory of the root."""
    made = bench.files.folder / "hashed"
    made.mkdir()
    (made / "root.pem").write_bytes(SCENE.store)
    subprocess.run(["openssl", "rehash", made], check=True)
    return made


@pytest.mark.parametrize("ident", ["psql", "psycopg", "asyncpg"])
def test_it_reads_the_file_and_not_the_folder(bench, folder, ident, monkeypatch):
    client = next(client for client in CLIENTS if client.ident == ident)
    if told := client.missing():
        pytest.skip(told)
    assert ident in READ_NO_FOLDER
    (with_file,) = client.attempt(bench, TRY)
    monkeypatch.setattr(bench.files, "store", lambda _name: folder)
    (with_folder,) = client.attempt(bench, TRY)
    assert "names were taken" in with_file.said
    assert "names were taken" not in with_folder.said
    assert not with_folder.connected


def test_openssl_reads_the_folder(bench, folder):
    words = f"openssl s_client -brief -verify_return_error -no-CAfile -CApath {folder}".split()
    ran = subprocess.run(
        [*words, "-connect", f"127.0.0.1:{bench.tls('0')}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0
