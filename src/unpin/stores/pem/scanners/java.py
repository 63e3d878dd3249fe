"""Java's readers (sun.security.provider.X509Factory; 25 reads with sun.security.util.Pem)."""

import binascii
import re
from collections.abc import Callable
from typing import Final

from unpin.asn1 import tlv
from unpin.jdk.certificate import certificate_refusal
from unpin.model.encoding_faults import REFUSED, PemReading
from unpin.model.entries import TrustedEntry
from unpin.model.errors import UnpinError
from unpin.stores import pkcs7
from unpin.stores.pem.scanners.content import certificate

_DER: Final = b"0"
_DASHES: Final = b"-----"
_LINE_END: Final = re.compile(rb"[\r\n]")
_LINE_FEED: Final = re.compile(rb"\n")
_BEGIN: Final = re.compile(rb"[\r\n]-----")
_SPACE: Final = b"\t\n\r "
_TRAILING: Final = bytes((*range(9, 14), *range(28, 33)))
"""What String.stripTrailing takes away (Character.isWhitespace)."""
_BASE64: Final = re.compile(
    rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?"
)


class _RefusedError(Exception):
    """An IOException, for which the whole file is refused."""


_Block = Callable[[bytes, int], tuple[bytes, int] | None]


def scan_17(data: bytes) -> PemReading:
    """Up to version 21: markers stand at the beginning of a line."""
    return _scan(data, _block_17)


def scan_25(data: bytes) -> PemReading:
    """From version 25: five dashes anywhere are a marker."""
    return _scan(data, _block_25)


def _scan(data: bytes, block: _Block) -> PemReading:
    """CertificateFactory.generateCertificates: the first block may be PKCS7, and is then all."""
    found: set[bytes] = set()
    try:
        first = _read(data, 0, block)
        if first is None:
            return REFUSED
        if pkcs7.claims(first[0]):
            return _of_pkcs7(first[0])
        content, at = first
        while True:
            read = certificate(content)
            if read is None or read.rest or certificate_refusal(read.der) is not None:
                return REFUSED
            found.add(read.der)
            following = _read(data, at, block)
            if following is None:
                return PemReading(frozenset(found))
            content, at = following
    except _RefusedError:
        return REFUSED


def _of_pkcs7(content: bytes) -> PemReading:
    try:
        slots = pkcs7.read_signed_data(content, source="").slots
    except (tlv.TlvError, UnpinError):
        return REFUSED
    found = set()
    for slot in slots:
        entry = pkcs7.entry_of(slot)
        if not isinstance(entry, TrustedEntry) or certificate_refusal(entry.certificate.der):
            return REFUSED
        found.add(entry.certificate.der)
    return PemReading(frozenset(found))


def _read(data: bytes, start: int, block: _Block) -> tuple[bytes, int] | None:
    """readOneBlock: DER, or what `block` finds; None at the end of the file."""
    if start >= len(data):
        return None
    if data.startswith(_DER, start):
        try:
            end = tlv.read(data, start).end
        except tlv.TlvError as error:
            raise _RefusedError from error
        return data[start:end], end
    return block(data, start)


def _decoded(characters: bytes) -> bytes:
    """Base64.getDecoder: the padding may be missing, and nothing else."""
    if _BASE64.fullmatch(characters) is None:
        raise _RefusedError
    bare = characters.rstrip(b"=")
    return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))


def _label(header: bytes, footer: bytes) -> None:
    """CheckHeaderFooter. Raises _RefusedError."""
    if len(header) < 16 or not header.startswith(b"-----BEGIN ") or not header.endswith(_DASHES):
        raise _RefusedError
    if len(footer) < 14 or not footer.startswith(b"-----END ") or not footer.endswith(_DASHES):
        raise _RefusedError
    if header[11:-5] != footer[9:-5]:
        raise _RefusedError


def _block_17(data: bytes, start: int) -> tuple[bytes, int] | None:
    if data.startswith(_DASHES, start):
        begin = start
    else:
        match = _BEGIN.search(data, start)
        if match is None:
            return None
        begin = match.start() + 1
    line = _LINE_END.search(data, begin)
    if line is None or line.end() + (line[0] == b"\r") > len(data):
        raise _RefusedError
    header, at = data[begin : line.start()], line.end()
    end = b"\n"
    if line[0] == b"\r":
        if data.startswith(b"\n", at):
            at += 1
        elif at < len(data):
            end = b"\r"
            if data.startswith(b"-", at):  # it is taken for data, and is none
                raise _RefusedError
        else:
            raise _RefusedError
    dash = data.find(b"-", at)
    if dash < 0:
        raise _RefusedError
    closing = (_LINE_END if end == b"\r" else _LINE_FEED).search(data, dash)
    stop = len(data) if closing is None else closing.start()
    footer = data[dash:stop].replace(b"\r", b"")
    _label(header.rstrip(_TRAILING), footer.rstrip(_TRAILING))
    return _decoded(data[at:dash].translate(None, _SPACE)), min(stop + 1, len(data))


def _block_25(data: bytes, start: int) -> tuple[bytes, int] | None:
    """sun.security.util.Pem.readPEM: the end of the file within a block is the end of all."""
    begin = data.find(_DASHES, start)
    if begin < 0:
        return None
    at = begin + len(_DASHES)
    dash = data.find(b"-", at)
    if _LINE_END.search(data, at, len(data) if dash < 0 else dash) is not None:
        raise _RefusedError
    if dash < 0:
        return None
    at = dash + len(_DASHES)
    header = data[begin:at]
    if not header.endswith(_DASHES) or len(header) < 16 or not header.startswith(b"-----BEGIN "):
        raise _RefusedError
    end, first, at = _line_end_25(data, at)
    dash = data.find(b"-", at)
    if dash < 0:
        return None
    body = first + data[at:dash].translate(None, _SPACE)
    closing = _footer(data, dash)
    if closing is None:
        return None
    footer, at = closing
    while at < len(data):
        character = data[at : at + 1]
        at += 1
        if character in (b" ", end):
            break
        if character != b"\r":
            raise _RefusedError
    _label(header, footer)
    return _decoded(body), at


def _line_end_25(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    """What must end the END line, what of the base64 was read with it, and where to read on.

    NOTE: after a blank the END line must end with a blank, NUL or the file.
    """
    match data[at : at + 1]:
        case b"\n":
            return b"\n", b"", at + 1
        case b"\r" if data.startswith(b"\n", at + 1):
            return b"\n", b"", at + 2
        case b"\r":
            return b"\r", data[at + 1 : at + 2], at + 2
        case b" ":
            return b"\0", b"", at + 1
        case _:
            raise _RefusedError


def _footer(data: bytes, start: int) -> tuple[bytes, int] | None:
    """Five dashes, what is up to the next, and five more; None at the end of the file."""
    run = data[start : start + len(_DASHES)]
    if run != _DASHES:
        if len(run) < len(_DASHES) and not run.strip(b"-"):
            return None
        raise _RefusedError
    dash = data.find(b"-", start + len(_DASHES))
    if dash < 0:
        return None
    run = data[dash : dash + len(_DASHES)]
    if run != _DASHES:
        if len(run) < len(_DASHES) and not run.strip(b"-"):
            return None
        raise _RefusedError
    at = dash + len(_DASHES)
    return data[start:at], at
