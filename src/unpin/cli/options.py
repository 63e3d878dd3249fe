"""The options that several commands share, and functions that read their values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unpin.cli.help import JUDGING, READING, REPORT
from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from datetime import datetime

    from unpin.catalogue.model import Catalogue
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules
    from unpin.reports.reporter import Row

PROFILES = "azure-postgresql (default), azure, azure-china, azure-mysql"
"""The profiles of the built-in catalogue; other catalogues have other profiles."""

StoresArgument = Annotated[
    list[str], typer.Argument(metavar="STORE...", help="Files, folders, archives, images, or -.")
]
PasswordOption = Annotated[
    str | None,
    typer.Option(
        "--password",
        metavar="PASSWORD",
        help="Store password; other users can see it.",
        rich_help_panel=READING,
    ),
]
PasswordFileOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="Read the store password from this file.",
        rich_help_panel=READING,
    ),
]
CatalogueOption = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        metavar="FILE",
        help="Use this catalogue (docs/catalogue.md).",
        rich_help_panel=JUDGING,
    ),
]
ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="PROFILE",
        help=f"Service profile: {PROFILES}.",
        rich_help_panel=JUDGING,
    ),
]
ProfileOrNoneOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="PROFILE",
        help=f"Service profile: {PROFILES}, or none.",
        rich_help_panel=JUDGING,
    ),
]
ClientOption = Annotated[
    str | None,
    typer.Option(
        "--client",
        metavar="NAMES",
        help="Client families or programs, such as java,psql; all for every family.",
        rich_help_panel=JUDGING,
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="DATE", help="Judge as of this date, not today.", rich_help_panel=JUDGING
    ),
]


def _suited(context: typer.Context, output: OutputFormat) -> OutputFormat:
    """The format, if it can say what the command says. Raises UsageError."""
    check_suits(output, context.info_name or "")
    return output


def check_suits(output: OutputFormat, command: str) -> None:
    """Refuse a format that cannot say what the command says. Raises UsageError."""
    if not output.suits(command):
        from unpin.model.errors import UsageError

        formats = ", ".join(each for each in OutputFormat if each.suits(command))
        raise UsageError(f"unpin {command} has no format {output}", f"its formats: {formats}")


FormatOption = Annotated[
    OutputFormat,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"Output format: {', '.join(OutputFormat)}.",
        rich_help_panel=REPORT,
        callback=_suited,
    ),
]


def _output_files(context: typer.Context, given: list[str] | None) -> list[str] | None:
    """What was given, if each is a format that suits the command, and a file. Raises UsageError."""
    if given:
        from unpin.cli.output_files import output_file

        for each in given:
            output_file(each, context.info_name or "")
    return given


OutputFilesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="FORMAT=FILE",
        help="Also write this format to the file. Repeatable.",
        rich_help_panel=REPORT,
        callback=_output_files,
    ),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="PATTERN",
        help="Leave out of folders and archives, as in .gitignore; !NAME takes back.",
        rich_help_panel=READING,
    ),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="N",
        min=1,
        help="Judge stores in N processes at a time (default: one for each core, 8 at most).",
        rich_help_panel=READING,
    ),
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="Policy of the project, or none; default: the nearest unpin.toml.",
        rich_help_panel=JUDGING,
    ),
]
WidthOption = Annotated[
    int | None,
    typer.Option(
        "--width",
        metavar="COLUMNS",
        min=0,
        help="Width of tables in columns; 0 means no limit.",
        rich_help_panel=REPORT,
    ),
]


def load_catalogue(path: Path | None) -> Catalogue:
    """The catalogue in a file, or the built-in catalogue. Raises CatalogueError."""
    from unpin.catalogue.load import load_builtin, load_path

    return load_builtin() if path is None else load_path(path)


def run_facts(catalogue: Catalogue, now: datetime) -> Row:
    """What JSON says of a run: the catalogue with its date, and the moment of the judgement."""
    from unpin.reports.store_fields import iso

    seen = catalogue.date_seen.isoformat()
    return {"catalogue": {"name": catalogue.name, "seen": seen}, "at": iso(now)}


def chosen_clients(names: str | None) -> tuple[ClientRules, ...]:
    """The client families of `--client`; () without the option. Raises UsageError.

    Says on standard error which families the name of a program stands for.
    """
    if not names:
        return ()
    from unpin.cli.output import say
    from unpin.pki.client_programs import PROGRAMS
    from unpin.pki.clients import choose_clients, clients_named
    from unpin.reports.escaping import on_terminal
    from unpin.wording import listed

    chosen = choose_clients(names)
    for name in names.split(","):
        if name.strip().lower() in PROGRAMS:
            titles = [f"{client.title} ({client.ident})" for client in clients_named(name)]
            say(on_terminal(f"{name.strip()} is judged as {listed(titles)}"), err=True)
    return chosen


def check_reads(names: str | None, store: Store) -> None:
    """Raise UnsupportedStoreError if a program of `--client` cannot read a store of this kind."""
    from unpin.model.errors import UnsupportedStoreError
    from unpin.model.formats import Format
    from unpin.pki.client_programs import READ_NO_FOLDER

    if store.format is not Format.FOLDER:
        return
    for name in (names or "").split(","):
        if name.strip().lower() in READ_NO_FOLDER:
            raise UnsupportedStoreError(
                f"{store.source}: {name.strip()} reads no folder of certificates",
                "give the file that it reads; --client openssl is for programs with -CApath,"
                " SSL_CERT_DIR and the like",
            )
