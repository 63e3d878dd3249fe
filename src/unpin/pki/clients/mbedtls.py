"""The rules of Mbed TLS."""

from types import MappingProxyType
from typing import Final

from unpin.pki.clients.rules import (
    ONLY_CERTIFICATES_MEASURED,
    ClientRules,
    Model,
)
from unpin.pki.verdict import Reason

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "X509 - The CRT/CRL/CSR format is invalid",
        Reason.NO_ANCHOR: "The certificate is not correctly signed by the trusted CA",
        Reason.EXPIRED: "The certificate validity has expired",
    }
)

MBEDTLS: Final = ClientRules(
    ident="mbedtls",
    title="Mbed TLS",
    who="embedded clients with Mbed TLS 2.28",
    source="measured: Mbed TLS 2.28.3",
    model=Model.MBEDTLS,
    reading=ONLY_CERTIFICATES_MEASURED,
    errors=_ERRORS,
)
