"""Find what takes entries of Secrets and ConfigMaps: variables, volumes, and fields of products."""

import re
from bisect import bisect
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from unpin.configurations.model import Document, Setting
from unpin.configurations.platforms.mounted_files import NOTHING_MOUNTED, mounted_files, mounts_in
from unpin.configurations.platforms.volumes import grants_in
from unpin.configurations.variables import CONTAINERS, variable_groups
from unpin.model.values import frozen
from unpin.references.model import ReferenceRole
from unpin.references.store_names import shown_key


class Taken(StrEnum):
    """How an entry is taken."""

    VARIABLE = "variable"
    """A variable of the environment has its contents."""
    FILE = "file"
    """It is a file of a container."""
    FIELD = "field"
    """A field of a product names it."""


@frozen
class EntryUse:
    """A place that takes an entry of a Secret or ConfigMap, or a file that compose grants.

    `owner` is "Secret NAME"; `key` is the entry, "" for every entry. `namespace` is "" for that of
    the file. `place` is the key of the file. `variable` is the variable that gets it, of every
    entry the prefix. `container` is the place of the container.
    """

    how: Taken
    line: int
    place: str
    owner: str
    key: str
    namespace: str = ""
    optional: bool = False
    variable: str = ""
    container: tuple[int, str] = (0, "")
    reader: str = "client"
    families: tuple[str, ...] = ()
    role: ReferenceRole = ReferenceRole.TRUST


@frozen
class ContainerFacts:
    """A container or service: its place and lines, what is mounted in it, and its variables.

    `lines` are the lines of what is mounted, by its place.
    """

    place: tuple[int, str]
    first: int
    last: int
    mounted: Mapping[str, str]
    lines: Mapping[str, int]
    variables: tuple[Setting, ...]


_CONTAINER: Final = re.compile(
    rf"(?P<place>(?:.*?\.)?{CONTAINERS}|services\.[^.]{{1,200}})(?:\.|\Z)"
)
_VALUE_FROM: Final = re.compile(
    r"(?P<item>.*?)\.(?:valueFrom\.)?(?P<kind>configMap|secret)KeyRef\.(?P<part>name|key|optional)\Z"
)
_ENV_FROM: Final = re.compile(
    r"(?P<item>.*[eE]nv\w{0,10}From\w{0,10}\[\d+\])"
    r"\.(?:(?P<kind>configMap|secret)Ref\.(?P<part>name|optional)|(?P<prefix>prefix))\Z"
)
_FIELD: Final = re.compile(
    r"(?P<item>.*?)\.(?P<kind>secret|configMap)(?P<part>\.name|\.key|\.optional|Name)\Z"
)
_NAMED: Final = re.compile(
    r"(?i)(?:.*\.)?(?:\w*(?:ca|cert|certs|certificates?|truststore|trust)_?(?P<kind>secret|configmap)"
    r"(?:_?name)?|(?:\w*(?:ca|cert|certificates?|truststore|trust|tls|ssl)\.)"
    r"(?:existing)?(?P<below>secret|configmap)(?:name)?|rootcas(?P<list>secret|configmap)s\[\d+\])\Z"
)
_ENTRY: Final = re.compile(
    r"(?P<item>.*\.(?:sslRootCert|caCert\w{0,20}|caBundle|rootCA|caSecret\w{0,10}|caSecretRef))"
    r"\.(?P<part>name|key)\Z"
)
_STRIMZI: Final = re.compile(
    r"(?P<item>.*\.tlsTrustedCertificates\[\d+\])\.(?P<part>secretName|certificate)\Z"
)
"""What Strimzi trusts for OAuth and OPA."""

_ISSUERS: Final = frozenset({"Issuer", "ClusterIssuer"})
"""Kinds whose spec.ca names what they sign with."""

_ANNOTATION: Final = re.compile(
    r"(?:.*\.)?nginx\.ingress\.kubernetes\.io/(?P<name>auth-tls-secret|proxy-ssl-secret)\Z"
)
_GATEWAY: Final = re.compile(r"(?P<item>.*\.caCertificateRefs\[\d+\])\.(?P<part>name|kind)\Z")
_NAME: Final = re.compile(r"[a-z0-9$][\w.${}-]{0,252}\Z")
_KINDS: Final = {"secret": "Secret", "configmap": "ConfigMap"}
_OF_CLIENTS: Final = re.compile(r"(?i)client_?ca|auth-tls")


def entry_uses(document: Document) -> Iterator[EntryUse]:
    """The places, in no order; those of a container with its place."""
    if document.is_plain:
        return
    yield from _keyed(document)
    yield from _mounted(document)
    yield from _named(document)
    for grant in grants_in(document):
        if grant.file is not None:
            place = (grant.setting.part, f"services.{grant.service}")
            yield EntryUse(
                Taken.FILE, grant.setting.line, shown_key(grant.setting), grant.file, "",
                container=place,
            )  # fmt: skip


def container_facts(document: Document) -> Iterator[ContainerFacts]:
    """The containers and services that mount something or have variables."""
    mounted = mounted_files(document)
    variables = {(group.part, group.place): group.variables for group in variable_groups(document)}
    firsts = sorted({each.line for each in document.settings if "//" not in each.key})
    spans: dict[tuple[int, str], tuple[int, int]] = {}
    for each in document.settings:
        place = container_of(each)
        if place is not None:
            first, last = spans.get(place, (each.line, each.line))
            spans[place] = min(first, each.line), max(last, each.line)
    for place in dict.fromkeys((*spans, *mounted)):
        first, last = spans.get(place, (0, 0))
        following = bisect(firsts, last)
        end = firsts[following] - 1 if following < len(firsts) else document.text.count("\n") + 1
        names = [f"{place[1]}.{end}".lstrip(".") for end in ("env", "environment")]
        own = [each for name in names for each in variables.get((place[0], name), ())]
        inside = mounted.get(place, NOTHING_MOUNTED)
        last = max(last, end) if last else 0
        yield ContainerFacts(place, first, last, inside.files, inside.lines, tuple(own))


def container_of(setting: Setting) -> tuple[int, str] | None:
    """The container or service of a setting: the number of its document, and the path there."""
    match = _CONTAINER.match(setting.key)
    return None if match is None else (setting.part, match["place"])


def _keyed(document: Document) -> Iterator[EntryUse]:
    """Variables and fields that name an entry, and variables that take every entry."""
    items: dict[tuple[int, str], dict[str, Setting]] = {}
    kinds: dict[tuple[int, str], tuple[Taken, str]] = {}
    plain: dict[tuple[int, str], Setting] = {}
    for each in document.settings:
        if (match := _VALUE_FROM.match(each.key)) is not None:
            item = (each.part, match["item"])
            items.setdefault(item, {})[match["part"]] = each
            kinds[item] = Taken.VARIABLE, _KINDS[match["kind"].lower()]
        elif (match := _ENV_FROM.match(each.key)) is not None:
            item = (each.part, match["item"])
            items.setdefault(item, {})[match["part"] or "prefix"] = each
            if match["kind"]:
                kinds[item] = Taken.VARIABLE, _KINDS[match["kind"].lower()]
        elif "olumes[" not in each.key and (match := _FIELD.match(each.key)) is not None:
            item = (each.part, match["item"])
            part = match["part"].lstrip(".").lower()
            items.setdefault(item, {})[part] = each
            kinds[item] = Taken.FIELD, _KINDS[match["kind"].lower()]
        elif each.key.endswith((".name", ".key", ".subPath")):
            plain[each.part, each.key] = each
    for item, (how, kind) in kinds.items():
        parts = items[item]
        name = parts.get("name")
        if name is None or not _NAME.match(name.value):
            continue
        key = parts.get("key") or plain.get((item[0], f"{item[1]}.key"))
        if how is Taken.FIELD and key is None:
            continue
        every = "prefix" in parts or _ENV_FROM.match(name.key) is not None
        variable = plain.get((item[0], f"{item[1]}.name"))
        shown = variable.value if variable is not None else item[1].rpartition(".")[2]
        if every:
            shown = parts["prefix"].value if "prefix" in parts else ""
        at = name if key is None else key
        yield EntryUse(
            how, at.line, shown_key(at), f"{kind} {name.value}", "" if key is None else key.value,
            optional="optional" in parts and parts["optional"].value == "true",
            variable=shown if how is Taken.VARIABLE else "",
            container=container_of(name) or (item[0], item[1].rpartition(".")[0]),
            role=_role(item[1]),
        )  # fmt: skip


def _role(place: str) -> ReferenceRole:
    return ReferenceRole.CLIENTS if _OF_CLIENTS.search(place) else ReferenceRole.TRUST


def _mounted(document: Document) -> Iterator[EntryUse]:
    """The Secrets and ConfigMaps of volumes that a container mounts."""
    for place, mounts in mounts_in(document).items():
        for mount in mounts:
            for source in mount.sources:
                keys = list(source.paths)
                if mount.within:
                    inside = [key for key, path in source.paths.items() if path == mount.within]
                    keys = inside if source.paths else [mount.within]
                for key in keys or [""]:
                    yield EntryUse(
                        Taken.FILE, source.setting.line, shown_key(source.setting), source.owner,
                        key, optional=source.optional, container=place,
                    )  # fmt: skip


def _named(document: Document) -> Iterator[EntryUse]:
    """Fields that name a Secret with certificates, of operators and of Helm values."""
    yield from _named_with_parts(document)
    keys = {(each.part, each.key) for each in document.settings if each.key.endswith(".key")}
    issuing = {each.part for each in document.settings
               if each.key == "kind" and each.value in _ISSUERS}  # fmt: skip
    for each in document.settings:
        if not _NAME.match(each.value.rpartition("/")[2]):
            continue
        if (match := _ANNOTATION.match(each.key)) is not None:
            namespace, _, name = each.value.rpartition("/")
            trusted = match["name"] == "proxy-ssl-secret"
            yield EntryUse(
                Taken.FIELD, each.line, shown_key(each) or match["name"], f"Secret {name}",
                "ca.crt", namespace, reader="nginx", families=("openssl",) if trusted else (),
                role=ReferenceRole.TRUST if trusted else ReferenceRole.CLIENTS,
            )  # fmt: skip
        elif "olumes[" not in each.key and (match := _NAMED.match(each.key)) is not None:
            beside = (each.part, f"{each.key.rpartition('.')[0]}.key")
            if beside in keys or (each.part in issuing and each.key == "spec.ca.secretName"):
                continue  # a field that names the entry, too; what an issuer signs with
            kind = _KINDS[(match["kind"] or match["below"] or match["list"]).lower()]
            yield EntryUse(
                Taken.FIELD, each.line, shown_key(each), f"{kind} {each.value}", "",
                role=_role(each.key),
            )  # fmt: skip


def _named_with_parts(document: Document) -> Iterator[EntryUse]:
    """Fields with the parts name and key, or name and kind."""
    for item in _items(document, _STRIMZI):
        if len(item) == 2:
            at, owner = item["certificate"], f"Secret {item['secretName'].value}"
            yield EntryUse(
                Taken.FIELD, at.line, shown_key(at), owner, at.value, reader="Strimzi",
                families=("java",),
            )  # fmt: skip
    for parts in _items(document, _ENTRY):
        if len(parts) == 2:
            at, owner = parts["key"], f"Secret {parts['name'].value}"
            yield EntryUse(Taken.FIELD, at.line, shown_key(at), owner, at.value)
    for parts in _items(document, _GATEWAY):
        if "name" in parts:
            kind = parts["kind"].value if "kind" in parts else "ConfigMap"
            at, owner = parts["name"], f"{kind} {parts['name'].value}"
            yield EntryUse(
                Taken.FIELD, at.line, shown_key(at), owner, "ca.crt", reader="gateway"
            )  # fmt: skip


def _items(document: Document, pattern: re.Pattern[str]) -> Iterator[dict[str, Setting]]:
    """The parts of each item, by their names."""
    found: dict[tuple[int, str], dict[str, Setting]] = {}
    for each in document.settings:
        if (match := pattern.match(each.key)) is not None and "//" not in each.key:
            found.setdefault((each.part, match["item"]), {})[match["part"]] = each
    yield from found.values()


def namespaces_in(document: Document) -> tuple[tuple[int, str], ...]:
    """The namespace of each YAML document of a file, with the line from which on it counts."""
    firsts: dict[int, int] = {}
    names: dict[int, str] = {}
    for each in document.settings:
        firsts.setdefault(each.part, each.line)
        if each.key == "metadata.namespace":
            names[each.part] = each.value
    if not names:
        return ()
    return tuple((first, names.get(part, "")) for part, first in firsts.items())
