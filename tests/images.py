"""Lay out container images as skopeo, docker and podman do: layers, manifests, tar archives."""

import gzip
import hashlib
import io
import json
import shutil
import tarfile

CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def layer(members):
    """A tar of `members` in order: bytes are files, None is a folder, "->x" and "=>x" are links."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type = tarfile.SYMTYPE if content.startswith("->") else tarfile.LNKTYPE
                info.linkname = content[2:]
            else:
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return stream.getvalue()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def _blob(blobs, data):
    blobs[f"blobs/sha256/{digest(data)}"] = data
    return f"sha256:{digest(data)}"


def _descriptor(blobs, data, media_type):
    return {"mediaType": media_type, "digest": _blob(blobs, data), "size": len(data)}


def oci(
    *images,
    compress=lambda data: gzip.compress(data, mtime=0),
    suffix="+gzip",
    nested=False,
    started=None,
):
    """The files of an OCI image layout (image-layout.md) with `images`, each a list of layers."""
    blobs = {}
    manifests = []
    for layers in images:
        config = {"rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(x)}" for x in layers]}}
        config |= {"config": started} if started else {}
        manifest = {
            "schemaVersion": 2,
            "config": _descriptor(blobs, json.dumps(config).encode(), CONFIG),
            "layers": [_descriptor(blobs, compress(x), LAYER + suffix) for x in layers],
        }
        manifests.append(_descriptor(blobs, json.dumps(manifest).encode(), MANIFEST))
    if nested:
        index = json.dumps({"schemaVersion": 2, "manifests": manifests}).encode()
        manifests = [_descriptor(blobs, index, INDEX)]
    blobs["index.json"] = json.dumps({"schemaVersion": 2, "manifests": manifests}).encode()
    blobs["oci-layout"] = b'{"imageLayoutVersion":"1.0.0"}'
    return blobs


def docker(*layers, started=None):
    """The files that docker save wrote up to version 24: a folder for each layer.

    `started` says how a container starts: "Env", "Cmd".
    """
    config = {"rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(x)}" for x in layers]}}
    config |= {"config": started} if started else {}
    data = json.dumps(config).encode()
    names = [f"{digest(b'id' + x)}/layer.tar" for x in layers]
    files = {f"{digest(data)}.json": data, **dict(zip(names, layers, strict=True))}
    listed = [{"Config": f"{digest(data)}.json", "RepoTags": ["app:1"], "Layers": names}]
    return {**files, "manifest.json": json.dumps(listed).encode(), "repositories": b"{}"}


def podman(*layers):
    """The files that podman save writes: a file for each layer, and links to it of old names."""
    config = {"rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(x)}" for x in layers]}}
    data = json.dumps(config).encode()
    names = [f"{digest(x)}.tar" for x in layers]
    files = dict(zip(names, layers, strict=True))
    files |= {f"{digest(b'id' + x)}/layer.tar": f"->../{digest(x)}.tar" for x in layers}
    listed = [{"Config": f"{digest(data)}.json", "RepoTags": [], "Layers": names}]
    return {**files, f"{digest(data)}.json": data, "manifest.json": json.dumps(listed).encode()}


def write(folder, files):
    """Write the files of an OCI layout into a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def unpack(folder, layers):
    """The file system of an image in a folder, by the rules of the specification (layer.md)."""
    folder.mkdir(parents=True, exist_ok=True)
    for members in layers:
        for name in members:
            above, _, last = name.rpartition("/")
            if last == ".wh..wh..opq":
                for path in sorted((folder / above).glob("*")):
                    _remove(path)
            elif last.startswith(".wh."):
                _remove(folder / above / last.removeprefix(".wh."))
        for name, content in members.items():
            if not name.rpartition("/")[2].startswith(".wh."):
                _put(folder, folder / name, content)


def _put(folder, path, content):
    for parent in reversed(path.parents):
        if parent.is_relative_to(folder) and not parent.is_dir():
            _remove(parent)
            parent.mkdir()
    if content is None and path.is_dir():
        return
    _remove(path)
    path.mkdir() if content is None else path.write_bytes(content)


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
