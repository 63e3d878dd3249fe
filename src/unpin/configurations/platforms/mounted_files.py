"""Find the files that a platform puts in their places: Kubernetes, compose, docker run."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Final

from unpin.configurations.model import Document, Setting
from unpin.configurations.platforms.volumes import (
    VolumePlace,
    VolumeSource,
    grants_in,
    volumes_in,
)
from unpin.configurations.scripts.container_runs import ContainerRun
from unpin.model.values import frozen

_MOUNT: Final = re.compile(
    r"(?P<container>.*?)\.?(?:extraV|additionalV|\bv)olumeMounts(?P<item>\[\d+\])"
    r"\.(?P<part>mountPath|subPath|name)\Z"
)
_BIND: Final = re.compile(
    r"(?P<service>services\.[^.]{1,200})\.volumes(?P<item>\[\d+\])(?:\.(?P<part>source|target))?\Z"
)
_VOLUME_PATH: Final = re.compile(
    r"(?P<source>(?:[A-Za-z]:(?=\\))?[^:]{1,1000}):(?P<path>/[^:]{0,1000})(?::[\w,]{1,20})?\Z"
)
_OF_THE_HOST: Final = re.compile(r"\.{0,2}/|\.{1,2}\Z|~|[A-Za-z]:")
OF_HOST: Final = "file of the host "
"""Before the path of a file that the platform takes from the machine that it runs on."""

OF_VOLUME: Final = "volume "
"""Before the path of a file in a volume that is neither a Secret nor a ConfigMap."""

_POSTGRESQL: Final = re.compile(r"(.*)/\.postgresql(?:/root\.crt)?\Z")
_POD: Final = re.compile(r"(?:\A|\.)(?:containers|initContainers|ephemeralContainers)\[\d+\]\Z")


@frozen(slots=False)
class MountedFiles:
    """The files, and folders with "/" at the end, of a container, with what they hold in words.

    `home` is the home folder of the user, if a mount tells. `lines` are the lines that put them
    there, by their places.
    """

    files: Mapping[str, str]
    home: str | None = None
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


NOTHING_MOUNTED: Final = MountedFiles(MappingProxyType({}))


@frozen
class Mount:
    """A volume in a container: `path` is its place, `within` the file of it that is mounted, or "".

    `sources` are the Secrets and ConfigMaps of the volume; none for another one.
    """

    path: str
    within: str
    setting: Setting
    volume: str
    sources: tuple[VolumeSource, ...]

    def files(self) -> Iterator[tuple[str, str]]:
        """The files, and folders with "/", with what they hold in words."""
        if not self.sources:
            source = f"{OF_VOLUME}{self.volume}"
            yield from self._of(source, {})
        for each in self.sources:
            yield from self._of(each.owner, each.paths)

    def _of(self, owner: str, paths: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        if self.within:
            keys = [key for key, path in paths.items() if path == self.within]
            if keys or not paths:
                yield self.path, f"{owner}/{keys[0] if keys else self.within}"
            return
        for key, path in paths.items():
            yield f"{self.path}/{path}", f"{owner}/{key}"
        if not paths:
            yield f"{self.path}/", f"{owner}/"


def mounts_in(document: Document) -> dict[tuple[int, str], list[Mount]]:
    """The volumes by container: the number of its YAML document, and its path there."""
    containers: dict[tuple[int, str], dict[str, dict[str, Setting]]] = {}
    for each in document.settings:
        match = _MOUNT.match(each.key) if "olumeMounts[" in each.key else None
        if match is not None:
            items = containers.setdefault((each.part, match["container"]), {})
            items.setdefault(match["item"], {})[match["part"]] = each
    volumes = volumes_in(document) if containers else {}
    return {
        (part, container): [
            _mount(item, _sources(volumes, part, container, item["name"].value))
            for item in items.values()
            if {"name", "mountPath"} <= item.keys()
        ]
        for (part, container), items in containers.items()
    }


def _mount(item: Mapping[str, Setting], sources: tuple[VolumeSource, ...]) -> Mount:
    within = item["subPath"].value if "subPath" in item else ""
    path = item["mountPath"].value.rstrip("/")
    return Mount(path, within, item["mountPath"], item["name"].value, sources)


def _sources(
    volumes: Mapping[VolumePlace, list[VolumeSource]], part: int, container: str, name: str
) -> tuple[VolumeSource, ...]:
    """The sources of a volume of the pod; of another pod of the document if that has none."""
    own = volumes.get(VolumePlace(part, _POD.sub("", container), name))
    if own is not None:
        return tuple(own)
    others = (found for place, found in volumes.items() if (place.part, place.name) == (part, name))
    return tuple(next(others, ()))


def mounted_files(
    document: Document, runs: Iterable[ContainerRun] = ()
) -> dict[tuple[int, str], MountedFiles]:
    """The mounted files by container: the number of its YAML document, and its path there.

    `runs` are the containers that commands start.
    """
    found = {place: _mounted(mounts) for place, mounts in mounts_in(document).items()}
    return found | {
        service: MountedFiles(
            MappingProxyType({place: words for place, (words, _) in files.items()}),
            _home(files),
            MappingProxyType({place: line for place, (_, line) in files.items()}),
        )
        for service, files in (_of_compose(document) | _of_commands(runs)).items()
        if files
    }


def _of_commands(
    runs: Iterable[ContainerRun],
) -> dict[tuple[int, str], dict[str, tuple[str, int]]]:
    """What commands mount into the containers that they start, with the lines."""
    bound: dict[tuple[int, str], dict[str, tuple[str, int]]] = {}
    for run in runs:
        for source, path in run.mounts:
            bound.setdefault((0, run.place), {}).update(_bound(f"{source}:{path}", run.lines.start))
    return bound


def _home(files: dict[str, tuple[str, int]]) -> str | None:
    """The home folder whose .postgresql is mounted; its root.crt is put there, too."""
    homes = [match[1] or "/" for path in files if (match := _POSTGRESQL.match(path.rstrip("/")))]
    for path, (source, line) in list(files.items()):
        if path.endswith("/.postgresql/"):
            files.setdefault(f"{path}root.crt", (f"{source}root.crt", line))
    return homes[-1] if homes else None


def _of_compose(document: Document) -> dict[tuple[int, str], dict[str, tuple[str, int]]]:
    """What compose puts into its services, with its lines: files of the host, secrets, configs."""
    bound: dict[tuple[int, str], dict[str, tuple[str, int]]] = {}
    places: dict[tuple[str, str], dict[str, str]] = {}
    for each in document.settings:
        match = _BIND.match(each.key)
        if match is None:
            continue
        service = (each.part, match["service"])
        if match["part"]:
            item = places.setdefault((match["service"], match["item"]), {})
            item[match["part"]] = each.value
            if len(item) == 2:
                volume = f"{item['source']}:{item['target']}"
                bound.setdefault(service, {}).update(_bound(volume, each.line))
        else:
            bound.setdefault(service, {}).update(_bound(each.value, each.line))
    for grant in grants_in(document):
        source = f"secret {grant.setting.value}" if grant.file is None else OF_HOST + grant.file
        service = (grant.setting.part, f"services.{grant.service}")
        bound.setdefault(service, {})[grant.path] = source, grant.setting.line
    return bound


def _bound(volume: str, line: int) -> dict[str, tuple[str, int]]:
    """A file or folder of the host, or a volume, in a container: ./certs:/certs:ro."""
    match = _VOLUME_PATH.match(volume)
    if match is None:
        return {}
    kind = OF_HOST if _OF_THE_HOST.match(match["source"]) else OF_VOLUME
    path, source = match["path"].rstrip("/"), f"{kind}{match['source'].rstrip('/')}"
    return {path: (source, line), f"{path}/": (f"{source}/", line)}


def _mounted(mounts: list[Mount]) -> MountedFiles:
    mounted: dict[str, str] = {}
    lines: dict[str, int] = {}
    home = None
    for mount in mounts:
        mounted.update(mount.files())
        lines.update((place, mount.setting.line) for place, _ in mount.files())
        if (match := _POSTGRESQL.match(mount.path)) is not None:
            home = match[1] or "/"
            source = dict(mount.files()).get(f"{mount.path}/")
            if source is not None:
                mounted.setdefault(f"{match[1]}/.postgresql/root.crt", f"{source}root.crt")
    return MountedFiles(MappingProxyType(mounted), home, MappingProxyType(lines))
