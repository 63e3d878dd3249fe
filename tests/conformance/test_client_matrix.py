"""Replay the measured handshakes: 32 stores by 12 chains for each client, cell by cell."""

import json
from pathlib import Path

import pytest

from tests.unit.pki.path_building.laboratory import AT, views
from unpin.pki.acceptance import verdict_on
from unpin.pki.clients import CLIENTS
from unpin.pki.error_texts.search import explain_text

MATRIX = Path(__file__).parents[2].parent / "shared" / "client-matrix.json"
CELLS = 384
RULES = {client.ident: client for client in CLIENTS}

FAMILIES = {
    "openssl": (
        "psql15-verify-full psql15-verify-ca psql15-require psql15-prefer psycopg2 psycopg3 adbc "
        "asyncpg pg8000 pymysql php-streams php-pdo_pgsql ruby-pg mariadb-cli mariadb-cli-ca-only "
        "node20-tls node20-pg node20-postgresjs node20-mysql2 node20-mariadb node24-postgresjs "
        "node24-mariadb pyopenssl pyssl-default pyssl-py27-default pyssl-py312-default "
        "openssl-verify openssl-s_client"
    ),
    "openssl-partial-chain": (
        "curl-openssl pyssl-partial perl-io-socket-ssl node20-tls-partial "
        "node24-tls-partial openssl-verify-partial_chain"
    ),
    "openssl-strict": "pyssl-py313-default",
    "go": (
        "go119-tls go119-mysql go119-pq-verify-full go119-pq-verify-ca go119-pgx-verify-full "
        "go127-tls go127-mysql go127-pq-verify-full go127-pq-verify-ca go127-pgx-verify-full"
    ),
    "rustls": "rustls-0.20.8 deno-connectTls pyreqwest",
    "java": (
        "java17-jks java17-p12 java25-jks java25-p12 pgjdbc-java17-verify-full "
        "pgjdbc-java17-verify-ca pgjdbc-java25-verify-full pgjdbc-java17-DefaultJavaSSLFactory-jks "
        "pgjdbc-java25-DefaultJavaSSLFactory-p12 mariadb-jdbc-java17-serverSslCert"
    ),
    "java-sunx509": "java17-SunX509",
    "bouncycastle": "bcjsse-java17",
    "gnutls": "gnutls-cli gnutls-certtool",
    "boringssl": "bun-tls bun-sql",
    "dotnet": "dotnet8-chain-custom dotnet8-sslstream-custom",
    "nss": "nss-tstclnt-C",
    "mbedtls": "mbedtls",
    "wolfssl": "wolfssl",
}

KNOWN_SHORTFALL = {
    "gnutls-certtool": 3,  # certtool takes no server certificate as an anchor, gnutls-cli does
}

PAIRS = [(ident, name) for ident, names in FAMILIES.items() for name in names.split()]


@pytest.fixture(scope="module")
def matrix():
    if not MATRIX.exists():
        pytest.skip(f"THE MEASURED MATRIX IS MISSING: {MATRIX}; no client rule was checked")
    return json.loads(MATRIX.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("ident", "client"), PAIRS)
def test_every_measured_cell(matrix, ident, client):
    wrong = []
    cells = 0
    for store, row in matrix["clients"][client]["results"].items():
        for chain, (connected, _) in row.items():
            cells += 1
            verdict = verdict_on(
                RULES[ident], views(*matrix["stores"][store]), views(*matrix["chains"][chain]), AT
            )
            if verdict.accepted is not connected:
                wrong.append((store, chain, connected, verdict.reason))

    assert cells == CELLS
    assert len(wrong) == KNOWN_SHORTFALL.get(client, 0), wrong


NO_ERRORS = ("Chain verification output: Verified. ", "load_verify_locations: 0 ok")
"""What clients print that did not fail, or that failed elsewhere."""


def test_every_measured_text_is_explained(matrix):
    texts = [text for text in matrix["errors"] if text and not text.startswith(NO_ERRORS)]
    assert len(texts) > 300
    assert [text for text in texts if not explain_text(text)] == []


def test_every_modelled_family_was_measured():
    assert set(FAMILIES) == {client.ident for client in CLIENTS if client.model is not None}
