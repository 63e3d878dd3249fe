"""The reader of Rust programs (rustls-pki-types pem.rs, formerly rustls-pemfile)."""

import binascii
import re
from typing import Final

from unpin.model.encoding_faults import REFUSED, PemReading
from unpin.stores.pem.scanners.content import Finder, certificate

_BEGIN, _END = b"-----BEGIN ", b"-----END "
_LINE: Final = re.compile(rb"[^\r\n]*+[\r\n]?")
_BLANK_WITHIN: Final = re.compile(rb"(?<! ) ++[^ \r\n]")
_KNOWN: Final = frozenset(
    {
        b"CERTIFICATE",
        b"PUBLIC KEY",
        b"RSA PRIVATE KEY",
        b"PRIVATE KEY",
        b"EC PRIVATE KEY",
        b"X509 CRL",
        b"CERTIFICATE REQUEST",
    }
)
_SPACE: Final = b"\t\n\v\f\r "
_BASE64: Final = re.compile(
    rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?"
)


def scan(data: bytes) -> PemReading:
    """Every section must be sound, and every certificate (reqwest's Certificate::from_pem)."""
    return _scan(data, pemfile=False)


def scan_pemfile(data: bytes) -> PemReading:
    """rustls-pemfile 2.1, of Deno: every section is decoded, and lines begin without blanks."""
    return _scan(data, pemfile=True)


def _scan(data: bytes, *, pemfile: bool) -> PemReading:
    found: set[bytes] = set()
    finder = Finder(data)
    body: list[bytes] = []
    begin = _line_with(data, finder, _BEGIN, 0)
    while begin >= 0:
        line = _LINE.match(data, begin)
        label = None if line is None else _label(line[0])
        if line is None or label is None:
            return REFUSED
        following = _line_with(data, finder, _BEGIN, line.end())
        end = _end_line(data, finder, label, line.end())
        if end < 0 or 0 <= following < end:
            # What is collected so far belongs to the section that begins within this one.
            body.append(data[line.end() : following])
            begin = following
            if begin < 0:
                return REFUSED
            continue
        body.append(data[line.end() : end])
        if pemfile or label in _KNOWN:
            content = _decoded(b"".join(body), pemfile=pemfile)
            if content is None:
                return REFUSED
            if label == b"CERTIFICATE":
                read = certificate(content)
                if read is None or read.rest or not read.distinguished:
                    return REFUSED
                found.add(read.der)
        body = []
        begin = following
    return PemReading(frozenset(found)) if found else REFUSED


def _line_with(data: bytes, finder: Finder, marker: bytes, start: int) -> int:
    """The next line that begins with `marker`; -1 where there is none."""
    at = finder.next(marker, start)
    while at > 0 and data[at - 1] not in b"\r\n":
        at = finder.next(marker, at + 1)
    return at


def _end_line(data: bytes, finder: Finder, label: bytes, start: int) -> int:
    """The END line of `label` before the next BEGIN line; -1 where there is none."""
    begin = _line_with(data, finder, _BEGIN, start)
    at = _line_with(data, finder, _END, start)
    while at >= 0 and not (0 <= begin < at):
        if data.startswith(label + b"-----", at + len(_END)):
            return at
        at = _line_with(data, finder, _END, at + 1)
    return -1


def _label(line: bytes) -> bytes | None:
    """The label of a BEGIN line, which ends with five dashes, and then blanks at most."""
    end = len(line)
    dashes = 0
    for at in range(len(line) - 1, -1, -1):
        if line[at : at + 1] == b"-":
            dashes, end = dashes + 1, at
        elif line[at] not in b"\r\n ":
            break
    return line[11:end] if dashes == 5 else None


def _decoded(body: bytes, *, pemfile: bool) -> bytes | None:
    """The base64; rustls-pemfile takes blanks away at the end of a line, and tabs anywhere."""
    if pemfile and _BLANK_WITHIN.search(body) is not None:
        return None
    characters = body.translate(None, b"\t\n\r " if pemfile else _SPACE)
    if _BASE64.fullmatch(characters) is None:
        return None
    bare = characters.rstrip(b"=")
    return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
