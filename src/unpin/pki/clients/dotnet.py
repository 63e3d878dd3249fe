"""The rules of .NET on Linux."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind
from unpin.pki.certificate_features import BASIC_EXTENSIONS, POLICY_EXTENSIONS, Oddity
from unpin.pki.clients.rules import (
    UNMEASURED_FAULTS,
    ClientRules,
    FileReading,
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    FRAME_FLAWS,
    LENGTH_FLAWS,
    TIME_FLAWS,
    Flaw,
)
from unpin.pki.name_flaws import NameFlaw
from unpin.pki.path_validation.requirements import (
    CERT_SIGN,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.verdict import Reason

_LOADING: Final = StoreLoading(
    refuses=FRAME_FLAWS
    | LENGTH_FLAWS
    | TIME_FLAWS
    | {
        Flaw.TRAILING,
        Flaw.PADDED_SERIAL,
        Flaw.LAX_CRITICAL,
        Flaw.UTC_OFFSET,
        Flaw.UTF8_NAME,
        Flaw.BMP_NAME,
        Flaw.NAME_TYPE,
    }
)
"""X509Certificate2Collection.ImportFromPemFile: OpenSSL and .NET's own AsnReader in turn."""

_READING: Final = FileReading(
    refuses=frozenset({FaultKind.BYTES_AFTER_CERTIFICATE, FaultKind.BER_CERTIFICATE}),
    unsure_of=UNMEASURED_FAULTS - {FaultKind.BYTES_AFTER_CERTIFICATE, FaultKind.BER_CERTIFICATE},
)

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "PartialChain: unable to get local issuer certificate",
        Reason.NO_ANCHOR: "PartialChain: unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: ("PartialChain: unable to get local issuer certificate"),
        Reason.UNKNOWN_ROOT: "UntrustedRoot: self-signed certificate in certificate chain",
        Reason.EXPIRED: "NotTimeValid: certificate has expired",
        Reason.NOT_YET_VALID: "NotTimeValid: certificate is not yet valid",
        Reason.PATH_LENGTH: "InvalidBasicConstraints: path length constraint exceeded",
        Reason.NOT_A_CA: "InvalidBasicConstraints: invalid CA certificate",
        Reason.NO_CERT_SIGN: "InvalidBasicConstraints: key usage does not include certificate"
        " signing",
        Reason.PURPOSE: "NotValidForUsage: The certificate has invalid policy.",
        Reason.NAME_CONSTRAINTS: "subtree violation",
        Reason.UNREAD: "PartialChain: unable to get local issuer certificate",
        Reason.CRITICAL_EXTENSION: "HasNotSupportedCriticalExtension: unhandled critical extension",
    }
)

_UNSURE: Final = frozenset(
    {
        Oddity.SIGNATURE,
        Oddity.KEY,
        Oddity.ENCODING,
        Oddity.POLICY,
        Oddity.NETSCAPE,
        Oddity.FEATURE,
    }
)
"""X509Chain takes SHA-1 and short keys, but OpenSSL's security level has its say in a handshake."""

_ANYWHERE: Final = CertificateRequirements(
    extended_key_usage=frozenset({oids.SERVER_AUTH}),
    known_extensions=BASIC_EXTENSIONS
    | POLICY_EXTENSIONS
    | {oids.CRL_DISTRIBUTION_POINTS, oids.NETSCAPE_CERT_TYPE},
    unsure=_UNSURE,
    unread_names=frozenset({NameFlaw.MALFORMED}),
)
_ANCHOR: Final = replace(
    _ANYWHERE, ca=CaCriterion.OPENSSL, path_length=Enforced.YES, name_constraints=Enforced.YES
)
_REQUIREMENTS: Final = PathRequirements(
    server=replace(_ANYWHERE, unsure=_UNSURE | {Oddity.KEY_USAGE}),
    intermediate=replace(_ANCHOR, ca=CaCriterion.STATED, key_usage=CERT_SIGN),
    anchor=_ANCHOR,
    pinned=replace(_ANYWHERE, unsure=_UNSURE | {Oddity.KEY_USAGE, Oddity.BASIC_CONSTRAINTS}),
    clear_only=True,
)
"""OpenSSL's own checks, but for server-gated cryptography, which is no purpose to .NET."""

DOTNET: Final = ClientRules(
    ident="dotnet",
    title=".NET",
    who="Npgsql with a root certificate, SslStream with CustomRootTrust, on Linux, without AIA",
    source="measured: .NET 8.0.4 and 9.0.1 X509Chain, 8.0.4 SslStream",
    model=Model.DOTNET,
    loading=_LOADING,
    reading=_READING,
    requirements=_REQUIREMENTS,
    errors=_ERRORS,
)
