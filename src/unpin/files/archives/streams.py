"""Streams that are read forward only, windows of streams, and decompression within bounds."""

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Queue
from threading import Event, Thread
from typing import Final, Protocol, Self

from unpin.files.archives.bounds import FREE_BYTES, MAX_RATIO, MIB, UNPACK_HINT, Account
from unpin.files.archives.recognition import BLOCK, ArchiveKind, archive_kind
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableArchiveError

_INPUT: Final = MIB
_OUTPUT: Final = 4 * MIB
_AHEAD: Final = 8
"""How many chunks, of _OUTPUT bytes at most, are made ready before they are read."""
_TURN: Final = 0.0001
"""The seconds after which a thread that works lets the one go on that decompresses.

Python's default, 0.005, is longer than it takes to decompress a chunk.
"""
_PAUSE: Final = 0.01
_LONGEST_MAGIC: Final = 8
_SKIPPABLE: Final = b"\x2a\x4d\x18"
"""The end of the magic numbers of a frame of zstd without data (RFC 8878 3.1.2)."""
_MOST_AT_ONCE: Final = 80 * MIB
"""More than a store may have (unpin.files.reading); a header that asks for more is an attack."""
_MOST_MEMORY: Final = 256 * MIB
"""The largest window of xz that is granted; xz -9 takes 65 MiB."""


class Readable(Protocol):
    """What is read of a file."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, `size` at most; fewer at the end."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to an offset."""

    def tell(self) -> int:
        """The offset of the next byte."""

    def seekable(self) -> bool:
        """Whether `seek` goes backwards, too."""


class Forward:
    """A stream that goes forward only: `seek` reads what is between."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._position = 0
        self._chunk = b""
        self._at = 0
        self._fault: UnpinError | None = None

    def more(self) -> bytes:
        """The next bytes, as many as are ready; none at the end."""
        raise NotImplementedError

    def read(self, size: int, /) -> bytes:
        """The next bytes, `size` at most. Raises LimitExceededError for a hostile `size`."""
        if not 0 <= size <= _MOST_AT_ONCE:
            raise LimitExceededError(f"{self.name}: a header of {size} bytes")
        end = self._at + size
        if end <= len(self._chunk):
            found = self._chunk[self._at : end]
            self._at = end
        else:
            parts = [self._chunk[self._at :]]
            lacking = size - len(parts[0])
            self._chunk, self._at = b"", 0
            while lacking and (chunk := self._next()):
                parts.append(chunk[:lacking])
                if len(chunk) > lacking:
                    self._chunk, self._at = chunk, lacking
                lacking -= len(parts[-1])
            found = b"".join(parts)
        self._position += len(found)
        return found

    def read_ready(self) -> bytes:
        """The next bytes, as many as are ready; none at the end."""
        data = self._chunk[self._at :] or self._next()
        self._chunk, self._at = b"", 0
        self._position += len(data)
        return data

    def put_back(self, data: bytes) -> None:
        """Have `data`, which was read last, be read again."""
        self._chunk, self._at = data + self._chunk[self._at :], 0
        self._position -= len(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go forward to an offset from the start, or to the end of the stream if that is nearer."""
        if whence != 0 or offset < self._position:
            raise UnreadableArchiveError(f"{self.name}: it would have to be read twice")
        while self._position < offset:
            if not self._skip(offset - self._position):
                break
        return self._position

    def _next(self) -> bytes:
        """The next bytes; a fault, which is one of the stream and of no member, stays a fault."""
        if self._fault is not None:
            raise self._fault
        try:
            return self.more()
        except UnpinError as error:
            error.source = error.source or self.name
            self._fault = error
            raise

    def _skip(self, size: int) -> int:
        if self._at >= len(self._chunk):
            self._chunk, self._at = self._next(), 0
        skipped = min(size, len(self._chunk) - self._at)
        self._at += skipped
        self._position += skipped
        return skipped

    def tell(self) -> int:
        """The number of bytes read."""
        return self._position

    def seekable(self) -> bool:
        """False: it cannot go back."""
        return False


class Rewound(Forward):
    """A stream of which the first bytes were read, from its beginning again."""

    def __init__(self, name: str, head: bytes, rest: Readable) -> None:
        super().__init__(name)
        self._chunk = head
        self._rest = rest

    def more(self) -> bytes:
        return self._rest.read(_INPUT)


class ReadAhead(Forward):
    """A stream whose next bytes a thread gets ready meanwhile: decompression holds no lock."""

    def __init__(self, ahead: Forward) -> None:
        super().__init__(ahead.name)
        self._ready: Queue[bytes | Exception] = Queue(_AHEAD)
        self._stopped = Event()
        self._ended = False
        self._ahead = ahead
        self._turn = sys.getswitchinterval()
        self._thread = Thread(target=self._fill, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        sys.setswitchinterval(_TURN)
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread, which may wait for room."""
        sys.setswitchinterval(self._turn)
        self._stopped.set()
        while self._thread.is_alive():
            with suppress(Empty):
                self._ready.get_nowait()
            self._thread.join(_PAUSE)

    def more(self) -> bytes:
        """The next bytes. Raises what the stream raised."""
        if self._ended:
            return b""
        ready = self._ready.get()
        if isinstance(ready, Exception):
            raise ready
        self._ended = not ready
        return ready

    def _fill(self) -> None:
        while not self._stopped.is_set():
            try:
                made = self._ahead.read_ready()
            except Exception as error:  # noqa: BLE001  (raised where it is read)
                self._ready.put(error)
                return
            self._ready.put(made)
            if not made:
                return


class Window:
    """A part of a stream as a stream of its own, seekable if that stream is."""

    def __init__(self, parent: Readable, start: int, size: int) -> None:
        self._parent = parent
        self._start = start
        self._size = size
        self._position = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes of the part."""
        left = max(0, self._size - self._position)
        size = left if size < 0 else min(size, left)
        if size > _MOST_AT_ONCE:
            raise LimitExceededError(f"{size} bytes would be read at once")
        if self._parent.tell() != self._start + self._position:
            self._parent.seek(self._start + self._position)
        data = self._parent.read(size)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to an offset in the part."""
        self._position = max(0, offset + (0, self._position, self._size)[whence])
        return self._position

    def tell(self) -> int:
        """The offset in the part."""
        return self._position

    def seekable(self) -> bool:
        """Whether the stream around it is."""
        return self._parent.seekable()


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _Zlib:
    """zlib's decompressor with the manners of bz2's and lzma's: it keeps what it has not used."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        kept = self._inner.unconsumed_tail
        return self._inner.decompress(kept + data if kept else data, max_length)


def _zstd() -> _Decompressor:
    """A decompressor of the standard library from 3.14 on, and of its backport before."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdDecompressor()


def _errors() -> tuple[type[Exception], ...]:
    known: tuple[type[Exception], ...] = (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError)
    for module in ("compression.zstd", "backports.zstd"):
        if module in sys.modules:
            known = (*known, sys.modules[module].ZstdError)
    return known


_DECOMPRESSORS: Final[dict[ArchiveKind, Callable[[], object]]] = {
    ArchiveKind.GZIP: _Zlib,
    ArchiveKind.BZIP2: bz2.BZ2Decompressor,
    ArchiveKind.XZ: lambda: lzma.LZMADecompressor(memlimit=_MOST_MEMORY),
    ArchiveKind.ZSTD: _zstd,
}


class Decompressed(Forward):
    """The decompressed bytes of a stream, which may consist of several streams in turn.

    Reading raises UnreadableArchiveError where the data are broken or break off,
    LimitExceededError where they decompress to too much (MAX_RATIO), and CutError where a bound of
    the whole archive is reached.
    """

    def __init__(self, name: str, source: Readable, kind: ArchiveKind, account: Account) -> None:
        super().__init__(name)
        self._source = source
        self._kind = kind
        self._account = account
        self._begin = _DECOMPRESSORS[kind]
        self._inner: _Decompressor | None = None
        self._left = b""
        self._begun = False
        self._read = 0
        self._made = 0

    def more(self) -> bytes:
        """The next bytes, _OUTPUT at most."""
        try:
            return self._more()
        except _errors() as error:
            raise UnreadableArchiveError(
                f"{self.name}: the {self._kind} is broken: {error}"
            ) from error

    def _more(self) -> bytes:
        while True:
            if self._inner is None:
                data = self._left
                if len(data) < _LONGEST_MAGIC:
                    data += self._input()
                if not data or (self._begun and not self._goes_on(data)):
                    self._left = b""
                    return b""
                self._begun = True
                self._inner = self._begin()  # type: ignore[assignment]
            elif getattr(self._inner, "needs_input", True):
                data = self._input()
                if not data:
                    raise UnreadableArchiveError(f"{self.name}: the {self._kind} breaks off")
            else:
                data = b""
            assert self._inner is not None
            made = self._inner.decompress(data, _OUTPUT)
            self._left = b""
            if self._inner.eof:
                self._left = self._inner.unused_data
                self._inner = None
            if made:
                self._count(len(made))
                return made

    def _goes_on(self, data: bytes) -> bool:
        """Whether another stream follows; anything else behind the first is ignored, as by gzip."""
        skippable = self._kind is ArchiveKind.ZSTD and data[1:4] == _SKIPPABLE
        return skippable or archive_kind(data[:BLOCK], "") is self._kind

    def _input(self) -> bytes:
        data = self._source.read(_INPUT)
        self._read += len(data)
        return data

    def _count(self, made: int) -> None:
        self._made += made
        self._account.unpacked(made)
        if self._made > FREE_BYTES and self._made > MAX_RATIO * self._read:
            raise LimitExceededError(
                f"{self.name}: its data decompress to more than {MAX_RATIO} times their size; "
                "the rest is not read",
                UNPACK_HINT,
            )
