"""Go's reader (encoding/pem.Decode; crypto/x509.CertPool.AppendCertsFromPEM)."""

import binascii
import re
from typing import Final

from unpin.model.encoding_faults import REFUSED, PemReading
from unpin.stores.pem.scanners.content import Finder, certificate

_BEGIN, _END, _DASHES = b"\n-----BEGIN ", b"\n-----END ", b"-----"
_HEADERS: Final = re.compile(rb"(?:[^\n:]*+:[^\n]*+\n)++")
_REST_OF_LINE: Final = re.compile(rb"[ \t]*+(?:\r?\n|\Z)")
_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def scan(data: bytes) -> PemReading:
    """What is no certificate block is passed over; a file without one is an error (lib/pq)."""
    found: set[bytes] = set()
    position, finder = 0, Finder(data)
    while (block := _next(data, position, finder)) is not None:
        label, headers, content, position = block
        if label == b"CERTIFICATE" and not headers:
            read = certificate(content)
            if read is not None and not read.rest and read.distinguished:
                found.add(read.der)
    return PemReading(frozenset(found)) if found else REFUSED


def _next(data: bytes, start: int, finder: Finder) -> tuple[bytes, bool, bytes, int] | None:
    """Label, whether there are headers, content, and where the next block is looked for."""
    at = start
    ends_line = (-1, False)
    while True:
        if data.startswith(_BEGIN[1:], at):
            at += len(_BEGIN) - 1
        else:
            at = finder.next(_BEGIN, at)
            if at < 0:
                return None
            at += len(_BEGIN)
        label, at = _line(data, at)
        if not label.endswith(_DASHES):
            continue
        label = label[: -len(_DASHES)]
        lines = _HEADERS.match(data, at)
        headers = lines is not None
        at = at if lines is None else lines.end()
        if at >= len(data):
            return None
        if b":" in _line(data, at)[0]:
            return None  # a header without its line end
        if not headers and data.startswith(_END[1:], at):
            end, trailer = at, at + len(_END) - 1
        else:
            end = finder.next(_END, at)
            trailer = end + len(_END)
        if end < 0 or not data.startswith(label + _DASHES, trailer):
            continue
        after = trailer + len(label) + len(_DASHES)
        if ends_line[0] != after:  # many BEGIN lines may share this END line
            ends_line = after, _REST_OF_LINE.match(data, after) is not None
        if not ends_line[1]:
            continue
        dash = finder.next(b"-", at)
        content = None if 0 <= dash < end else _decoded(data[at:end])
        if content is None:
            continue
        return label, headers, content, _line(data, end + len(_END) - 1)[1]


def _line(data: bytes, start: int) -> tuple[bytes, int]:
    """A line without its end and the blanks before it, and where the next one begins."""
    end = data.find(b"\n", start)
    if end < 0:
        return data[start:].rstrip(b" \t"), len(data)
    line = data[start:end]
    return line.removesuffix(b"\r").rstrip(b" \t"), end + 1


def _decoded(body: bytes) -> bytes | None:
    """base64.StdEncoding without blanks and tabs; line ends do not count."""
    characters = body.translate(None, b" \t\r\n")
    if _BASE64.fullmatch(characters) is None:
        return None
    return binascii.a2b_base64(characters)
