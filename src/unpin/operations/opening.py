"""Open a store by its path: a file, a hashed directory, or standard input."""

import os
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from unpin.files.reading import (
    MAX_FOLDER_BYTES,
    MAX_FOLDER_FILES,
    is_folder,
    read_file,
    read_standard_input,
    reason,
)
from unpin.model.errors import CannotWriteError, LimitExceededError, UnpinError, UnreadableFileError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.stores.opening import Password, open_bytes

if TYPE_CHECKING:
    from unpin.files.archives.places import MemberPlace

STANDARD_INPUT: Final = "-"
STANDARD_INPUT_NAME: Final = "standard input"
STANDARD_OUTPUT_NAME: Final = "standard output"

_NOT_READ: Final = UnreadableFileError("not read")
"""Stands for the files beside a hashed directory's own that are too many to be read."""

_STORES_OF_JAVA: Final = ("/cacerts", "/jssecacerts")
_EXTENSIONS: Final = tuple(extension for kind in Format for extension in kind.facts.extensions)


@frozen
class HeldFile:
    """The bytes of a file that were read already, and its name in messages.

    `archive` is the archive, image or layout that holds it, None for a file of its own; `value` is
    the key of the value of the file that is the store. `likeness` is None, or that of the bytes,
    which were let go and are read again (unpin.operations.letting_go).
    """

    data: bytes
    source: str
    archive: str | None = None
    value: str | None = None
    likeness: int | None = None


@frozen
class StorePath:
    """The path of a possible store; `in_folder`: it was found in a given folder or archive.

    `links` are the other paths of the call that lead to the same file by symbolic links,
    `hard_links` those that are other hard links of it, and `other_names` the number of hard links
    elsewhere; they are known where the call writes (unpin.operations.stores_to_write).
    """

    path: str
    in_folder: bool = False
    content: HeldFile | None = None
    links: tuple[str, ...] = ()
    hard_links: tuple[str, ...] = ()
    other_names: int | None = None

    @property
    def must_be_a_store(self) -> bool:
        """Whether a file that is not a store is an error: it was given, or its extension fits."""
        return not self.in_folder or has_store_extension(self.path)


class FilesPassedOver(NamedTuple):
    """Files of folders and archives that are no stores: how many, and the names of the first."""

    number: int
    names: tuple[str, ...]


class SeenFile(NamedTuple):
    """A file in which a look has found something beside a store; its archive, None for its own."""

    name: str
    archive: str | None
    seen: object


class Look(Protocol):
    """Looks at every file that is read, which is called `name` in messages.

    `takes_texts`: a file that is named need not be a store.
    """

    takes_texts: bool

    def __call__(self, name: str, data: bytes) -> object | None:
        """What it finds; None for nothing."""


def has_store_extension(name: str) -> bool:
    """Whether a file of this name should be a store: by its extension, or as Java's own are."""
    return name.lower().endswith(_EXTENSIONS) or name.endswith(_STORES_OF_JAVA)


def store_paths(path: str) -> Iterator[StorePath | UnpinError]:
    """The paths of the stores at `path`: `path` itself, or all files and hashed directories below.

    Archives are files, and a place in one is an error. A part of a folder that cannot be read gives
    an error in its place.
    """
    if (member := place_in_archive(path)) is not None:
        yield _not_changed(member)
        return
    if path == STANDARD_INPUT or not is_folder(Path(path)):
        yield StorePath(path)
        return
    from unpin.files.tree import FileBelow, HashedDirectory, ImageFolder, SecondName, walk

    for found in walk(Path(path), path):
        match found:
            case FileBelow(name=name) | HashedDirectory(name=name):
                yield StorePath(name, in_folder=True)
            case ImageFolder() | SecondName():
                pass  # which `walk` was not asked for
            case UnpinError():
                yield found


def _not_changed(member: "MemberPlace") -> CannotWriteError:
    """The refusal to change, or to take from, an archive, and how to do it."""
    inner = member.place.removeprefix(f"{member.archive}!")
    if "!" in inner or is_folder(Path(member.archive)):
        how = "take the store from what it is built from, fix that, and build it again"
    else:
        name = shlex.quote(inner.rpartition("/")[2])
        path = shlex.quote(inner.lstrip("/"))
        zipped = member.archive.lower().endswith((".zip", ".jar", ".war", ".ear", ".whl"))
        take = "unzip -p" if zipped else "tar -xOf"
        how = (
            f"{take} {shlex.quote(member.archive)} {path} > {name} takes the store out; fix that, "
            "and build the archive again with it"
        )
    return CannotWriteError(
        f"{member.place}: is in an archive; unpin changes and converts files of their own", how
    )


def place_in_archive(path: str) -> "MemberPlace | None":
    """What a path such as "app.war!/trust.jks" names; None for any other path."""
    if "!" not in path:
        return None
    from unpin.files.archives.places import member_place

    return member_place(path)


def open_path(path: str, password: Password | None = None, *, name: str | None = None) -> Store:
    """Read the store at `path`: a file, a hashed directory, or "-" for standard input.

    "FILE#KEY" names a value of a file that holds stores as values (YAML, JSON, properties), and
    "ARCHIVE!/PATH" a file of an archive. Only
    `password` is tried if it is given, else "changeit", the empty password and no password. The
    store has the password that opened it. Raises UnpinError; its message calls the store `name`,
    or else by its path.
    """
    if path != STANDARD_INPUT and is_folder(Path(path)):
        return _hashed_directory(Path(path), name or path)
    if (member := place_in_archive(path)) is not None:
        from unpin.operations.archives import content_at

        held = content_at(member)
        source = name or held.source
        store = open_bytes(held.data, source=source, password=password, value=held.value)
        return replace(store, archive=held.archive)
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
