"""`unpin server`: its options."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.help import CONNECTING, READING, REPORT
from unpin.cli.options import FormatOption, OutputFilesOption, WidthOption
from unpin.model.finding import Severity
from unpin.reports.formats import OutputFormat


class SqlDialect(StrEnum):
    """The servers for which --sql prints a query."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    MARIADB = "mariadb"


def server(  # noqa: PLR0913  (a parameter for each option)
    dsn: Annotated[
        str | None,
        typer.Argument(
            metavar="DSN",
            help="Connection string of PostgreSQL, or mysql://USER@HOST; - reads it from standard "
            "input.",
        ),
    ] = None,
    *,
    sql: Annotated[
        bool,
        typer.Option("--sql", help="Print the query for psql or mysql; unpin connects to nothing."),
    ] = False,
    dialect: Annotated[
        SqlDialect | None,
        typer.Option("--dialect", help="The server that --sql is for (default: postgresql)."),
    ] = None,
    result: Annotated[
        str | None,
        typer.Option(
            "--result",
            metavar="FILE",
            help="Read what psql or mysql printed; - is standard input.",
            rich_help_panel=READING,
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            help="Read the password of the database user from this file.",
            rich_help_panel=CONNECTING,
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            min=0.1,
            max=600,
            help="Time for the whole answer.",
            rich_help_panel=CONNECTING,
        ),
    ] = 10,
    fail_on: Annotated[
        Severity, typer.Option("--fail-on", help="Lowest severity that makes the exit code 1.")
    ] = Severity.ERROR,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", "--all", help="Show every session.", rich_help_panel=REPORT
        ),
    ] = False,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    width: WidthOption = None,
) -> None:
    """Ask PostgreSQL or MySQL who connects without TLS or with old TLS."""
    from unpin.cli.server.run import ServerOptions, run

    options = ServerOptions(
        dsn,
        sql,
        dialect,
        result,
        password_file,
        timeout,
        fail_on,
        verbose,
        output,
        width,
        tuple(files or ()),
    )
    raise typer.Exit(run(options))
