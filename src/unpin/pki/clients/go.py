"""The rules of Go (crypto/tls, crypto/x509)."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind, PemReader
from unpin.pki.certificate_features import BASIC_EXTENSIONS, Oddity
from unpin.pki.clients.rules import (
    ClientRules,
    FileReading,
    Flag,
    Loading,
    Model,
    StoreLoading,
)
from unpin.pki.name_flaws import NameFlaw
from unpin.pki.path_validation.requirements import (
    CERT_SIGN,
    NIST_CURVES,
    SHA2,
    TLS_CURVES,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.pss import PssKind
from unpin.pki.verdict import Reason

_UNREAD_NAMES: Final = frozenset(
    {
        NameFlaw.PRINTABLE,
        NameFlaw.IA5,
        NameFlaw.NUMERIC,
        NameFlaw.STRING_TYPE,
        NameFlaw.ALTERNATIVE_ASCII,
        NameFlaw.ADDRESS_SIZE,
    }
)
"""crypto/x509/parser.go parseASN1String, forEachSAN."""
_EVERYWHERE: Final = CertificateRequirements(
    extended_key_usage=frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}),
    known_extensions=BASIC_EXTENSIONS | {oids.CERTIFICATE_POLICIES, oids.CRL_DISTRIBUTION_POINTS},
    directory_names=Enforced.NO,
    rsa_bits=range(1024, 16385),
    curves=NIST_CURVES | {"P-224"},
    unsure=frozenset({Oddity.ENCODING, Oddity.POLICY, Oddity.URI}),
    unread_names=_UNREAD_NAMES,
)
_DIGESTS: Final = SHA2 | {PssKind.REWRITTEN}
_CA: Final = replace(
    _EVERYWHERE,
    key_usage=CERT_SIGN,
    path_length=Enforced.YES,
    name_constraints=Enforced.YES,
)

_REQUIREMENTS: Final = PathRequirements(
    server=replace(_EVERYWHERE, digests=_DIGESTS),
    intermediate=replace(_CA, ca=CaCriterion.STATED, digests=_DIGESTS),
    anchor=replace(_CA, ca=CaCriterion.STATED_IN_V3),
    pinned=replace(_EVERYWHERE, unsure=_EVERYWHERE.unsure | {Oddity.SIGNATURE}),
    counts_self_issued=True,
)
"""crypto/x509/verify.go, as 1.19 and 1.27 agree; what only one of the two takes is refused."""

_READING: Final = FileReading(
    readers=(PemReader.GO,),
    refuses=frozenset(
        {
            FaultKind.UTF_8_BOM,
            FaultKind.UTF_16,
            FaultKind.INDENTED,
            FaultKind.LITERAL_NEWLINE,
            FaultKind.TRUSTED_CERTIFICATE,
            FaultKind.X509_CERTIFICATE,
            FaultKind.PLACEHOLDER,
            FaultKind.DER,
            FaultKind.PKCS7,
        }
    ),
    ignores=frozenset(
        {
            FaultKind.MIXED_ENCODING,
            FaultKind.GLUED_MARKERS,
            FaultKind.TEXT_BEFORE_MARKER,
            FaultKind.ONE_LINE,
            FaultKind.BROKEN_BLOCK,
            FaultKind.BYTES_AFTER_CERTIFICATE,
            FaultKind.BLOCK_HEADERS,
            FaultKind.MISSING_PADDING,
        }
    ),
    unsure_of=frozenset(),
)

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "x509: certificate signed by unknown authority",
        Reason.SERVER_KEY: "remote error: tls: handshake failure",
        Reason.NO_ANCHOR: "x509: certificate signed by unknown authority",
        Reason.NAME_ONLY: "x509: certificate signed by unknown authority",
        Reason.EXPIRED: "x509: certificate has expired or is not yet valid",
        Reason.NOT_YET_VALID: "x509: certificate has expired or is not yet valid",
        Reason.PATH_LENGTH: "x509: too many intermediates for path length constraint",
        Reason.NOT_A_CA: "x509: certificate signed by unknown authority",
        Reason.NO_CERT_SIGN: "x509: certificate signed by unknown authority",
        Reason.PURPOSE: "x509: certificate specifies an incompatible key usage",
        Reason.NAME_CONSTRAINTS: (
            "x509: a root or intermediate certificate is not authorized to sign for this name"
        ),
        Reason.WEAK_SIGNATURE: "x509: certificate signed by unknown authority",
        Reason.WEAK_KEY: "x509: certificate signed by unknown authority",
        Reason.UNREAD: "tls: failed to parse certificate from server: x509: ",
        Reason.CRITICAL_EXTENSION: "x509: unhandled critical extension",
    }
)

_OTHER_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "x509: certificate has expired or is not yet valid",
        Reason.EXPIRED: "x509: certificate signed by unknown authority",
        Reason.NOT_A_CA: "x509: certificate is not authorized to sign other certificates",
        Reason.CRITICAL_EXTENSION: "x509: certificate signed by unknown authority",
    }
)
"""The dates of the server certificate come before any anchor; of several dead ends Go names the
last. The error of a CA comes before that of its signature only for certificates of version 1."""

GO: Final = ClientRules(
    ident="go",
    title="Go",
    who="crypto/tls, lib/pq, pgx, go-sql-driver",
    source="measured: Go 1.19.8, 1.27.3; crypto/x509/verify.go",
    model=Model.SEARCH,
    flags=frozenset(
        {
            Flag.ANCHOR_DATES,
            Flag.LEAF_PIN,
            Flag.EXACT_NAMES,
            Flag.FEW_SIGNATURES,
            Flag.READS_WHAT_IS_SENT,
            Flag.REFUSES_CURVES_SENT,
            Flag.DROPS_UNREAD,
        }
    ),
    requirements=_REQUIREMENTS,
    loading=StoreLoading(broken=Loading.LOADS, unsure_of=frozenset()),
    reading=_READING,
    errors=_ERRORS,
    other_errors=_OTHER_ERRORS,
    server_curves=TLS_CURVES,
)
