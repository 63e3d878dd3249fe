"""What each family of clients finds in a PEM text: a scanner of its own, written after its source.

They see the bytes of the file, and nothing of what unpin reads there.
"""

from collections.abc import Mapping
from typing import Final

from unpin.model.encoding_faults import PemReader, PemReading
from unpin.stores.pem.scanners import boringssl, gnutls, go, java, openssl, rustls

SCANNERS: Final = {
    PemReader.OPENSSL: openssl.certificate_file,
    PemReader.NODE: openssl.until_it_fails,
    PemReader.BUN: boringssl.scan,
    PemReader.GO: go.scan,
    PemReader.RUSTLS: rustls.scan,
    PemReader.RUSTLS_PEMFILE: rustls.scan_pemfile,
    PemReader.GNUTLS: gnutls.scan,
    PemReader.JAVA_17: java.scan_17,
    PemReader.JAVA_25: java.scan_25,
}


def readings(data: bytes) -> Mapping[PemReader, PemReading]:
    """What each reader makes of the file."""
    return {reader: scan(data) for reader, scan in SCANNERS.items()}
