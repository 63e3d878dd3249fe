"""Read PEM bundles (RFC 7468) however they were mangled, and say how."""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from unpin.asn1 import tlv
from unpin.jdk.certificate import certificate_refusal
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import LimitExceededError
from unpin.model.store import Format, Store
from unpin.stores import pkcs7
from unpin.stores.pem.encoding_faults import fault
from unpin.stores.pem.text import (
    Block,
    Text,
    blocks,
    commented_begin,
    hidden,
    markers_in,
    read_text,
    stray_end,
)

FORMAT: Final = Format.PEM

MAX_ENTRIES: Final = 100_000
"""Most blocks, and most certificates, of one bundle."""

_CERTIFICATE: Final = "CERTIFICATE"
_TRUSTED: Final = "TRUSTED CERTIFICATE"
_X509: Final = "X509 CERTIFICATE"
_PKCS7: Final = frozenset({"PKCS7", "PKCS #7 SIGNED DATA", "CMS"})
_DER: Final = b"\x30"
_BAG: Final = re.compile(r"(?:\A|[\r\n])[ \t]*Bag Attributes")
_PLACEHOLDER_CHARACTERS: Final = 400
_NOT_TEXT: Final = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xfe\xed\xfe\xed",
    b"\xce\xce\xce\xce",
    b"\x7fELF",
)


@dataclass(frozen=True, slots=True)
class Container:
    """The text around the blocks: a byte order mark before, whatever follows the last one.

    `data` is the whole file, of which a rewrite keeps all that is not changed.
    """

    prefix: bytes
    suffix: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a file, each with the entries it holds, and what stands for no block.

    `rest` are DER and text of another encoding, whose `raw` reaches to the end of the file.
    """

    text: Text
    blocks: tuple[tuple[Block, tuple[Entry, ...]], ...]
    rest: tuple[UnreadableEntry, ...]


def claims(data: bytes) -> bool:
    """Whether a BEGIN marker is in `data`, in 8-bit text or UTF-16, and it is no binary file."""
    if data.startswith(_NOT_TEXT) or (data[:1] == b"\x30" and data[1:2] >= b"\x80"):
        return False
    return markers_in(data)


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read every block of a bundle; a broken one becomes an entry, the others are read.

    Each entry's `raw` is its block with the text before it; those of one PKCS7 block share it.
    Raises LimitExceededError beyond `MAX_ENTRIES`, and nothing else: a text without blocks is an
    empty store.
    """
    del password
    reader = _Reader(read_text(data), source)
    layout = reader.layout(data)
    text = layout.text
    end = layout.blocks[-1][0].end if layout.blocks else 0
    entries = [entry for _, held in layout.blocks for entry in held]
    return Store(
        source=source,
        format=FORMAT,
        entries=(*entries, *layout.rest),
        variant=text.variant,
        faults=tuple(fault(kind, line) for kind, line in reader.faults.items()),
        notes=tuple(reader.notes),
        container=Container(data[: text.start], text.original(end, len(text.ascii)), data),
    )


def layout(data: bytes, *, source: str) -> Layout:
    """The blocks of a file that `decode` has read. Raises LimitExceededError."""
    return _Reader(read_text(data), source).layout(data)


def signed_data(block: Block, *, source: str) -> pkcs7.SignedData | None:
    """What a block of PKCS7 holds; None for any other. Raises LimitExceededError."""
    try:
        der = _decode_body(block)
        if block.label in _PKCS7 or pkcs7.claims(der):
            return pkcs7.read_signed_data(der, source=source)
    except tlv.TlvError:
        pass
    return None


class _Reader:
    """Turns blocks into entries and collects what is odd about them, each kind once."""

    def __init__(self, text: Text, source: str) -> None:
        self._text = text
        self._source = source
        self._count = 0
        self.faults: dict[str, int] = {}
        self.notes: list[str] = []
        self._wrapped: list[int] = []  # the lines of the PKCS7 blocks
        if text.fault is not None:
            self.fault(text.fault, 1)
        if text.newline == b"\r":
            self.fault("cr-line-ends", 1)

    def fault(self, kind: str, line: int) -> None:
        self.faults.setdefault(kind, line)

    def layout(self, data: bytes) -> Layout:
        text = self._text
        found = list(islice(blocks(text), MAX_ENTRIES + 1))
        if len(found) > MAX_ENTRIES:
            raise LimitExceededError(f"{self._source}: more than {MAX_ENTRIES} PEM blocks")
        held = tuple([(block, tuple(self._entries(block))) for block in found])
        self._about_the_whole(found)
        rest = []
        end = found[-1].end if found else 0
        if text.width == 1 and text.ascii[end : end + 1] == _DER:
            reason = "DER after the text; Java alone reads it"
            rest.append(UnreadableEntry("", data[text.start + end :], reason))
        stray = hidden(data, text)
        if stray is not None:
            position, line = stray
            self.fault("mixed-encoding", line)
            reason = "a block in another encoding than the text before it"
            rest.append(UnreadableEntry("", data[position:], reason, line))
        return Layout(text, held, tuple(rest))

    def _about_the_whole(self, found: Sequence[Block]) -> None:
        """Note the faults that no block has by itself."""
        for kind, line in (
            ("stray-end", stray_end(self._text)),
            ("commented-block", commented_begin(self._text)),
        ):
            if line is not None:
                self.fault(kind, line)
        if self._wrapped and len(found) > 1:
            first = self._wrapped[0] == found[0].line
            self.fault("pkcs7-first" if first else "pkcs7-later", self._wrapped[0])

    def _entries(self, block: Block) -> Iterator[Entry]:
        raw = self._text.original(block.start, block.end)
        for kind in block.faults:
            self.fault(kind, block.line)
        for entry in self._read(block, raw):
            if self._count == MAX_ENTRIES:
                raise LimitExceededError(f"{self._source}: more than {MAX_ENTRIES} certificates")
            self._count += 1
            yield entry

    def _read(self, block: Block, raw: bytes) -> Iterator[Entry]:
        label = block.label
        if label.endswith("PRIVATE KEY"):
            self.fault("private-key", block.line)
            yield KeyEntry("", KeyKind.PRIVATE, (), raw, line=block.line, sealed=block.body)
        elif label not in {_CERTIFICATE, _TRUSTED, _X509} | _PKCS7 and block.problem is None:
            self.fault("other-block", block.line)
            yield UnreadableEntry("", raw, f"{label or 'unlabelled'} block", block.line)
        else:
            alias = _friendly_name(self._text.decoded(block.start, block.begin))
            try:
                yield from self._certificates(block, raw, alias)
            except tlv.TlvError as error:
                self.fault(_broken_kind(block), block.line)
                yield UnreadableEntry(alias, raw, str(error), block.line)

    def _certificates(self, block: Block, raw: bytes, alias: str) -> Iterator[Entry]:
        der = _decode_body(block)
        if len(block.body) % 4:
            self.fault("missing-padding", block.line)
        if block.label in _PKCS7 or pkcs7.claims(der):
            content = pkcs7.read_signed_data(der, source=self._source)
            self.fault("pkcs7", block.line)
            self._wrapped.append(block.line)
            for slot in content.slots:
                match pkcs7.entry(slot):
                    case TrustedEntry(certificate=certificate):
                        self._judge(certificate, block)
                        yield TrustedEntry(alias, certificate, raw, line=block.line)
                    case UnreadableEntry(reason=reason):
                        yield UnreadableEntry(alias, raw, reason, block.line)
            return
        node = tlv.read(der).expect(tlv.SEQUENCE, "certificate")
        rest = len(der) - node.end
        if block.label == _TRUSTED:
            self.fault("trusted-certificate", block.line)
            if rest:
                self.fault("trusted-certificate-settings", block.line)
        else:
            if block.label == _X509:
                self.fault("x509-certificate", block.line)
            if rest:
                self.fault("bytes-after-certificate", block.line)
                self.notes.append(f"line {block.line}: {rest} bytes after the certificate")
        whole = tlv.definite(node)
        if whole != node.raw:
            self.fault("ber-certificate", block.line)
        certificate = Certificate(whole)
        self._judge(certificate, block)
        yield TrustedEntry(alias, certificate, raw, line=block.line)

    def _judge(self, certificate: Certificate, block: Block) -> None:
        """Note that it is no certificate at all, or none that Java takes."""
        if certificate.problem is not None:
            self.fault("broken-block", block.line)
        elif certificate_refusal(certificate.der) is not None:
            self.fault("java-certificate", block.line)


def _decode_body(block: Block) -> bytes:
    """The bytes a block stands for. Raises tlv.TlvError saying what is wrong with it."""
    if block.problem is not None:
        raise tlv.TlvError(block.problem)
    if not block.body:
        raise tlv.TlvError("the block is empty")
    try:
        return binascii.a2b_base64(block.body + b"=" * (-len(block.body) % 4), strict_mode=True)
    except binascii.Error as error:
        if _is_placeholder(block):
            raise tlv.TlvError("placeholder text, not a certificate") from error
        raise tlv.TlvError(f"not base64: {str(error).lower()}") from error


def _is_placeholder(block: Block) -> bool:
    return len(block.body) < _PLACEHOLDER_CHARACTERS or b"..." in block.body


def _broken_kind(block: Block) -> str:
    if block.problem is None and _is_placeholder(block):
        try:
            binascii.a2b_base64(block.body, strict_mode=True)
        except binascii.Error:
            return "placeholder"
    return "broken-block"


def _friendly_name(preamble: str) -> str:
    """The friendlyName of the last "Bag Attributes", as `openssl pkcs12` prints it."""
    bags = list(_BAG.finditer(preamble))
    if not bags:
        return ""
    key = "friendlyName:"
    at = preamble.find(key, bags[-1].end())
    if at < 0:
        return ""
    return preamble[at + len(key) :].lstrip(" \t").partition("\n")[0].rstrip("\r ")
