"""`unpin diff`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    ClientOption,
    FormatOption,
    OutputFilesOption,
    PasswordFileOption,
    PasswordOption,
    ProfileOrNoneOption,
    WidthOption,
)
from unpin.reports.formats import OutputFormat


def diff(  # noqa: PLR0913  (a parameter for each option)
    stores: Annotated[
        list[str],
        typer.Argument(
            metavar="STORE...", help="One store, or two stores; one can be - for standard input."
        ),
    ],
    *,
    profile: ProfileOrNoneOption = None,
    client: ClientOption = None,
    at: AtOption = None,
    catalogue: CatalogueOption = None,
    textconv: Annotated[
        bool, typer.Option("--textconv", help="Print one store as text for git diff.")
    ] = False,
    password_file: PasswordFileOption = None,
    password_file_b: Annotated[
        Path | None,
        typer.Option(
            "--password-file-b",
            metavar="FILE",
            help="Read the password of the second store from here.",
        ),
    ] = None,
    password: PasswordOption = None,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    width: WidthOption = None,
) -> None:
    """Compare a store with the CA chains, or with another store."""
    from unpin.cli.dates import parse_moment
    from unpin.cli.diff.run import DiffOptions, print_for_git, run
    from unpin.cli.options import chosen_clients, load_catalogue
    from unpin.cli.passwords import read_password, read_password_file
    from unpin.model.errors import UsageError

    first = read_password(password_file, password)
    second = first if password_file_b is None else read_password_file(password_file_b)
    if textconv and files:
        raise UsageError("--textconv prints no report, so --output contradicts it")
    if textconv:
        print_for_git(stores, first)
        return
    known = load_catalogue(catalogue)
    options = DiffOptions(
        catalogue=known,
        profile=None if profile == "none" else known.profile(profile),
        names=client,
        clients=chosen_clients(client),
        now=parse_moment(at),
        output=output,
        width=width,
        files=tuple(files or ()),
    )
    raise typer.Exit(run(stores, (first, second), options))
