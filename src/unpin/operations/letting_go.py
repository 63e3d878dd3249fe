"""Let the bytes of a store go until it is judged: by then it may be in another process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unpin.files.reading import read_end, read_file
from unpin.operations.opening import STANDARD_INPUT, HeldFile

if TYPE_CHECKING:
    from unpin.operations.opening import StorePath

_STRIDE: Final = 251
"""Of so many bytes one is looked at, which is several in a certificate."""

_END: Final = 32
"""The last bytes, which all count: a key store ends with a digest of all of it."""

_OF_A_PROCESS: Final = ("/dev/", "/proc/")
"""Another process finds another file there, or none."""


def likeness(data: bytes) -> int:
    """The same number for the same bytes, and nearly always another one for others.

    It costs a hundredth of a digest. Another process has other numbers for the same bytes.
    """
    end = data[-_END:]
    if _is_key_store(data):
        return _of_key_store(len(data), end)
    return hash((len(data), data[::_STRIDE], end))


def _is_key_store(data: bytes) -> bool:
    from unpin.stores.java import jks  # which a call without one does without

    return jks.claims(data)


def _of_key_store(size: int, end: bytes) -> int:
    """The likeness of a JKS or JCEKS store, which ends with a digest of all of it."""
    return hash((size, end))


def let_go_unread(path: str, name: str, beginning: bytes) -> HeldFile | None:
    """What `let_go` leaves of a key store of Java (JKS, JCEKS), of which the end alone is read.

    None for every other file: its likeness needs all bytes. Raises UnpinError as `read_file` does.
    """
    if not _is_key_store(beginning) or name.startswith(_OF_A_PROCESS):
        return None
    size, end = read_end(path, name, _END)
    return HeldFile(b"", name, likeness=_of_key_store(size, end))


def let_go(place: StorePath) -> StorePath:
    """The place without the bytes of its file, if it is a file that can be read again."""
    held = place.content
    if held is None or held.likeness is not None or held.archive is not None:
        return place
    if place.path == STANDARD_INPUT or held.source.startswith(_OF_A_PROCESS):
        return place
    gone = HeldFile(b"", held.source, None, held.value, likeness(held.data))
    return replace(place, content=gone)


def taken_up(place: StorePath) -> StorePath:
    """The place with the bytes of its file. Raises UnpinError as `read_file` does."""
    held = place.content
    if held is None or held.likeness is None:
        return place
    data = read_file(held.source, held.source)
    return replace(place, content=HeldFile(data, held.source, None, held.value))
