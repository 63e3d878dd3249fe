"""`unpin doctor`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.help import JUDGING, READING
from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    FormatOption,
    OutputFilesOption,
    ProfileOption,
    WidthOption,
)
from unpin.reports.formats import OutputFormat


def doctor(  # noqa: PLR0913  (a parameter for each option)
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT...", help="Configurations, connection strings, or - for standard input."
        ),
    ] = None,
    *,
    client: Annotated[
        str | None,
        typer.Option(
            "--client",
            metavar="NAMES",
            help="Drivers or programs that read it, such as psql,pgjdbc; default: all that may.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    driver_version: Annotated[
        str | None,
        typer.Option(
            "--driver-version",
            metavar="VERSION",
            help="Version of the driver; default: the current one.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    profile: ProfileOption = None,
    at: AtOption = None,
    catalogue: CatalogueOption = None,
    windows: Annotated[
        bool,
        typer.Option("--windows", help="The client runs on Windows.", rich_help_panel=JUDGING),
    ] = False,
    fail_on_unverified: Annotated[
        bool,
        typer.Option(
            "--fail-on-unverified",
            help="Exit with 1 if a connection is not verified.",
            rich_help_panel=JUDGING,
        ),
    ] = False,
    pid: Annotated[
        list[int] | None,
        typer.Option(
            "--pid",
            metavar="PID",
            help="Diagnose this process; repeatable.",
            rich_help_panel=READING,
        ),
    ] = None,
    environment: Annotated[
        bool,
        typer.Option(
            "--environment", help="Diagnose the environment of this shell.", rich_help_panel=READING
        ),
    ] = False,
    root: Annotated[
        Path | None,
        typer.Option(
            "--root",
            metavar="FOLDER",
            help="Look for absolute paths below this folder, such as an unpacked image.",
            rich_help_panel=READING,
        ),
    ] = None,
    home: Annotated[
        str | None,
        typer.Option(
            "--home",
            metavar="FOLDER",
            help="Home folder of the user of the client; default: yours, or /root with --root.",
            rich_help_panel=READING,
        ),
    ] = None,
    default_store: Annotated[
        str | None,
        typer.Option(
            "--default-store",
            metavar="FILE",
            help="Stands for the default store: of the system, of Java, of Node.",
            rich_help_panel=READING,
        ),
    ] = None,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    width: WidthOption = None,
) -> None:
    """Say what a configuration verifies, and with which store."""
    from unpin.cli.doctor.run import DoctorOptions, run

    options = DoctorOptions(
        client, driver_version, tuple(pid or ()), environment, profile, at, catalogue, root, home,
        default_store, windows, fail_on_unverified, output, width, tuple(files or ()),
    )  # fmt: skip
    raise typer.Exit(run(inputs or (), options))
