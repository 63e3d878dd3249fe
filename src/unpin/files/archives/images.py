"""Container images (OCI image layout, docker save, podman save): layers applied in their order."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, TypeAlias

from unpin.files.archives.bounds import MIB, Account
from unpin.files.archives.layers import Layer, files_left, read_layer
from unpin.files.archives.members import ArchivedFile, Find
from unpin.files.archives.recognition import BLOCK, ArchiveKind, archive_kind
from unpin.files.archives.streams import Decompressed, Readable, Rewound
from unpin.files.archives.tar_archive import ArchivedName
from unpin.model.errors import UnpinError, UnreadableArchiveError
from unpin.model.values import frozen

_MOST_JSON: Final = 4 * MIB
"""The largest manifest or configuration that is read; registries take 4 MiB."""
_MOST_INDEXES: Final = 4
"""The most indexes within indexes."""
_MOST_MANIFESTS: Final = 1000

_INDEX: Final = "index.json"
_MANIFEST: Final = "manifest.json"
"""The list of the images of docker save."""
_DOCUMENTS: Final = frozenset({_INDEX, _MANIFEST})
_BLOB: Final = re.compile(
    r"blobs/[a-z0-9+._-]+/[0-9a-f]{32,128}"
    r"|(?:sha256:)?[0-9a-f]{64}(?:\.json|\.tar|\.tar\.gz)?"
    r"|[^/]+/layer\.tar"
)
"""The paths of blobs (OCI image layout), of docker save and podman save, and of other builders."""
_OF_START: Final = ("Env", "Entrypoint", "Cmd")
"""What of a configuration says how a container starts."""

_NO_LAYER: Final = ("application/vnd.in-toto", "application/vnd.oci.empty")
_ENCRYPTED: Final = "+encrypted"
FindIn: TypeAlias = Callable[[ArchivedFile], Iterator[Find]]
"""What finds the stores of a member that belongs to no image."""
ReadFile: TypeAlias = Callable[[ArchivedFile, str], Iterator[Find]]
"""What finds the stores of a file of a layer, which has the place that is given."""


@frozen
class _LayerUse:
    """A layer as a manifest names it: the path of its blob, the digest that places show."""

    path: str
    digest: str
    media_type: str = ""


@dataclass(slots=True)
class ImageParts:
    """The parts of images in an archive or a folder called `name`, as they come by.

    Manifests stand after the layers: every layer is read once, the stores in it are held, and
    `finish` says which of them an image still has.
    """

    name: str
    account: Account
    _documents: dict[str, bytes] = field(default_factory=dict)
    _layers: dict[str, Layer] = field(default_factory=dict)
    _links: dict[str, str] = field(default_factory=dict)

    def takes(self, member: ArchivedFile) -> bool:
        """Whether the member may be a part of an image."""
        return member.path in _DOCUMENTS or _BLOB.fullmatch(member.path) is not None

    def note(self, member: ArchivedName) -> None:
        """Note a link, by which podman and docker save name a layer a second time."""
        if member.target:
            self._links[member.path] = member.target

    def add(self, member: ArchivedFile, read_file: ReadFile) -> None:
        """Read a part: a document, or a layer. What is wrong with it is an error of the layer."""
        stream = member.open()
        head = stream.read(BLOCK)
        kind = archive_kind(head, "")
        place = f"{self.name}!{_digest(member.path) or _stand_in(member.path)}"
        try:
            if kind is None or kind is ArchiveKind.ZIP:
                if member.size <= _MOST_JSON and head.lstrip()[:1] in {b"{", b"["}:
                    self.account.hold(member.size)
                    rest = stream.read(max(0, member.size - len(head)))
                    self._documents[member.path] = head + rest
                return
            content: Readable = Rewound(place, head, stream)
            if kind.is_compressed:
                plain = Decompressed(place, content, kind, self.account)
                head = plain.read(BLOCK)
                content = Rewound(place, head, plain)
            self._layers[member.path] = read_layer(content, place, self.account, read_file)
        except UnpinError as error:
            self._layers[member.path] = Layer(place, broken=error)

    def finish(self, find_in: FindIn, find_in_image: FindIn) -> Iterator[Find]:
        """The stores that the images have, or those of the members where there is no image.

        `find_in_image` finds what the configuration of an image refers to.
        """
        images = list(dict.fromkeys(tuple(uses) for uses in self._images()))
        if not images:
            yield from self._as_members(find_in)
            return
        shown: set[str] = set()
        for uses in images:
            layers: list[Layer] = []
            for use in uses:
                layer = self._layers.get(self._links.get(use.path, use.path))
                if layer is not None:
                    layers.append(layer.called(f"{self.name}!{use.digest}"))
                elif not use.media_type.startswith(_NO_LAYER) and use.digest not in shown:
                    shown.add(use.digest)
                    yield self._lacking(use)
            for layer in layers:
                if layer.broken is not None and layer.place not in shown:
                    shown.add(layer.place)
                    yield layer.broken
            for path, items in files_left(layers):
                if path not in shown:
                    shown.add(path)
                    yield from items
        for path in dict.fromkeys(self._configurations()):
            yield from self._started(path, find_in_image)

    def _started(self, path: str, find_in_image: FindIn) -> Iterator[Find]:
        """What the variables and the command of an image refer to."""
        document = self._json(path)
        config = document.get("config") if isinstance(document, dict) else None
        if isinstance(config, dict):
            kept = {key: config[key] for key in _OF_START if config.get(key)}
            data = json.dumps({"config": kept}).encode()
            yield from find_in_image(ArchivedFile(path, len(data), lambda: io.BytesIO(data)))

    def _configurations(self) -> Iterator[str]:
        """The paths of the configurations of the images."""
        listed = self._json(_MANIFEST)
        for image in listed if isinstance(listed, list) else ():
            if isinstance(image, dict):
                yield str(image.get("Config", ""))
        for path in list(self._documents):
            document = self._json(path)
            if isinstance(document, dict) and "layers" in document:
                yield _blob_path(document.get("config"))

    def _lacking(self, use: _LayerUse) -> UnreadableArchiveError:
        place = f"{self.name}!{use.digest}"
        if _ENCRYPTED in use.media_type:
            return UnreadableArchiveError(f"{place}: the layer is encrypted, and not read")
        return UnreadableArchiveError(
            f"{place}: the layer is named by a manifest, and is not there, or is no tar archive",
            "pull the image again, and save it whole",
        )

    def _as_members(self, find_in: FindIn) -> Iterator[Find]:
        """Of an archive that is no image, what looked like a part of one."""
        for path, data in self._documents.items():
            yield from find_in(ArchivedFile(path, len(data), lambda data=data: io.BytesIO(data)))  # type: ignore[misc]
        for path, layer in self._layers.items():
            renamed = layer.called(f"{self.name}!/{path}")
            for _, items in files_left([renamed]):
                yield from items
            if renamed.broken is not None:
                yield renamed.broken

    def _images(self) -> Iterator[list[_LayerUse]]:
        """The layers of each image, the lowest first."""
        if _INDEX in self._documents:
            yield from self._of_index(self._json(_INDEX), 0)
        listed = self._json(_MANIFEST)
        for image in listed if isinstance(listed, list) else ():
            if isinstance(image, dict) and isinstance(image.get("Layers"), list):
                yield self._of_docker(image)

    def _of_index(self, index: object, depth: int) -> Iterator[list[_LayerUse]]:
        manifests = index.get("manifests") if isinstance(index, dict) else None
        for descriptor in manifests[:_MOST_MANIFESTS] if isinstance(manifests, list) else ():
            document = self._json(_blob_path(descriptor))
            if not isinstance(document, dict):
                continue
            if isinstance(document.get("layers"), list):
                yield [
                    _LayerUse(path, _digest(path), str(layer.get("mediaType", "")))
                    for layer in document["layers"]
                    if isinstance(layer, dict) and (path := _blob_path(layer))
                ]
            elif depth < _MOST_INDEXES:
                yield from self._of_index(document, depth + 1)

    def _of_docker(self, image: dict[str, Any]) -> list[_LayerUse]:
        config = self._json(str(image.get("Config", "")))
        root = config.get("rootfs") if isinstance(config, dict) else None
        digests = root.get("diff_ids") if isinstance(root, dict) else None
        paths = [str(path) for path in image["Layers"]]
        if not isinstance(digests, list) or len(digests) != len(paths):
            digests = [_digest(path) or path for path in paths]
        return [
            _LayerUse(path, _digest(path) if path.startswith("blobs/") else str(digest))
            for path, digest in zip(paths, digests, strict=True)
        ]

    def _json(self, path: str) -> object:
        try:
            document: object = json.loads(self._documents.get(path, b"null"))
        except (ValueError, RecursionError):
            return None
        return document


def _blob_path(descriptor: object) -> str:
    """The path of the blob that a descriptor names; "" where it names none."""
    digest = descriptor.get("digest") if isinstance(descriptor, dict) else None
    algorithm, _, value = str(digest or "").partition(":")
    return f"blobs/{algorithm}/{value}" if value else ""


def _digest(path: str) -> str:
    """The digest that the path of a layer has; "" for none."""
    found = re.search(r"[0-9a-f]{32,128}", path)
    if found is None:
        return ""
    algorithm = path.split("/")[1] if path.startswith("blobs/") else "sha256"
    return f"{algorithm}:{found[0]}"


def _stand_in(path: str) -> str:
    """The digest of a layer of which the path has none: as long as no manifest says it."""
    return f"sha256:{sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()}"
