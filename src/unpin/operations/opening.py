"""Open a store by its path: a file, a hashed directory, or standard input."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from unpin.files.reading import (
    MAX_FOLDER_BYTES,
    MAX_FOLDER_FILES,
    is_folder,
    read_file,
    read_standard_input,
    reason,
)
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.opening import Password, open_bytes

STANDARD_INPUT: Final = "-"
STANDARD_INPUT_NAME: Final = "standard input"
STANDARD_OUTPUT_NAME: Final = "standard output"

_NOT_READ: Final = UnreadableFileError("not read")
"""Stands for the files beside a hashed directory's own that are too many to be read."""

_EXTENSIONS: Final = tuple(extension for kind in Format for extension in kind.facts.extensions)


@dataclass(frozen=True, slots=True)
class StorePath:
    """The path of a possible store; `in_folder` says that it was found in a given folder."""

    path: str
    in_folder: bool = False

    @property
    def must_be_a_store(self) -> bool:
        """Whether a file that is not a store is an error: it was given, or its extension fits."""
        return not self.in_folder or self.path.lower().endswith(_EXTENSIONS)


def store_paths(path: str) -> Iterator[StorePath | UnpinError]:
    """The paths of the stores at `path`: `path` itself, or all files and hashed directories below.

    A part of a folder that cannot be read gives an error in its place.
    """
    if path == STANDARD_INPUT or not is_folder(Path(path)):
        yield StorePath(path)
        return
    from unpin.files.tree import FileBelow, HashedDirectory, walk

    for found in walk(Path(path), path):
        match found:
            case FileBelow(name=name) | HashedDirectory(name=name):
                yield StorePath(name, in_folder=True)
            case UnpinError():
                yield found


def open_path(path: str, password: Password | None = None, *, name: str | None = None) -> Store:
    """Read the store at `path`: a file, a hashed directory, or "-" for standard input.

    "FILE#KEY" names a value of a file that holds stores as values (YAML, JSON, properties). Only
    `password` is tried if it is given, else "changeit", the empty password and no password. The
    store has the password that opened it. Raises UnpinError; its message calls the store `name`,
    or else by its path.
    """
    if path != STANDARD_INPUT and is_folder(Path(path)):
        return _hashed_directory(Path(path), name or path)
    file, value = split_value(path)
    source, data = read_path(file)
    return open_bytes(data, source=name or source, password=password, value=value)


def split_value(path: str) -> tuple[str, str | None]:
    """The file of a path, and the key behind "#" of a value in it; None for the whole file.

    A file of that very name comes first.
    """
    for at, character in enumerate(path):
        if character != "#":
            continue
        if os.path.lexists(path):
            break
        if Path(path[:at]).is_file():
            return path[:at], path[at + 1 :]
    return path, None


def read_path(path: str) -> tuple[str, bytes]:
    """Read the file at `path`, or standard input for "-".

    Returns its name in messages and its bytes. Raises UnreadableFileError, also for a folder.
    """
    if path == STANDARD_INPUT:
        return STANDARD_INPUT_NAME, read_standard_input()
    return path, read_file(Path(path), path)


def _hashed_directory(folder: Path, source: str) -> Store:
    from unpin.files.tree import HASHED_NAME
    from unpin.stores.hashed_directory import decode_hashed_directory

    try:
        names = sorted(path.name for path in folder.iterdir() if not is_folder(path))
    except OSError as error:
        raise UnreadableFileError(f"{source}: {reason(error)}") from error
    hashed = [name for name in names if HASHED_NAME.fullmatch(name)]
    if not hashed:
        raise UnreadableFileError(
            f"{source}: is a folder of files, and not one store",
            "name the store in it; list, audit, rehearse, fix and convert take each by itself",
        )
    if len(hashed) > MAX_FOLDER_FILES:
        raise LimitExceededError(
            f"{source}: {len(hashed)} files in one folder, at most {MAX_FOLDER_FILES} are read"
        )
    others = [name for name in names if not HASHED_NAME.fullmatch(name)]
    left = MAX_FOLDER_BYTES
    read: dict[str, bytes | UnpinError] = {}
    beside: dict[str, bytes | UnpinError] = {}
    for name in (*hashed, *others[:MAX_FOLDER_FILES]):
        data = _read(folder / name, name, left)
        left -= 0 if isinstance(data, UnpinError) else len(data)
        (read if HASHED_NAME.fullmatch(name) else beside)[name] = data
    beside |= dict.fromkeys(others[MAX_FOLDER_FILES:], _NOT_READ)
    return decode_hashed_directory(read, beside, source=source)


def _read(path: Path, name: str, most: int) -> bytes | UnpinError:
    """The bytes, or the error: OpenSSL reads the other files of a directory nevertheless."""
    try:
        return read_file(path, name, most)
    except UnpinError as error:
        return error
