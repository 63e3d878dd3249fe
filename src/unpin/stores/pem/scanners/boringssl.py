"""Bun's reader of `ca`: BoringSSL (crypto/pem/pem_lib.cc) on what stands before the first NUL."""

import binascii
import re
from collections.abc import Iterator
from typing import Final

from unpin.model.encoding_faults import REFUSED, PemReading
from unpin.stores.pem.scanners.bio_lines import (
    BEGIN,
    END,
    PLAIN_LINES,
    TAIL,
    BioLines,
    label_of,
    sanitized,
)
from unpin.stores.pem.scanners.content import certificate

_LONGEST: Final = 253
"""Bytes that BIO_gets takes at once, of a buffer of 254."""
_LABELS: Final = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE"})
_BODY_LINES: Final = re.compile(rb"(?:[!-,.-~]{0,251}+\r?\n)++")
"""The same, and empty ones, which count as body behind the first."""
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*+={0,2}")
_SPACE: Final = b"\t\n\r "
_SPACE_IN_CERTIFICATES: Final = _SPACE + b"\f"
"""Bun decodes the base64 of certificates itself (simdutf)."""


class _BadBlockError(Exception):
    """PEM_read_bio fails, and not because no block is left."""


def scan(data: bytes) -> PemReading:
    """PEM_bytes_read_bio in a loop, until it fails or a block holds no certificate.

    What was read before counts. A file without a certificate is refused, unless each of its blocks
    is of another kind.
    """
    text = data.partition(b"\0")[0]
    found: set[bytes] = set()
    try:
        for der in _certificates(text):
            found.add(der)
    except _BadBlockError:
        return PemReading(frozenset(found)) if found else REFUSED
    return PemReading(frozenset(found)) if found or BEGIN in text else REFUSED


def _certificates(text: bytes) -> Iterator[bytes]:
    lines = BioLines(text, _LONGEST)
    while (label := _label(lines)) is not None:
        header, body = _header_and_body(lines, label)
        blanks = _SPACE_IN_CERTIFICATES if label in _LABELS else _SPACE
        decoded = _decoded(body.translate(None, blanks))
        if label not in _LABELS:
            continue
        content = certificate(decoded)
        if header or content is None or content.rest:
            raise _BadBlockError
        yield content.der


def _label(lines: BioLines) -> bytes | None:
    lines.skip()
    for read in lines:
        if (label := label_of(sanitized(read))) is not None:
            return label
        lines.skip()
    return None


def _header_and_body(lines: BioLines, label: bytes) -> tuple[bytes, bytes]:
    """The text before and after the first empty line; without an empty line all is body."""
    parts = [bytearray(lines.run(PLAIN_LINES))]
    for read in lines:
        line = sanitized(read)
        if line.startswith(END):
            if not line.startswith(label + TAIL, len(END)):
                break
            *header, body = map(bytes, parts)
            return b"".join(header), body
        if line == b"\n" and len(parts) == 1:
            parts.append(bytearray())
        else:
            parts[-1] += line
        parts[-1] += lines.run(PLAIN_LINES if len(parts) == 1 else _BODY_LINES)
    raise _BadBlockError


def _decoded(characters: bytes) -> bytes:
    """EVP_DecodeUpdate and EVP_DecodeFinal, without blanks."""
    if not characters or len(characters) % 4 or _BASE64.fullmatch(characters) is None:
        raise _BadBlockError
    return binascii.a2b_base64(characters)
