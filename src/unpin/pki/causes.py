"""A verdict's reason in words, the same wherever it is told."""

from typing import Final

from unpin.pki.clients import Reason

_CAUSES: Final = {
    Reason.EMPTY_STORE: "no certificate in the store counts",
    Reason.NO_ANCHOR: "nothing in the store signed the chain",
    Reason.STORE_ISSUER_MISSING: "a certificate of the store is taken whose issuer is not there",
    Reason.UNKNOWN_ROOT: "the root that the server sends is not in the store",
    Reason.EXPIRED: "a certificate on the path is out of date",
    Reason.NAME_ONLY: "a certificate of the store has the right name and another key",
    Reason.BAD_SIGNATURE: "a certificate of the store has the right name and another key",
    Reason.DISORDER: "the server sends its certificates out of order",
}
_BY_IDENT: Final = {str(reason): said for reason, said in _CAUSES.items()}


def cause(reason: str) -> str:
    """The cause behind the ident `reason`; where there are no words for it, the ident itself."""
    said: str | None = _BY_IDENT.get(reason)
    return said or reason.replace("-", " ")
