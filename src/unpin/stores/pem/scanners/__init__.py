"""What each family of clients finds in a PEM text: a scanner of its own, written after its source.

The scanners see the bytes of the file, and nothing of what unpin reads there. A plain text, which
every client reads in full, needs no scanner.
"""

import re
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


_LINES: Final = re.compile(
    rb"(?:(?!0|\xef\xbb\xbf|.*-----)[^\x00-\x08\x0b-\x1f\x7f\n]{0,250}\r?\n)++"
)
_BLOCK: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----(\r?\n(?:[A-Za-z0-9+/]{64}\r?\n)*"
    rb"(?:[A-Za-z0-9+/]{4}){0,15}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)\r?\n)"
    rb"-----END CERTIFICATE-----(?:\r?\n|\Z)"
)
"""Lines of text without dashes in a row, and blocks of full lines and a last one.

NOTE: Java takes what begins with the digit 0, where a block could begin, for DER.
"""


def plain_blocks(data: bytes) -> list[re.Match[bytes]] | None:
    """The blocks of a plain text: all labelled CERTIFICATE, beside text that no client minds.

    The first group is the base64 with its line ends. None for any other text.
    """
    found: list[re.Match[bytes]] = []
    position = 0
    while position < len(data):
        block = _BLOCK.match(data, position)
        if block is not None:
            found.append(block)
        part = block or _LINES.match(data, position)
        if part is None:
            return None
        position = part.end()
    return found
