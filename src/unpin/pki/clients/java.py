"""The rules of Java's two trust managers: PKIX, the default, and SunX509."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind, PemReader
from unpin.pki.certificate_features import BASIC_EXTENSIONS, POLICY_EXTENSIONS, Oddity
from unpin.pki.clients.rules import (
    ClientRules,
    FileReading,
    Flag,
    Loading,
    Model,
    StoreLoading,
)
from unpin.pki.path_validation.requirements import (
    CERT_SIGN,
    NIST_CURVES,
    PSS_BY_HASH,
    PSS_KEYS,
    SHA2,
    SIGN,
    STEP_UP,
    TLS_KEYS,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.pss import PssKind
from unpin.pki.verdict import Reason

_ALGORITHMS: Final = CertificateRequirements(
    rsa_bits=range(1024, 16385), curves=NIST_CURVES | PSS_KEYS | {"Ed448"}
)
_DIGESTS: Final = SHA2 | PSS_BY_HASH | {"Ed448", "SHA1", "SHA224", PssKind.WEAK}
_DIFFERING_DIGESTS: Final = frozenset({"SHA224"})
_UNSURE_DIGESTS: Final = frozenset({"SHA1", PssKind.WEAK})
_KNOWN: Final = BASIC_EXTENSIONS | POLICY_EXTENSIONS
_UNSURE: Final = frozenset({Oddity.ENCODING, Oddity.POLICY})
_PURPOSES: Final = frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}) | STEP_UP

_PKIX_REQUIREMENTS: Final = PathRequirements(
    server=replace(
        _ALGORITHMS,
        key_usage=SIGN,
        extended_key_usage=_PURPOSES,
        known_extensions=_KNOWN,
        digests=_DIGESTS,
        differing_digests=_DIFFERING_DIGESTS,
        unsure=_UNSURE | {Oddity.NETSCAPE},
        unsure_digests=_UNSURE_DIGESTS | {PssKind.RARE},
    ),
    intermediate=replace(
        _ALGORITHMS,
        ca=CaCriterion.STATED,
        key_usage=CERT_SIGN,
        path_length=Enforced.YES,
        name_constraints=Enforced.YES,
        known_extensions=_KNOWN,
        digests=_DIGESTS,
        differing_digests=_DIFFERING_DIGESTS,
        unsure=_UNSURE,
        unsure_digests=_UNSURE_DIGESTS,
    ),
    anchor=replace(
        _ALGORITHMS,
        ca=CaCriterion.STATED_IN_V3,
        key_usage=CERT_SIGN,
        unsure=frozenset({Oddity.ENCODING}),
    ),
    pinned=CertificateRequirements(unsure=frozenset({Oddity.ENCODING, Oddity.SIGNATURE})),
    max_sent=10,
    max_built=5,
)
"""PKIXCertPathValidator with ConstraintsChecker, KeyChecker, AlgorithmChecker; EndEntityChecker.

jdk.certpath.disabledAlgorithms and jdk.tls.disabledAlgorithms as in java.security of 17.0.15 and
25.0.3, which alone refuses SHA-224; DSA, which only one of the two takes, is refused. SHA-1 is
refused below a root of the JDK's own cacerts ("SHA1 jdkCA & usage TLSServer") and taken below
others: not judged here.
`anchor` is PKIXValidator.verifyTrustAnchor, which jdk.security.allowNonCaAnchor turns off;
`max_built` is PKIXBuilderParameters.getMaxPathLength.
"""

_SUNX509_REQUIREMENTS: Final = PathRequirements(
    server=replace(
        _PKIX_REQUIREMENTS.server,
        known_extensions=BASIC_EXTENSIONS - {oids.NAME_CONSTRAINTS} | {oids.NETSCAPE_CERT_TYPE},
        unsure=frozenset({Oddity.ENCODING, Oddity.NETSCAPE}),
    ),
    intermediate=replace(
        _PKIX_REQUIREMENTS.intermediate,
        name_constraints=Enforced.NO,
        known_extensions=frozenset({oids.BASIC_CONSTRAINTS, oids.KEY_USAGE, oids.EXT_KEY_USAGE})
        | {oids.NETSCAPE_CERT_TYPE},
        unsure=frozenset({Oddity.ENCODING, Oddity.NETSCAPE}),
    ),
    anchor=replace(_ALGORITHMS, unsure=frozenset({Oddity.ENCODING})),
    pinned=_PKIX_REQUIREMENTS.pinned,
    max_sent=10,
)
"""sun.security.validator.SimpleValidator: nothing is asked of the anchor but its key's size."""

_LOADING: Final = StoreLoading(Loading.REFUSES, unsure_of=frozenset())
"""What the JDK refuses, unpin.jdk.certificate says exactly."""

_READING: Final = FileReading(
    readers=(PemReader.JAVA_17, PemReader.JAVA_25),
    hashed_directories=False,
    refuses=frozenset(
        {
            FaultKind.UTF_8_BOM,
            FaultKind.UTF_16,
            FaultKind.INDENTED,
            FaultKind.LITERAL_NEWLINE,
            FaultKind.GLUED_MARKERS,
            FaultKind.TEXT_BEFORE_MARKER,
            FaultKind.ONE_LINE,
            FaultKind.TRUSTED_CERTIFICATE_SETTINGS,
            FaultKind.PRIVATE_KEY,
            FaultKind.BROKEN_BLOCK,
            FaultKind.JAVA_CERTIFICATE,
            FaultKind.OTHER_BLOCK,
            FaultKind.BYTES_AFTER_CERTIFICATE,
            FaultKind.BLOCK_HEADERS,
            FaultKind.STRAY_END,
            FaultKind.COMMENTED_BLOCK,
            FaultKind.PKCS7_LATER,
            FaultKind.PLACEHOLDER,
            FaultKind.DER_AND_MORE,
        }
    ),
    ignores=frozenset({FaultKind.MIXED_ENCODING, FaultKind.PKCS7_FIRST}),
    unsure_of=frozenset(),
)

_PKIX_BUILDING: Final = (
    "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
    "unable to find valid certification path to requested target"
)
_PKIX_VALIDATION: Final = (
    "PKIX path validation failed: java.security.cert.CertPathValidatorException: "
)

_PKIX_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "the trustAnchors parameter must be non-empty",
        Reason.SERVER_KEY: "Received fatal alert: handshake_failure",
        Reason.NO_ANCHOR: _PKIX_BUILDING,
        Reason.NAME_ONLY: _PKIX_VALIDATION + "Path does not chain with any of the trust anchors",
        Reason.BAD_SIGNATURE: _PKIX_VALIDATION + "signature check failed",
        Reason.EXPIRED: _PKIX_VALIDATION + "validity check failed",
        Reason.NOT_YET_VALID: _PKIX_VALIDATION + "validity check failed",
        Reason.PATH_LENGTH: _PKIX_VALIDATION
        + "basic constraints check failed: pathLenConstraint violated",
        Reason.NOT_A_CA: "is not a CA certificate",
        Reason.NO_CERT_SIGN: "keyCertSign bit",
        Reason.KEY_USAGE: "KeyUsage does not allow digital signatures",
        Reason.PURPOSE: "Extended key usage does not permit use for TLS server authentication",
        Reason.NAME_CONSTRAINTS: _PKIX_VALIDATION + "name constraints check failed",
        Reason.WEAK_SIGNATURE: _PKIX_VALIDATION + "Algorithm constraints check failed",
        Reason.WEAK_KEY: "PKIX path validation failed",
        Reason.CRITICAL_EXTENSION: _PKIX_VALIDATION + "unrecognized critical extension(s)",
        Reason.TOO_LONG: "exceeds the maximum allowed length (10)",
        Reason.DISTRUSTED: "TLS Server certificate issued after",
    }
)

_SUNX509_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "No trusted certificate found",
        Reason.SERVER_KEY: "Received fatal alert: handshake_failure",
        Reason.NO_ANCHOR: "No trusted certificate found",
        Reason.DISORDER: "Certificate chaining error",
        Reason.BAD_SIGNATURE: "Certificate signature validation failed",
        Reason.EXPIRED: "java.security.cert.CertificateExpiredException",
        Reason.NOT_YET_VALID: "java.security.cert.CertificateNotYetValidException",
        Reason.PATH_LENGTH: "Violated path length constraints",
        Reason.NOT_A_CA: "End user tried to act as a CA",
        Reason.NO_CERT_SIGN: "Wrong key usage: expected keyCertSign",
        Reason.KEY_USAGE: "KeyUsage does not allow digital signatures",
        Reason.PURPOSE: "Extended key usage does not permit use for TLS server authentication",
        Reason.WEAK_SIGNATURE: "Certificate signature algorithm disabled",
        Reason.WEAK_KEY: "Certificate signature",
        Reason.CRITICAL_EXTENSION: "critical extensions",
        Reason.TOO_LONG: "exceeds the maximum allowed length (10)",
        Reason.DISTRUSTED: "TLS Server certificate issued after",
    }
)

PKIX: Final = ClientRules(
    ident="java",
    title="Java",
    who="pgjdbc, MariaDB Connector/J, every SSLSocket with the PKIX trust manager",
    source="measured: OpenJDK 17.0.15, Temurin 25.0.3; sun.security.validator.PKIXValidator",
    model=Model.JAVA,
    flags=frozenset({Flag.ANCHOR_DATES_ABOVE, Flag.DISTRUSTS}),
    requirements=_PKIX_REQUIREMENTS,
    loading=_LOADING,
    reading=_READING,
    reads_key_stores=True,
    errors=_PKIX_ERRORS,
    server_curves=TLS_KEYS,
)

SUNX509: Final = replace(
    PKIX,
    ident="java-sunx509",
    title="Java with SunX509",
    who="Java programs that ask for the SunX509 trust manager",
    source="measured: OpenJDK 17.0.15; sun.security.validator.SimpleValidator",
    model=Model.SUNX509,
    flags=frozenset({Flag.DISTRUSTS}),
    requirements=_SUNX509_REQUIREMENTS,
    errors=_SUNX509_ERRORS,
    server_curves=TLS_KEYS,
)
