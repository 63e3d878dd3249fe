"""Resolve ${VAR:default} and its like from the same document; say what stays open."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Setting

_PLACEHOLDER: Final = re.compile(
    r"\$\{(?P<name>[\w.\-]+)(?::-?(?P<default>[^{}]*))?\}|\$(?P<bare>[A-Za-z_]\w*)"
)
_OPEN: Final = re.compile(
    r"%[sdv]|\{\{[^{}]*\}\}|(?<!\$)\{[\w.]*\}|<[A-Za-z][\w-]*>|\$\([\w.]+\)|#\{[^{}]*\}"
    r"|@Microsoft\.KeyVault\([^)]*\)|EXPRESSION"
)
"""What a program or a template fills in later."""

_MOST_ROUNDS: Final = 5
"""Most placeholders within placeholders."""


def resolved_connection(connection: ClientConnection, document: Document) -> ClientConnection:
    """The connection with its values resolved."""
    known = {each.key.rpartition("//")[2]: each.value for each in document.settings}
    known |= {each.key: each.value for each in connection.environment}

    def resolved(setting: Setting) -> Setting:
        value = resolve(setting.value, known)
        return setting if value == setting.value else replace(setting, value=value, raw="")

    return replace(
        connection,
        parameters=tuple(map(resolved, connection.parameters)),
        options=tuple(map(resolved, connection.options)),
        environment=tuple(map(resolved, connection.environment)),
        host=None if connection.host is None else resolve(connection.host, known),
    )


def resolve(value: str, known: Mapping[str, str]) -> str:
    """The value with its placeholders replaced, by a known value or their default."""
    for _ in range(_MOST_ROUNDS):
        found = _PLACEHOLDER.sub(lambda match: _replacement(match, known), value)
        if found == value:
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
    return match[0] if match["default"] is None else match["default"]
