"""The choices of --to, --role and --scheme, and the format of an output by its extension."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from unpin.model.errors import UsageError
from unpin.model.formats import Format

if TYPE_CHECKING:
    from unpin.pki.roles import Role
    from unpin.stores.formats import ProtectionScheme

STANDARD_OUTPUT: Final = "-"


TARGETS: Final = {
    kind.lower(): kind
    for kind in sorted(Format, key=lambda kind: not kind.is_bundle)
    if kind.is_writable
}
"""The choices of `--to`, bundles first."""

EXTENSIONS: Final = {extension: kind for kind in Format for extension in kind.facts.extensions}
"""The formats by file extension."""


def target_format(name: str) -> Format:
    """The format named `name` after `--to`. Raises typer.BadParameter."""
    if name not in TARGETS:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, TARGETS))}.")
    return TARGETS[name]


def extension_of(kind: Format) -> str:
    """The usual extension of the format's files."""
    return kind.facts.extensions[0]


class RoleChoice(StrEnum):
    """The choices of `--role`."""

    ROOT = "root"
    CROSS_SIGNED = "cross-signed"
    INTERMEDIATE = "intermediate"
    SERVER = "server"

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of the choice."""
        from unpin.pki.roles import Role

        if self is RoleChoice.SERVER:
            return frozenset({Role.SERVER, Role.SELF_SIGNED_SERVER})
        return frozenset({Role(self.value)})


class SummaryFormat(StrEnum):
    """The choices of `--format` for a command that writes files."""

    TABLE = "table"
    JSON = "json"


class SchemeChoice(StrEnum):
    """The choices of `--scheme`: how a PKCS12 output is protected (ProtectionScheme)."""

    MODERN = "modern"
    JDK8 = "jdk8"
    PASSWORD_LESS = "password-less"  # noqa: S105  (the name of a scheme)

    @property
    def scheme(self) -> ProtectionScheme:
        """The ProtectionScheme of the choice."""
        from unpin.stores.formats import ProtectionScheme

        return ProtectionScheme(self.value)


def choose_format(to: Format | None, out: str) -> Format:
    """The format of the output: `to`, or the format of the extension, or PEM on standard output.

    Raises UsageError for an unknown extension, and for binary data on a terminal.
    """
    if to is not None:
        chosen = to
    elif out == STANDARD_OUTPUT:
        chosen = Format.PEM
    else:
        extension = Path(out).suffix.lower()
        if extension not in EXTENSIONS:
            raise UsageError(
                f"{out}: no store format has this extension",
                f"give --to: {', '.join(TARGETS)}",
            )
        chosen = EXTENSIONS[extension]
    if out == STANDARD_OUTPUT and chosen is not Format.PEM and sys.stdout.isatty():
        raise UsageError(f"unpin does not write {chosen} to a terminal", "give -o FILE, or a pipe")
    return chosen
