"""`unpin diff`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.options import (
    PROFILE_DEFAULT,
    CatalogueOption,
    ClientOption,
    FormatOption,
    PasswordFileOption,
    PasswordOption,
    WidthOption,
)
from unpin.reports.formats import OutputFormat


def diff(  # noqa: PLR0913  (one parameter an option)
    stores: Annotated[
        list[str], typer.Argument(help="One store against the chains, or two stores; - for one.")
    ],
    *,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            help="Whose chains; for two stores, none is a choice.",
            show_default=PROFILE_DEFAULT,
        ),
    ] = None,
    client: ClientOption = None,
    at: Annotated[str | None, typer.Option("--at", help="Rehearse as if at this date.")] = None,
    catalogue: CatalogueOption = None,
    textconv: Annotated[
        bool, typer.Option("--textconv", help="Print one store as text for git diff.")
    ] = False,
    password_file: PasswordFileOption = None,
    password_file_b: Annotated[
        Path | None, typer.Option("--password-file-b", help="The same for the second store.")
    ] = None,
    password: PasswordOption = None,
    output: FormatOption = OutputFormat.TABLE,
    width: WidthOption = None,
) -> None:
    """Compare a store with the chains, certificate by certificate, or with another store."""
    from unpin.cli.dates import parse_moment
    from unpin.cli.diff.run import DiffOptions, print_for_git, run
    from unpin.cli.options import choose_clients, load_catalogue
    from unpin.cli.passwords import read_password, read_password_file

    first = read_password(password_file, password)
    second = first if password_file_b is None else read_password_file(password_file_b)
    if textconv:
        print_for_git(stores, first)
        return
    known = load_catalogue(catalogue)
    options = DiffOptions(
        catalogue=known,
        profile=None if profile == "none" else known.profile(profile),
        clients=choose_clients(client),
        now=parse_moment(at),
        output=output,
        width=width,
    )
    raise typer.Exit(run(stores, (first, second), options))
