"""The lines of a text as BIO_gets of OpenSSL and BoringSSL reads them into a short buffer."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from unpin.stores.pem.scanners.content import Finder

BEGIN: Final = b"-----BEGIN "
END: Final = b"-----END "
TAIL: Final = b"-----\n"
_STRIPPED: Final = bytes((*range(0x21), *range(0x80, 0x100)))
"""What is stripped from the end of a line: `char` is signed where this was measured (x86)."""

PLAIN_LINES: Final = re.compile(rb"(?:[!-,.-~]{1,251}+\r?\n)++")
"""Lines without blanks and dashes, of which nothing but their ends is stripped, and each of which
BIO_gets takes at once."""


def sanitized(line: bytes) -> bytes:
    """The line without blanks and control characters at its end (sanitize_line)."""
    return line.rstrip(_STRIPPED) + b"\n"


def label_of(line: bytes) -> bytes | None:
    """The label of a sanitized BEGIN line; None for other lines."""
    return line[len(BEGIN) : -len(TAIL)] if line.startswith(BEGIN) and line.endswith(TAIL) else None


class BioLines:
    """BIO_gets, again and again, until it reads nothing.

    `longest` is how many bytes it takes at once. `ends_at_nul` is BIO_gets of a file: fgets, and
    the length of it as a string; "" is the end.
    """

    def __init__(self, data: bytes, longest: int, *, ends_at_nul: bool = False) -> None:
        self._data = data
        self._line = _line(longest)
        self._ends_at_nul = ends_at_nul
        self._at = 0
        self._finder = Finder(data)
        self._seen = -1

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        match = self._line.match(self._data, self._at)
        if match is None:
            raise StopIteration
        self._at = match.end()
        line = match[0].partition(b"\0")[0] if self._ends_at_nul else match[0]
        if not line:
            self._at = len(self._data)
            raise StopIteration
        return line

    def skip(self) -> None:
        """Pass over the lines before the one with the next BEGIN marker, where none ends the text.

        NOTE: tried once for each marker, so that a long line is not looked through for each part.
        """
        begin = self._finder.next(BEGIN, self._at)
        target = len(self._data) if begin < 0 else begin
        if target == self._seen:
            return
        self._seen = target
        start = self._data.rfind(b"\n", self._at, target) + 1
        nul = self._data.find(b"\0", self._at, start) if self._ends_at_nul else -1
        if start > 0 and nul < 0:
            self._at = start

    def run(self, shape: re.Pattern[bytes]) -> bytes:
        """The lines that follow in `shape`, each with a line feed alone at its end."""
        match = shape.match(self._data, self._at)
        if match is None:
            return b""
        self._at = match.end()
        return match[0].replace(b"\r\n", b"\n")


@cache
def _line(longest: int) -> re.Pattern[bytes]:
    return re.compile(rb"[^\n]{0,%d}\n|[^\n]{1,%d}" % (longest - 1, longest))
