"""The rules of BoringSSL as Bun uses it."""

from types import MappingProxyType
from typing import Final

from unpin.model.encoding_faults import FaultKind
from unpin.pki.clients.rules import (
    UNMEASURED_FAULTS,
    UNMEASURED_FLAWS,
    ClientRules,
    FileReading,
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    FRAME_FLAWS,
    LENGTH_FLAWS,
    TIME_FLAWS,
    VERSION_FLAWS,
    Flaw,
)
from unpin.pki.failure_reasons import Reason

_LOADING: Final = StoreLoading(
    unsure_of=UNMEASURED_FLAWS
    | FRAME_FLAWS
    | LENGTH_FLAWS
    | VERSION_FLAWS
    | TIME_FLAWS
    | {Flaw.TRAILING, Flaw.PADDED_SERIAL, Flaw.UTF8_NAME, Flaw.BMP_NAME}
)
"""Bun stops at a certificate that BoringSSL refuses, and keeps what it has read before."""

_READING: Final = FileReading(
    ignores=frozenset({FaultKind.BYTES_AFTER_CERTIFICATE, FaultKind.BER_CERTIFICATE}),
    unsure_of=UNMEASURED_FAULTS - {FaultKind.BYTES_AFTER_CERTIFICATE, FaultKind.BER_CERTIFICATE},
)

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "Invalid CA",
        Reason.NO_ANCHOR: "unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: "unable to get issuer certificate",
        Reason.UNKNOWN_ROOT: "self signed certificate in certificate chain",
        Reason.EXPIRED: "certificate has expired",
    }
)

BORINGSSL: Final = ClientRules(
    ident="boringssl",
    title="BoringSSL",
    who="Bun",
    source="measured: Bun 1.4.5",
    model=Model.BORINGSSL,
    loading=_LOADING,
    reading=_READING,
    errors=_ERRORS,
)
