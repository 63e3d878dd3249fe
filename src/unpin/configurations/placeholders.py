"""Resolve ${VAR:default} and its like from the same document; say what stays open."""

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Setting, Syntax
from unpin.configurations.urls import query_settings

_PLACEHOLDER: Final = re.compile(
    r"\$\{(?P<name>[\w.\-]{1,100})(?::-?(?P<default>[^{}]{0,500}))?\}|\$(?P<bare>[A-Za-z_]\w*)"
)
_LONGEST: Final = 8192
"""The most characters of a value that placeholders make."""

_OPEN: Final = re.compile(
    r"%[sdv]|%[A-Z_]{2,40}%|\{\{[^{}]{0,100}\}\}|(?<!\$)\{[\w.]{0,60}\}|<[A-Za-z][\w-]{0,60}>|\$\([\w.]{1,60}\)|#\{[^{}]{0,100}\}"
    r"|@Microsoft\.KeyVault\([^)]{0,300}\)|EXPRESSION"
)
"""What a program or a template fills in later."""

_OF_SHELL: Final = re.compile(r"(?m)^(?:#!.*sh\b|[ \t]*export[ \t]|FROM[ \t]|[ \t]*ENV[ \t])|\$\(")
"""What a script has whose assignments take no quotes."""

_MOST_ROUNDS: Final = 5
"""Most placeholders within placeholders."""


def known_values(document: Document) -> dict[str, str]:
    """The values of the document by key."""
    of_project = {each.key: each.value for each in document.inherited}
    if "path." in document.text:
        of_project |= {f"path.{folder}": "." for folder in ("module", "root", "cwd")}
    settings = document.settings
    if document.syntax is Syntax.TEXT and _OF_SHELL.search(document.text) is None:
        lines = document.text.split("\n")
        settings = tuple(e for e in settings if _is_literal(lines[e.line - 1], e) or not e.line)
    return of_project | {each.key.rpartition("//")[2]: each.value for each in settings}


def _is_literal(line: str, setting: Setting) -> bool:
    """Whether a program assigns the value itself, and not that of an expression."""
    return re.search(r"[:=]\s*(?:[fFrRbBuU@$]{0,2}[\"'`]|\d)", line) is not None and (
        setting.value[:1] != "("
    )


def resolved_connections(
    connections: Iterable[ClientConnection], values: dict[str, str]
) -> Iterator[ClientConnection]:
    """The connections with their placeholders resolved: from their environment, then from `values`.

    A placeholder in the place of parameters is what it holds of them. What is around several
    connections is resolved once.
    """
    known: dict[int, _Around] = {}
    for each in connections:
        around = known.get(id(each.environment))
        if around is None:
            around = known[id(each.environment)] = _Around(each.environment, values)
        yield around.resolved(each)


class _Around:
    """The values that the connections with one environment know."""

    def __init__(self, environment: tuple[Setting, ...], values: dict[str, str]) -> None:
        self.environment = environment  # kept, so that no other tuple gets its id
        self._known = ChainMap({each.key: each.value for each in environment}, values)
        self._settings: dict[Setting, Setting] = {}
        self._resolved = tuple(map(self._resolved_setting, environment))

    def resolved(self, connection: ClientConnection) -> ClientConnection:
        host = connection.host
        return replace(
            connection,
            parameters=tuple(self._parameters(connection)),
            options=tuple(map(self._resolved_setting, connection.options)),
            environment=self._resolved,
            host=None if host is None else resolve(host, self._known),
        )

    def _parameters(self, connection: ClientConnection) -> Iterator[Setting]:
        for each in connection.parameters:
            query = "" if each.value or "$" not in each.key else resolve(each.key, self._known)
            if query in {"", each.key}:
                yield self._resolved_setting(each)
            else:
                inside = query_settings(query.lstrip("?&"), each.line)
                yield from map(self._resolved_setting, inside)

    def _resolved_setting(self, setting: Setting) -> Setting:
        if "$" not in setting.value:
            return setting
        found = self._settings.get(setting)
        if found is None:
            value = resolve(setting.value, self._known)
            found = setting if value == setting.value else replace(setting, value=value, raw="")
            self._settings[setting] = found
        return found


def resolve(value: str, known: Mapping[str, str]) -> str:
    """The value with its placeholders replaced, by a known value or their default."""
    for _ in range(_MOST_ROUNDS):
        found = _PLACEHOLDER.sub(lambda match: _replacement(match, known), value)
        if found == value or len(found) > _LONGEST:
            break
        value = found
    return value


def open_names(value: str) -> list[str]:
    """The names of the placeholders that stay open."""
    named = [match["name"] or match["bare"] for match in _PLACEHOLDER.finditer(value)]
    return named + [match[0] for match in _OPEN.finditer(value)]


def _replacement(match: re.Match[str], known: Mapping[str, str]) -> str:
    name = match["name"] or match["bare"]
    found = known.get(name)
    if found is not None and match[0] not in found:
        return found
    default = match["default"]
    if default is None:
        return match[0]
    quoted = default[:1] == default[-1:] == "`" and len(default) > 1  # Micronaut's, around a colon
    return default[1:-1] if quoted else default
