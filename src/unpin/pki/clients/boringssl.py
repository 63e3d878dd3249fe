"""The rules of BoringSSL as Bun uses it."""

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
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    FRAME_FLAWS,
    LENGTH_FLAWS,
    STRING_FLAWS,
    TIME_FLAWS,
    VERSION_FLAWS,
    Flaw,
)
from unpin.pki.path_validation.requirements import (
    CERT_SIGN,
    NIST_CURVES,
    SHA2,
    SIGN,
    TLS_CURVES,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.pss import PssKind
from unpin.pki.verdict import Reason

_EVERYWHERE: Final = CertificateRequirements(
    extended_key_usage=frozenset({oids.SERVER_AUTH}),
    known_extensions=BASIC_EXTENSIONS | POLICY_EXTENSIONS,
    rsa_bits=range(512, 8193),
    curves=NIST_CURVES | {"P-224"},
    unsure=frozenset({Oddity.POLICY}),
)
_DIGESTS: Final = SHA2 | {"SHA1", "SHA224", PssKind.REWRITTEN}
_ANCHOR: Final = replace(
    _EVERYWHERE, ca=CaCriterion.OPENSSL, path_length=Enforced.YES, name_constraints=Enforced.YES
)
_SERVER: Final = replace(
    _EVERYWHERE,
    key_usage=SIGN,
    digests=_DIGESTS,
)
_REQUIREMENTS: Final = PathRequirements(
    server=_SERVER,
    intermediate=replace(_ANCHOR, ca=CaCriterion.STATED, key_usage=CERT_SIGN, digests=_DIGESTS),
    anchor=_ANCHOR,
    pinned=replace(_SERVER, digests=None),
)
"""crypto/x509/x509_vfy.c, v3_purp.c, as Bun 1.4.5 takes and refuses the designed cases."""

_LOADING: Final = StoreLoading(
    unsure_of=UNMEASURED_FLAWS
    | FRAME_FLAWS
    | LENGTH_FLAWS
    | VERSION_FLAWS
    | TIME_FLAWS
    | STRING_FLAWS
    | {Flaw.TRAILING},
    keeps_what_precedes=True,
)
"""Bun stops at a certificate that BoringSSL refuses, and keeps what it has read before."""

_READING: Final = FileReading(
    readers=(PemReader.BUN,),
    refuses=frozenset(
        {
            FaultKind.UTF_8_BOM,
            FaultKind.UTF_16,
            FaultKind.INDENTED,
            FaultKind.LITERAL_NEWLINE,
            FaultKind.GLUED_MARKERS,
            FaultKind.TEXT_BEFORE_MARKER,
            FaultKind.ONE_LINE,
            FaultKind.CR_LINE_ENDS,
            FaultKind.TRUSTED_CERTIFICATE,
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
            FaultKind.BER_CERTIFICATE,
        }
    ),
    unsure_of=frozenset(),
)

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "Invalid CA",
        Reason.SERVER_KEY: "OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE",
        Reason.UNREAD: "OPENSSL_internal:CERTIFICATE_VERIFY_FAILED",
        Reason.BAD_SIGNATURE: "certificate signature failure",
        Reason.NO_ANCHOR: "unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: "unable to get issuer certificate",
        Reason.UNKNOWN_ROOT: "self signed certificate in certificate chain",
        Reason.EXPIRED: "certificate has expired",
        Reason.NOT_YET_VALID: "certificate is not yet valid",
        Reason.NAME_CONSTRAINTS: "subtree violation",
        Reason.CRITICAL_EXTENSION: "unhandled critical extension",
        Reason.PURPOSE: "unsupported certificate purpose",
        Reason.NOT_A_CA: "unsupported certificate purpose",
        Reason.PATH_LENGTH: "path length constraint exceeded",
        Reason.TOO_LONG: "certificate chain too long",
        Reason.KEY_USAGE: "KEY_USAGE_BIT_INCORRECT",
        Reason.WEAK_KEY: "unable to decode issuer public key",
        Reason.WEAK_SIGNATURE: "certificate signature failure",
    }
)

BORINGSSL: Final = ClientRules(
    ident="boringssl",
    title="BoringSSL",
    who="Bun",
    source="measured: Bun 1.4.5",
    model=Model.BORINGSSL,
    requirements=_REQUIREMENTS,
    loading=_LOADING,
    reading=_READING,
    errors=_ERRORS,
    errors_at_server=MappingProxyType(
        {
            Reason.NO_ANCHOR: "unable to verify the first certificate",
            Reason.UNKNOWN_ROOT: "self signed certificate",
        }
    ),
    other_errors=MappingProxyType(
        {
            Reason.NAME_CONSTRAINTS: "unsupported name constraint type",
            Reason.EMPTY_STORE: "unable to get local issuer certificate",
            Reason.UNREAD: "OPENSSL_internal:DECODE_ERROR",
        }
    ),
    server_curves=TLS_CURVES | {"Ed25519"},
)
