"""The bounds on reading an archive, and the account of what reading has cost so far."""

import time
from threading import Lock
from typing import Final

from unpin.model.errors import LimitExceededError

MIB: Final = 1024 * 1024

MAX_NESTING: Final = 8
"""The most archives within archives; the layer of an image counts as an archive."""

MAX_MEMBERS: Final = 2_000_000
"""The most members of an archive and of all archives in it."""

MAX_UNPACKED_BYTES: Final = 32 * 1024 * MIB
"""The most bytes that are decompressed of an archive and of all archives in it."""

MAX_SECONDS: Final = 1800.0
"""The longest time that an archive is read, with all archives in it."""

MAX_RATIO: Final = 250
"""The most bytes that a byte may decompress to, beyond `FREE_BYTES`; deflate reaches 1,032."""

FREE_BYTES: Final = 64 * MIB
"""How many bytes of each stream are decompressed whatever their ratio: zeros may fill a file."""

MAX_HELD_BYTES: Final = 512 * MIB
"""The most bytes that are held in memory: archives within archives, the stores of an image."""

MAX_ZIP_DIRECTORY_BYTES: Final = 48 * MIB
"""The largest central directory of a ZIP archive; zipfile takes five times as much memory."""

MAX_ZIP_MEMBERS: Final = 400_000
"""The most members of one ZIP archive, all of which zipfile keeps in memory."""

MAX_ERRORS: Final = 20
"""The most members of an archive of which an error is reported by itself; more are counted."""


class CutError(Exception):
    """A bound of the whole archive is reached, so that nothing more of it is read.

    `error` is what the user is told.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.error = LimitExceededError(message, hint)


class Account:
    """What reading the archive called `name` has cost, archives within it included.

    The methods raise CutError when a bound is reached.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._members = 0
        self._unpacked = 0
        self._held = 0
        self._lock = Lock()
        self._end = time.monotonic() + MAX_SECONDS

    def member(self) -> None:
        """Count a member."""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise self._cut(f"more than {MAX_MEMBERS} members")
        self._check_time()

    def unpacked(self, size: int) -> None:
        """Count `size` bytes that were decompressed, in whichever thread."""
        with self._lock:
            self._unpacked += size
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise self._cut(f"more than {MAX_UNPACKED_BYTES // MIB} MiB in it")
        self._check_time()

    def hold(self, size: int) -> None:
        """Count `size` bytes that stay in memory until `release`."""
        self._held += size
        if self._held > MAX_HELD_BYTES:
            raise self._cut(
                f"more than {MAX_HELD_BYTES // MIB} MiB of archives within it, and of stores of "
                "an image, to be held in memory"
            )

    def release(self, size: int) -> None:
        """Say that `size` bytes are no longer held."""
        self._held -= size

    def _check_time(self) -> None:
        if time.monotonic() > self._end:
            raise self._cut(f"not read within {MAX_SECONDS:.0f} seconds")

    def _cut(self, what: str) -> CutError:
        return CutError(f"{self._name}: {what}; the rest is not read", UNPACK_HINT)


UNPACK_HINT: Final = "unpack it, and give the folder"
"""What to do with an archive that is beyond the bounds."""
