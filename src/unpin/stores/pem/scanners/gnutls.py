"""GnuTLS's reader (lib/x509_b64.c, lib/x509/x509.c; 3.7): markers are looked for anywhere."""

import binascii
import re
from typing import Final

from unpin.model.encoding_faults import REFUSED, PemReading
from unpin.stores.pem.scanners.content import Finder, certificate

_NEW, _OLD = b"-----BEGIN CERTIFICATE", b"-----BEGIN X509 CERTIFICATE"
_DASHES, _END = b"-----", b"-----END "
_SHORTEST: Final = 4
_BASE64: Final = re.compile(
    rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"
)


def scan(data: bytes) -> PemReading:
    """gnutls_x509_crt_list_import: one that cannot be read, and it loads nothing.

    NOTE: a marker need only begin with the label, so that a request is taken for a certificate;
    and a block with the obsolete label is found behind all the others alone.
    """
    found: set[bytes] = set()
    finder = Finder(data)
    at = _next(finder, 0)
    while at >= 0:
        content = _block(data, finder, at, _NEW)
        if content is None:
            content = _block(data, finder, at, _OLD)
        read = certificate(content) if content else None
        if read is None or read.rest:
            return REFUSED
        found.add(read.der)
        at = _next(finder, at + 1)
    return PemReading(frozenset(found)) if found else REFUSED


def _next(finder: Finder, start: int) -> int:
    at = finder.next(_NEW, start)
    return at if at >= 0 else finder.next(_OLD, start)


def _block(data: bytes, finder: Finder, start: int, marker: bytes) -> bytes | None:
    """_gnutls_fbase64_decode; None where it fails. A dash ends the base64."""
    begin = finder.next(marker, start)
    if begin < 0:
        return None
    begin = finder.next(_DASHES, begin + 1)
    if begin < 0:
        return None
    begin += len(_DASHES)
    end = finder.next(_END, begin)
    if end < begin + _SHORTEST:
        return None
    stop = finder.next(b"-", begin)
    characters = data[begin:stop].translate(None, b"\n\r \t\v\f")
    if not characters or _BASE64.fullmatch(characters) is None:
        return None
    return binascii.a2b_base64(characters)
