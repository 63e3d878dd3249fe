"""Which measured clients stand for the loading of which family, and what was measured of them."""

import json
from pathlib import Path

from tests.conformance.bystanders.odd_roots import draw

from unpin.model.certificate import Certificate
from unpin.pki.encoding_checks import find_flaws

MEASURED = json.loads(Path(__file__).with_name("measured.json").read_text(encoding="utf-8"))
_OPENSSL = (
    "openssl-verify", "openssl-verify-partial", "openssl-s_client", "openssl-s_client-partial",
    "psql", "psycopg", "asyncpg", "curl", "python-ssl", "python-ssl-partial", "python-ssl-strict",
    "node-tls", "node-tls-partial",
)  # fmt: skip
MEMBERS = {
    "java": tuple(
        f"{client}-java{major}"
        for client in ("jsse-jks", "jsse-p12", "pgjdbc-pem", "pgjdbc-jks", "pgjdbc-p12")
        for major in (17, 25)
    ),
    "java-sunx509": ("sunx509-java17", "sunx509-java25"),
    "openssl": _OPENSSL,
    "openssl-partial-chain": _OPENSSL,
    "openssl-strict": tuple(client for client in _OPENSSL if not client.startswith("node")),
    "go": ("go-tls", "go127", "lib-pq"),
    "rustls": ("pyreqwest", "deno", "uv"),
    "gnutls": ("gnutls-cli", "certtool", "wget"),
    "dotnet": ("dotnet",),
    "boringssl": ("bun",),
    "nss": ("nss",),
    "bouncycastle": ("bcjsse-java17", "bcjsse-java25"),
    "mbedtls": ("mbedtls",),
    "wolfssl": ("wolfssl",),
}
"""The flags of the OpenSSL families do not matter to loading, so its clients stand for all three;
Node has no strict verification.

Python's cryptography is measured and left out: it has a verifier of its own, of no family, and the
program chooses how to load (load_pem_x509_certificates refuses the file).
"""

KINDS = {kind: find_flaws(Certificate(der)) for kind, der in draw().items()}
"""Every kind of odd root, and its flaws by unpin."""


def outcome(client, kind):
    """What the client did with that root first and last: "++", "--" or one of each."""
    said = MEASURED["clients"][client]["refused"].get(kind, [0, 0])
    return "".join("-" if text else "+" for text in said)
