"""What clients print instead of their library's words, and what families print beside theirs."""

from tests.conformance.clients.client import Prediction
from unpin.pki.clients import CLIENTS
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


def curl(verdict: Prediction) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("error setting certificate file",)
    return (verdict.error or "",)


def lib_pq(verdict: Prediction) -> tuple[str, ...]:
    if verdict.reason == Reason.EMPTY_STORE:
        return ("pq: couldn't parse pem in sslrootcert",)
    return (verdict.error or "",)


OTHER_WORDS: dict[tuple[str, Reason], tuple[str, ...]] = {
    (client.ident, reason): (text,)
    for client in CLIENTS
    for reason, text in client.other_errors.items()
}
"""(family, reason): what the family prints in place of the words that unpin predicts first."""
