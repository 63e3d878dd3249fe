"""What clients print instead of their library's words."""

from tests.conformance.clients.client import Prediction
from unpin.pki.verdict import Reason


def libpq(verdict: Prediction) -> tuple[str, ...]:
    """Libpq hides every reason (postgres fe-secure-openssl.c)."""
    if verdict.reason == Reason.EMPTY_STORE:
        # NOTE: the libpq 18 of psycopg's wheels says the second of some empty files.
        return "no certificate or crl found", "shutdown while in init"
    if verdict.reason == Reason.SERVER_KEY:
        return ("alert handshake failure",)
    if verdict.reason == Reason.BAD_SIGNATURE:
        return "SSL error: EVP lib", "SSL error: provider signature failure"
    return ("SSL error: certificate verify failed",)


def node(verdict: Prediction) -> tuple[str, ...]:
    """Node lets OpenSSL go on after an error, and reports the last one."""
    return (verdict.last or verdict.error or "",)


def bun(verdict: Prediction) -> tuple[str, ...]:
    """Bun prints the last error, on a path that may lead through an expired copy in the store."""
    return verdict.error or "", "certificate has expired"


def curl(verdict: Prediction) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("error setting certificate file",)
    if verdict.reason == Reason.BAD_SIGNATURE:
        return verdict.error or "", "asn1 encoding routines::EVP lib"
    return verdict.texts


def lib_pq(verdict: Prediction) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("pq: couldn't parse pem in sslrootcert",)
    return verdict.texts
