"""Find the stores in an archive or a container image, each as a path with its bytes."""

import shlex
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from unpin.files.archives.bounds import Account
from unpin.files.archives.image_folder import walk_image_folder
from unpin.files.archives.members import Find
from unpin.files.archives.places import MemberPlace
from unpin.files.archives.recognition import BLOCK, ArchiveKind, archive_kind
from unpin.files.archives.streams import Decompressed, Readable
from unpin.files.archives.walk import Search, walk_archive
from unpin.files.exclusion import Exclusion
from unpin.files.reading import is_folder, opened
from unpin.model.errors import UnpinError, UnreadableFileError
from unpin.operations.opening import (
    FilesPassedOver,
    HeldFile,
    Look,
    SeenFile,
    StorePath,
    has_store_extension,
)
from unpin.stores.opening import may_be_store


def stores_in_archive(
    kind: ArchiveKind,
    stream: Readable,
    archive: str,
    exclusion: Exclusion,
    look: Look | None = None,
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The stores in the archive called `archive`, whose bytes `stream` has from its beginning."""
    search = _search(archive, exclusion, look=look)
    yield from _found(walk_archive(kind, stream, archive, search), archive, search)


def stores_in_image(
    folder: Path, name: str, exclusion: Exclusion, look: Look | None = None
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """The stores of the images in a folder (OCI image layout)."""
    search = _search(name, exclusion, look=look)
    yield from _found(walk_image_folder(folder, name, search), name, search)


def stores_at(
    member: MemberPlace, look: Look | None = None
) -> Iterator[StorePath | SeenFile | UnpinError]:
    """The store at a place in an archive, or the stores of the archive or layer that is there."""
    file, value = split_member(member)
    search = _search(member.archive, Exclusion(["!*"]), target=file, look=look)
    found = False
    for item in _items(member.archive, search):
        found = True
        if isinstance(item, UnpinError):
            yield item
            continue
        if item.seen is not None:
            yield SeenFile(item.name, member.archive, item.seen)
        if item.data or item.seen is None:
            given = item.name == file
            name = member.place if given else item.name
            content = HeldFile(item.data, item.name, member.archive, value if given else None)
            yield StorePath(name, in_folder=not given, content=content)
    if not found:
        yield UnreadableFileError(
            f"{member.place}: no store is there",
            f"unpin list {shlex.quote(member.archive)} shows the stores in the archive",
        )


def content_at(member: MemberPlace) -> HeldFile:
    """The bytes at a place in an archive. Raises UnpinError, also for a place of several stores."""
    found: list[StorePath] = []
    for item in islice(stores_at(member), 2):
        if isinstance(item, UnpinError):
            raise item
        if isinstance(item, StorePath):
            found.append(item)
    first, *others = found
    if others or first.content is None or first.in_folder:
        raise UnreadableFileError(
            f"{member.place}: is no file, but an archive or a folder in it",
            f"unpin list {shlex.quote(member.archive)} shows the stores in the archive",
        )
    return first.content


def split_member(member: MemberPlace) -> tuple[str, str | None]:
    """The place of the file, and the key of a value in it, which follows the last "#"."""
    file, hash_sign, key = member.place.rpartition("#")
    return (file, key) if hash_sign and "!" in file else (member.place, None)


def holds_archive(kind: ArchiveKind, stream: BinaryIO, name: str) -> bool:
    """Whether the file is an archive, or compressed data of one; it is at its beginning again."""
    if not kind.is_compressed:
        return True
    try:
        head = Decompressed(name, stream, kind, Account(name)).read(BLOCK)
    except UnpinError:
        return False
    finally:
        stream.seek(0)
    return archive_kind(head, "") is ArchiveKind.TAR


def _items(archive: str, search: Search) -> Iterator[Find]:
    path = Path(archive)
    if is_folder(path):
        yield from walk_image_folder(path, archive, search)
        return
    with opened(path, archive) as stream:
        kind = archive_kind(stream.read(BLOCK), archive)
        stream.seek(0)
        if kind is None:
            raise UnreadableFileError(f"{archive}: is no archive that unpin reads")
        yield from walk_archive(kind, stream, archive, search)


def _search(
    name: str, exclusion: Exclusion, target: str | None = None, look: Look | None = None
) -> Search:
    return Search(Account(name), may_be_store, has_store_extension, exclusion, target, look)


def _found(
    items: Iterator[Find], archive: str, search: Search
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    for item in items:
        if isinstance(item, UnpinError):
            yield item
            continue
        if item.seen is not None:
            yield SeenFile(item.name, archive, item.seen)
        if item.data or item.seen is None:
            content = HeldFile(item.data, item.name, archive)
            yield StorePath(item.name, in_folder=True, content=content)
    if search.passed_over:
        yield FilesPassedOver(search.passed_over, tuple(search.first_passed_over))
