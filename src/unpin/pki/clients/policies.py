"""What each family of clients asks of the certificates of a path, as data.

Measured case by case in tests/conformance/policy with the versions that ClientRules.source names;
the code read beside it is named at each policy. What is neither asked nor harmless is in `unsure`.
"""

from dataclasses import replace
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.pki import certificate_features as features
from unpin.pki.certificate_features import DIGITAL_SIGNATURE, Oddity
from unpin.pki.path_validation.requirements import Ask, Authority, Checks, Policy

_ALL: Final = frozenset(Oddity)
_CERT_SIGN: Final = frozenset({features.KEY_CERT_SIGN})
_SIGN: Final = frozenset({DIGITAL_SIGNATURE})
_TLS_SERVER: Final = frozenset({0, 2, 4})
_BASE: Final = frozenset(
    {
        oids.BASIC_CONSTRAINTS,
        oids.KEY_USAGE,
        oids.EXT_KEY_USAGE,
        oids.SUBJECT_ALT_NAME,
        oids.NAME_CONSTRAINTS,
    }
)
_SHA2: Final = frozenset({"SHA256", "SHA384", "SHA512", "PSS", "Ed25519"})
_NIST: Final = frozenset({"P-256", "P-384", "P-521", "Ed25519"})
_GATED: Final = frozenset({oids.NETSCAPE_SERVER_GATED_CRYPTO, oids.MICROSOFT_SERVER_GATED_CRYPTO})
_BY_ENCODING: Final = frozenset({Oddity.ENCODING})
_SERVER_UNSURE: Final = frozenset({Oddity.ENCODING, Oddity.VERSION})

_UNJUDGED: Final = Checks(path_length=Ask.YES, unsure=_ALL)

UNSURE: Final = Policy(
    _UNJUDGED,
    _UNJUDGED,
    _UNJUDGED,
    _UNJUDGED,
    most_middle=6,
    clear_only=True,
    ordinary_only=True,
)
"""Of a family whose judgement of oddities is not known: no oddity, no doubt."""

_OPENSSL_ALL: Final = Checks(
    purposes=frozenset({oids.SERVER_AUTH}) | _GATED,
    known=_BASE
    | {
        oids.CERTIFICATE_POLICIES,
        oids.POLICY_MAPPINGS,
        oids.POLICY_CONSTRAINTS,
        oids.INHIBIT_ANY_POLICY,
        oids.CRL_DISTRIBUTION_POINTS,
        oids.NETSCAPE_CERT_TYPE,
    },
    rsa=range(1984, 1 << 20),
    curves=_NIST | {"P-224", f"EC {oids.SECP256K1}", f"EC {oids.BRAINPOOL_P256R1}", "Ed448"},
    unsure=_BY_ENCODING,
)
_OPENSSL_DIGESTS: Final = _SHA2 | {"SHA224", "DSA", "Ed448"}
_OPENSSL_ANCHOR: Final = replace(
    _OPENSSL_ALL, authority=Authority.OPENSSL, path_length=Ask.YES, names=Ask.YES
)
_OPENSSL_PINNED: Final = replace(
    _OPENSSL_ALL, usage=_TLS_SERVER, unsure=_SERVER_UNSURE | {Oddity.NETSCAPE}
)

OPENSSL: Final = Policy(
    server=replace(_OPENSSL_PINNED, digests=_OPENSSL_DIGESTS),
    middle=replace(
        _OPENSSL_ANCHOR, authority=Authority.STATED, usage=_CERT_SIGN, digests=_OPENSSL_DIGESTS
    ),
    anchor=_OPENSSL_ANCHOR,
    pinned=_OPENSSL_PINNED,
)
"""crypto/x509/x509_vfy.c, v3_purp.c; security level 2, which Debian sets and 3.2 has by default.

NOTE: at level 1 (OpenSSL up to 3.1 as released, Node) RSA keys from 1024 bits pass as well.
"""

OPENSSL_STRICT: Final = replace(OPENSSL, strict=True)
"""The same with X509_V_FLAG_X509_STRICT."""

_JAVA_ALGORITHMS: Final = Checks(rsa=range(1024, 16385), curves=_NIST | {"Ed448"})
_JAVA_DIGESTS: Final = _SHA2 | {"Ed448", "SHA1"}
_JAVA_KNOWN: Final = _BASE | {
    oids.CERTIFICATE_POLICIES,
    oids.POLICY_MAPPINGS,
    oids.POLICY_CONSTRAINTS,
    oids.INHIBIT_ANY_POLICY,
}
_JAVA_UNSURE: Final = frozenset({Oddity.ENCODING, Oddity.POLICY})
_JAVA_PURPOSES: Final = frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}) | _GATED

JAVA: Final = Policy(
    server=replace(
        _JAVA_ALGORITHMS,
        usage=_SIGN,
        purposes=_JAVA_PURPOSES,
        known=_JAVA_KNOWN,
        digests=_JAVA_DIGESTS,
        unsure=_JAVA_UNSURE | {Oddity.VERSION, Oddity.NETSCAPE},
        unsure_digests=frozenset({"SHA1"}),
    ),
    middle=replace(
        _JAVA_ALGORITHMS,
        authority=Authority.STATED,
        usage=_CERT_SIGN,
        path_length=Ask.YES,
        names=Ask.YES,
        known=_JAVA_KNOWN,
        digests=_JAVA_DIGESTS,
        unsure=_JAVA_UNSURE,
        unsure_digests=frozenset({"SHA1"}),
    ),
    anchor=replace(
        _JAVA_ALGORITHMS,
        authority=Authority.STATED_IN_V3,
        usage=_CERT_SIGN,
        unsure=_BY_ENCODING,
    ),
    pinned=Checks(unsure=_BY_ENCODING | {Oddity.SIGNATURE}),
    most_sent=10,
)
"""PKIXCertPathValidator with ConstraintsChecker, KeyChecker, AlgorithmChecker; EndEntityChecker.

jdk.certpath.disabledAlgorithms and jdk.tls.disabledAlgorithms as in java.security of 17.0.15 and
25.0.3; what only one of the two takes (SHA-224, DSA) is refused. SHA-1 is refused below a root of
the JDK's own cacerts ("SHA1 jdkCA & usage TLSServer") and taken below others: not judged here.
`anchor` is PKIXValidator.verifyTrustAnchor, which jdk.security.allowNonCaAnchor turns off.
"""

SUNX509: Final = Policy(
    server=replace(
        JAVA.server,
        known=_BASE - {oids.NAME_CONSTRAINTS} | {oids.NETSCAPE_CERT_TYPE},
        unsure=frozenset({Oddity.ENCODING, Oddity.VERSION, Oddity.NETSCAPE}),
    ),
    middle=replace(
        JAVA.middle,
        names=Ask.NO,
        known=frozenset({oids.BASIC_CONSTRAINTS, oids.KEY_USAGE, oids.EXT_KEY_USAGE})
        | {oids.NETSCAPE_CERT_TYPE},
        unsure=frozenset({Oddity.ENCODING, Oddity.NETSCAPE}),
    ),
    anchor=replace(_JAVA_ALGORITHMS, unsure=_BY_ENCODING),
    pinned=JAVA.pinned,
    most_sent=10,
)
"""sun.security.validator.SimpleValidator: nothing is asked of the anchor but its key's size."""

_GO_ALL: Final = Checks(
    purposes=frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}),
    known=_BASE | {oids.CERTIFICATE_POLICIES, oids.CRL_DISTRIBUTION_POINTS},
    directories=Ask.NO,
    rsa=range(1024, 16385),
    curves=_NIST | {"P-224"},
    unsure=frozenset({Oddity.ENCODING, Oddity.POLICY}),
)
_GO_CA: Final = replace(
    _GO_ALL,
    usage=_CERT_SIGN,
    path_length=Ask.YES,
    names=Ask.YES,
)

GO: Final = Policy(
    server=replace(_GO_ALL, digests=_SHA2, unsure=_GO_ALL.unsure | {Oddity.VERSION}),
    middle=replace(_GO_CA, authority=Authority.STATED, digests=_SHA2),
    anchor=replace(_GO_CA, authority=Authority.STATED_IN_V3),
    pinned=replace(_GO_ALL, unsure=_GO_ALL.unsure | {Oddity.VERSION, Oddity.SIGNATURE}),
    counts_self_issued=True,
)
"""crypto/x509/verify.go, as 1.19 and 1.27 agree; what only one of the two takes is refused."""

_RUSTLS_KEYS: Final = Checks(
    names=Ask.YES,
    directories=Ask.NO,
    rsa=range(2048, 8193),
    curves=_NIST,
    unsure=_BY_ENCODING,
)
_RUSTLS_SENT: Final = replace(
    _RUSTLS_KEYS,
    purposes=frozenset({oids.SERVER_AUTH}),
    known=_BASE | {oids.CRL_DISTRIBUTION_POINTS},
    digests=_SHA2,
    unsure=frozenset({Oddity.ENCODING, Oddity.VERSION}),
)

RUSTLS: Final = Policy(
    server=replace(_RUSTLS_SENT, authority=Authority.DENIED, names=Ask.NO),
    middle=replace(_RUSTLS_SENT, authority=Authority.STATED, path_length=Ask.YES),
    anchor=replace(_RUSTLS_KEYS, unsure=_SERVER_UNSURE),
    pinned=_UNJUDGED,
    counts_self_issued=True,
    most_middle=6,
)
"""webpki verify_cert.rs: an anchor is a name, a key and its name constraints, nothing more.

NOTE: P-521 needs the provider aws-lc-rs; with ring it is refused.
"""

_GNUTLS_ALL: Final = Checks(
    known=_BASE
    | {
        oids.CERTIFICATE_POLICIES,
        oids.INHIBIT_ANY_POLICY,
        oids.CRL_DISTRIBUTION_POINTS,
        oids.ISSUER_ALT_NAME,
        oids.AUTHORITY_INFO_ACCESS,
    },
    fatal=frozenset({oids.TLS_FEATURE}),
    directories=Ask.UNSURE,
    rsa=range(1024, 16385),
    curves=_NIST | {"P-192", "P-224", "Ed448"},
    unsure=_BY_ENCODING,
)
_GNUTLS_DIGESTS: Final = _SHA2 | {"SHA224", "DSA"}
_GNUTLS_ANCHOR: Final = replace(
    _GNUTLS_ALL,
    authority=Authority.NOT_DENIED,
    usage=_CERT_SIGN,
    path_length=Ask.YES,
    names=Ask.YES,
)
_GNUTLS_SERVER: Final = replace(
    _GNUTLS_ALL,
    usage=_SIGN,
    purposes=frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}),
    unsure=_SERVER_UNSURE,
)

GNUTLS: Final = Policy(
    server=replace(_GNUTLS_SERVER, digests=_GNUTLS_DIGESTS),
    middle=replace(
        _GNUTLS_ANCHOR,
        authority=Authority.STATED,
        purposes=frozenset({oids.SERVER_AUTH, oids.NETSCAPE_SERVER_GATED_CRYPTO}),
        digests=_GNUTLS_DIGESTS,
    ),
    anchor=_GNUTLS_ANCHOR,
    pinned=_GNUTLS_SERVER,
    counts_self_issued=True,
    clear_only=True,
)
"""lib/x509/verify.c with the priorities NORMAL (verification profile LOW)."""
