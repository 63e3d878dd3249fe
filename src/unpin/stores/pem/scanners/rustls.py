"""The reader of Rust programs (rustls-pki-types pem.rs, formerly rustls-pemfile)."""

import binascii
import re
from typing import Final

from unpin.model.pem_readers import REFUSED, PemReading
from unpin.stores.pem.scanners.content import certificate

_LINES: Final = re.compile(rb"[^\r\n]*[\r\n]|[^\r\n]+")
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
    rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?"
)


def scan(data: bytes) -> PemReading:
    """Every section must be sound, and every certificate (reqwest's Certificate::from_pem)."""
    return _scan(data, pemfile=False)


def scan_pemfile(data: bytes) -> PemReading:
    """rustls-pemfile 2.1, of Deno: every section is decoded, and lines begin without blanks."""
    return _scan(data, pemfile=True)


def _scan(data: bytes, *, pemfile: bool) -> PemReading:
    found: set[bytes] = set()
    label: bytes | None = None
    end = b""
    body: list[bytes] = []
    for match in _LINES.finditer(data):
        line = match[0]
        if line.startswith(b"-----BEGIN "):
            label = _label(line)
            if label is None:
                return REFUSED
            end = b"-----END " + label + b"-----"
        elif label is not None and line.startswith(end):
            if pemfile or label in _KNOWN:
                content = _decoded(b"".join(body), b"\t" if pemfile else _SPACE)
                if content is None:
                    return REFUSED
                if label == b"CERTIFICATE":
                    read = certificate(content)
                    if read is None or read.rest or not read.distinguished:
                        return REFUSED
                    found.add(read.der)
            label, body = None, []
        elif label is not None:
            body.append(line.rstrip(b"\r\n ") if pemfile else line)
    if label is not None or not found:
        return REFUSED
    return PemReading(frozenset(found))


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


def _decoded(body: bytes, space: bytes) -> bytes | None:
    characters = body.translate(None, space)
    if _BASE64.fullmatch(characters) is None:
        return None
    return binascii.a2b_base64(characters.rstrip(b"=") + b"=" * (-len(characters.rstrip(b"=")) % 4))
