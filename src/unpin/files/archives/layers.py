"""Layers of a container image: what is in each, and what the layers above leave of it.

The OCI image specification (layer.md) has the whiteouts: ".wh.NAME" removes NAME of the layers
below, ".wh..wh..opq" all that they have in the folder.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from unpin.files.archives.members import ArchivedFile, Find, FoundFile
from unpin.files.archives.tar_archive import tar_members
from unpin.model.errors import UnpinError
from unpin.model.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from unpin.files.archives.bounds import Account
    from unpin.files.archives.streams import Readable

_WHITEOUT: Final = ".wh."
_OPAQUE: Final = ".wh..wh..opq"
_OF_AUFS: Final = ".wh..wh."
"""The book-keeping of AUFS, which removes nothing."""


@frozen
class Layer:
    """A layer: its `place`, the stores of each file, and what it does to the layers below.

    `names` has every path, folders above members among them; True for a folder. `removed` and
    `emptied` are the paths of whiteouts and opaque folders. `links` leads from a hard link to the
    file of which it is another name. `broken` says why the rest of the layer was not read.
    """

    place: str
    names: dict[str, bool] = field(default_factory=dict)
    found: dict[str, list[Find]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    broken: UnpinError | None = None

    def called(self, place: str) -> Layer:
        """The same layer, at a place of another name."""
        if place == self.place:
            return self
        old = self.place
        found = {
            path: [moved(item, old, place) for item in items] for path, items in self.found.items()
        }
        broken = None if self.broken is None else _moved_error(self.broken, old, place)
        return replace(self, place=place, found=found, broken=broken)


def read_layer(
    stream: Readable,
    place: str,
    account: Account,
    read_file: Callable[[ArchivedFile, str], Iterator[Find]],
) -> Layer:
    """Read a layer, which is a tar archive; what is found in it is held in memory."""
    layer = Layer(place)
    try:
        for member in tar_members(stream, place, account):
            path = member.path
            folder, _, name = path.rpartition("/")
            if name.startswith(_WHITEOUT):
                _whiteout(layer, folder, name)
                continue
            if not path:
                continue
            _name(layer, path, is_folder=not isinstance(member, ArchivedFile) and member.is_folder)
            layer.found.pop(path, None)  # the last of several members of a path is the file
            layer.links.pop(path, None)
            if isinstance(member, ArchivedFile):
                for item in read_file(member, f"{place}!/{path}"):
                    if isinstance(item, FoundFile):
                        account.hold(len(item.data))
                    layer.found.setdefault(path, []).append(item)
            elif member.target:
                layer.links[path] = layer.links.get(member.target, member.target)
    except UnpinError as error:
        return replace(layer, broken=error)
    return layer


def files_left(layers: Sequence[Layer]) -> Iterator[tuple[str, list[Find]]]:
    """The place of each file that the layers show together, the lowest first, and its stores.

    A file with several names is shown once, by the first of them that is left.
    """
    # From a path to the layer of the file and its path there, which differ for a hard link.
    shown: dict[str, tuple[int, str]] = {}
    for number, layer in enumerate(layers):
        shown = {path: file for path, file in shown.items() if not _hides(layer, path)}
        shown |= {path: (number, path) for path in layer.found}
        shown |= {
            path: (number, target) for path, target in layer.links.items() if target in layer.found
        }
    files: dict[tuple[int, str], str] = {}
    for path, file in shown.items():
        # Its own name comes before its links.
        if file not in files or path == file[1]:
            files[file] = path
    for (number, path), name in sorted(files.items()):
        layer = layers[number]
        place, old = f"{layer.place}!/{name}", f"{layer.place}!/{path}"
        yield place, [moved(item, old, place) for item in layer.found[path]]


def moved(item: Find, old: str, new: str) -> Find:
    """The same find, at another place."""
    if old == new:
        return item
    if isinstance(item, FoundFile):
        return replace(item, name=_renamed(item.name, old, new))
    return _moved_error(item, old, new)


def _moved_error(error: UnpinError, old: str, new: str) -> UnpinError:
    again = type(error)(_renamed(error.message, old, new), error.hint)
    again.source = error.source and _renamed(error.source, old, new)
    return again


def _renamed(text: str, old: str, new: str) -> str:
    return new + text.removeprefix(old) if text.startswith(old) else text


def _whiteout(layer: Layer, folder: str, name: str) -> None:
    if name == _OPAQUE:
        layer.emptied.add(folder)
    elif not name.startswith(_OF_AUFS):
        hidden = name.removeprefix(_WHITEOUT)
        layer.removed.add(f"{folder}/{hidden}" if folder else hidden)


def _name(layer: Layer, path: str, *, is_folder: bool) -> None:
    layer.names[path] = is_folder
    for above in _above(path):
        if above in layer.names:
            break
        layer.names[above] = True


def _hides(layer: Layer, path: str) -> bool:
    """Whether a file at `path` in a layer below is not seen any more."""
    if path in layer.names or path in layer.removed or "" in layer.emptied:
        return True
    return any(
        above in layer.removed or above in layer.emptied or not layer.names.get(above, True)
        for above in _above(path)
    )


def _above(path: str) -> Iterator[str]:
    """The folders above a path, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
