"""Print the patches of files that hold stores as values, which unpin does not change itself."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from unpin.cli.output import say, say_data, say_note
from unpin.model.errors import CannotWriteError, UnpinError
from unpin.operations.opening import STANDARD_INPUT
from unpin.reports.escaping import on_lines, on_terminal
from unpin.reports.names import is_patched_from_root
from unpin.stores.embedded.patch import unified_diff
from unpin.stores.embedded.value_replacement import changed_lines

if TYPE_CHECKING:
    from collections.abc import Callable


class Patches:
    """The patches of a run: a file has one, for all its values, which come one after the other.

    `fail` is called with the error for each value that cannot be written as it is spelled.
    """

    def __init__(self, fail: Callable[[UnpinError], None]) -> None:
        self._fail = fail
        self._file = ""
        self._data = b""
        self._new: dict[str, bytes] = {}

    def add(self, file: str, data: bytes, key: str, new: bytes) -> None:
        """Take the new store for the value `key` of a file; print the patch of the file before."""
        if file != self._file:
            self.finish()
            self._file, self._data = file, data
        self._new[key] = new

    def finish(self) -> None:
        """Print the patch of the last file."""
        file, data, wanted = self._file, self._data, self._new
        self._file, self._data, self._new = "", b"", {}
        if not wanted:
            return
        new = wanted
        if (changes := changed_lines(data, wanted)) is None:
            # An odd value keeps no other from its patch.
            new = {key: each for key, each in wanted.items() if changed_lines(data, {key: each})}
            changes = changed_lines(data, new) or ()
        for key in wanted.keys() - new.keys():
            place = f"{file}#{key}"
            error = CannotWriteError(
                f"{place}: has no patch: the new store cannot be written as this value is spelled",
                f"unpin fix {shlex.quote(place)} -o NEW writes the new value",
            )
            error.source = place
            self._fail(error)
        if patch := unified_diff(_name(file), data.decode("utf-8"), changes):
            _print(patch)
        if os.path.islink(file):  # noqa: PTH114  (no error for odd names)
            say_note(
                f"{file}: is a symbolic link; patch --follow-symlinks changes what it leads to"
            )


def _name(file: str) -> str:
    """The name of the file in its patch: from the folder of the call, or from the root."""
    if file == STANDARD_INPUT:
        return "stdin"
    if is_patched_from_root(file):
        return os.path.abspath(file)  # noqa: PTH100  (links stay)
    return os.path.normpath(file)


def _print(patch: str) -> None:
    """Print the patch as it is; a terminal gets it escaped."""
    if sys.stdout.isatty():
        say(on_lines(map(on_terminal, patch.removesuffix("\n").split("\n"))))
    else:
        say_data(patch.encode("utf-8"))
