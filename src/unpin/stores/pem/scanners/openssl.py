"""OpenSSL's readers (crypto/pem/pem_lib.c and pem_info.c, crypto/x509/by_file.c; 3.0)."""

import binascii
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from unpin.asn1 import tlv
from unpin.model.encoding_faults import REFUSED, PemReading
from unpin.stores.pem import block_content
from unpin.stores.pem.scanners.bio_lines import (
    END,
    PLAIN_LINES,
    TAIL,
    BioLines,
    label_of,
    sanitized,
)
from unpin.stores.pem.scanners.content import Content, certificate, is_sequence

_LONGEST: Final = 254
"""Bytes that BIO_gets takes at once: LINESIZE is 255."""
_BOM: Final = b"\xef\xbb\xbf"
_FULL_LINES: Final = re.compile(rb"(?:[A-Za-z0-9+/=]{64}+\r?\n)++")
"""Lines of 64 characters, of which nothing is stripped but their ends."""
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\t\n\r ]*+[=\t\n\r ]*+")
_SPACE: Final = b"\t\n\r "
_FULL_LINE: Final = 65


class _Block(NamedTuple):
    name: bytes
    header: bytes
    data: bytes


class _BadBlockError(Exception):
    """PEM_read_bio fails, and not because no block is left."""


def certificate_file(data: bytes) -> PemReading:
    """X509_load_cert_crl_file: a block that cannot be read, and it loads nothing of the file."""
    found: set[bytes] = set()
    lists = 0
    try:
        for block in _blocks(_stdio_lines(data)):
            if block.name in _CERTIFICATES:
                loaded = _certificate(block, trusted=block.name == b"TRUSTED CERTIFICATE")
                if loaded is None:
                    return REFUSED
                found.add(loaded.der)
            elif block.name == b"X509 CRL":
                if block.header or not is_sequence(block.data):
                    return REFUSED
                lists += 1
            elif b"PRIVATE KEY" in block.name and not _is_key(block):
                return REFUSED
    except _BadBlockError:
        return REFUSED
    return PemReading(frozenset(found)) if found or lists else REFUSED


def until_it_fails(data: bytes) -> PemReading:
    """Node: PEM_read_bio_X509_AUX in a loop; what stands before the first fault is loaded."""
    return PemReading(_until_it_fails(_memory_lines(data))[0])


def file_of_directory(data: bytes) -> PemReading:
    """X509_load_cert_file of a hashed directory: the same, and a fault is told (`refused`)."""
    found, whole = _until_it_fails(_stdio_lines(data))
    return PemReading(found, refused=not (whole and found))


def _until_it_fails(lines: BioLines) -> tuple[frozenset[bytes], bool]:
    """The certificates, and whether there was no fault behind them."""
    found: set[bytes] = set()
    try:
        for block in _blocks(lines):
            if block.name in _CERTIFICATES:
                loaded = _certificate(block, trusted=True)
                if loaded is None:
                    return frozenset(found), False
                found.add(loaded.der)
    except _BadBlockError:
        return frozenset(found), False
    return frozenset(found), True


_CERTIFICATES: Final = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"})


def _certificate(block: _Block, *, trusted: bool) -> Content | None:
    """d2i_X509, or d2i_X509_AUX, which reads the settings after it (`trusted`)."""
    if block.header:
        return None
    found = certificate(block.data)
    if found is not None and trusted and found.rest:
        try:
            block_content.trust_settings(block.data, len(block.data) - len(found.rest))
        except tlv.TlvError:
            return None
    return found


def _is_key(block: _Block) -> bool:
    """A key that is encrypted is not looked at; another is parsed."""
    if block.header:
        return block.header.startswith(b"Proc-Type:") and b"ENCRYPTED" in block.header
    return block.name == b"ENCRYPTED PRIVATE KEY" or is_sequence(block.data)


def _stdio_lines(data: bytes) -> BioLines:
    return BioLines(data, _LONGEST, ends_at_nul=True)


def _memory_lines(data: bytes) -> BioLines:
    return BioLines(data, _LONGEST)


def _blocks(lines: BioLines) -> Iterator[_Block]:
    """PEM_read_bio until no start line is left. Raises _BadBlockError."""
    while (name := _name(lines)) is not None:
        header, body = _header_and_data(lines, name)
        yield _Block(name.partition(b"\0")[0], header, _decoded(body))


def _name(lines: BioLines) -> bytes | None:
    first = True
    lines.skip()
    for read in lines:
        line = sanitized(read.removeprefix(_BOM) if first and read != _BOM else read)
        first = False
        if (name := label_of(line)) is not None:
            return name
        lines.skip()
    return None


def _header_and_data(lines: BioLines, name: bytes) -> tuple[bytes, bytes]:
    """What stands before and after an empty line; without one all is data."""
    parts = [bytearray(), bytearray()]
    after = short = partial = False
    in_header = False
    name = name.partition(b"\0")[0]
    while True:
        if not short and (run := lines.run(_FULL_LINES if after else PLAIN_LINES)):
            parts[after] += run
            partial = False
            in_header = in_header or (not after and b":" in run)
        read = next(lines, None)
        if read is None:
            raise _BadBlockError
        previous, partial = partial, len(read) == _LONGEST and not read.endswith(b"\n")
        in_header = in_header or (not after and b":" in read)
        line = sanitized(read)
        if line == b"\n":
            if not previous:
                if after:
                    raise _BadBlockError
                after = True
            continue
        if line.startswith(END):
            if not line.startswith(name + TAIL, len(END)):
                raise _BadBlockError
            header, body = map(bytes, parts)
            return (header, body) if after or in_header else (b"", header)
        if short:
            raise _BadBlockError
        parts[after] += line.partition(b"\0")[0]
        if after:
            if len(line) > _FULL_LINE:
                raise _BadBlockError
            short = len(line) < _FULL_LINE


def _decoded(body: bytes) -> bytes:
    """EVP_DecodeUpdate and EVP_DecodeFinal: a dash ends it, white space does not count."""
    body = body.partition(b"-")[0] if b"-" in body else body
    if _BASE64.fullmatch(body) is None:
        raise _BadBlockError
    characters = body.translate(None, _SPACE)
    if not characters or len(characters) % 4 or characters.endswith(b"==="):
        raise _BadBlockError
    return binascii.a2b_base64(characters)
