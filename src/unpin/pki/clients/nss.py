"""The rules of programs with an NSS database."""

from types import MappingProxyType
from typing import Final

from unpin.pki.clients.rules import (
    ONLY_CERTIFICATES_MEASURED,
    ClientRules,
    Flag,
    Model,
)
from unpin.pki.verdict import Reason

_ERRORS: Final = MappingProxyType(
    {
        Reason.NO_ANCHOR: "SEC_ERROR_UNKNOWN_ISSUER",
        Reason.NAME_ONLY: "SEC_ERROR_UNKNOWN_ISSUER",
        Reason.EXPIRED: "SEC_ERROR_EXPIRED_CERTIFICATE",
    }
)

NSS: Final = ClientRules(
    ident="nss",
    title="NSS",
    who="programs with an NSS database, its CAs marked C,,",
    source="measured: NSS 3.87.1 tstclnt",
    model=Model.SEARCH,
    flags=frozenset({Flag.ANCHOR_DATES, Flag.EXACT_NAMES}),
    reading=ONLY_CERTIFICATES_MEASURED,
    errors=_ERRORS,
)
