"""Write PEM bundles: what is not changed stays as it is, down to comments and line ends."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.model.encoding_faults import FaultKind
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, content_of
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.stores.formats import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    nothing_left,
    read_back,
    rename_unnamed,
)
from unpin.stores.pem import decoder
from unpin.stores.pem.block_content import signed_data
from unpin.stores.pem.decoder import PemContainer
from unpin.stores.pem.explanatory_text import (
    TextPart,
    certificate_block,
    encoded,
    join,
    line_end,
    own_begin,
    same_line,
    units,
)
from unpin.stores.pem.text import TextBlock

_FOREIGN: Final = frozenset(
    {FaultKind.INDENTED, FaultKind.LITERAL_NEWLINE, FaultKind.TEXT_BEFORE_MARKER}
)
"""Faults of a file whose blocks are a part of some other language: YAML, JSON, variables."""

_DER: Final = "\x30"
_CONVERT: Final = "write a plain bundle instead: unpin convert STORE -o bundle.pem"


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the entries in their order; there is no password and no digest in PEM.

    A block that goes takes the text directly above it along; what an empty line separates from
    it stays, and so does all that follows the last block. New blocks are ASCII, in the encoding and
    with the line ends of the file. A PKCS7 block of which not all certificates stay gives way to
    CERTIFICATE blocks. Raises CannotWriteError where no block is left, and for what cannot be
    changed without losing something: keys of other formats, blocks inside YAML or JSON, PKCS7
    that holds more than certificates.
    """
    del password
    check_writable(store, options)
    old = store.container
    if not isinstance(old, PemContainer):
        if not store.entries:
            raise nothing_left(store.source)
        blocks = [_new(entry, store.source, "\n") for entry in store.entries]
        return read_back("\n".join(blocks).encode("ascii"), store, None, decoder.decode)
    items = tuple(_positions(store.entries, old))
    if items == tuple(range(sum(1 for _ in old.entries))):
        return read_back(old.data, store, None, decoder.decode)
    written = read_back(_Rewriter(old, items, store.source).file(), store, None, decoder.decode)
    _check_read_again(written.store, store, old)
    return written


def rename(entry: Entry, alias: str) -> Entry:
    """A new entry under another alias. Raises CannotWriteError for others: PEM names nothing."""
    return rename_unnamed(entry, alias, Format.PEM)


def _positions(entries: tuple[Entry, ...], old: PemContainer) -> Iterator[Entry | int]:
    """For each entry its position among those of the file, or itself if it is new.

    Equal blocks are told apart by their lines, and where those are gone taken in their order.
    """
    known: dict[tuple[bytes, bytes, int | None], deque[int]] = defaultdict(deque)

    def keys(entry: Entry) -> tuple[tuple[bytes, bytes, int | None], ...]:
        der = entry.certificate.der if isinstance(entry, TrustedEntry) else b""
        return (entry.raw, der, entry.line), (entry.raw, der, None)

    for position, entry in enumerate(old.entries):
        for key in keys(entry):
            known[key].append(position)
    taken: set[int] = set()
    for entry in entries:
        for candidates in map(known.__getitem__, keys(entry)):
            while candidates and candidates[0] in taken:
                candidates.popleft()
            if candidates:
                taken.add(candidates[0])
                yield candidates.popleft()
                break
        else:
            yield entry


def _check_read_again(written: Store, meant: Store, old: PemContainer) -> None:
    """Refuse what would be read otherwise than it is meant.

    Stray markers can pair up anew, and the certificates of a PKCS7 block keep its order.
    """
    expected = (*(entry for entry in meant.entries if entry not in old.rest), *old.rest)
    if list(map(content_of, written.entries)) != list(map(content_of, expected)):
        raise CannotWriteError(
            f"{meant.source}: its blocks would be read otherwise after the change", _CONVERT
        )


def _new(entry: Entry, source: str, newline: str) -> str:
    """The text of an entry that is not of the file: a certificate, or a key of another bundle."""
    match entry:
        case TrustedEntry(certificate=certificate):
            return certificate_block(certificate, newline)
        case KeyEntry(raw=raw) if raw.count(b"-----BEGIN ") == 1 and raw.isascii():
            text = raw[raw.index(b"-----BEGIN ") :].decode("ascii")
            return "".join(line + newline for line in text.splitlines())
    raise foreign_entry(entry, source)


@frozen
class _Piece:
    """A block of the old file with the text above it: first what is not its own, then what is."""

    block: TextBlock
    held: tuple[Entry, ...]
    first: int
    loose: TextPart
    comment: TextPart
    body: TextPart

    @property
    def positions(self) -> range:
        return range(self.first, self.first + len(self.held))


class _Rewriter:
    """Puts the pieces of a file together again; `items` are positions of entries, or new ones."""

    def __init__(self, old: PemContainer, items: tuple[Entry | int, ...], source: str) -> None:
        self._old = old
        self._source = source
        self._kept = {item for item in items if isinstance(item, int)}
        self._newline = line_end(old.text)
        self._text = units(old.text)
        self._pieces, self._end = self._cut()
        self._count = self._pieces[-1].positions.stop if self._pieces else 0
        # What is no block stays behind them all, wherever its entry stands.
        self._items = [item for item in items if not isinstance(item, int) or item < self._count]

    def file(self) -> bytes:
        """The whole file. Raises CannotWriteError."""
        self._check()
        spaced = any(piece.loose.text for piece in self._pieces[1:])
        gap = self._newline if spaced or len(self._pieces) < 2 else ""
        return encoded(self._old.text, join(self._parts(), self._newline, gap))

    def _cut(self) -> tuple[tuple[_Piece, ...], TextPart]:
        """The pieces of the file, and all that follows the last of them."""
        pieces: list[_Piece] = []
        end = count = 0
        for block, held in self._old.blocks:
            begin = block.begin
            if pieces:
                end = same_line(self._text, end, begin)
                pieces[-1] = self._until(pieces[-1], end)
            own = max(block.start + own_begin(self._text[block.start : begin]), end)
            pieces.append(
                _Piece(
                    block,
                    held,
                    count,
                    self._part(end, own),
                    self._part(own, begin),
                    self._part(begin, block.end),
                )
            )
            end = block.end
            count += len(held)
        if pieces and not self._old.rest:
            end = same_line(self._text, end, len(self._text))
            pieces[-1] = self._until(pieces[-1], end)
        return tuple(pieces), self._part(end, len(self._text))

    def _part(self, start: int, end: int) -> TextPart:
        return TextPart(self._text[start:end], start)

    def _until(self, piece: _Piece, end: int) -> _Piece:
        return replace(piece, body=self._part(piece.body.start, end))

    def _parts(self) -> Iterator[TextPart]:
        """The parts of the new file in its order."""
        left: list[TextPart] = []  # what is not the own text of a block that goes
        above: dict[int, list[TextPart]] = {}
        owner: dict[int, _Piece] = {}
        for piece in self._pieces:
            left.append(piece.loose)
            if not piece.held:  # PKCS7 without certificates: as good as text
                left += (piece.comment, piece.body)
            if self._kept.isdisjoint(piece.positions):
                continue
            for position in piece.positions:
                owner[position] = piece
            above[piece.first] = left
            left = []
        first = next(iter(above), None)
        head = left if first is None else above[first]
        if head and (first is None or self._items[0] not in owner[first].positions):
            yield head.pop(0)  # the header of the file stays at its head
        written: set[int] = set()
        for item in self._items:
            if not isinstance(item, int):
                yield TextPart(_new(item, self._source, self._newline))
            else:
                piece = owner[item]
                yield from above.pop(piece.first, ())
                yield from self._block(piece, item, written)
        if not self._is_blank(left):
            if self._old.rest and self._end.text[:1] == _DER:
                what = f"{self._old.rest[0].reason}, and only right behind a block"
                raise CannotWriteError(f"{self._source}: {what}", _CONVERT)
            yield from left
        yield replace(self._end, tight=bool(self._old.rest))

    def _block(self, piece: _Piece, item: int, written: set[int]) -> Iterator[TextPart]:
        """A kept block, once; or what is left of the PKCS7 it was."""
        whole = self._kept.issuperset(piece.positions)
        if piece.first not in written:
            written.add(piece.first)
            yield piece.comment
            if whole:
                yield piece.body
        if not whole:
            yield TextPart(_new(piece.held[item - piece.first], self._source, self._newline))

    def _is_blank(self, left: list[TextPart]) -> bool:
        """Whether but empty lines were above the blocks that went, and no text follows them.

        NOTE: DER is read behind the last block only, not behind an empty line.
        """
        follows = self._end.text.strip() and not self._old.rest
        return not (follows or any(part.text.strip() for part in left))

    def _check(self) -> None:
        """Refuse what would lose something. Raises CannotWriteError."""
        adds = any(not isinstance(item, int) for item in self._items)
        if not self._items:
            raise nothing_left(self._source)
        for piece in self._pieces:
            if not _FOREIGN.isdisjoint(piece.block.faults):
                raise self._refusal(piece, "the block is a part of some other text, YAML or JSON")
            content = signed_data(piece.block, source=self._source)
            if content is None or (piece.held and self._kept.isdisjoint(piece.positions)):
                continue
            whole = self._kept.issuperset(piece.positions)
            if whole and adds:
                raise self._refusal(piece, "Java ignores or refuses what is added to PKCS7")
            if not whole and not content.bare:
                raise self._refusal(piece, "the PKCS7 holds more than certificates")
        self._check_rest()
        self._check_last()

    def _check_rest(self) -> None:
        """Refuse to touch what is not text of this encoding."""
        for number, entry in enumerate(self._old.rest):
            if self._count + number not in self._kept:
                raise CannotWriteError(f"{self._source}: {entry.reason}: not taken out", _CONVERT)
        start = len(self._end.text) * self._old.text.width
        if any(len(entry.raw) > start + 1 for entry in self._old.rest):
            raise CannotWriteError(f"{self._source}: encodings are mixed within the text", _CONVERT)

    def _check_last(self) -> None:
        """Refuse to write anything after a block that does not end: it would be a part of it."""
        last = self._pieces[-1] if self._pieces else None
        if last is None or last.block.problem is None or last.first not in self._kept:
            return
        if last.block.end == len(self._old.text.ascii) and self._items[-1] != last.first:
            raise self._refusal(last, "the block has no END line, so nothing can follow it")

    def _refusal(self, piece: _Piece, reason: str) -> CannotWriteError:
        return CannotWriteError(f"{self._source}: line {piece.block.line}: {reason}", _CONVERT)
