"""The families of TLS clients, how each builds paths, and what each prints when it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from unpin.pki import policies
from unpin.pki.policies import Policy
from unpin.pki.reasons import Reason


class Model(StrEnum):
    """The path builder of a family (unpin.pki.paths)."""

    OPENSSL = "openssl"
    BORINGSSL = "boringssl"
    DOTNET = "dotnet"
    JAVA = "java"
    SUNX509 = "sunx509"
    SEARCH = "search"
    GNUTLS = "gnutls"
    MBEDTLS = "mbedtls"


class Flag(StrEnum):
    """Where families with one builder differ."""

    PARTIAL_CHAIN = "partial-chain"
    """Every certificate of the store ends a path (X509_V_FLAG_PARTIAL_CHAIN)."""
    ANCHOR_DATES = "anchor-dates"
    """The builder refuses an expired anchor."""
    LEAF_PIN = "leaf-pin"
    """A server certificate in the store is trusted as such."""
    EXPIRED_LEAF_PIN = "expired-leaf-pin"
    """The same, its dates unread."""
    EXACT_NAMES = "exact-names"
    """Names are compared octet for octet, not as RFC 5280 7.1 has it."""
    FEW_SIGNATURES = "few-signatures"
    """The builder stops after a hundred signatures."""
    FORWARD_ONLY = "forward-only"
    """An issuer is sought only behind its subject in the presented chain."""


@dataclass(frozen=True, slots=True)
class ClientRules:
    """One family: what it is called, who belongs to it, how it builds paths.

    `model` is None where unpin cannot say what the family does. `source` says how the rules were
    learnt, `errors` what the family prints for each Reason. `policy` is what it asks of the
    certificates of a path.

    NOTE: `errors` has the library's own words. libpq (psql, psycopg) hides them all behind "SSL
    error: certificate verify failed"; Node says "unable to verify the first certificate" where
    the path stopped at the server certificate.
    """

    ident: str
    title: str
    who: str
    model: Model | None
    flags: frozenset[Flag] = frozenset()
    source: str = "measured"
    errors: Mapping[Reason, str] = field(default_factory=lambda: MappingProxyType({}))
    policy: Policy = policies.UNSURE


_PKIX_BUILDING: Final = (
    "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
    "unable to find valid certification path to requested target"
)
_PKIX_VALIDATION: Final = (
    "PKIX path validation failed: java.security.cert.CertPathValidatorException: "
)
_OPENSSL: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "no certificate or crl found",
        Reason.NO_ANCHOR: "unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: "unable to get issuer certificate",
        Reason.UNKNOWN_ROOT: "self-signed certificate in certificate chain",
        Reason.EXPIRED: "certificate has expired",
    }
)

CLIENTS: Final = (
    ClientRules(
        "java",
        "Java",
        "pgjdbc, MariaDB Connector/J, every SSLSocket with the PKIX trust manager",
        Model.JAVA,
        frozenset({Flag.ANCHOR_DATES}),
        "measured: OpenJDK 17.0.15, Temurin 25.0.3; sun.security.validator.PKIXValidator",
        MappingProxyType(
            {
                Reason.EMPTY_STORE: "the trustAnchors parameter must be non-empty",
                Reason.NO_ANCHOR: _PKIX_BUILDING,
                Reason.NAME_ONLY: _PKIX_VALIDATION
                + "Path does not chain with any of the trust anchors",
                Reason.BAD_SIGNATURE: _PKIX_VALIDATION + "signature check failed",
                Reason.EXPIRED: _PKIX_VALIDATION + "validity check failed",
            }
        ),
        policy=policies.JAVA,
    ),
    ClientRules(
        "java-sunx509",
        "Java with SunX509",
        "Java programs that ask for the SunX509 trust manager",
        Model.SUNX509,
        source="measured: OpenJDK 17.0.15; sun.security.validator.SimpleValidator",
        errors=MappingProxyType(
            {
                Reason.EMPTY_STORE: "No trusted certificate found",
                Reason.NO_ANCHOR: "No trusted certificate found",
                Reason.DISORDER: "Certificate chaining error",
                Reason.BAD_SIGNATURE: "Certificate signature validation failed",
                Reason.EXPIRED: "java.security.cert.CertificateExpiredException",
            }
        ),
        policy=policies.SUNX509,
    ),
    ClientRules(
        "openssl",
        "OpenSSL",
        "psql and libpq, psycopg, asyncpg, Node, PHP, Ruby, Python up to 3.12, MariaDB CLI",
        Model.OPENSSL,
        source="measured: OpenSSL 3.0.19, 3.5.8, 3.5.9, 3.6.2",
        errors=_OPENSSL,
        policy=policies.OPENSSL,
    ),
    ClientRules(
        "openssl-partial-chain",
        "OpenSSL with partial chains",
        "curl, Python from 3.13, Perl IO::Socket::SSL, Node with allowPartialTrustChain",
        Model.OPENSSL,
        frozenset({Flag.PARTIAL_CHAIN}),
        "measured: OpenSSL 3.0.19, curl 7.88.1, Python 3.13.0",
        _OPENSSL,
        policy=policies.OPENSSL,
    ),
    ClientRules(
        "go",
        "Go",
        "crypto/tls, lib/pq, pgx, go-sql-driver; the verifier of Python's cryptography",
        Model.SEARCH,
        frozenset({Flag.ANCHOR_DATES, Flag.LEAF_PIN, Flag.EXACT_NAMES, Flag.FEW_SIGNATURES}),
        "measured: Go 1.19.8, 1.27.3, cryptography 50; crypto/x509/verify.go",
        MappingProxyType(
            {
                Reason.EMPTY_STORE: "x509: certificate signed by unknown authority",
                Reason.NO_ANCHOR: "x509: certificate signed by unknown authority",
                Reason.NAME_ONLY: "x509: certificate signed by unknown authority",
                Reason.EXPIRED: "x509: certificate has expired or is not yet valid",
            }
        ),
        policy=policies.GO,
    ),
    ClientRules(
        "rustls",
        "rustls",
        "Deno, uv, reqwest and other Rust programs with webpki",
        Model.SEARCH,
        frozenset({Flag.EXACT_NAMES, Flag.FEW_SIGNATURES}),
        source="measured: rustls 0.20.8, Deno 2.9.6, uv 0.13.9; webpki verify_cert.rs",
        errors=MappingProxyType(
            {
                Reason.EMPTY_STORE: "invalid peer certificate: UnknownIssuer",
                Reason.NO_ANCHOR: "invalid peer certificate: UnknownIssuer",
                Reason.NAME_ONLY: "invalid peer certificate: BadSignature",
                Reason.EXPIRED: "invalid peer certificate: certificate expired",
            }
        ),
        policy=policies.RUSTLS,
    ),
    ClientRules(
        "gnutls",
        "GnuTLS",
        "gnutls-cli, wget, OpenLDAP and others of Debian",
        Model.GNUTLS,
        source="measured: GnuTLS 3.7.9 gnutls-cli",
        errors=MappingProxyType(
            {
                Reason.EMPTY_STORE: "No certificate was found.",
                Reason.NO_ANCHOR: "The certificate issuer is unknown.",
                Reason.EXPIRED: "The certificate chain uses expired certificate.",
            }
        ),
        policy=policies.GNUTLS,
    ),
    ClientRules(
        "dotnet",
        ".NET",
        "Npgsql with a root certificate, SslStream with CustomRootTrust, on Linux, without AIA",
        Model.DOTNET,
        source="measured: .NET 8.0.4 X509Chain and SslStream",
        errors=MappingProxyType(
            {
                Reason.EMPTY_STORE: "PartialChain: unable to get local issuer certificate",
                Reason.NO_ANCHOR: "PartialChain: unable to get local issuer certificate",
                Reason.STORE_ISSUER_MISSING: (
                    "PartialChain: unable to get local issuer certificate"
                ),
                Reason.UNKNOWN_ROOT: "UntrustedRoot: self-signed certificate in certificate chain",
                Reason.EXPIRED: "NotTimeValid: certificate has expired",
            }
        ),
    ),
    ClientRules(
        "boringssl",
        "BoringSSL",
        "Bun",
        Model.BORINGSSL,
        source="measured: Bun 1.4.5",
        errors=MappingProxyType(
            {
                Reason.EMPTY_STORE: "Invalid CA",
                Reason.NO_ANCHOR: "unable to get local issuer certificate",
                Reason.STORE_ISSUER_MISSING: "unable to get issuer certificate",
                Reason.UNKNOWN_ROOT: "self signed certificate in certificate chain",
                Reason.EXPIRED: "certificate has expired",
            }
        ),
    ),
    ClientRules(
        "nss",
        "NSS",
        "programs with an NSS database, its CAs marked C,,",
        Model.SEARCH,
        frozenset({Flag.ANCHOR_DATES, Flag.EXACT_NAMES}),
        "measured: NSS 3.87.1 tstclnt",
        MappingProxyType(
            {
                Reason.NO_ANCHOR: "SEC_ERROR_UNKNOWN_ISSUER",
                Reason.NAME_ONLY: "SEC_ERROR_UNKNOWN_ISSUER",
                Reason.EXPIRED: "SEC_ERROR_EXPIRED_CERTIFICATE",
            }
        ),
    ),
    ClientRules(
        "bouncycastle",
        "BouncyCastle JSSE",
        "Java programs with the provider BCJSSE",
        Model.JAVA,
        source="measured: bctls 1.72 on OpenJDK 17",
        errors=MappingProxyType(
            {
                Reason.EMPTY_STORE: "no PKIXBuilderParameters available",
                Reason.NO_ANCHOR: (
                    "No issuer certificate for certificate in certification path found."
                ),
                Reason.EXPIRED: "Certification path could not be validated.",
            }
        ),
    ),
    ClientRules(
        "mbedtls",
        "Mbed TLS",
        "embedded clients with Mbed TLS 2.28",
        Model.MBEDTLS,
        source="measured: Mbed TLS 2.28.3",
        errors=MappingProxyType(
            {
                Reason.EMPTY_STORE: "X509 - The CRT/CRL/CSR format is invalid",
                Reason.NO_ANCHOR: "The certificate is not correctly signed by the trusted CA",
                Reason.EXPIRED: "The certificate validity has expired",
            }
        ),
    ),
    ClientRules(
        "wolfssl",
        "wolfSSL",
        "embedded clients with wolfSSL 5.5",
        Model.SEARCH,
        frozenset({Flag.EXPIRED_LEAF_PIN, Flag.FORWARD_ONLY, Flag.EXACT_NAMES}),
        "measured: wolfSSL 5.5.4",
        MappingProxyType(
            {
                Reason.NO_ANCHOR: "-188 certificate verify failed",
                Reason.NAME_ONLY: "-188 certificate verify failed",
                Reason.EXPIRED: "-151 ASN date error, current date after",
            }
        ),
    ),
    ClientRules(
        "schannel",
        "Windows",
        "SChannel and .NET on Windows",
        None,
        source="not measured",
    ),
    ClientRules(
        "secure-transport",
        "macOS",
        "the platform verifier of macOS, which Go and .NET use with the system's roots",
        None,
        source="not measured",
    ),
)
