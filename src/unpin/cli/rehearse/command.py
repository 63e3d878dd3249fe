"""`unpin rehearse`: its options."""

from enum import StrEnum
from typing import Annotated

import typer

from unpin.cli.options import (
    PROFILE_DEFAULT,
    CatalogueOption,
    ClientOption,
    FormatOption,
    PasswordFileOption,
    PasswordOption,
    StoresArgument,
    WidthOption,
)
from unpin.reports.formats import OutputFormat


class FailOn(StrEnum):
    """What decides the exit code of a rehearsal."""

    FAILURE = "failure"
    """A client that fails (exit code 1)."""
    UNKNOWN = "unknown"
    """The same, and a client of which the outcome is unknown (exit code 3)."""


def rehearse(  # noqa: PLR0913  (one parameter an option)
    stores: StoresArgument,
    *,
    profile: Annotated[
        str | None,
        typer.Option("--profile", help="Whose chains to rehearse.", show_default=PROFILE_DEFAULT),
    ] = None,
    client: ClientOption = None,
    chain: Annotated[
        str | None, typer.Option("--chain", help="Chains of the catalogue, comma-separated.")
    ] = None,
    shape: Annotated[
        str | None, typer.Option("--shape", help="full, no-bridge, self-signed-bridge.")
    ] = None,
    chain_file: Annotated[
        str | None,
        typer.Option("--chain-file", help="A chain as a server sends it: PEM, PKCS7 or s_client."),
    ] = None,
    leaf: Annotated[
        str | None, typer.Option("--leaf", help="The server's own certificate, for the chains.")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", help="The name that clients dial; needs a certificate.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="Rehearse as if at this date.")] = None,
    all_shapes: Annotated[
        bool, typer.Option("--all-shapes", help="Every shape counts for the exit code.")
    ] = False,
    fixed: Annotated[
        bool,
        typer.Option(
            "--fixed",
            help="Rehearse also the store with its pins replaced by the profile's roots; "
            "the exit code is then that store's.",
        ),
    ] = False,
    paths: Annotated[
        bool, typer.Option("--paths", help="Show the path of each handshake.")
    ] = False,
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="unknown: exit 3 also where the outcome is unknown."),
    ] = FailOn.FAILURE,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    output: FormatOption = OutputFormat.TABLE,
    width: WidthOption = None,
) -> None:
    """Say which clients connect with this store, today and after the rotation."""
    from unpin.cli.passwords import read_password
    from unpin.cli.rehearse.run import RehearseOptions, run

    options = RehearseOptions(
        profile, client, chain, shape, chain_file, leaf, host, at, all_shapes, fixed, paths,
        fail_on is FailOn.UNKNOWN, catalogue, output, width,
    )  # fmt: skip
    raise typer.Exit(run(stores, read_password(password_file, password), options))
