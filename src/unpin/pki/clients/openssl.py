"""The rules of OpenSSL: plain, with partial chains, and strict as in Python from 3.13."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind, PemReader
from unpin.pki.certificate_features import BASIC_EXTENSIONS, POLICY_EXTENSIONS, Oddity
from unpin.pki.clients.rules import (
    UNMEASURED_FLAWS,
    ClientRules,
    FileReading,
    Flag,
    LastErrors,
    Loading,
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    FRAME_FLAWS,
    LOCAL_TIME_FLAWS,
    SHORT_TIME_FLAWS,
    Flaw,
)
from unpin.pki.name_flaws import NameFlaw
from unpin.pki.path_validation.requirements import (
    CERT_SIGN,
    NIST_CURVES,
    PSS_BY_HASH,
    PSS_KEYS,
    SHA2,
    STEP_UP,
    TLS_KEYS,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.verdict import Reason

_EVERYWHERE: Final = CertificateRequirements(
    extended_key_usage=frozenset({oids.SERVER_AUTH}) | STEP_UP,
    known_extensions=BASIC_EXTENSIONS
    | POLICY_EXTENSIONS
    | {
        oids.CRL_DISTRIBUTION_POINTS,
        oids.NETSCAPE_CERT_TYPE,
    },
    rsa_bits=range(1024, 1 << 20),
    differing_rsa_bits=range(1024, 1984),
    curves=NIST_CURVES
    | PSS_KEYS
    | {"P-224", f"EC {oids.SECP256K1}", f"EC {oids.BRAINPOOL_P256R1}", "Ed448"},
    unsure=frozenset({Oddity.ENCODING}),
    unread_names=frozenset({NameFlaw.MALFORMED}),
)
_TLS_SERVER: Final = frozenset({0, 2, 4})
"""The KeyUsage bits digitalSignature, keyEncipherment and keyAgreement (KU_TLS)."""
_DIGESTS: Final = SHA2 | PSS_BY_HASH | {"SHA224", "DSA", "Ed448"}
_ANCHOR: Final = replace(
    _EVERYWHERE, ca=CaCriterion.OPENSSL, path_length=Enforced.YES, name_constraints=Enforced.YES
)
_PINNED: Final = replace(
    _EVERYWHERE,
    key_usage=_TLS_SERVER,
    unsure=frozenset({Oddity.ENCODING, Oddity.NETSCAPE}),
)

_REQUIREMENTS: Final = PathRequirements(
    server=replace(_PINNED, digests=_DIGESTS),
    intermediate=replace(_ANCHOR, ca=CaCriterion.STATED, key_usage=CERT_SIGN, digests=_DIGESTS),
    anchor=_ANCHOR,
    pinned=_PINNED,
)
"""crypto/x509/x509_vfy.c, v3_purp.c; security level 2, which Debian sets and 3.2 has by default.

NOTE: at level 1 (OpenSSL up to 3.1 as released, Node) RSA keys from 1024 bits pass as well: the
clients of the family differ.
"""


def _at_level_2(asked: CertificateRequirements) -> CertificateRequirements:
    return replace(asked, rsa_bits=range(1984, 1 << 20), differing_rsa_bits=None)


_STRICT_REQUIREMENTS: Final = replace(
    _REQUIREMENTS,
    server=_at_level_2(_REQUIREMENTS.server),
    intermediate=_at_level_2(_REQUIREMENTS.intermediate),
    anchor=_at_level_2(_REQUIREMENTS.anchor),
    pinned=_at_level_2(_REQUIREMENTS.pinned),
    strict=True,
)
"""The same with X509_V_FLAG_X509_STRICT; Python sets security level 2 itself."""

_REFUSED: Final = (
    FRAME_FLAWS
    | LOCAL_TIME_FLAWS
    | SHORT_TIME_FLAWS
    | {Flaw.PADDED_SERIAL, Flaw.UTF8_NAME, Flaw.BMP_NAME, Flaw.NAME_TYPE}
)
"""PEM_X509_INFO_read_bio, d2i_X509; extensions and keys are parsed when they are asked for.

NOTE: times without seconds or Z are refused by 3.5.9 (psycopg's wheel), and taken by 3.0.19.
"""

_MAYBE_REFUSED: Final = UNMEASURED_FLAWS | {Flaw.TRAILING}
"""Node stops at a certificate with trailing bytes; the others accept it."""

_LOADING: Final = StoreLoading(Loading.REFUSES, _REFUSED, _MAYBE_REFUSED)

_READING: Final = FileReading(
    readers=(PemReader.OPENSSL, PemReader.NODE),
    hashed_directories=True,
    refuses=frozenset(
        {
            FaultKind.UTF_16,
            FaultKind.INDENTED,
            FaultKind.LITERAL_NEWLINE,
            FaultKind.GLUED_MARKERS,
            FaultKind.TEXT_BEFORE_MARKER,
            FaultKind.ONE_LINE,
            FaultKind.CR_LINE_ENDS,
            FaultKind.BROKEN_BLOCK,
            FaultKind.BLOCK_HEADERS,
            FaultKind.MISSING_PADDING,
            FaultKind.PLACEHOLDER,
            FaultKind.DER,
            FaultKind.PKCS7,
        }
    ),
    ignores=frozenset(
        {
            FaultKind.MIXED_ENCODING,
            FaultKind.BYTES_AFTER_CERTIFICATE,
            FaultKind.UNHASHED_CERTIFICATE,
        }
    ),
    unsure_of=frozenset(),
)

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "no certificate or crl found",
        Reason.SERVER_KEY: "alert handshake failure",
        Reason.NO_ANCHOR: "unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: "unable to get issuer certificate",
        Reason.UNKNOWN_ROOT: "self-signed certificate in certificate chain",
        Reason.EXPIRED: "certificate has expired",
        Reason.NOT_YET_VALID: "certificate is not yet valid",
        Reason.BAD_SIGNATURE: "certificate signature failure",
        Reason.TOO_LONG: "certificate chain too long",
        Reason.PATH_LENGTH: "path length constraint exceeded",
        Reason.NOT_A_CA: "invalid CA certificate",
        Reason.NO_CERT_SIGN: "invalid CA certificate",
        Reason.KEY_USAGE: "unsuitable certificate purpose",
        Reason.PURPOSE: "unsuitable certificate purpose",
        Reason.NAME_CONSTRAINTS: "subtree violation",
        Reason.WEAK_SIGNATURE: "CA signature digest algorithm too weak",
        Reason.WEAK_KEY: "certificate key too weak",
        Reason.UNREAD: "unable to get local issuer certificate",
        Reason.CRITICAL_EXTENSION: "unhandled critical extension",
        Reason.REJECTED: "certificate rejected",
    }
)

_AT_SERVER: Final = MappingProxyType({Reason.UNKNOWN_ROOT: "self-signed certificate"})
_LAST_IN_NODE: Final = LastErrors(
    client="Node",
    errors=MappingProxyType(
        {**_ERRORS, Reason.NO_CERT_SIGN: "key usage does not include certificate signing"}
    ),
    at_server=MappingProxyType(
        {**_AT_SERVER, Reason.NO_ANCHOR: "unable to verify the first certificate"}
    ),
)
"""Node reads X509_STORE_CTX's last error (lib/_tls_wrap.js, onConnectSecure), of an empty `ca` too.

With partial chains internal_verify does not say X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE.
"""

OPENSSL: Final = ClientRules(
    ident="openssl",
    title="OpenSSL",
    who="psql and libpq, psycopg, asyncpg, Node, PHP, Ruby, Python up to 3.12, MariaDB CLI",
    source="measured: OpenSSL 3.0.19, 3.5.8, 3.5.9, 3.6.2",
    model=Model.OPENSSL,
    requirements=_REQUIREMENTS,
    loading=_LOADING,
    reading=_READING,
    errors=_ERRORS,
    errors_at_server=_AT_SERVER,
    last_errors=_LAST_IN_NODE,
    server_curves=TLS_KEYS,
    programs="psql, libpq",
)

PARTIAL_CHAIN: Final = replace(
    OPENSSL,
    ident="openssl-partial-chain",
    title="OpenSSL with partial chains",
    who="curl, Perl IO::Socket::SSL, Node with allowPartialTrustChain",
    source="measured: OpenSSL 3.0.19, curl 7.88.1, Python 3.13.0",
    flags=frozenset({Flag.PARTIAL_CHAIN}),
    last_errors=replace(_LAST_IN_NODE, at_server=_AT_SERVER),
    programs="curl",
)

STRICT: Final = replace(
    PARTIAL_CHAIN,
    ident="openssl-strict",
    title="OpenSSL (strict)",
    who="Python from 3.13: partial chains and X509_V_FLAG_X509_STRICT in ssl's default context",
    source="measured: OpenSSL 3.0.19 with both flags, Python 3.13.0",
    requirements=_STRICT_REQUIREMENTS,
    loading=StoreLoading(Loading.REFUSES, _REFUSED),
    reading=replace(_READING, readers=(PemReader.OPENSSL,)),
    last_errors=None,
    programs="Python 3.13",
)
