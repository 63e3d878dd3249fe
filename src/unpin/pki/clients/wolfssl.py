"""The rules of wolfSSL."""

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
        Reason.NO_ANCHOR: "-188 certificate verify failed",
        Reason.NAME_ONLY: "-188 certificate verify failed",
        Reason.EXPIRED: "-151 ASN date error, current date after",
    }
)

WOLFSSL: Final = ClientRules(
    ident="wolfssl",
    title="wolfSSL",
    who="embedded clients with wolfSSL 5.5",
    source="measured: wolfSSL 5.5.4",
    model=Model.SEARCH,
    flags=frozenset({Flag.EXPIRED_LEAF_PIN, Flag.FORWARD_ONLY, Flag.EXACT_NAMES}),
    reading=ONLY_CERTIFICATES_MEASURED,
    errors=_ERRORS,
)
