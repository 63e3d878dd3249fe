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


def read_path(path: str) -> tuple[str, bytes]:
    """Read the file at `path`, or standard input for "-": its name in messages, and its bytes.

    Raises UnreadableFileError, also for a folder.
    """
    if path == STANDARD_INPUT:
        return STANDARD_INPUT_NAME, read_standard_input()
    return path, read_file(Path(path), path)


def unlock_path(path: str, password: Password | None = None, *, name: str | None = None) -> Opened:
    """Read the store at `path` as open_path does, and hand over the password that opened it."""
    if path != STANDARD_INPUT and is_folder(Path(path)):
        from unpin.stores.folder import decode_folder

        files = tuple(folder_files(Path(path), path))
        return Opened(decode_folder(files, source=name or path), None)
    source, data = read_path(path)
    return unlock_bytes(data, source=name or source, password=password)
