"""The rules of .NET on Linux."""

from types import MappingProxyType
from typing import Final

from unpin.model.encoding_faults import FaultKind
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
    }
)

DOTNET: Final = ClientRules(
    ident="dotnet",
    title=".NET",
    who="Npgsql with a root certificate, SslStream with CustomRootTrust, on Linux, without AIA",
    source="measured: .NET 8.0.4 and 9.0.1 X509Chain, 8.0.4 SslStream",
    model=Model.DOTNET,
    loading=_LOADING,
    reading=_READING,
    errors=_ERRORS,
)
