"""Read PEM bundles (RFC 7468) however they were mangled, and say how."""

import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from unpin.asn1 import tlv
from unpin.jdk.certificate import refusal_of
from unpin.model.answers import kept
from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind, PemReader, PemReading
from unpin.model.entries import (
    Entry,
    KeyEntry,
    KeyKind,
    PemBlock,
    TrustedEntry,
    UnreadableEntry,
    UnreadableKind,
)
from unpin.model.errors import LimitExceededError
from unpin.model.formats import Format
from unpin.model.recent import Recent
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.stores import formats, pkcs7
from unpin.stores.pem import block_content
from unpin.stores.pem.irregularities import BESIDE_MARKERS, CUT_OUT, irregularities
from unpin.stores.pem.scanners import base64_of, plain_blocks, readings
from unpin.stores.pem.text import (
    PemText,
    TextBlock,
    blocks,
    commented_begin,
    hidden,
    markers_in,
    plain_block,
    read_text,
    stray_end,
)

FORMAT: Final = Format.PEM

MAX_ENTRIES: Final = 100_000
"""Most blocks, and most certificates, of one bundle."""

_CERTIFICATES: Final = block_content.PKCS7 | {
    block_content.CERTIFICATE,
    block_content.TRUSTED,
    block_content.X509,
}
_DER: Final = b"\x30"
_NOT_TEXT: Final = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xfe\xed\xfe\xed",
    b"\xce\xce\xce\xce",
    b"\x7fELF",
)


@frozen
class _OrdinaryBlock:
    """A block of a plain text with its certificate, and the number of its line ends."""

    text: bytes
    certificate: Certificate
    lines: int


_SEEN: Final = Recent[_OrdinaryBlock]()


@frozen
class PemContainer:
    """The whole file, of which a rewrite keeps all that is not changed.

    `blocks` are those of the text, each with the entries it holds; `rest` are DER and text of
    another encoding, whose `raw` reaches to the end of the file.
    """

    data: bytes
    text: PemText
    blocks: tuple[tuple[TextBlock, tuple[Entry, ...]], ...]
    rest: tuple[UnreadableEntry, ...]

    @property
    def entries(self) -> Iterator[Entry]:
        """All entries of the file, in its order."""
        for _, held in self.blocks:
            yield from held
        yield from self.rest

    @property
    def suffix(self) -> bytes:
        """What follows the last block."""
        end = self.blocks[-1][0].end if self.blocks else 0
        return self.text.original(end, len(self.text.ascii))


def claims(data: bytes) -> bool:
    """Whether a BEGIN marker is in `data`, in 8-bit text or UTF-16, and it is no binary file."""
    if data.startswith(_NOT_TEXT) or (data[:1] == _DER and data[1:2] >= b"\x80"):
        return False
    return markers_in(data)


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read every block of a bundle; a broken one becomes an entry, the others are read.

    Each entry's `raw` is its block with the text before it; those of one PKCS7 block share it.
    Raises LimitExceededError beyond `MAX_ENTRIES`, and nothing else: a text without blocks is an
    empty store.
    """
    del password
    plain = plain_blocks(data, _SEEN)
    reader = _BundleReader(read_text(data), source)
    container = reader.container(data) if plain is None else reader.plain_container(data, plain)
    known = {} if plain is not None and not reader.faults else readings(data)
    reader.explain(known, container)
    return Store(
        source=source,
        format=FORMAT,
        entries=tuple(container.entries),
        variant=container.text.variant,
        faults=tuple(EncodingFault(kind, line) for kind, line in reader.faults.items()),
        notes=tuple(reader.notes),
        readings=known,
        container=container,
    )


class _BundleReader:
    """Turns blocks into entries and collects what is odd about them, each kind once."""

    def __init__(self, text: PemText, source: str) -> None:
        self._text = text
        self._source = source
        self._blocks_read = 0
        self._count = 0
        self._others = 0
        self.faults: dict[FaultKind, int] = {}
        self.notes: list[str] = []
        self._wrapped: list[int] = []  # the lines of the PKCS7 blocks
        if text.fault is not None:
            self._note(text.fault, 1)
        if text.newline == b"\r":
            self._note(FaultKind.CR_LINE_ENDS, 1)

    def container(self, data: bytes) -> PemContainer:
        text = self._text
        held = tuple([self._held(block) for block in self._blocks()])
        found = [block for block, _ in held]
        self._about_pkcs7(found)
        self._about_the_whole()
        rest = []
        end = found[-1].end if found else 0
        if text.width == 1 and text.ascii[end : end + 1] == _DER:
            der = data[text.start + end :]
            reason = "DER after the text; Java alone reads it"
            rest.append(UnreadableEntry("", der, reason, content=der))
        stray = hidden(data, text)
        if stray is not None:
            position, line = stray
            self._note(FaultKind.MIXED_ENCODING, line)
            reason = "a block in another encoding than the text before it"
            rest.append(UnreadableEntry("", data[position:], reason, line, content=data[position:]))
        return PemContainer(data, text, held, tuple(rest))

    def plain_container(self, data: bytes, plain: Sequence[tuple[int, int]]) -> PemContainer:
        """The same of a text with blocks at these places and nothing odd beside them."""
        held = tuple(self._plainly_held(plain))
        self._about_pkcs7([block for block, _ in held])
        return PemContainer(data, self._text, held, ())

    def _plainly_held(
        self, plain: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[TextBlock, tuple[Entry, ...]]]:
        start, line, data = 0, 1, self._text.ascii
        for begin, end in plain:
            if start != begin:
                line += data.count(b"\n", start, begin)
            whole = data[begin:end]
            known = _ordinary(whole) if start == begin else None
            if known is None:
                base64 = base64_of(whole)
                yield self._held(self._counted(plain_block(base64, (begin, end), start, line)))
                line += data.count(b"\n", begin, end)
            else:
                block = TextBlock(block_content.CERTIFICATE, start, begin, end, line, b"")
                entry = TrustedEntry("", known.certificate, known.text, line=line, block=_ORDINARY)
                yield self._counted(block), (entry,)
                self._count += 1
                line += known.lines
            start = end

    def explain(self, known: Mapping[PemReader, PemReading], container: PemContainer) -> None:
        """Note what is odd about the text, where a client does not load all that is in it."""
        there = {e.certificate.der for e in container.entries if isinstance(e, TrustedEntry)}
        if all(not reading.refused and there <= reading.loaded for reading in known.values()):
            return
        said = not CUT_OUT.isdisjoint(self.faults)
        for kind, line in irregularities(self._text, [block for block, _ in container.blocks]):
            if not (said and kind in BESIDE_MARKERS):
                self._note(kind, line)
        if not self.faults:
            self._note(FaultKind.IRREGULAR_TEXT, 1)

    def _note(self, kind: FaultKind, line: int) -> None:
        self.faults.setdefault(kind, line)

    def _about_the_whole(self) -> None:
        """Note the faults that no block has by itself."""
        for kind, line in (
            (FaultKind.STRAY_END, stray_end(self._text)),
            (FaultKind.COMMENTED_BLOCK, commented_begin(self._text)),
        ):
            if line is not None:
                self._note(kind, line)

    def _about_pkcs7(self, found: Sequence[TextBlock]) -> None:
        """Note that blocks of PKCS7 stand among others."""
        if self._wrapped and len(found) > 1:
            first = self._wrapped[0] == found[0].line
            kind = FaultKind.PKCS7_FIRST if first else FaultKind.PKCS7_LATER
            self._note(kind, self._wrapped[0])

    def _blocks(self) -> Iterator[TextBlock]:
        return map(self._counted, blocks(self._text))

    def _counted(self, block: TextBlock) -> TextBlock:
        if self._blocks_read == MAX_ENTRIES:
            raise LimitExceededError(f"{self._source}: more than {MAX_ENTRIES} PEM blocks")
        self._blocks_read += 1
        return block

    def _held(self, block: TextBlock) -> tuple[TextBlock, tuple[Entry, ...]]:
        """The block with its entries; the encoder asks for the content of PKCS7 blocks alone."""
        entries = tuple(self._entries(block))
        wrapped = self._wrapped[-1:] == [block.line]
        return block if wrapped else block.without_body(), entries

    def _entries(self, block: TextBlock) -> Iterator[Entry]:
        raw = self._text.original(block.start, block.end)
        for kind in block.faults:
            self._note(kind, block.line)
        for entry in self._read(block, raw):
            if self._count == MAX_ENTRIES:
                raise LimitExceededError(f"{self._source}: more than {MAX_ENTRIES} certificates")
            self._count += 1
            self._others += formats.without_certificate(entry)
            if self._others > formats.MAX_WITHOUT_CERTIFICATE:
                raise formats.too_many_without(self._source)
            yield entry

    def _read(self, block: TextBlock, raw: bytes) -> Iterator[Entry]:
        if block.holds_key:
            self._note(FaultKind.PRIVATE_KEY, block.line)
            yield KeyEntry("", KeyKind.PRIVATE, (), raw, line=block.line, sealed=block.body)
        elif block.label not in _CERTIFICATES and block.problem is None:
            self._note(FaultKind.OTHER_BLOCK, block.line)
            yield self._unreadable(block, raw, "", *_other_block(block.label))
        else:
            alias = block_content.friendly_name(self._text.decoded(block.start, block.begin))
            try:
                yield from self._certificates(block, raw, alias)
            except tlv.TlvError as error:
                self._note(block_content.broken_fault(block), block.line)
                kind = block_content.unreadable_kind(block, error)
                yield self._unreadable(block, raw, alias, str(error), kind)

    def _unreadable(
        self, block: TextBlock, raw: bytes, alias: str, reason: str, kind: UnreadableKind
    ) -> UnreadableEntry:
        content = block.content(self._text)
        return UnreadableEntry(alias, raw, reason, block.line, kind=kind, content=content)

    def _certificates(self, block: TextBlock, raw: bytes, alias: str) -> Iterator[Entry]:
        der = block_content.der_of(block)
        if len(block.body) % 4:
            self._note(FaultKind.MISSING_PADDING, block.line)
        commented = block_content.is_commented(self._text.ascii[block.start : block.begin])
        if block.label in block_content.PKCS7 or pkcs7.claims(der):
            content = pkcs7.read_signed_data(der, source=self._source)
            self._note(FaultKind.PKCS7, block.line)
            self._wrapped.append(block.line)
            read = PemBlock(block.label, commented)
            for slot in content.slots:
                match pkcs7.entry_of(slot):
                    case TrustedEntry(certificate=certificate):
                        self._judge(certificate, block)
                        yield TrustedEntry(alias, certificate, raw, line=block.line, block=read)
                    case UnreadableEntry(reason=reason):
                        yield UnreadableEntry(alias, raw, reason, block.line, content=slot)
            return
        node = tlv.read(der).expect(tlv.SEQUENCE, "certificate")
        trust = None
        rest = len(der) - node.end
        if block.label == block_content.TRUSTED:
            self._note(FaultKind.TRUSTED_CERTIFICATE, block.line)
            if rest:
                self._note(FaultKind.TRUSTED_CERTIFICATE_SETTINGS, block.line)
                trust = block_content.trust_settings(der, node.end)
        else:
            if block.label == block_content.X509:
                self._note(FaultKind.X509_CERTIFICATE, block.line)
            if rest:
                self._note(FaultKind.BYTES_AFTER_CERTIFICATE, block.line)
                self.notes.append(f"line {block.line}: {rest} bytes after the certificate")
        whole = tlv.definite(node)
        if whole != node.raw:
            self._note(FaultKind.BER_CERTIFICATE, block.line)
        certificate = Certificate(whole)
        self._judge(certificate, block)
        read = PemBlock(block.label, commented, trust)
        yield TrustedEntry(alias, certificate, raw, line=block.line, block=read)

    def _judge(self, certificate: Certificate, block: TextBlock) -> None:
        """Note that it is no certificate at all, or none that Java takes."""
        if certificate.problem is not None:
            self._note(FaultKind.BROKEN_BLOCK, block.line)
        elif refusal_of(certificate) is not None:
            self._note(FaultKind.JAVA_CERTIFICATE, block.line)


_ORDINARY: Final = PemBlock(block_content.CERTIFICATE)


def _ordinary(text: bytes) -> "_OrdinaryBlock | None":
    """A block without text above it, if nothing is odd about its certificate."""
    known = _SEEN.get(text)
    if known is None:
        certificate = Certificate(binascii.a2b_base64(base64_of(text)))
        if not _is_ordinary(certificate):
            return None
        known = _OrdinaryBlock(text, certificate, text.count(b"\n"))
        _SEEN.keep(text, known)
    return known


@kept
def _is_ordinary(certificate: Certificate) -> bool:
    """Whether it is one element of DER, parsed, and a certificate to Java."""
    der = certificate.der
    if certificate.problem is not None or pkcs7.claims(der):
        return False
    node = tlv.read(der)
    return node.end == len(der) and tlv.definite(node) == der and refusal_of(certificate) is None


def _other_block(label: str) -> tuple[str, UnreadableKind]:
    """What a block is that is no certificate, in words and as a kind."""
    from unpin.stores.foreign.kinds import ForeignKind
    from unpin.stores.foreign.pem_labels import foreign_label

    known = foreign_label(label)
    if known is None:
        return f"a block labelled {label!r}", UnreadableKind.OTHER_LABEL
    said = f"{known.kind.what}, not a certificate"
    match known.kind:
        case ForeignKind.REQUEST:
            return said, UnreadableKind.REQUEST
        case ForeignKind.REVOCATION_LIST:
            return said, UnreadableKind.REVOCATION_LIST
        case _:
            return said, UnreadableKind.OTHER_LABEL
