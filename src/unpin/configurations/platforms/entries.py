"""Find what makes the entries of Secrets and ConfigMaps: manifests, kustomize, kubectl create."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import islice
from typing import Final

from unpin.configurations.lines import line_at, matches_from
from unpin.configurations.model import Document, Setting
from unpin.configurations.platforms.secrets import decoded
from unpin.model.values import frozen

ANY_KEY: Final = ""
"""Stands for keys that the text does not say."""

_KINDS: Final = {
    "secret": "Secret",
    "configMap": "ConfigMap",
    "configmap": "ConfigMap",
    "cm": "ConfigMap",
}
_ITEM: Final = re.compile(r"(items\[\d+\])\.(.+)\Z", re.DOTALL)
_DATA: Final = re.compile(r"(?P<field>data|binaryData|stringData)\.(?P<key>[^/]+)\Z")
_INJECTED: Final = re.compile(r"metadata\.(?:labels|annotations)\..*inject-[\w-]*cabundle\Z")
_ENCRYPTED: Final = re.compile(r"spec\.encryptedData\.(?P<key>.+)\Z", re.DOTALL)
_FETCHED: Final = re.compile(r"spec\.data\[\d+\]\.secretKey\Z")
_GENERATOR: Final = re.compile(
    r"(?P<item>(?P<kind>secret|configMap)Generator\[\d+\])"
    r"\.(?P<part>name|namespace|behavior|env|(?:files|literals|envs)\[\d+\])\Z"
)
_CREATED: Final = re.compile(
    r"\b(?:kubectl|oc)\b[^\n;&|]{0,200}?\bcreate[ \t]+(?P<kind>secret|configmap|cm)[ \t]+"
    r"(?P<rest>(?:[^\n;&|\\]|\\\r?\n|\\[^\n]){1,2000})"
)
_WORD: Final = re.compile(r"(?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'|[^\s\"'\\]){1,500}")
_FROM: Final = re.compile(r"--from-(?P<how>file|literal|env-file)(?:=|\Z)")
_NAMESPACE: Final = re.compile(r"(?:-n|--namespace)(?:=|\Z)")
_CREATE_KINDS: Final = frozenset({"generic", "tls", "docker-registry"})
_MOST_COMMANDS: Final = 200


@frozen
class PlatformEntry:
    """An entry of a Secret or ConfigMap: `owner` is "Secret NAME".

    `first` and `last` are its lines in the file that makes it. `key` is ANY_KEY where the text does
    not say which keys there are. `text` is what it holds, None where that is no text or not known;
    `file` is the file that it is made of, "" for none. `namespace` is "" where the text does not
    say it. `place` is the key of the value in the file, "" for none.
    """

    owner: str
    key: str
    first: int
    last: int
    text: str | None = field(default=None, repr=False)
    file: str = ""
    namespace: str = ""
    place: str = ""


def platform_entries(document: Document) -> Iterator[PlatformEntry]:
    """The entries, object by object."""
    text = document.text
    if "kind" in text:
        ends = _last_lines(document)
        for values in _objects(document).values():
            yield from _of_object(values, ends)
    if "Generator:" in text:
        yield from _generated(document)
    if " create " in text:
        yield from _created(text)


def _objects(document: Document) -> dict[tuple[int, str], dict[str, Setting]]:
    """The settings of each object by their keys, those of an item of a list by itself."""
    found: dict[tuple[int, str], dict[str, Setting]] = {}
    for each in document.settings:
        if "//" in each.key:
            continue
        item = _ITEM.match(each.key)
        place, key = ("", each.key) if item is None else (item[1], item[2])
        found.setdefault((each.part, place), {})[key] = each
    return found


def _last_lines(document: Document) -> dict[int, int]:
    """The last line of each value by its first: the line before that of the next value."""
    firsts = sorted({each.line for each in document.settings if "//" not in each.key})
    total = document.text.count("\n") + 1
    following = [*firsts[1:], total + 1][: len(firsts)]
    return {first: max(first, after - 1) for first, after in zip(firsts, following, strict=True)}


def _of_object(values: Mapping[str, Setting], ends: Mapping[int, int]) -> Iterator[PlatformEntry]:
    kind, name, namespace = (
        values[key].value if key in values else ""
        for key in ("kind", "metadata.name", "metadata.namespace")
    )
    if kind in {"Secret", "ConfigMap"} and name:
        owner = f"{kind} {name}"
        found = [
            PlatformEntry(
                owner, match["key"], each.line, ends.get(each.line, each.line),
                _text_of(each, match["field"]), "", namespace, each.key,
            )
            for key, each in values.items()
            if (match := _DATA.match(key)) is not None
        ]  # fmt: skip
        yield from found
        if not found or any(map(_is_filled_elsewhere, values.items())):
            line = values["kind"].line
            yield PlatformEntry(owner, ANY_KEY, line, line, namespace=namespace)
        return
    for owner, key, at in _promised(kind, name, values):
        last = ends.get(at.line, at.line)
        yield PlatformEntry(owner, key, at.line, last, namespace=namespace)


def _promised(
    kind: str, name: str, values: Mapping[str, Setting]
) -> Iterator[tuple[str, str, Setting]]:
    """What a controller makes of an object: the owner, the key, and where that is said."""
    if kind in {"SealedSecret", "ExternalSecret"}:
        target = values.get("spec.template.metadata.name") or values.get("spec.target.name")
        owner = f"Secret {name if target is None else target.value}"
        for path, each in values.items():
            if (match := _ENCRYPTED.match(path)) is not None:
                yield owner, match["key"], each
            elif _FETCHED.match(path):
                yield owner, each.value, each
        yield owner, ANY_KEY, values["kind"]
    elif kind == "Certificate" and "spec.secretName" in values:
        named = values["spec.secretName"]
        yield f"Secret {named.value}", ANY_KEY, named
    elif kind == "Bundle" and name:
        for part, owner in _KINDS.items():
            if (at := values.get(f"spec.target.{part}.key")) is not None:
                yield f"{owner} {name}", at.value, at
                yield f"{owner} {name}", ANY_KEY, at


def _text_of(setting: Setting, part: str) -> str | None:
    """The text of an entry; None for bytes."""
    if part == "binaryData" or (part == "data" and decoded(setting.value) and _is_long(setting)):
        return None
    return setting.value


def _is_long(setting: Setting) -> bool:
    """Whether it is base64 that was not decoded: bytes, and no short word."""
    return len(setting.value) > 64 and " " not in setting.value


def _is_filled_elsewhere(item: tuple[str, Setting]) -> bool:
    """Whether a setting says that a controller or a template adds entries."""
    key, setting = item
    account = key == "type" and setting.value == "kubernetes.io/service-account-token"
    return account or _INJECTED.match(key) is not None or key.startswith("${")


def _generated(document: Document) -> Iterator[PlatformEntry]:
    """The entries that kustomize makes of files, literals and files of variables."""
    items: dict[tuple[int, str], dict[str, Setting]] = {}
    kinds: dict[tuple[int, str], str] = {}
    spread: dict[int, str] = {}
    for each in document.settings:
        if each.key == "namespace":
            spread[each.part] = each.value
        if (match := _GENERATOR.match(each.key)) is not None:
            item = (each.part, match["item"])
            items.setdefault(item, {})[match["part"]] = each
            kinds[item] = _KINDS[match["kind"]]
    for item, parts in items.items():
        if "name" not in parts:
            continue
        owner = f"{kinds[item]} {parts['name'].value}"
        own = parts["namespace"].value if "namespace" in parts else spread.get(item[0], "")
        for part, each in parts.items():
            how = part.partition("[")[0]
            if how in {"files", "literals", "env", "envs"}:
                how = {"files": "file", "literals": "literal"}.get(how, "env-file")
                yield _entry(owner, how, each.value, each.line, own)
        if "behavior" in parts and parts["behavior"].value == "merge":
            line = parts["behavior"].line
            yield PlatformEntry(owner, ANY_KEY, line, line, namespace=own)


def _entry(owner: str, how: str, value: str, line: int, namespace: str) -> PlatformEntry:
    """The entry of --from-file=KEY=PATH and the like."""
    if how == "env-file":
        return PlatformEntry(owner, ANY_KEY, line, line, None, value, namespace)
    key, mark, rest = value.partition("=")
    if how == "literal":
        return PlatformEntry(owner, key, line, line, rest.strip("\"'"), "", namespace)
    file = rest if mark else value
    name = key if mark else posixpath.basename(file)
    return PlatformEntry(owner, name or ANY_KEY, line, line, None, file, namespace)


def _created(text: str) -> Iterator[PlatformEntry]:
    """The entries that kubectl create makes."""
    for match in islice(matches_from(_CREATED, text, ("kubectl", "oc")), _MOST_COMMANDS):
        words = [
            (
                re.sub(r"[\"']", "", word[0]),
                line_at(match) + match["rest"].count("\n", 0, word.start()),
            )
            for word in _WORD.finditer(match["rest"])
        ]
        if words and words[0][0] in _CREATE_KINDS and match["kind"] == "secret":
            words = words[1:]
        if not words or words[0][0].startswith("-"):
            continue
        owner, namespace = f"{_KINDS[match['kind']]} {words[0][0]}", ""
        values = iter(words[1:])
        found: list[tuple[str, str, int]] = []
        for word, line in values:
            if (given := _FROM.match(word)) is not None:
                value = word[given.end() :] or next(values, ("", 0))[0]
                found.append((given["how"], value, line))
            elif (given := _NAMESPACE.match(word)) is not None:
                namespace = word[given.end() :] or next(values, ("", 0))[0]
        for how, value, line in found:
            yield _entry(owner, how, value, line, namespace)
