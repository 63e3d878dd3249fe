"""`unpin discover`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.help import JUDGING, READING
from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    ExcludeOption,
    FormatOption,
    OutputFilesOption,
    PasswordFileOption,
    PasswordOption,
    ProfileOrNoneOption,
    WidthOption,
)
from unpin.model.finding import Severity
from unpin.reports.formats import OutputFormat


def discover(  # noqa: PLR0913  (a parameter for each option)
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Folders, files, archives, images, or -.")
    ],
    *,
    client: Annotated[
        str | None,
        typer.Option(
            "--client",
            metavar="NAMES",
            help="Drivers or programs that read connections, such as psql,pgjdbc; default: all that"
            " may.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    profile: ProfileOrNoneOption = None,
    at: AtOption = None,
    fail_on: Annotated[
        Severity,
        typer.Option(
            "--fail-on",
            help="Lowest severity of a finding that makes the exit code 1.",
            rich_help_panel=JUDGING,
        ),
    ] = Severity.WARNING,
    catalogue: CatalogueOption = None,
    root: Annotated[
        Path | None,
        typer.Option(
            "--root",
            metavar="FOLDER",
            help="File system of the clients: absolute paths are looked for below it.",
            rich_help_panel=READING,
        ),
    ] = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    exclude: ExcludeOption = None,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", "--all", help="Show every reference, and every mention of a store."
        ),
    ] = False,
    width: WidthOption = None,
) -> None:
    """Find every trust store, and who refers to it: settings and code."""
    from unpin.cli.discover.run import DiscoverOptions, run

    options = DiscoverOptions(
        client, profile, at, fail_on, catalogue, root, password_file, password,
        tuple(exclude or ()), output, verbose, width, tuple(files or ()),
    )  # fmt: skip
    raise typer.Exit(run(paths, options))
