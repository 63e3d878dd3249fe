"""The PEM readers of the clients, and what each makes of a file."""

from dataclasses import dataclass
from enum import StrEnum


class PemReader(StrEnum):
    """A way of reading a file of certificates, as tests/conformance/pem_readers compares it."""

    OPENSSL = "OpenSSL's certificate files"
    """X509_load_cert_crl_file: psql, libpq, curl, Python, openssl -CAfile."""
    NODE = "Node.js"
    """PEM_read_bio_X509_AUX, until it fails: tls and https, and OpenSSL's hashed directories."""
    BUN = "Bun"
    GO = "Go"
    RUSTLS = "rustls"
    RUSTLS_PEMFILE = "rustls-pemfile"
    """The crate before: Deno."""
    GNUTLS = "GnuTLS"
    JAVA_17 = "Java up to 21"
    JAVA_25 = "Java 25"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class PemReading:
    """What a reader makes of a file: the DER of the certificates that it loads, or a refusal."""

    loaded: frozenset[bytes] = frozenset()
    refused: bool = False


REFUSED = PemReading(refused=True)
