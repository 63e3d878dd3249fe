"""What each family of clients finds in a PEM text: a scanner of its own, written after its source.

The scanners see the bytes of the file, and nothing of what unpin reads there. A plain text, which
every client reads in full, needs no scanner.
"""

import re
from collections.abc import Container, Mapping
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


_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"
_END: Final = b"-----END CERTIFICATE-----"
_LINES: Final = re.compile(
    rb"(?:(?!0|\xef\xbb\xbf|.*-----)[^\x00-\x08\x0b-\x1f\x7f\n]{0,250}\r?\n)++"
)
_BLOCK: Final = re.compile(
    _BEGIN + rb"\r?\n(?:[A-Za-z0-9+/]{64}\r?\n)*"
    rb"(?:[A-Za-z0-9+/]{4}){0,15}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)\r?\n"
    + _END
    + rb"(?:\r?\n|\Z)"
)
"""Lines of text without dashes in a row, and blocks of full lines and a last one.

NOTE: Java takes what begins with the digit 0, where a block could begin, for DER.
"""


def plain_blocks(data: bytes, seen: Container[bytes] = ()) -> list[tuple[int, int]] | None:
    """Where the blocks of a plain text are: all labelled CERTIFICATE, beside harmless text.

    None for any other text. `seen` are whole blocks, with the end of their last line, that were
    found before.
    """
    found: list[tuple[int, int]] = []
    position = 0
    while position < len(data):
        end = _block_end(data, position, seen)
        if end > position:
            found.append((position, end))
        else:
            lines = _LINES.match(data, position)
            if lines is None:
                return None
            end = lines.end()
        position = end
    return found


def base64_of(block: bytes) -> bytes:
    """The base64 of a block that `plain_blocks` found, with the ends of its lines."""
    return block[len(_BEGIN) : block.index(_END)]


def _block_end(data: bytes, position: int, seen: Container[bytes]) -> int:
    """Where the block that begins at `position` ends; `position` where none begins."""
    end = _end_of(data, position)
    if data[position:end] in seen:
        return end
    block = _BLOCK.match(data, position)
    return position if block is None else block.end()


def _end_of(data: bytes, position: int) -> int:
    """The end of the END line of a block that begins at `position`, else `position`."""
    marker = data.find(_END, position) if data.startswith(_BEGIN, position) else -1
    if marker < 0:
        return position
    end = marker + len(_END)
    if data.startswith(b"\n", end):
        return end + 1
    return end + 2 if data.startswith(b"\r\n", end) else position
