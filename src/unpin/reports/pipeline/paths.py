"""The paths of files as a pipeline knows them."""

import os
from typing import NamedTuple


class Folders(NamedTuple):
    """The current folder, and that which a pipeline calls its repository: absolute paths."""

    current: str
    repository: str


def in_repository(file: str, folders: Folders) -> str:
    """`file` from the folder of the repository if it is below, else from the root; with slashes.

    Nothing is looked up: a symbolic link counts by its name.
    """
    root = folders.repository
    path = os.path.normpath(os.path.join(folders.current, file))  # noqa: PTH118  (a text)
    try:
        inside = os.path.relpath(path, root)
    except ValueError:  # on another drive of Windows
        inside = os.pardir
    if inside != os.pardir and not inside.startswith(os.pardir + os.sep):
        path = inside
    return path.replace(os.sep, "/")
