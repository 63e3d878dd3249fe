"""The options that several commands have, and what their values mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from unpin.catalogue.model import Catalogue
    from unpin.pki.clients.rules import ClientRules

PROFILE_DEFAULT = "azure-postgresql, or that of --catalogue"
"""How --help names the profile that counts where none is asked for."""

StoresArgument = Annotated[
    list[str], typer.Argument(help="Files, folders, or - for standard input.")
]
PasswordOption = Annotated[
    str | None, typer.Option("--password", help="The store password (visible to other users).")
]
PasswordFileOption = Annotated[
    Path | None, typer.Option("--password-file", help="A file that holds the store password.")
]
CatalogueOption = Annotated[
    Path | None, typer.Option("--catalogue", help="Another catalogue (docs/catalogue.md).")
]
ClientOption = Annotated[
    str | None, typer.Option("--client", help="Client families, comma-separated.")
]
FormatOption = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]
WidthOption = Annotated[
    int | None, typer.Option("--width", min=0, help="Columns for tables; 0 for no limit.")
]


def load_catalogue(path: Path | None) -> Catalogue:
    """The catalogue in a file, or unpin's own. Raises CatalogueError."""
    from unpin.catalogue.load import load_builtin, load_path

    return load_builtin() if path is None else load_path(path)


def choose_clients(names: str | None) -> tuple[ClientRules, ...]:
    """The client families of `--client`; none without it. Raises UsageError."""
    if not names:
        return ()
    from unpin.pki import clients

    return clients.choose_clients(names)
