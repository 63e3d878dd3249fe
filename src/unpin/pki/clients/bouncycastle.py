"""The rules of BouncyCastle's JSSE provider in Java.

Read in the sources of 1.72 and 1.80, and measured with these and 1.86.2: only the choice of issuers
by key identifier differs (path_building/bouncycastle.py). The FIPS edition was not measured; in its
approved-only mode it takes fewer keys and signatures.
"""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1.algorithms import SignatureScheme
from unpin.pki.certificate_features import BASIC_EXTENSIONS, POLICY_EXTENSIONS, Oddity
from unpin.pki.clients.java import PKIX
from unpin.pki.clients.rules import (
    ClientRules,
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    FRAME_FLAWS,
    VERSION_FLAWS,
    Flaw,
)
from unpin.pki.name_flaws import NameFlaw
from unpin.pki.path_validation.requirements import (
    CERT_SIGN,
    NIST_CURVES,
    PSS_KEYS,
    SHA2,
    SIGN,
    TLS_KEYS,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.pss import PssKind
from unpin.pki.verdict import Reason

_NO_ISSUER: Final = "No issuer certificate for certificate in certification path found."
_LOADING: Final = StoreLoading(
    refuses=FRAME_FLAWS
    | VERSION_FLAWS
    | {
        Flaw.TRAILING,
        Flaw.PADDED_SERIAL,
        Flaw.REPEATED_EXTENSION,
        Flaw.BASIC_CONSTRAINTS,
        Flaw.EXTRA_CONSTRAINTS,
        Flaw.KEY_USAGE,
        Flaw.NO_TIME,
        Flaw.BMP_NAME,
    }
)
"""org.bouncycastle.jcajce.provider.asymmetric.oids.CertificateFactory."""

_ALGORITHMS: Final = CertificateRequirements(
    rsa_bits=range(1024, 16385),
    curves=NIST_CURVES
    | PSS_KEYS
    | {"P-224", "Ed448", f"EC {oids.SECP256K1}"}
    | {
        f"EC {oid}" for oid in (oids.BRAINPOOL_P256R1, oids.BRAINPOOL_P384R1, oids.BRAINPOOL_P512R1)
    },
)
_SIGNATURES: Final = replace(
    _ALGORITHMS,
    digests=SHA2 | {"Ed448", "SHA1", "SHA224", PssKind.REWRITTEN, PssKind.SALT},
    refused_signatures=frozenset({oids.ECDSA_WITH_SHA1}),
    unsure_digests=frozenset({SignatureScheme.DSA}),
)
_KNOWN: Final = (
    (BASIC_EXTENSIONS - {oids.EXT_KEY_USAGE})
    | POLICY_EXTENSIONS
    | {
        oids.ISSUING_DISTRIBUTION_POINT,
        oids.DELTA_CRL_INDICATOR,
    }
)
_UNSURE: Final = frozenset({Oddity.ENCODING, Oddity.POLICY})

_REQUIREMENTS: Final = PathRequirements(
    server=replace(
        _SIGNATURES,
        key_usage=SIGN,
        extended_key_usage=frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}),
        known_extensions=_KNOWN | {oids.EXT_KEY_USAGE, oids.CRL_DISTRIBUTION_POINTS},
        unsure=_UNSURE | {Oddity.FEATURE},
        unsure_names=frozenset({NameFlaw.MALFORMED}),
    ),
    intermediate=replace(
        _SIGNATURES,
        ca=CaCriterion.STATED,
        key_usage=CERT_SIGN,
        path_length=Enforced.YES,
        known_extensions=_KNOWN,
        unsure=_UNSURE,
        unsure_names=frozenset({NameFlaw.MALFORMED}),
    ),
    anchor=replace(_ALGORITHMS, unsure=frozenset({Oddity.ENCODING})),
    pinned=replace(
        _ALGORITHMS,
        key_usage=SIGN,
        extended_key_usage=frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}),
        unsure=frozenset({Oddity.ENCODING, Oddity.FEATURE}),
    ),
    max_sent=10,
    max_intermediates=6,
)
"""PKIXCertPathValidatorSpi_8 with RFC3280CertPathUtilities; ProvAlgorithmChecker.

Of the anchor the size of its key is asked, by jdk.certpath.disabledAlgorithms and
jdk.tls.disabledAlgorithms. A signature must be one that the client offers
(SignatureSchemeInfo); ECDSA with SHA-1 is none, as BouncyCastle calls it "ECDSA" alone. The most
intermediates are those of PKIXBuilderParameters.getMaxPathLength, which counts one less.
"""

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "no PKIXBuilderParameters available",
        Reason.SERVER_KEY: "handshake_failure(40)",
        Reason.NO_ANCHOR: _NO_ISSUER,
        Reason.NAME_ONLY: _NO_ISSUER,
        Reason.UNKNOWN_ROOT: "Unable to find certificate chain.",
        Reason.BAD_SIGNATURE: "Could not validate certificate signature.",
        Reason.EXPIRED: "Could not validate certificate: certificate expired on",
        Reason.NOT_YET_VALID: "Could not validate certificate: certificate not valid till",
        Reason.TOO_LONG: "Certificate chain longer than maximum (10)",
        Reason.PATH_LENGTH: "Max path length not greater than zero",
        Reason.NOT_A_CA: "Not a CA certificate",
        Reason.NO_CERT_SIGN: "does not permit key signing",
        Reason.KEY_USAGE: "Certificate doesn't support 'digitalSignature' KeyUsage",
        Reason.PURPOSE: "Certificate doesn't support 'serverAuth' ExtendedKeyUsage",
        Reason.NAME_CONSTRAINTS: "Subtree check for certificate subject",
        Reason.WEAK_SIGNATURE: "not permitted with given parameters and issuer public key",
        Reason.WEAK_KEY: "not permitted with given parameters and issuer public key",
        Reason.CRITICAL_EXTENSION: "Certificate has unsupported critical extension",
    }
)

_OTHER_ERRORS: Final = MappingProxyType(
    dict.fromkeys(
        (
            Reason.BAD_SIGNATURE,
            Reason.EXPIRED,
            Reason.NOT_YET_VALID,
            Reason.PATH_LENGTH,
            Reason.NO_CERT_SIGN,
            Reason.KEY_USAGE,
            Reason.PURPOSE,
            Reason.NAME_CONSTRAINTS,
            Reason.WEAK_KEY,
            Reason.CRITICAL_EXTENSION,
        ),
        _NO_ISSUER,
    )
    | {
        Reason.NO_ANCHOR: "Unable to find certificate chain.",
        Reason.TOO_LONG: "Unable to find certificate chain.",
        Reason.NOT_A_CA: "Intermediate certificate lacks BasicConstraints",
        Reason.WEAK_SIGNATURE: "Signature algorithm could not be determined",
    }
)
"""With several paths the builder reports the last, in no fixed order."""

BOUNCYCASTLE: Final = ClientRules(
    ident="bouncycastle",
    title="BouncyCastle JSSE",
    who="Java programs with the provider BCJSSE",
    source="measured: bctls 1.72 on OpenJDK 17; PKIXCertPathBuilderSpi_8",
    model=Model.BOUNCYCASTLE,
    requirements=_REQUIREMENTS,
    loading=_LOADING,
    reading=PKIX.reading,
    reads_key_stores=True,
    errors=_ERRORS,
    other_errors=_OTHER_ERRORS,
    server_curves=TLS_KEYS,
)
