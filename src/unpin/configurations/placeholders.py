"""Resolve ${VAR:default} and its like from the same document; say what stays open."""

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
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


def resolved_connection(connection: ClientConnection, values: dict[str, str]) -> ClientConnection:
    """The connection with its placeholders resolved: from its environment, then from `values`.

    A placeholder in the place of parameters is what it holds of them.
    """
    known = ChainMap({each.key: each.value for each in connection.environment}, values)

    def resolved(setting: Setting) -> Setting:
        if "$" not in setting.value:
            return setting
        value = resolve(setting.value, known)
        return setting if value == setting.value else replace(setting, value=value, raw="")

    def parameters() -> Iterator[Setting]:
        for each in connection.parameters:
            query = "" if each.value or "$" not in each.key else resolve(each.key, known)
            if query in {"", each.key}:
                yield resolved(each)
            else:
                yield from map(resolved, query_settings(query.lstrip("?&"), each.line))

    return replace(
        connection,
        parameters=tuple(parameters()),
        options=tuple(map(resolved, connection.options)),
        environment=tuple(map(resolved, connection.environment)),
        host=None if connection.host is None else resolve(connection.host, known),
    )


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
