"""Find the files that Kubernetes puts in their places: volumeMounts of Secrets and ConfigMaps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from unpin.configurations.model import Document

_MOUNT: Final = re.compile(
    r"(?P<container>.*?)\.?volumeMounts(?P<item>\[\d+\])\.(?P<part>mountPath|subPath|name)\Z"
)
_VOLUME: Final = re.compile(
    r"(?P<item>.*volumes\[\d+\])\.(?P<key>name|secret\.secretName|configMap\.name)\Z"
)
_BIND: Final = re.compile(r"(?P<service>services\.[^.]{1,200})\.volumes\[\d+\]\Z")
_HOST_PATH: Final = re.compile(
    r"(?P<source>(?:\.{1,2}|~)?/[^:]{0,1000}|\.{1,2}):(?P<path>/[^:]{1,1000})(?::[\w,]{1,20})?\Z"
)
OF_HOST: Final = "file of the host "
"""Before the path of a file that the platform takes from the machine that it runs on."""

_POSTGRESQL: Final = re.compile(r"(.*)/\.postgresql(?:/root\.crt)?\Z")


@dataclass(frozen=True)
class MountedFiles:
    """The files, and folders with "/" at the end, of a container, with what they hold in words.

    `home` is the home folder of the user, if a mount tells.
    """

    files: Mapping[str, str]
    home: str | None = None


NOTHING_MOUNTED: Final = MountedFiles(MappingProxyType({}))


def mounted_files(document: Document) -> dict[tuple[int, str], MountedFiles]:
    """The mounted files by container: the number of its YAML document, and its path there."""
    containers: dict[tuple[int, str], dict[str, dict[str, str]]] = {}
    for each in document.settings:
        if (match := _MOUNT.match(each.key)) is not None:
            items = containers.setdefault((each.part, match["container"]), {})
            items.setdefault(match["item"], {})[match["part"]] = each.value
    sources = _volumes(document) if containers else {}
    found = {place: _mounted(items, place[0], sources) for place, items in containers.items()}
    bound: dict[tuple[int, str], dict[str, str]] = {}
    for each in document.settings:
        if (match := _BIND.match(each.key)) is not None:
            bound.setdefault((each.part, match["service"]), {}).update(_bound(each.value))
    return found | {
        place: MountedFiles(MappingProxyType(files)) for place, files in bound.items() if files
    }


def _bound(volume: str) -> dict[str, str]:
    """A file or folder of the host that compose puts into a container: ./certs:/certs:ro."""
    match = _HOST_PATH.match(volume)
    if match is None:
        return {}
    path, source = match["path"].rstrip("/"), f"{OF_HOST}{match['source'].rstrip('/')}"
    return {path: source, f"{path}/": f"{source}/"}


def _mounted(
    items: Mapping[str, Mapping[str, str]], part: int, sources: Mapping[tuple[int, str], str]
) -> MountedFiles:
    mounted: dict[str, str] = {}
    home = None
    for item in items.values():
        path = item.get("mountPath", "").rstrip("/")
        source = sources.get((part, item.get("name", "")), f"volume {item.get('name', '?')}")
        if "subPath" in item:
            mounted[path] = f"{source}/{item['subPath']}"
        else:
            mounted[f"{path}/"] = f"{source}/"
        if (match := _POSTGRESQL.match(path)) is not None:
            home = match[1] or "/"
            mounted.setdefault(f"{match[1]}/.postgresql/root.crt", f"{source}/root.crt")
    return MountedFiles(MappingProxyType(mounted), home)


def _volumes(document: Document) -> dict[tuple[int, str], str]:
    """The source of each volume, by the number of its YAML document and its name."""
    names: dict[tuple[int, str], str] = {}
    sources: dict[tuple[int, str], str] = {}
    for each in document.settings:
        match = _VOLUME.match(each.key)
        if match is None:
            continue
        item = (each.part, match["item"])
        if match["key"] == "name":
            names[item] = each.value
        else:
            kind = "Secret" if match["key"].startswith("secret") else "ConfigMap"
            sources[item] = f"{kind} {each.value}"
    return {(item[0], names[item]): source for item, source in sources.items() if item in names}
