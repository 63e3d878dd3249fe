"""Have several processes read the texts of a tree; the results are those of a single one."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING, Final

from unpin.operations.reference_look import text_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        read = 0
        if self._number > 1 and sum(len(data) for _, data in texts) > _WORTH_IT:
            for found in _in_processes(texts, self._number):
                yield found
                read += 1
        for name, data in texts[read:]:
            yield text_references(name, data)


def _in_processes(texts: Texts, number: int) -> Iterator[FileReferences | None]:
    """What the texts refer to; of the first of them alone, if a process dies or none can start."""
    from unpin.cli.processes import can_copy

    if not can_copy():
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    fork = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(min(number, len(texts)), fork, _begin)
    try:
        yield from pool.map(_read, texts)
    except (BrokenProcessPool, OSError):
        return  # memory is short, or there is no room for a process
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks ends this one
    gc.freeze()


def _read(text: tuple[str, bytes]) -> FileReferences | None:
    return text_references(*text)
