"""The families of TLS clients, how each builds paths, and what each prints when it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from unpin.pki.clients import error_texts, policies
from unpin.pki.clients import loading as loadings
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.failure_reasons import Reason
from unpin.pki.path_validation.requirements import Policy


class Model(StrEnum):
    """The path builder of a family (unpin.pki.acceptance)."""

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
    ANCHOR_DATES_ABOVE = "anchor-dates-above"
    """The same, but not of one that issued the server's certificate itself."""
    LEAF_PIN = "leaf-pin"
    """A server certificate in the store is trusted as such."""
    EXPIRED_LEAF_PIN = "expired-leaf-pin"
    """The same, its dates unread."""
    EXACT_NAMES = "exact-names"
    """Names are compared octet for octet, not as RFC 5280 7.1 has it."""
    DISTRUSTS = "distrusts"
    """Some roots are distrusted for server certificates issued after a day (distrusted)."""
    FEW_SIGNATURES = "few-signatures"
    """The builder stops after a hundred signatures."""
    FORWARD_ONLY = "forward-only"
    """An issuer is sought only behind its subject in the presented chain."""

    # Path builders ask for flags at every turn, and Enum's own hash is a call of Python's.
    __hash__ = str.__hash__


class Loading(StrEnum):
    """What a family does with a store in which one certificate is not as it should be."""

    SKIPS = "skips the certificate, or takes it"
    REFUSES = "refuses the store"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class ClientRules:
    """One family: what it is called, who belongs to it, how it builds paths.

    `model` is None where unpin cannot say what the family does. `source` says how the rules were
    learnt, `errors` what the family prints for each Reason. `policy` is what it asks of the
    certificates of a path. `loading` is what it does with a store that holds what is no
    certificate; for a certificate with one of the flaws `refuses` it refuses the store, with one
    of `unsure_of` it may; with any other it loads the rest.

    NOTE: of the OpenSSL families, Node keeps what stands before the broken certificate.

    NOTE: `errors` has the library's own words (error_texts). libpq (psql, psycopg) hides them all
    behind "SSL error: certificate verify failed"; Node says "unable to verify the first
    certificate" where the path stopped at the server certificate.
    """

    ident: str
    title: str
    who: str
    model: Model | None
    flags: frozenset[Flag] = frozenset()
    source: str = "measured"
    errors: Mapping[Reason, str] = field(default_factory=lambda: MappingProxyType({}))
    policy: Policy = policies.UNSURE
    loading: Loading = Loading.UNKNOWN
    refuses: frozenset[Flaw] = frozenset()
    unsure_of: frozenset[Flaw] = loadings.UNMEASURED

    def __hash__(self) -> int:
        return hash(self.ident)


CLIENTS: Final = (
    ClientRules(
        "java",
        "Java",
        "pgjdbc, MariaDB Connector/J, every SSLSocket with the PKIX trust manager",
        Model.JAVA,
        frozenset({Flag.ANCHOR_DATES_ABOVE, Flag.DISTRUSTS}),
        "measured: OpenJDK 17.0.15, Temurin 25.0.3; sun.security.validator.PKIXValidator",
        error_texts.JAVA,
        policy=policies.JAVA,
        loading=Loading.REFUSES,
        unsure_of=loadings.NONE,
    ),
    ClientRules(
        "java-sunx509",
        "Java with SunX509",
        "Java programs that ask for the SunX509 trust manager",
        Model.SUNX509,
        frozenset({Flag.DISTRUSTS}),
        source="measured: OpenJDK 17.0.15; sun.security.validator.SimpleValidator",
        errors=error_texts.JAVA_SUNX509,
        policy=policies.SUNX509,
        loading=Loading.REFUSES,
        unsure_of=loadings.NONE,
    ),
    ClientRules(
        "openssl",
        "OpenSSL",
        "psql and libpq, psycopg, asyncpg, Node, PHP, Ruby, Python up to 3.12, MariaDB CLI",
        Model.OPENSSL,
        source="measured: OpenSSL 3.0.19, 3.5.8, 3.5.9, 3.6.2",
        errors=error_texts.OPENSSL,
        policy=policies.OPENSSL,
        loading=Loading.REFUSES,
        refuses=loadings.OPENSSL,
        unsure_of=loadings.OPENSSL_UNSURE,
    ),
    ClientRules(
        "openssl-partial-chain",
        "OpenSSL with partial chains",
        "curl, Perl IO::Socket::SSL, Node with allowPartialTrustChain",
        Model.OPENSSL,
        frozenset({Flag.PARTIAL_CHAIN}),
        "measured: OpenSSL 3.0.19, curl 7.88.1, Python 3.13.0",
        error_texts.OPENSSL,
        policy=policies.OPENSSL,
        loading=Loading.REFUSES,
        refuses=loadings.OPENSSL,
        unsure_of=loadings.OPENSSL_UNSURE,
    ),
    ClientRules(
        "openssl-strict",
        "OpenSSL, strict",
        "Python from 3.13: partial chains and X509_V_FLAG_X509_STRICT in ssl's default context",
        Model.OPENSSL,
        frozenset({Flag.PARTIAL_CHAIN}),
        "measured: OpenSSL 3.0.19 with both flags, Python 3.13.0",
        error_texts.OPENSSL,
        policy=policies.OPENSSL_STRICT,
        loading=Loading.REFUSES,
        refuses=loadings.OPENSSL,
        unsure_of=loadings.OPENSSL_UNSURE,
    ),
    ClientRules(
        "go",
        "Go",
        "crypto/tls, lib/pq, pgx, go-sql-driver; the verifier of Python's cryptography",
        Model.SEARCH,
        frozenset({Flag.ANCHOR_DATES, Flag.LEAF_PIN, Flag.EXACT_NAMES, Flag.FEW_SIGNATURES}),
        "measured: Go 1.19.8, 1.27.3, cryptography 50; crypto/x509/verify.go",
        error_texts.GO,
        policy=policies.GO,
        loading=Loading.SKIPS,
        unsure_of=loadings.NONE,
    ),
    ClientRules(
        "rustls",
        "rustls",
        "Deno, uv, reqwest and other Rust programs with webpki",
        Model.SEARCH,
        frozenset({Flag.EXACT_NAMES, Flag.FEW_SIGNATURES}),
        source="measured: rustls 0.20.8, Deno 2.9.6, uv 0.13.9; webpki verify_cert.rs",
        errors=error_texts.RUSTLS,
        policy=policies.RUSTLS,
        loading=Loading.REFUSES,
        refuses=loadings.RUSTLS,
        unsure_of=loadings.RUSTLS_UNSURE,
    ),
    ClientRules(
        "gnutls",
        "GnuTLS",
        "gnutls-cli, wget, OpenLDAP and others of Debian",
        Model.GNUTLS,
        source="measured: GnuTLS 3.7.9 gnutls-cli",
        errors=error_texts.GNUTLS,
        policy=policies.GNUTLS,
        loading=Loading.REFUSES,
        refuses=loadings.GNUTLS,
    ),
    ClientRules(
        "dotnet",
        ".NET",
        "Npgsql with a root certificate, SslStream with CustomRootTrust, on Linux, without AIA",
        Model.DOTNET,
        source="measured: .NET 8.0.4 X509Chain and SslStream",
        errors=error_texts.DOTNET,
        refuses=loadings.DOTNET,
    ),
    ClientRules(
        "boringssl",
        "BoringSSL",
        "Bun",
        Model.BORINGSSL,
        source="measured: Bun 1.4.5",
        errors=error_texts.BORINGSSL,
        unsure_of=loadings.BORINGSSL_UNSURE,
    ),
    ClientRules(
        "nss",
        "NSS",
        "programs with an NSS database, its CAs marked C,,",
        Model.SEARCH,
        frozenset({Flag.ANCHOR_DATES, Flag.EXACT_NAMES}),
        "measured: NSS 3.87.1 tstclnt",
        error_texts.NSS,
    ),
    ClientRules(
        "bouncycastle",
        "BouncyCastle JSSE",
        "Java programs with the provider BCJSSE",
        Model.JAVA,
        source="measured: bctls 1.72 on OpenJDK 17",
        errors=error_texts.BOUNCYCASTLE,
        refuses=loadings.BOUNCYCASTLE,
    ),
    ClientRules(
        "mbedtls",
        "Mbed TLS",
        "embedded clients with Mbed TLS 2.28",
        Model.MBEDTLS,
        source="measured: Mbed TLS 2.28.3",
        errors=error_texts.MBEDTLS,
    ),
    ClientRules(
        "wolfssl",
        "wolfSSL",
        "embedded clients with wolfSSL 5.5",
        Model.SEARCH,
        frozenset({Flag.EXPIRED_LEAF_PIN, Flag.FORWARD_ONLY, Flag.EXACT_NAMES}),
        "measured: wolfSSL 5.5.4",
        error_texts.WOLFSSL,
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
