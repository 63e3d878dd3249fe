"""Follow references to variables: env_file (compose), EnvironmentFile= (systemd), envFrom (pods).

What a reference leads to is put among the settings, in the order in which the platform lets one
beat the other. What leads nowhere is kept as absent, and never taken for unset.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from unpin.configurations.model import AbsentVariables, Document, Setting, Syntax
from unpin.configurations.placeholders import resolve
from unpin.configurations.scripts.shell_sources import sourced_names
from unpin.configurations.variables import (
    CONTAINERS,
    ENVIRONMENT_FILE,
    MAX_VARIABLES_OF_FILE,
    variables_of_file,
)
from unpin.model.values import frozen

MAX_REFERENCES: Final = 200
"""The most references of a document that are followed."""

_ENV_FILE: Final = re.compile(
    r"(?P<place>services\.[^.]+)\.env_file(?:\[\d+\])?(?P<path>\.path)?\Z"
)
_NAMED_FILE: Final = re.compile(
    r"--env-file(?:=|[ \t\\\n\"',]{1,40})"
    r"(?P<name>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"',]{1,400})"
)
_TAKES_VARIABLES: Final = re.compile(
    r"%env\(|<\?php(?s:.{0,100000}?)(?:\benv\(|\$_ENV\b|\bgetenv\()"
)
"""A configuration of Laravel or Symfony that takes variables."""

_UNIT_FILE: Final = re.compile(r"(?:.*/)?EnvironmentFile\Z")
_CONTAINER: Final = rf"(?P<container>(?:.*\.)?{CONTAINERS})"
_ENV_FROM: Final = re.compile(
    rf"(?P<item>{_CONTAINER}\.envFrom\[\d+\])\.(?:(?P<kind>configMap|secret)Ref\.name|(?P<prefix>prefix))\Z"
)
_VALUE_FROM: Final = re.compile(
    rf"(?P<item>{_CONTAINER}\.env\[\d+\])"
    r"\.(?:valueFrom\.(?P<kind>configMap|secret)KeyRef\.(?P<part>name|key)|(?P<name>name))\Z"
)
_DATA: Final = re.compile(r"(?:data|stringData)\.(?P<key>[A-Za-z_]\w*)\Z")
_NAME: Final = re.compile(r"[A-Za-z_]\w*\Z")
_KINDS: Final = {"configMap": "ConfigMap", "secret": "Secret"}
_INTERPOLATED: Final = "services."
_TELLING: Final = re.compile(
    r"(?i)url|uri|dsn|jdbc|conn|sslmode|rootcert|trust|ca_cert|java\w*opt|\APG(?!PASS)|kafka"
)
"""What the name of a variable has that may describe a connection."""

_OPEN: Final = ("PGSSLMODE", "PGSSLROOTCERT")
"""The variables that decide for most drivers, and may be in any file that is not here."""


@frozen
class Elsewhere:
    """What configurations refer to: the text of a file by its name, None where there is none.

    `entries` are the contents of "Secret NAME/KEY" and "ConfigMap NAME/KEY".
    """

    file: Callable[[str], str | None] = lambda _: None
    entries: Mapping[str, bytes] = field(default_factory=dict)


def with_references(document: Document, elsewhere: Elsewhere) -> Document:
    """The document with the variables that its references lead to."""
    document = replace(
        document,
        variable_files=_named_files(document, elsewhere),
        inherited=_of_project(document, elsewhere),
    )
    if document.syntax is Syntax.YAML:
        found = _Found(elsewhere)
        settings = document.settings
        if any(each.key.startswith(_INTERPOLATED) for each in settings):
            settings = _interpolated(settings, elsewhere)
        found.follow_compose(settings)
        found.follow_kubernetes(settings)
        kept = [each for each in settings if _entry_of(each, found.owners) not in found.used]
        settings = (*found.settings, *kept)
    elif document.syntax is Syntax.ASSIGNMENTS:
        found = _Found(elsewhere)
        found.follow_unit(document.settings)
        settings = (*document.settings, *found.settings)
    else:
        return document
    unread = document.unread
    if found.left == 0:
        unread = (*unread, f"it has more than {MAX_REFERENCES} references to variables")
    return replace(document, settings=settings, absent=tuple(found.absent), unread=unread)


def _of_project(document: Document, elsewhere: Elsewhere) -> tuple[Setting, ...]:
    """The variables of .env in the folder of the project, of which frameworks of PHP take some."""
    if _TAKES_VARIABLES.search(document.text) is None:
        return ()
    texts = (elsewhere.file(f"{above}.env") for above in ("", "../", "../../"))
    text = next((each for each in texts if each is not None), "")
    return tuple(replace(each, line=0, origin=".env") for each in variables_of_file(text))


def _named_files(document: Document, elsewhere: Elsewhere) -> Mapping[str, str]:
    """The files with variables that commands name, and those that a script reads in."""
    found: dict[str, str] = {}
    named = [match["name"].strip("\"'") for match in _NAMED_FILE.finditer(document.text)]
    waiting = [*named[:MAX_REFERENCES], *sourced_names(document)]
    while waiting and len(found) < MAX_REFERENCES:
        name = waiting.pop()
        content = elsewhere.file(name) if name not in found else None
        if content is not None:
            found[name] = content
            waiting += sourced_names(replace(document, text=content))
    return found


def open_variables(absent: Iterable[AbsentVariables]) -> Iterator[Setting]:
    """The variables that may be in what is absent, each with a value that is not known."""
    for each in absent:
        for name in _OPEN if each.name is None else (each.name,):
            yield Setting(name, f"${{{name}}}", each.line, each.source)


def absence_notes(absent: Iterable[AbsentVariables]) -> tuple[str, ...]:
    """What is to be said of a connection whose variables are not all known."""
    return tuple(dict.fromkeys(_absence_note(each) for each in absent))


def _absence_note(absent: AbsentVariables) -> str:
    """What is to be said of these variables."""
    what = "its variables are" if absent.name is None else f"{absent.name} is"
    return f"{absent.source} was not read: {what} not known"


@dataclass(slots=True)
class _Found:
    """What the references of a document lead to."""

    elsewhere: Elsewhere
    settings: list[Setting] = field(default_factory=list)
    absent: list[AbsentVariables] = field(default_factory=list)
    owners: dict[int, str] = field(default_factory=dict)
    """"Secret NAME" by the number of its YAML document."""
    used: set[str | None] = field(default_factory=set)
    """The entries that a container takes: they are no configurations of their own."""
    left: int = MAX_REFERENCES

    def follow_compose(self, settings: Iterable[Setting]) -> None:
        for each in settings:
            match = _ENV_FILE.match(each.key)
            if match is None or not each.value or not self.left:
                continue
            if match["path"] is None and each.value[:1] in {"{", "["}:
                continue
            self.left -= 1
            place, source = match["place"], f"env_file {each.value}"
            text = self.elsewhere.file(each.value)
            if text is None:
                self.absent.append(AbsentVariables((each.part, place), each.line, source))
                continue
            for found in variables_of_file(text):
                key = f"{place}.environment.{found.key}"
                self.settings.append(Setting(key, found.value, each.line, source, part=each.part))

    def follow_unit(self, settings: Iterable[Setting]) -> None:
        """Files of a unit; the variables of a later file beat those of an earlier one."""
        named: list[Setting] = []
        for each in settings:
            if _UNIT_FILE.match(each.key):
                named = [*named, each] if each.value else []
        for each in named[:MAX_REFERENCES]:
            self.left -= 1
            path = each.value.removeprefix("-")
            source = f"{ENVIRONMENT_FILE}{path}"
            text = None if "%" in path or "*" in path else self.elsewhere.file(path)
            if text is None:
                self.absent.append(AbsentVariables((0, ""), each.line, source))
                continue
            for found in variables_of_file(text):
                self.settings.append(Setting(found.key, found.value, each.line, source))

    def follow_kubernetes(self, settings: tuple[Setting, ...]) -> None:
        self._find_owners(settings)
        sources: dict[tuple[int, str], list[Setting]] = {}
        prefixes: dict[tuple[int, str], str] = {}
        for each in settings:
            match = _ENV_FROM.match(each.key)
            if match is None:
                continue
            if match["prefix"]:
                prefixes[each.part, match["item"]] = each.value
            else:
                kind = _KINDS[match["kind"]]
                reference = replace(each, key=match["container"], origin=f"{kind} {each.value}")
                sources.setdefault((each.part, match["item"]), []).append(reference)
        contents = _by_owner(self.elsewhere.entries) if sources else {}
        for item, references in sources.items():
            for each in references:
                self._take_all(each, contents.get(each.origin), prefixes.get(item, ""))
        self._follow_single(settings)

    def _take_all(
        self, reference: Setting, entries: Mapping[str, bytes] | None, prefix: str
    ) -> None:
        place = f"{reference.key}.env"
        if entries is None:
            self.absent.append(
                AbsentVariables((reference.part, place), reference.line, reference.origin)
            )
            return
        for key, data in list(entries.items())[:MAX_VARIABLES_OF_FILE]:
            if _NAME.match(key) and self.left:
                self.used.add(f"{reference.origin}/{key}")
                self._add(place, f"{prefix}{key}", data, reference)
        self.left = max(self.left - 1, 0)

    def _follow_single(self, settings: Iterable[Setting]) -> None:
        """Variables that take an entry: valueFrom with secretKeyRef or configMapKeyRef."""
        items: dict[tuple[int, str], dict[str, Setting]] = {}
        kinds: dict[tuple[int, str], tuple[str, str]] = {}
        for each in settings:
            if (match := _VALUE_FROM.match(each.key)) is not None:
                item = (each.part, match["item"])
                items.setdefault(item, {})["variable" if match["name"] else match["part"]] = each
                if match["kind"]:
                    kinds[item] = (_KINDS[match["kind"]], f"{match['container']}.env")
        for item, (kind, place) in kinds.items():
            parts = items[item]
            if parts.keys() != {"variable", "name", "key"} or not self.left:
                continue
            self.left -= 1
            name, reference = parts["variable"].value, parts["name"]
            source = f"{kind} {reference.value}/{parts['key'].value}"
            data = self.elsewhere.entries.get(source)
            if data is not None:
                self.used.add(source)
                self._add(place, name, data, replace(reference, origin=source))
            elif _TELLING.search(name):
                self.absent.append(
                    AbsentVariables((reference.part, place), reference.line, source, name)
                )

    def _add(self, place: str, name: str, data: bytes, reference: Setting) -> None:
        if b"\0" not in data:
            value = data.decode("utf-8", "replace").rstrip("\n")
            self.settings.append(
                Setting(f"{place}.{name}", value, reference.line, reference.origin,
                        part=reference.part)
            )  # fmt: skip

    def _find_owners(self, settings: Iterable[Setting]) -> None:
        kinds: dict[int, str] = {}
        names: dict[int, str] = {}
        for each in settings:
            if each.key == "kind" and each.value in _KINDS.values():
                kinds[each.part] = each.value
            elif each.key == "metadata.name":
                names[each.part] = each.value
        self.owners = {
            part: f"{kind} {names[part]}" for part, kind in kinds.items() if part in names
        }


def _interpolated(settings: tuple[Setting, ...], elsewhere: Elsewhere) -> tuple[Setting, ...]:
    """The settings with the variables of the .env beside the file (compose, "interpolation")."""
    if not any("$" in each.value for each in settings):
        return settings
    text = elsewhere.file(".env")
    known = {each.key: each.value for each in variables_of_file(text)} if text is not None else {}
    if not known:
        return settings
    return tuple(
        replace(each, value=resolve(each.value, known)) if "$" in each.value else each
        for each in settings
    )


def _by_owner(entries: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {}
    for name, data in entries.items():
        owner, _, key = name.partition("/")
        found.setdefault(owner, {})[key] = data
    return found


def _entry_of(setting: Setting, owners: Mapping[int, str]) -> str | None:
    """The entry of a Secret or ConfigMap that the setting is; "" for anything else."""
    owner = owners.get(setting.part)
    match = None if owner is None else _DATA.match(setting.key)
    return "" if match is None else f"{owner}/{match['key']}"
