"""Walk a folder: every file below it once, and an error for each file that cannot be read."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from unpin.files.backups import is_backup, name_of_store
from unpin.files.exclusion import Exclusion
from unpin.files.reading import MAX_TREE_FILES, reason
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError
from unpin.model.values import frozen

MAX_FOLDER_DEPTH: Final = 64
"""The deepest nesting of folders that is walked."""

HASHED_NAME: Final = re.compile(r"[0-9a-f]{8}\.(0|[1-9][0-9]{0,5})")
"""The names under which OpenSSL looks for a certificate (X509_LOOKUP_hash_dir)."""

_OCI_LAYOUT: Final = "oci-layout"
"""The file that marks an OCI image layout (image-layout.md)."""


@frozen
class FileBelow:
    """A file of a folder: its place, how messages name it, and whether it is known as regular."""

    place: str
    name: str
    is_regular: bool

    @property
    def path(self) -> Path:
        """The place of the file."""
        return Path(self.place)


@frozen
class SecondName:
    """Another name of a file that was given already under the name `first`."""

    place: str
    name: str
    first: str


@frozen
class HashedDirectory:
    """A folder with the file names of `openssl rehash`: OpenSSL reads it as a single store."""

    path: Path
    name: str


@frozen
class ImageFolder:
    """A folder that is an OCI image layout: it has the file oci-layout."""

    path: Path
    name: str


class DanglingLinkError(UnreadableFileError):
    """A link of a folder leads nowhere."""


FileIdentity: TypeAlias = tuple[int, int]
"""The device and the inode of a file."""

Below: TypeAlias = FileBelow | SecondName | HashedDirectory | ImageFolder | UnpinError


def walk(
    folder: Path,
    name: str,
    *,
    images: bool = False,
    exclusion: Exclusion | None = None,
    names: dict[FileIdentity, str] | None = None,
) -> Iterator[Below]:
    """Every file and hashed directory below `folder`, by name, depth first, links followed.

    With `images`, a folder that is a container image is given whole. What `exclusion` leaves out is
    not listed.

    An error stands in the place of a folder that cannot be listed, of a link that leads nowhere or
    back to a folder above it, and of everything beyond MAX_TREE_FILES files or
    MAX_FOLDER_DEPTH folders. The backups of unpin are left out, and so is a second name of a file.
    With `names`, the files that are known already by their first names, second names are given;
    the files of the folder are added to it.
    """
    yield from _Walk(images, exclusion, names).folder(str(folder), name, "", ())


def files_with_backup(folder: Path, name: str) -> Iterator[str]:
    """The files below `folder` of which unpin kept a backup, as messages name them, by name.

    Links to folders are not followed, and folders that cannot be listed are left out.
    """
    for place, folders, files in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(folders) if depth < MAX_FOLDER_DEPTH else []
        shown = Path(name) / Path(place).relative_to(folder)
        for store in sorted({kept for file in files if (kept := name_of_store(file))}):
            yield str(shown / store)


class _Walk:
    def __init__(
        self, images: bool, exclusion: Exclusion | None, names: dict[FileIdentity, str] | None
    ) -> None:
        self._exclusion = exclusion
        self._images = images
        self._gives_second_names = names is not None
        self._names: dict[FileIdentity, str] = {} if names is None else names
        self._count = 0

    def folder(
        self, folder: str, name: str, inner: str, above: tuple[FileIdentity, ...]
    ) -> Iterator[Below]:
        """What is in a folder; `inner` is its path below the first one, with a "/"."""
        try:
            status = os.stat(folder)  # noqa: PTH116  (a hundred thousand paths cost a second)
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield UnreadableFileError(f"{name}: {reason(error)}")
            return
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            yield UnreadableFileError(f"{name}: a link that leads back to a folder above it")
            return
        if len(above) >= MAX_FOLDER_DEPTH:
            yield LimitExceededError(f"{name}: more than {MAX_FOLDER_DEPTH} folders within folders")
            return
        if self._images and any(entry.name == _OCI_LAYOUT for entry in entries):
            yield ImageFolder(Path(folder), name)
            return
        hashed = any(HASHED_NAME.fullmatch(entry.name) for entry in entries)
        if hashed:
            yield HashedDirectory(Path(folder), name)
        for entry in entries:
            if is_backup(entry.name):
                continue
            shown = os.path.join(name, entry.name)  # noqa: PTH118  (as it was given)
            is_folder, path = _is_folder(entry), inner + entry.name
            if self._leaves_out(path, shown, is_folder):
                continue
            if is_folder:
                yield from self.folder(entry.path, shown, f"{path}/", (*above, identity))
            elif not hashed:
                yield from self._file(entry, shown, status.st_dev)

    def _leaves_out(self, path: str, shown: str, is_folder: bool) -> bool:
        known = self._exclusion
        return known is not None and known.leaves_out(path, shown, is_folder=is_folder)

    def _file(self, entry: os.DirEntry[str], name: str, device: int) -> Iterator[Below]:
        identity = (device, entry.inode())
        if entry.is_symlink():
            try:
                status = entry.stat()
            except OSError as error:
                if isinstance(error, FileNotFoundError):
                    dangling = DanglingLinkError(f"{name}: a link that leads nowhere")
                    dangling.source = name
                    yield dangling
                else:
                    yield UnreadableFileError(f"{name}: {reason(error)}")
                return
            identity = (status.st_dev, status.st_ino)
        if identity in self._names:
            if self._gives_second_names:
                yield SecondName(entry.path, name, self._names[identity])
            return
        self._names[identity] = name
        self._count += 1
        if self._count == MAX_TREE_FILES + 1:
            yield LimitExceededError(
                f"{name}: the folder holds more than {MAX_TREE_FILES} files; the rest is not read"
            )
        if self._count <= MAX_TREE_FILES:
            yield FileBelow(entry.path, name, entry.is_file(follow_symlinks=False))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # no error for what cannot be seen
        return False
