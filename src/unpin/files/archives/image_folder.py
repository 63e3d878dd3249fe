"""A container image in a folder: an OCI image layout, or what docker save wrote, unpacked."""

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from unpin.files.archives.images import ImageParts
from unpin.files.archives.members import ArchivedFile, Find
from unpin.files.archives.walk import Search, bounded_errors, found_in, layer_reader
from unpin.files.reading import opened, reason
from unpin.model.errors import UnpinError, UnreadableFileError


def walk_image_folder(folder: Path, name: str, search: Search) -> Iterator[Find]:
    """The stores that the images of a folder have; those of its files where there is no image."""
    yield from bounded_errors(_image(folder, name, search), name, search)


def _image(folder: Path, name: str, search: Search) -> Iterator[Find]:
    image = ImageParts(name, search.account)
    for place, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            path = Path(place) / file
            inner = path.relative_to(folder).as_posix()
            try:
                size = path.stat().st_size if stat.S_ISREG(path.lstat().st_mode) else None
            except OSError as error:
                yield UnreadableFileError(f"{path}: {reason(error)}")
                continue
            if size is None:
                continue
            search.account.member()
            try:
                with opened(path, str(path)) as stream:
                    member = ArchivedFile(inner, size, partial(_same, stream))
                    if image.takes(member):
                        image.add(member, layer_reader(search, 1))
                    else:
                        yield from found_in(member, os.path.join(name, inner), search, 0)  # noqa: PTH118
            except UnpinError as error:
                yield error
    yield from image.finish(
        lambda member: found_in(member, os.path.join(name, member.path), search, 0),  # noqa: PTH118
        # Its paths are those of the image, and not of this machine.
        lambda member: found_in(member, f"{name}!/{member.path}", search, 0),
    )


def _same(stream: BinaryIO) -> BinaryIO:
    return stream
