"""Read the volumes of pods, and what compose gives to its services as secrets and configs."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from unpin.configurations.model import Document, Setting
from unpin.model.values import frozen

_VOLUME: Final = re.compile(
    r"(?P<pod>(?:.*?\.)?)(?P<item>\w{0,40}[vV]olumes\[\d+\])"
    r"(?P<source>\.projected\.sources\[\d+\])?"
    r"\.(?:(?P<name>name)|(?P<kind>secret|configMap)\.(?:secretName|(?P<named>name)"
    r"|(?P<optional>optional)|items(?P<number>\[\d+\])\.(?P<part>key|path)))\Z"
)
_GRANTED: Final = re.compile(
    r"services\.(?P<service>[^.]{1,200})\.(?P<kind>secrets|configs)(?P<number>\[\d+\])"
    r"(?:\.(?P<part>source|target))?\Z"
)
_PROVIDED: Final = re.compile(
    r"(?P<kind>secrets|configs)\.(?P<name>[^.]{1,200})\.(?P<part>file|name)\Z"
)
_FOLDERS: Final = {"secrets": "/run/secrets", "configs": "/"}
_KINDS: Final = {"secret": "Secret", "configMap": "ConfigMap"}


@frozen
class VolumeSource:
    """A Secret or ConfigMap of a volume: `setting` names it, `owner` is "Secret NAME".

    `paths` are the places below the mount by key; without any, each key is a file of its name.
    """

    setting: Setting
    owner: str
    paths: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


class VolumePlace(NamedTuple):
    """A volume: the number of its YAML document, the path of its pod there, and its name."""

    part: int
    pod: str
    name: str


class Grant(NamedTuple):
    """A secret or config that compose puts into a service, at `path`; `setting` names it there.

    `file` is the file that it is made of, None for what the platform has.
    """

    service: str
    path: str
    setting: Setting
    file: str | None


@dataclass(slots=True)
class _Source:
    """What was read of a source so far."""

    setting: Setting | None = None
    kind: str = ""
    optional: bool = False
    items: dict[str, dict[str, str]] = field(default_factory=dict)


def volumes_in(document: Document) -> dict[VolumePlace, list[VolumeSource]]:
    """The volumes of Secrets and ConfigMaps, also projected ones."""
    names: dict[tuple[int, str, str], str] = {}
    sources: dict[tuple[int, str, str], dict[str, _Source]] = {}
    for each in document.settings:
        match = _VOLUME.match(each.key) if "olumes[" in each.key else None
        if match is None:
            continue
        volume = (each.part, match["pod"].rstrip("."), match["item"])
        if match["name"]:
            if not match["source"]:
                names[volume] = each.value
            continue
        source = sources.setdefault(volume, {}).setdefault(match["source"] or "", _Source())
        source.kind = _KINDS[match["kind"]]
        if match["number"]:
            source.items.setdefault(match["number"], {})[match["part"]] = each.value
        elif match["optional"]:
            source.optional = each.value == "true"
        else:
            source.setting = each
    return {
        VolumePlace(volume[0], volume[1], names[volume]): [
            VolumeSource(
                source.setting,
                f"{source.kind} {source.setting.value}",
                {item["key"]: item["path"] for item in source.items.values() if len(item) == 2},
                source.optional,
            )
            for source in found.values()
            if source.setting is not None
        ]
        for volume, found in sources.items()
        if volume in names
    }


def grants_in(document: Document) -> Iterator[Grant]:
    """The secrets and configs of compose, service by service."""
    granted: dict[tuple[str, str, str], dict[str, Setting]] = {}
    provided: dict[tuple[str, str], dict[str, str]] = {}
    for each in document.settings:
        if (match := _GRANTED.match(each.key)) is not None:
            item = granted.setdefault((match["service"], match["kind"], match["number"]), {})
            if match["part"] or each.value[:1] != "{":
                item[match["part"] or "source"] = each
        elif (match := _PROVIDED.match(each.key)) is not None:
            provided.setdefault((match["kind"], match["name"]), {})[match["part"]] = each.value
    for (service, kind, _), item in granted.items():
        source = item.get("source")
        if source is None:
            continue
        target = item["target"].value if "target" in item else source.value
        file = provided.get((kind, source.value), {}).get("file")
        yield Grant(service, posixpath.join(_FOLDERS[kind], target), source, file)
