"""Find the stores at a path: a file, a folder, an archive, an image, or a place in one."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from unpin.files.archives.recognition import BLOCK, archive_kind
from unpin.files.reading import (
    BEGINNING,
    MAX_FILE_BYTES,
    bounded,
    is_folder,
    opened,
    read_beginning,
    read_file,
    read_whole,
    reason,
)
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError
from unpin.operations.letting_go import let_go_unread
from unpin.operations.opening import (
    STANDARD_INPUT,
    STANDARD_INPUT_NAME,
    FilesPassedOver,
    HeldFile,
    Look,
    SeenFile,
    StorePath,
    has_store_extension,
    place_in_archive,
    split_value,
)
from unpin.stores.opening import may_be_store

if TYPE_CHECKING:
    from unpin.files.archives.recognition import ArchiveKind
    from unpin.files.exclusion import Exclusion
    from unpin.files.tree import Below, FileBelow, FileIdentity

_MOST_NAMES: Final = 5
"""The most files that are passed over of which the names are kept."""


def stores_found(
    path: str,
    exclusion: "Exclusion",
    look: Look | None = None,
    *,
    every_name: bool = False,
    lets_go: bool = False,
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The stores at `path`, which may be a file, a folder, an archive, an image or a place in one.

    The files are read, and those that are no stores are passed over if nothing says that they
    should be. What `exclusion` leaves out of folders and archives is not looked into. `look` sees
    every file up to the size of the largest store, and what it finds is given before the store.
    With `every_name` a file of a folder is given by each of its names, and not only by the first.
    `lets_go` leaves large key stores of folders to be read later, by `letting_go.taken_up`.
    """
    if path == STANDARD_INPUT:
        yield from _standard_input(exclusion, look)
    elif is_folder(Path(path)):
        from unpin.files.tree import walk

        names: dict[FileIdentity, str] | None = {} if every_name else None
        below = walk(Path(path), path, images=True, exclusion=exclusion, names=names)
        yield from stores_among(below, exclusion, look, lets_go=lets_go)
    elif (member := place_in_archive(path)) is not None:
        from unpin.operations.archives import stores_at

        yield from stores_at(member, look)
    else:
        file, value = split_value(path)
        # A text that is named may be a configuration; a store is known by its extension then.
        place = StorePath(path, in_folder=_takes_texts(look) and value is None)
        yield from _stores_in_file(file, place, value, exclusion, look)


def stores_among(
    below: "Iterable[Below]",
    exclusion: "Exclusion",
    look: Look | None = None,
    *,
    lets_go: bool = False,
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The stores among what is in a folder, as by `stores_found`, and what `look` has found."""
    from unpin.files.tree import (
        DanglingLinkError,
        FileBelow,
        HashedDirectory,
        ImageFolder,
        SecondName,
    )

    passed = _Passed()
    for found in below:
        if isinstance(found, SecondName):
            found = FileBelow(found.place, found.name, is_regular=False)  # noqa: PLW2901
        match found:
            case FileBelow():
                place = StorePath(found.name, in_folder=True)
                head = _head_of_plain_file(found) if found.is_regular else None
                if head is None:
                    yield from _stores_in_file(found.name, place, None, exclusion, look)
                elif len(head) == BEGINNING or may_be_store(head) or place.must_be_a_store:
                    yield from _store_in_plain_file(found, place, head, look, lets_go)
                elif look is not None and (seen := look(found.name, head)) is not None:
                    yield SeenFile(found.name, None, seen)
                else:
                    passed.add(found.name)
            case HashedDirectory(name=name):
                yield StorePath(name, in_folder=True)
            case ImageFolder(path=folder, name=name):
                from unpin.operations.archives import stores_in_image

                yield from stores_in_image(folder, name, exclusion, look)
            case DanglingLinkError() if not has_store_extension(str(found.source)):
                passed.add(str(found.source))
            case UnpinError():
                yield found
    yield from passed.all()


def _head_of_plain_file(found: "FileBelow") -> bytes | None:
    """The beginning of a file that is no archive, as nearly all of a tree are; None for others."""
    try:
        head = read_beginning(found.place, found.name)
    except UnreadableFileError:
        return None  # whose error is found again
    return None if archive_kind(head[:BLOCK], found.name) is not None else head


def _store_in_plain_file(
    found: "FileBelow", place: StorePath, head: bytes, look: Look | None, lets_go: bool
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The store in a file that begins with `head`, which may be all of it."""
    held = HeldFile(head, found.name)
    if len(head) == BEGINNING:
        try:
            unread = let_go_unread(found.place, found.name, head) if lets_go else None
            held = unread or HeldFile(read_file(found.place, found.name), found.name)
        except LimitExceededError as error:
            yield _too_large(place, head, found.name, error)
            return
        except UnpinError:
            yield place  # whose error is found again, where errors are reported
            return
    yield from _store_in_bytes(place, held, held.data or head, look)


def _too_large(
    place: StorePath, head: bytes, file: str, error: LimitExceededError
) -> LimitExceededError | FilesPassedOver:
    named = place.must_be_a_store or may_be_store(head)
    return error if named else FilesPassedOver(1, (file,))


class _Passed:
    """The files that are passed over: their number, and the first names."""

    def __init__(self) -> None:
        self._number = 0
        self._names: list[str] = []

    def add(self, name: str) -> None:
        self._number += 1
        if len(self._names) < _MOST_NAMES:
            self._names.append(name)

    def all(self) -> "Iterator[FilesPassedOver]":
        if self._number:
            yield FilesPassedOver(self._number, tuple(self._names))


def _stores_in_file(
    file: str, place: StorePath, value: str | None, exclusion: "Exclusion", look: Look | None
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The store in a file, or the stores in an archive; what cannot be read is `place` itself."""
    try:
        with opened(Path(file), file) as stream:
            head = stream.read(BLOCK)
            kind = archive_kind(head, file)
            if kind is not None and _holds_archive(kind, stream, file):
                yield from _stores_in_archive(kind, stream, file, exclusion, look)
                return
            stream.seek(0)
            head = stream.read(BEGINNING)
            data = read_whole(stream, file, head)
    except LimitExceededError as error:
        yield _too_large(place, head, file, error)
        return
    except UnpinError:
        yield place  # whose error is found again, where errors are reported
        return
    yield from _store_in_bytes(place, HeldFile(data, file, None, value), data, look)


def _store_in_bytes(
    place: StorePath, held: HeldFile, data: bytes, look: Look | None
) -> Iterator[StorePath | FilesPassedOver | SeenFile]:
    """The store of a file, of which `data` are the bytes, or those that show what it is."""
    seen = None if look is None else look(held.source, data)
    if seen is not None:
        yield SeenFile(held.source, None, seen)
    if not place.must_be_a_store and not may_be_store(data):
        if seen is None:
            yield FilesPassedOver(1, (held.source,))
    else:
        yield replace(place, content=held)


def _holds_archive(kind: "ArchiveKind", stream: BinaryIO, name: str) -> bool:
    from unpin.operations.archives import holds_archive

    stream.seek(0)
    return holds_archive(kind, stream, name)


def _stores_in_archive(
    kind: "ArchiveKind",
    stream: BinaryIO,
    name: str,
    exclusion: "Exclusion",
    look: Look | None,
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The stores in an archive; an error of the disk is an error of it."""
    from unpin.operations.archives import stores_in_archive

    try:
        yield from stores_in_archive(kind, stream, name, exclusion, look)
    except OSError as error:
        yield UnreadableFileError(f"{name}: {reason(error)}")


def _standard_input(
    exclusion: "Exclusion", look: Look | None
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    stream = sys.stdin.buffer
    head = stream.read(BLOCK)
    kind = archive_kind(head, "")
    if kind is not None:
        from unpin.files.archives.streams import Rewound
        from unpin.operations.archives import stores_in_archive

        whole = Rewound(STANDARD_INPUT_NAME, head, stream)
        yield from stores_in_archive(kind, whole, STANDARD_INPUT_NAME, exclusion, look)
        return
    data = bounded(head + stream.read(MAX_FILE_BYTES + 1 - len(head)), STANDARD_INPUT_NAME)
    if look is not None and (seen := look(STANDARD_INPUT_NAME, data)) is not None:
        yield SeenFile(STANDARD_INPUT_NAME, None, seen)
    if _takes_texts(look) and not may_be_store(data):
        return
    yield StorePath(STANDARD_INPUT, content=HeldFile(data, STANDARD_INPUT_NAME))


def _takes_texts(look: Look | None) -> bool:
    return look is not None and look.takes_texts
