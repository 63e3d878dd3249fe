"""What clients print instead of their library's words, and what families print beside theirs."""

from tests.conformance.clients.client import Prediction
from unpin.pki.failure_reasons import Reason


def libpq(verdict: Prediction) -> tuple[str, ...]:
    """Libpq hides every reason (postgres fe-secure-openssl.c)."""
    if verdict.reason == Reason.EMPTY_STORE:
        # NOTE: the libpq 18 of psycopg's wheels says the second of some empty files.
        return "no certificate or crl found", "shutdown while in init"
    return ("SSL error: certificate verify failed",)


def node(verdict: Prediction) -> tuple[str, ...]:
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


def node_partial(verdict: Prediction) -> tuple[str, ...]:
    """With partial chains OpenSSL does not tell a path that stops at the server certificate."""
    if verdict.reason == Reason.NO_ANCHOR:
        return verdict.error or "", "certificate has expired"
    return node(verdict)


def bun(verdict: Prediction) -> tuple[str, ...]:
    return node(verdict)


def curl(verdict: Prediction) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("error setting certificate file",)
    return (verdict.error or "",)


def lib_pq(verdict: Prediction) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("pq: couldn't parse pem in sslrootcert",)
    return (verdict.error or "",)


OTHER_WORDS: dict[tuple[str, Reason], tuple[str, ...]] = {
    # The dates of the server certificate come before any anchor.
    ("go", Reason.EMPTY_STORE): ("x509: certificate has expired or is not yet valid",),
    ("rustls", Reason.EMPTY_STORE): ("invalid peer certificate: certificate expired",),
    # Of several dead ends Go names the last; the expired one may have been another.
    ("go", Reason.EXPIRED): ("x509: certificate signed by unknown authority",),
    # BouncyCastle's builder, where the server sent a root; it has one text for whatever stops it.
    ("bouncycastle", Reason.NO_ANCHOR): ("Unable to find certificate chain.",),
    ("bouncycastle", Reason.NAME_ONLY): (
        "No issuer certificate for certificate in certification path found.",
    ),
    ("bouncycastle", Reason.BAD_SIGNATURE): ("Unable to find certificate chain.",),
}
"""(family, reason): what the family prints in place of the words that unpin predicts."""
