"""Walk a folder: every file below it once, and an error for each file that cannot be read."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from unpin.files.backups import is_backup, name_of_store
from unpin.files.reading import MAX_FOLDER_FILES, reason
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError

MAX_FOLDER_DEPTH: Final = 64
"""The deepest nesting of folders that is walked."""

HASHED_NAME: Final = re.compile(r"[0-9a-f]{8}\.(0|[1-9][0-9]{0,5})")
"""The names under which OpenSSL looks for a certificate (X509_LOOKUP_hash_dir)."""

_OCI_LAYOUT: Final = "oci-layout"
"""The file that marks an OCI image layout (image-layout.md)."""


@dataclass(frozen=True, slots=True)
class FileBelow:
    """A file of a folder, and how messages name it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class HashedDirectory:
    """A folder with the file names of `openssl rehash`: OpenSSL reads it as a single store."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """A folder that is an OCI image layout: it has the file oci-layout."""

    path: Path
    name: str


Below: TypeAlias = FileBelow | HashedDirectory | ImageFolder | UnpinError


def walk(folder: Path, name: str, *, images: bool = False) -> Iterator[Below]:
    """Every file and hashed directory below `folder`, by name, depth first, links followed.

    With `images`, a folder that is a container image is given whole.

    An error stands in the place of a folder that cannot be listed, of a link that leads nowhere or
    back to a folder above it, and of everything beyond MAX_FOLDER_FILES files or
    MAX_FOLDER_DEPTH folders. A second name of a file is left out, and so are the backups of unpin.
    """
    yield from _Walk(images).folder(folder, name, ())


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
    def __init__(self, images: bool) -> None:
        self._images = images
        self._files: set[tuple[int, int]] = set()
        self._count = 0

    def folder(
        self, folder: Path, name: str, above: tuple[tuple[int, int], ...]
    ) -> Iterator[Below]:
        try:
            status = folder.stat()
            names = sorted(listed.name for listed in os.scandir(folder))
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
        if self._images and _OCI_LAYOUT in names:
            yield ImageFolder(folder, name)
            return
        hashed = any(HASHED_NAME.fullmatch(entry) for entry in names)
        if hashed:
            yield HashedDirectory(folder, name)
        for entry in names:
            if is_backup(entry):
                continue
            path, shown = folder / entry, os.path.join(name, entry)  # noqa: PTH118 (as it was given)
            if os.path.isdir(path):  # noqa: PTH112 (no error for what cannot be seen)
                yield from self.folder(path, shown, (*above, identity))
            elif not hashed:
                yield from self._file(path, shown)

    def _file(self, path: Path, name: str) -> Iterator[Below]:
        try:
            status = path.stat()
        except OSError as error:
            dangling = path.is_symlink() and isinstance(error, FileNotFoundError)
            why = "a link that leads nowhere" if dangling else reason(error)
            yield UnreadableFileError(f"{name}: {why}")
            return
        identity = (status.st_dev, status.st_ino)
        if identity in self._files:
            return
        self._files.add(identity)
        self._count += 1
        if self._count == MAX_FOLDER_FILES + 1:
            yield LimitExceededError(
                f"{name}: the folder holds more than {MAX_FOLDER_FILES} files; the rest is not read"
            )
        if self._count <= MAX_FOLDER_FILES:
            yield FileBelow(path, name)
