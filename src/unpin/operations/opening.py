"""Open a store by its path: a file, a folder of certificates, or standard input."""

from pathlib import Path
from typing import Final

from unpin.files.reading import folder_files, is_folder, read_file, read_standard_input
from unpin.model.store import Store
from unpin.stores.opening import Opened, Password, unlock_bytes

STANDARD_INPUT: Final = "-"
STANDARD_INPUT_NAME: Final = "standard input"
STANDARD_OUTPUT_NAME: Final = "standard output"
"""What a store from there, or that goes there, is called in messages."""


def open_path(path: str, password: Password | None = None, *, name: str | None = None) -> Store:
    """Read the store at `path`: a file, a folder of certificates, or "-" for standard input.

    With `password` only that one is tried; without, "changeit", the empty password and none.
    Raises an UnpinError that names the store: by `name`, or else by its path.
    """
    return unlock_path(path, password, name=name).store


def unlock_path(path: str, password: Password | None = None, *, name: str | None = None) -> Opened:
    """Read the store at `path` as open_path does, and hand over the password that opened it."""
    if path == STANDARD_INPUT:
        data, source = read_standard_input(), name or STANDARD_INPUT_NAME
        return unlock_bytes(data, source=source, password=password)
    file, source = Path(path), name or path
    if is_folder(file):
        from unpin.stores.folder import decode_folder

        return Opened(decode_folder(tuple(folder_files(file, path)), source=source), None)
    return unlock_bytes(read_file(file, path), source=source, password=password)
