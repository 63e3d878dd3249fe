"""The rules of rustls with webpki."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind, PemReader
from unpin.pki.certificate_features import BASIC_EXTENSIONS, Oddity
from unpin.pki.clients.rules import (
    UNMEASURED_FLAWS,
    ClientRules,
    FileReading,
    Flag,
    Loading,
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    LENGTH_FLAWS,
    VERSION_FLAWS,
    Flaw,
)
from unpin.pki.path_validation.requirements import (
    NIST_CURVES,
    NOT_JUDGED,
    SHA2,
    TLS_CURVES,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.verdict import Reason

_KEYS: Final = CertificateRequirements(
    name_constraints=Enforced.YES,
    directory_names=Enforced.NO,
    rsa_bits=range(2048, 8193),
    curves=NIST_CURVES,
    unsure=frozenset({Oddity.ENCODING}),
)
_SENT: Final = replace(
    _KEYS,
    extended_key_usage=frozenset({oids.SERVER_AUTH}),
    known_extensions=BASIC_EXTENSIONS | {oids.CRL_DISTRIBUTION_POINTS},
    digests=SHA2,
    versions=frozenset({3}),
)

_REQUIREMENTS: Final = PathRequirements(
    server=replace(_SENT, ca=CaCriterion.DENIED, name_constraints=Enforced.NO),
    intermediate=replace(_SENT, ca=CaCriterion.STATED, path_length=Enforced.YES),
    anchor=replace(_KEYS, unsure=frozenset({Oddity.ENCODING, Oddity.VERSION})),
    pinned=NOT_JUDGED,
    counts_self_issued=True,
    max_intermediates=6,
)
"""webpki verify_cert.rs: an anchor is a name, a key and its name constraints, nothing more.

NOTE: P-521 needs the provider aws-lc-rs; with ring it is refused.
"""

_REFUSED: Final = (
    VERSION_FLAWS
    | LENGTH_FLAWS
    | {
        Flaw.TRAILING,
        Flaw.EXTENSIONS,
        Flaw.BASIC_CONSTRAINTS,
        Flaw.EXTRA_CONSTRAINTS,
        Flaw.PURPOSES,
        Flaw.CRITICAL_PURPOSES,
        Flaw.ALTERNATIVE_NAMES,
        Flaw.NAME_CONSTRAINTS,
        Flaw.CRL_POINTS,
        Flaw.LAX_CRITICAL,
        Flaw.VERSION_2,
        Flaw.WRITTEN_VERSION_1,
        Flaw.UNIQUE_IDS,
        Flaw.TWO_ALGORITHMS,
    }
)
"""webpki cert.rs, trust_anchor.rs: an anchor is read up to its end, its dates are not.

NOTE: uv skips what it cannot read (RootCertStore::add_parsable_certificates).
"""

_MAYBE_REFUSED: Final = UNMEASURED_FLAWS | {Flaw.REPEATED_EXTENSION}
"""Refused where webpki knows the extension, else not seen."""

_READING: Final = FileReading(
    readers=(PemReader.RUSTLS, PemReader.RUSTLS_PEMFILE),
    refuses=frozenset(
        {
            FaultKind.UTF_8_BOM,
            FaultKind.UTF_16,
            FaultKind.TRUSTED_CERTIFICATE,
            FaultKind.X509_CERTIFICATE,
            FaultKind.BROKEN_BLOCK,
            FaultKind.BYTES_AFTER_CERTIFICATE,
            FaultKind.BER_CERTIFICATE,
            FaultKind.DER,
            FaultKind.PKCS7,
        }
    ),
    ignores=frozenset({FaultKind.MIXED_ENCODING}),
    unsure_of=frozenset(),
)

_PEER: Final = "invalid peer certificate: "

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "invalid peer certificate: UnknownIssuer",
        Reason.SERVER_KEY: "received fatal alert: HandshakeFailure",
        Reason.NO_ANCHOR: "invalid peer certificate: UnknownIssuer",
        Reason.NAME_ONLY: "invalid peer certificate: BadSignature",
        Reason.EXPIRED: "invalid peer certificate: certificate expired",
        Reason.NOT_YET_VALID: "invalid peer certificate: certificate not valid yet",
        Reason.PATH_LENGTH: f"{_PEER}Other(OtherError(PathLenConstraintViolated))",
        Reason.NOT_A_CA: f"{_PEER}Other(OtherError(EndEntityUsedAsCa))",
        Reason.SERVER_IS_A_CA: f"{_PEER}Other(OtherError(CaUsedAsEndEntity))",
        Reason.PURPOSE: f"{_PEER}Other(OtherError(EkuError))",
        Reason.NAME_CONSTRAINTS: f"{_PEER}Other(OtherError(NameConstraintViolation))",
        Reason.WEAK_SIGNATURE: f"{_PEER}UnsupportedSignatureAlgorithm",
        Reason.WEAK_KEY: f"{_PEER}UnsupportedSignatureAlgorithmForPublicKey",
        Reason.UNREAD: f"{_PEER}Other(OtherError(UnsupportedCertVersion))",
        Reason.CRITICAL_EXTENSION: f"{_PEER}Other(OtherError(UnsupportedCriticalExtension))",
        Reason.TOO_LONG: f"{_PEER}Other(OtherError(MaximumPathDepthExceeded))",
    }
)

_OTHER_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "invalid peer certificate: certificate expired",
        Reason.WEAK_KEY: "invalid peer certificate: BadSignature",
        # From webpki 0.103.2 on.
        Reason.PURPOSE: (
            f"{_PEER}certificate does not allow extended key usage for server authentication"
        ),
    }
)

RUSTLS: Final = ClientRules(
    ident="rustls",
    title="rustls",
    who="Deno, uv, reqwest and other Rust programs with webpki",
    source="measured: rustls 0.20.8, Deno 2.9.6, uv 0.13.9; webpki verify_cert.rs",
    model=Model.SEARCH,
    flags=frozenset({Flag.EXACT_NAMES, Flag.FEW_SIGNATURES, Flag.MOST_SPECIFIC_ERROR}),
    requirements=_REQUIREMENTS,
    loading=StoreLoading(Loading.REFUSES, _REFUSED, _MAYBE_REFUSED),
    reading=_READING,
    errors=_ERRORS,
    other_errors=_OTHER_ERRORS,
    server_curves=TLS_CURVES,
)
