"""`unpin rehearse`: its options."""

from enum import StrEnum
from typing import Annotated

import typer

from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    ClientOption,
    ExcludeOption,
    FormatOption,
    OutputFilesOption,
    PasswordFileOption,
    PasswordOption,
    ProfileOrNoneOption,
    StoresArgument,
    WidthOption,
)
from unpin.reports.formats import OutputFormat


class FailOn(StrEnum):
    """The outcomes that make the exit code of a rehearsal other than 0."""

    FAILURE = "failure"
    """A client that fails (exit code 1)."""
    UNKNOWN = "unknown"
    """The same, and a client whose outcome is unknown (exit code 3)."""


def rehearse(  # noqa: PLR0913  (a parameter for each option)
    stores: StoresArgument,
    *,
    profile: ProfileOrNoneOption = None,
    client: ClientOption = None,
    chain: Annotated[
        str | None,
        typer.Option(
            "--chain", metavar="NAMES", help="Chains of the catalogue, such as current,new."
        ),
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(
            "--shape", metavar="SHAPES", help="Shapes: full, no-bridge, self-signed-bridge."
        ),
    ] = None,
    chain_file: Annotated[
        str | None,
        typer.Option(
            "--chain-file",
            metavar="FILE",
            help="Chain that a server sends: PEM, PKCS7, or s_client output.",
        ),
    ] = None,
    leaf: Annotated[
        str | None,
        typer.Option("--leaf", metavar="FILE", help="Server certificate to put below the chains."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="NAME", help="Host name to compare with the server certificate."
        ),
    ] = None,
    at: AtOption = None,
    all_shapes: Annotated[
        bool, typer.Option("--all-shapes", help="Count every shape for the exit code.")
    ] = False,
    fixed: Annotated[
        bool,
        typer.Option(
            "--fixed",
            help="Also rehearse the store with the roots of the profile instead of its pins; "
            "that result decides the exit code.",
        ),
    ] = False,
    paths: Annotated[
        bool, typer.Option("--paths", help="Show the path of each handshake.")
    ] = False,
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="With unknown, exit with 3 if an outcome is unknown."),
    ] = FailOn.FAILURE,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    exclude: ExcludeOption = None,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    width: WidthOption = None,
) -> None:
    """Say which clients connect today and after the rotation."""
    from unpin.cli.passwords import read_password
    from unpin.cli.rehearse.run import RehearseOptions, run

    options = RehearseOptions(
        profile, client, chain, shape, chain_file, leaf, host, at, all_shapes, fixed, paths,
        fail_on is FailOn.UNKNOWN, catalogue, exclude or (), output, width, tuple(files or ()),
    )  # fmt: skip
    raise typer.Exit(run(stores, read_password(password_file, password), options))
