"""What clients print instead of their library's words, and what families print beside theirs."""

from unpin.model.verdict import Verdict
from unpin.pki.clients import Reason


def libpq(verdict: Verdict) -> tuple[str, ...]:
    """Libpq hides every reason (postgres fe-secure-openssl.c)."""
    if verdict.reason == Reason.EMPTY_STORE:
        # NOTE: the libpq 18 of psycopg's wheels says the second of some empty files.
        return "no certificate or crl found", "shutdown while in init"
    return ("SSL error: certificate verify failed",)


def node(verdict: Verdict) -> tuple[str, ...]:
    """Node lets OpenSSL go on after an error, and reports the last one.

    So an expired certificate in the path hides a missing issuer. An empty `ca` is no error.
    """
    first = "unable to verify the first certificate"
    local = "unable to get local issuer certificate"
    expired = "certificate has expired"
    match verdict.reason:
        case Reason.EMPTY_STORE:
            return first, local, expired, "self-signed certificate in certificate chain"
        case Reason.NO_ANCHOR:
            return (first if len(verdict.path) == 1 else local), expired
        case _:
            return verdict.error or "", expired


def curl(verdict: Verdict) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("error setting certificate file",)
    return (verdict.error or "",)


def lib_pq(verdict: Verdict) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("pq: couldn't parse pem in sslrootcert",)
    return (verdict.error or "",)


OTHER_WORDS: dict[tuple[str, Reason], tuple[str, str]] = {}
"""(family, reason): other words, and when the family uses them."""
