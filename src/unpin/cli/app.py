"""The commands and their options; each hands over to a module of its own."""

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from unpin.cli import catalogue as catalogues
from unpin.cli import store_writers
from unpin.cli.options import (
    PROFILE_DEFAULT,
    Catalogue,
    Format,
    Password,
    PasswordFile,
    RehearsalFailure,
    Width,
)
from unpin.cli.terminal import read_password, say_error
from unpin.model.errors import UnpinError
from unpin.model.finding import Severity
from unpin.reports.render import OutputFormat

app = typer.Typer(
    name="unpin",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Audit and repair the trust stores of Java and database clients before a CA rotation.",
)

app.add_typer(catalogues.app)


def _version(wanted: bool) -> None:
    if wanted:
        import unpin

        typer.echo(f"unpin {unpin.__version__}")
        raise typer.Exit


@app.callback()
def unpin_(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Audit and repair the trust stores of Java and database clients before a CA rotation."""


@app.command("list")
def list_(
    stores: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.")],
    *,
    catalogue: Catalogue = None,
    password_file: PasswordFile = None,
    password: Password = None,
    output: Format = OutputFormat.TABLE,
    width: Width = None,
) -> None:
    """List what is in a trust store, whatever its format."""
    from unpin.cli import list as listing

    given = read_password(password_file, password)
    raise typer.Exit(listing.run(stores, given, catalogue, output, width))


@app.command("audit")
def audit(  # noqa: PLR0913  (one parameter an option)
    stores: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, or -; without any, this machine's trust stores."),
    ] = None,
    *,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile", help="Whose roots are needed, or none.", show_default=PROFILE_DEFAULT
        ),
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help="Client families, comma-separated.")
    ] = None,
    expires_within: Annotated[
        str, typer.Option("--expires-within", help="Days before an end that are worth a warning.")
    ] = "30d",
    at: Annotated[str | None, typer.Option("--at", help="Audit as if at this date.")] = None,
    fail_on: Annotated[
        Severity, typer.Option("--fail-on", help="The least severity that makes exit code 1.")
    ] = Severity.ERROR,
    catalogue: Catalogue = None,
    password_file: PasswordFile = None,
    password: Password = None,
    output: Format = OutputFormat.TABLE,
    width: Width = None,
) -> None:
    """Say which entries are pins, what will break, for whom, and what cures it."""
    from unpin.cli import audit as auditing

    options = auditing.Options(
        profile, client, expires_within, at, fail_on, catalogue, output, width
    )
    raise typer.Exit(auditing.run(stores or [], read_password(password_file, password), options))


@app.command("rehearse")
def rehearse(  # noqa: PLR0913  (one parameter an option)
    stores: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.")],
    *,
    profile: Annotated[
        str | None,
        typer.Option("--profile", help="Whose chains to rehearse.", show_default=PROFILE_DEFAULT),
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help="Client families, comma-separated.")
    ] = None,
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
        RehearsalFailure,
        typer.Option("--fail-on", help="unknown: exit 3 also where the outcome is unknown."),
    ] = RehearsalFailure.FAILURE,
    catalogue: Catalogue = None,
    password_file: PasswordFile = None,
    password: Password = None,
    output: Format = OutputFormat.TABLE,
    width: Width = None,
) -> None:
    """Say which clients connect with this store, today and after the rotation."""
    from unpin.cli import rehearse as rehearsing

    options = rehearsing.Options(
        profile, client, chain, shape, chain_file, leaf, host, at, all_shapes, fixed, paths,
        fail_on is RehearsalFailure.UNKNOWN, catalogue, output, width,
    )  # fmt: skip
    raise typer.Exit(rehearsing.run(stores, read_password(password_file, password), options))


@app.command("diff")
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
    client: Annotated[
        str | None, typer.Option("--client", help="Client families, comma-separated.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="Rehearse as if at this date.")] = None,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", help="Another catalogue (docs/catalogue.md).")
    ] = None,
    textconv: Annotated[
        bool, typer.Option("--textconv", help="Print one store as text for git diff.")
    ] = False,
    password_file: PasswordFile = None,
    password_file_b: Annotated[
        Path | None, typer.Option("--password-file-b", help="The same for the second store.")
    ] = None,
    password: Password = None,
    output: Format = OutputFormat.TABLE,
    width: Width = None,
) -> None:
    """Compare a store with the chains, certificate by certificate, or with another store."""
    from unpin.cli.diff import command as differencing

    options = differencing.Options(profile, client, at, catalogue, textconv, output, width)
    first = read_password(password_file, password)
    second = first if password_file_b is None else read_password(password_file_b, None)
    raise typer.Exit(differencing.run(stores, (first, second), options))


app.add_typer(store_writers.app)


@app.command("explain")
def explain(
    what: Annotated[
        str | None,
        typer.Argument(help="A rule, or an error message; without one, the rules are listed."),
    ] = None,
) -> None:
    """Print the page of a rule, or what a client's error message means."""
    from unpin.cli import explain as explaining

    typer.echo(explaining.page(what))


def run() -> None:
    """Run the command line; a UnpinError becomes its line and its exit code.

    NOTE: an alias may hold half a surrogate pair (Java writes it), or what the terminal's encoding
    lacks: it is printed escaped, in JSON a legal escape.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except UnpinError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        # A fault of unpin's own must not pass for findings (exit code 1), nor be hidden.
        if os.environ.get("UNPIN_DEBUG"):
            raise
        say_error(_fault(error))
        sys.exit(UnpinError.exit_code)


def _fault(error: Exception) -> UnpinError:
    """What nobody foresaw, in a line."""
    if isinstance(error, OSError) and error.filename is None and error.strerror:
        # Whoever opens a file says what is wrong with it: what is left is a full or lost output.
        return UnpinError(f"the output cannot be written: {error.strerror.lower()}")
    what = f"{type(error).__name__}: {error}"
    return UnpinError(f"a fault in unpin itself ({what})", "UNPIN_DEBUG=1 shows where")
