"""What the readers of archives give: a file of an archive, a store that was found in it."""

from collections.abc import Callable
from typing import TypeAlias

from unpin.files.archives.streams import Readable
from unpin.model.errors import UnpinError
from unpin.model.values import frozen


@frozen
class ArchivedFile:
    """A regular file of an archive: its path in it, its size as the archive says, its bytes.

    `path` has no "./" and no "/" before it; what is left of a path that leads out of the archive
    stays, as nothing is unpacked. `open` gives a stream of the bytes, to be read before the next
    file. `superseded`: a later member of the archive has the same path.
    """

    path: str
    size: int
    open: Callable[[], Readable]
    superseded: bool = False


@frozen
class FoundFile:
    """A file that may be a store: its place ("app.war!/WEB-INF/trust.jks") and its bytes.

    `seen` is what a look at the file has found beside a store; None for nothing. `data` is empty
    for a file that is no store.
    """

    name: str
    data: bytes
    seen: object | None = None


Find: TypeAlias = FoundFile | UnpinError
"""What is found in an archive: a file that may be a store, or what could not be read."""


def shown_path(path: str) -> str:
    """The path of a member without "./" and "/" before it."""
    while path.startswith(("./", "/")):
        path = path.removeprefix("./").lstrip("/")
    return path
