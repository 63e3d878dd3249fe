"""The options that several commands have."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from unpin.reports.render import OutputFormat

Password = Annotated[
    str | None, typer.Option("--password", help="The store password (visible to other users).")
]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="A file that holds the store password.")
]
Catalogue = Annotated[
    Path | None, typer.Option("--catalogue", help="Another catalogue (docs/catalogue.md).")
]
Format = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]
Width = Annotated[
    int | None, typer.Option("--width", min=0, help="Columns for tables; 0 for no limit.")
]


class RehearsalFailure(StrEnum):
    """What decides the exit code of a rehearsal."""

    FAILURE = "failure"
    """A client that fails (exit code 1)."""
    UNKNOWN = "unknown"
    """The same, and a client of which the outcome is unknown (exit code 3)."""


PROFILE_DEFAULT = "azure-postgresql, or that of --catalogue"
"""How --help names the profile that counts where none is asked for."""
