"""Have several processes read the texts of a tree; the results are those of a single one."""

from __future__ import annotations

from contextlib import suppress
from itertools import cycle
from typing import TYPE_CHECKING, Final

from unpin.operations.reference_look import text_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    from unpin.references.file_references import FileReferences

    Texts = Sequence[tuple[str, bytes]]

_WORTH_IT: Final = 256 * 1024
"""So many bytes of texts take longer to read than processes to start."""


class TextReaders:
    """Reads texts as reference_look.text_references does, in up to `number` processes."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __call__(self, texts: Texts) -> Iterator[FileReferences | None]:
        """What each of the texts refers to, in their order."""
        several = self._number > 1 and sum(len(data) for _, data in texts) > _WORTH_IT
        readers = _readers(texts, min(self._number, len(texts))) if several else []
        try:
            for (name, data), reader in zip(texts, cycle(readers or [None])):
                if reader is not None and reader.is_there:
                    yield reader.next(name, data)
                else:
                    yield text_references(name, data)
        finally:
            for reader in readers:
                reader.end()


class _Reader:
    """A copy of this process that reads a part of the texts, and the end of its connection."""

    def __init__(self, process: ForkProcess, connection: Connection) -> None:
        self._process = process
        self.connection = connection
        self.is_there = True

    def next(self, name: str, data: bytes) -> FileReferences | None:
        """What it found in its next text, which is read here if it has died."""
        try:
            found: FileReferences | None = self.connection.recv()
        except (EOFError, OSError):
            self.is_there = False
            return text_references(name, data)
        return found

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _readers(texts: Texts, number: int) -> list[_Reader]:
    """So many readers, which take turns with the texts; none where not all of them can start."""
    from multiprocessing import Pipe

    from unpin.cli.processes import can_copy, started

    readers: list[_Reader] = []
    for first in range(number if can_copy() else 0):
        mine, theirs = Pipe(duplex=False)
        others = [mine, *(reader.connection for reader in readers)]
        try:
            process = started(_serve, theirs, texts[first::number], others)
        except OSError:  # there is no room for another process
            mine.close()
            for reader in readers:
                reader.end()
            return []
        finally:
            theirs.close()
        readers.append(_Reader(process, mine))
    return readers


def _serve(connection: Connection, texts: Texts, others: Sequence[Connection]) -> None:
    """Send what the texts refer to; it ends with the process that asks, which reads the rest."""
    from unpin.cli.processes import begin

    begin(others)
    with suppress(Exception):  # it is raised again where the text is read again
        for name, data in texts:
            connection.send(text_references(name, data))
