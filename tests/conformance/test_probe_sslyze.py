"""`unpin probe` and sslyze find the same chain, versions and cipher suites.

sslyze needs an older cryptography than unpin, hence an environment of its own: SSLYZE names the
program (`make referees` installs it).
"""

import json
import os
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import programs
from tests.conformance.sampling import FULL
from tests.pki import Authority
from tests.servers import context_of, scripted
from unpin.network.cipher_suites import accepted_suites
from unpin.network.server_address import Protocol, ServerAddress
from unpin.network.tls import TlsVersion, tls_session

FLAGS = ("--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3")
KEYS = dict(zip(TlsVersion, ("tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3"), strict=True))


@pytest.fixture(scope="module")
def sslyze():
    found = os.environ.get("SSLYZE") or shutil.which("sslyze")
    if found is None or not Path(found).exists():
        told = programs.lacking(
            "no sslyze", "python3 -m venv .venv-sslyze; .venv-sslyze/bin/pip install sslyze"
        )
        if FULL:
            programs.not_run(told)
        pytest.skip(f"NOT RUN: {told}")
    return found


SERVERS = {
    "what Python offers": (None, ssl.TLSVersion.TLSv1_2),
    "every suite and version": ("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1),
    "two suites": ("ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA", ssl.TLSVersion.TLSv1_2),
}


@pytest.mark.referee
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("kind", SERVERS)
def test_sslyze_agrees(sslyze, tmp_path, kind):
    """Root > CA > localhost"""
    suites, minimum = SERVERS[kind]
    ca = Authority("CA", Authority("Root"))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    server = Authority("localhost", ca, ca=False, key=key)
    context = context_of(tmp_path, server, ca.certificate, suites=suites)
    context.minimum_version = minimum

    def talk(found):
        with context.wrap_socket(found, server_side=True) as session:
            session.recv(1)

    with scripted(talk) as port:
        answer = tmp_path / "sslyze.json"
        subprocess.run(
            [sslyze, *FLAGS, "--certinfo", f"--json_out={answer}", f"localhost:{port}"],
            check=False, capture_output=True, timeout=120,
        )  # fmt: skip
        address = ServerAddress("localhost", port, Protocol.NONE)
        chain = tls_session(address, ("127.0.0.1", port), 20).chain
        ours = {
            version: set(accepted_suites(address, ("127.0.0.1", port), 20, version).suites)
            for version in TlsVersion
        }
    (scanned,) = json.loads(answer.read_text())["server_scan_results"]
    found = scanned["scan_result"]
    theirs = {
        version: {
            each["cipher_suite"]["openssl_name"]
            for each in found[f"{key}_cipher_suites"]["result"]["accepted_cipher_suites"]
        }
        for version, key in KEYS.items()
    }
    # sslyze knows no anonymous Camellia with SHA-256, and leaves it out.
    unknown = {"ADH-CAMELLIA128-SHA256", "ADH-CAMELLIA256-SHA256"}
    assert {version: names - unknown for version, names in ours.items()} == theirs
    (sent,) = found["certificate_info"]["result"]["certificate_deployments"]
    seen = [ssl.PEM_cert_to_DER_cert(each["as_pem"]) for each in sent["received_certificate_chain"]]
    assert tuple(seen) == chain
