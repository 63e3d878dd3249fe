"""A verdict's reason in words, the same wherever it is told."""

from typing import Final

from unpin.pki.failure_reasons import Reason

_CAUSES: Final = {
    Reason.EMPTY_STORE: "no certificate in the store counts",
    Reason.NO_ANCHOR: "nothing in the store signed the chain",
    Reason.STORE_ISSUER_MISSING: "a certificate of the store is taken whose issuer is not there",
    Reason.UNKNOWN_ROOT: "the root that the server sends is not in the store",
    Reason.EXPIRED: "a certificate on the path is out of date",
    Reason.NAME_ONLY: "a certificate of the store has the right name and another key",
    Reason.BAD_SIGNATURE: "a certificate of the store has the right name and another key",
    Reason.DISORDER: "the server sends its certificates out of order",
    Reason.NOT_YET_VALID: "a certificate on the path is not valid yet",
    Reason.TOO_LONG: "the path is longer than the client takes",
    Reason.NOT_A_CA: "a certificate on the path is no CA",
    Reason.SERVER_IS_A_CA: "the server's certificate is a CA's",
    Reason.NO_CERT_SIGN: "a certificate on the path may not sign certificates",
    Reason.KEY_USAGE: "a certificate on the path may not be used so",
    Reason.PURPOSE: "a certificate on the path is not for servers",
    Reason.PATH_LENGTH: "a CA on the path allows fewer CAs below it",
    Reason.NAME_CONSTRAINTS: "a CA on the path may not sign for this name",
    Reason.WEAK_SIGNATURE: "a certificate on the path has a weak signature",
    Reason.WEAK_KEY: "a certificate on the path has a weak key",
    Reason.CRITICAL_EXTENSION: "a certificate on the path has a critical extension it cannot read",
    Reason.NOT_STRICT: "a certificate on the path breaks a rule of RFC 5280",
    Reason.UNREADABLE_ENTRY: "one entry that cannot be read keeps the client from the whole store",
}
_BY_IDENT: Final = {str(reason): said for reason, said in _CAUSES.items()}


def cause(reason: str) -> str:
    """The cause behind the ident `reason`; where there are no words for it, the ident itself."""
    said: str | None = _BY_IDENT.get(reason)
    return said or reason.replace("-", " ")
