"""`unpin probe`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.help import CONNECTING, JUDGING, READING, WRITING
from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    ClientOption,
    FormatOption,
    OutputFilesOption,
    PasswordFileOption,
    PasswordOption,
    WidthOption,
)
from unpin.network.server_address import Protocol
from unpin.reports.formats import OutputFormat


def probe(  # noqa: PLR0913  (a parameter for each option)
    servers: Annotated[
        list[str] | None, typer.Argument(metavar="HOST[:PORT]...", help="Servers to ask.")
    ] = None,
    *,
    store: Annotated[
        list[str] | None,
        typer.Option(
            "--store",
            metavar="FILE",
            help="Store of the client; repeatable. Default: the stores of this machine.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    config: Annotated[
        list[str] | None,
        typer.Option(
            "--config",
            metavar="INPUT",
            help="Judge with the stores that this configuration names for the host (unpin doctor).",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    client: ClientOption = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="PROFILE",
            help="Also rehearse the chains that this service serves after its rotation.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            metavar="NAME",
            help="Name to look for in the server certificate, if clients use another.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    at: AtOption = None,
    catalogue: CatalogueOption = None,
    starttls: Annotated[
        Protocol,
        typer.Option(
            "--starttls",
            metavar="PROTOCOL",
            help="Said before TLS: none, postgres, postgres-direct, mysql, mssql, mssql-strict, "
            "smtp, imap, ldap; auto goes by port and answer.",
            rich_help_panel=CONNECTING,
        ),
    ] = Protocol.AUTO,
    connect_to: Annotated[
        str | None,
        typer.Option(
            "--connect-to",
            metavar="ADDR[:PORT]",
            help="Connect there, and ask for HOST.",
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
            help="Time for each connection.",
            rich_help_panel=CONNECTING,
        ),
    ] = 10,
    no_versions: Annotated[
        bool,
        typer.Option(
            "--no-versions",
            help="Ask once, not once more for each TLS version.",
            rich_help_panel=CONNECTING,
        ),
    ] = False,
    no_suites: Annotated[
        bool,
        typer.Option(
            "--no-suites",
            help="Do not ask for the cipher suites of each version.",
            rich_help_panel=CONNECTING,
        ),
    ] = False,
    samples: Annotated[
        int,
        typer.Option(
            "--samples",
            metavar="N",
            min=1,
            max=100,
            help="Connect N times to every address of the name, and judge every chain.",
            rich_help_panel=CONNECTING,
        ),
    ] = 1,
    hosts_from: Annotated[
        str | None,
        typer.Option(
            "--hosts-from",
            metavar="FILE",
            help="Also ask the servers of this file, one a line.",
            rich_help_panel=READING,
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save",
            metavar="FILE",
            help="Write the chain as PEM, for rehearse --chain-file.",
            rich_help_panel=WRITING,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Let --save replace a file.", rich_help_panel=WRITING),
    ] = False,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    width: WidthOption = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Show the page of each of many servers.",
            rich_help_panel=WRITING,
        ),
    ] = False,
) -> None:
    """Ask a server for its chain, and say which clients accept it."""
    from unpin.cli.passwords import read_password
    from unpin.cli.probe.options import ProbeOptions
    from unpin.cli.probe.run import run

    options = ProbeOptions(
        tuple(store or ()), tuple(config or ()), client, profile, host, at, catalogue, starttls,
        connect_to, timeout,
        not no_versions, not (no_versions or no_suites), samples, hosts_from, save, force, output,
        width, tuple(files or ()), verbose,
    )  # fmt: skip
    raise typer.Exit(run(servers or (), read_password(password_file, password), options))
