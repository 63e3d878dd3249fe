"""The commands and their options; each hands over to a module of its own."""

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from unpin.cli import catalogues
from unpin.cli.common import read_password, say_error
from unpin.cli.targets import SchemeChoice, SummaryFormat, TargetFormat
from unpin.model.errors import UnpinError, UsageError
from unpin.model.finding import Severity
from unpin.reports.render import OutputFormat
from unpin.rewrite.aliases import AliasStyle
from unpin.rewrite.selection import RoleChoice
from unpin.stores.encoding import Scheme

app = typer.Typer(
    name="unpin",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Audit the trust stores of Java and database clients before a CA rotation.",
)

app.add_typer(catalogues.app)

_Password = Annotated[
    str | None, typer.Option("--password", help="The store password (visible to other users).")
]
_PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="A file that holds the store password.")
]
_Catalogue = Annotated[
    Path | None, typer.Option("--catalogue", help="Another catalogue (docs/catalogue.md).")
]
_Format = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]
_Width = Annotated[
    int | None, typer.Option("--width", min=0, help="Columns for tables; 0 for no limit.")
]


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
    """Audit the trust stores of Java and database clients before a CA rotation."""


@app.command("list")
def list_(
    stores: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.")],
    *,
    catalogue: _Catalogue = None,
    password_file: _PasswordFile = None,
    password: _Password = None,
    output: _Format = OutputFormat.TABLE,
    width: _Width = None,
) -> None:
    """List what is in a trust store, whatever its format."""
    from unpin.cli import listing

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
        str, typer.Option("--profile", help="Whose roots are needed, or none.")
    ] = "azure-postgresql",
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
    catalogue: _Catalogue = None,
    password_file: _PasswordFile = None,
    password: _Password = None,
    output: _Format = OutputFormat.TABLE,
    width: _Width = None,
) -> None:
    """Say which entries are pins, what will break, for whom, and what cures it."""
    from unpin.cli import auditing

    options = auditing.Options(
        profile, client, expires_within, at, fail_on, catalogue, output, width
    )
    raise typer.Exit(auditing.run(stores or [], read_password(password_file, password), options))


@app.command("rehearse")
def rehearse(  # noqa: PLR0913  (one parameter an option)
    stores: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.")],
    *,
    profile: Annotated[
        str, typer.Option("--profile", help="Whose chains to rehearse.")
    ] = "azure-postgresql",
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
    catalogue: _Catalogue = None,
    password_file: _PasswordFile = None,
    password: _Password = None,
    output: _Format = OutputFormat.TABLE,
    width: _Width = None,
) -> None:
    """Say which clients connect with this store, today and after the rotation."""
    from unpin.cli import rehearsing

    options = rehearsing.Options(
        profile, client, chain, shape, chain_file, leaf, host, at, all_shapes, fixed, paths,
        catalogue, output, width,
    )  # fmt: skip
    raise typer.Exit(rehearsing.run(stores, read_password(password_file, password), options))


@app.command("diff")
def diff(  # noqa: PLR0913  (one parameter an option)
    stores: Annotated[
        list[str], typer.Argument(help="One store against the chains, or two stores; - for one.")
    ],
    *,
    profile: Annotated[
        str, typer.Option("--profile", help="Whose chains; for two stores, none is a choice.")
    ] = "azure-postgresql",
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
    password_file: _PasswordFile = None,
    password_file_b: Annotated[
        Path | None, typer.Option("--password-file-b", help="The same for the second store.")
    ] = None,
    password: _Password = None,
    output: _Format = OutputFormat.TABLE,
    width: _Width = None,
) -> None:
    """Compare a store with the chains, certificate by certificate, or with another store."""
    from unpin.cli import differencing

    options = differencing.Options(profile, client, at, catalogue, textconv, output, width)
    first = read_password(password_file, password)
    second = first if password_file_b is None else read_password(password_file_b, None)
    raise typer.Exit(differencing.run(stores, (first, second), options))


@app.command("fix")
def fix(  # noqa: PLR0913  (one parameter an option)
    stores: Annotated[list[str], typer.Argument(help="Files, or - for standard input.")],
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Change the store; without it the plan is shown.")
    ] = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", help="Write here instead, - for standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let -o replace a file.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit code 1 if a fix is due; nothing is written.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Put the newest backup back, and nothing else.")
    ] = False,
    profile: Annotated[
        str, typer.Option("--profile", help="Whose roots come.")
    ] = "azure-postgresql",
    only_azure: Annotated[
        bool, typer.Option("--only-azure", help="Remove what the catalogue replaces (default).")
    ] = False,
    all_pins: Annotated[
        bool, typer.Option("--all-pins", help="Remove every pin whose root is in the store.")
    ] = False,
    replace_all: Annotated[
        bool, typer.Option("--replace-all", help="Remove every certificate, private CAs as well.")
    ] = False,
    keep_pins: Annotated[
        bool, typer.Option("--keep-pins", help="Add the roots and remove nothing yet.")
    ] = False,
    drop_retired: Annotated[
        bool, typer.Option("--drop-retired", help="Remove the roots that Azure left or is leaving.")
    ] = False,
    with_new_root: Annotated[
        bool,
        typer.Option(
            "--with-new-root",
            help="Add the new chain's self-signed root: some servers need it.",
        ),
    ] = False,
    alias_style: Annotated[
        AliasStyle, typer.Option("--alias-style", help="How new entries are named.")
    ] = AliasStyle.SLUG,
    upgrade_protection: Annotated[
        bool,
        typer.Option("--upgrade-protection", help="Renew what protects an outdated PKCS12."),
    ] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Write a store whose digest was not checked.")
    ] = False,
    backup: Annotated[
        bool, typer.Option("--backup/--no-backup", help="Keep the old file beside the new one.")
    ] = True,
    follow: Annotated[
        bool, typer.Option("--follow", help="Change a file that the distribution manages.")
    ] = False,
    client: Annotated[
        str | None, typer.Option("--client", help="Client families, comma-separated.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="Rehearse as if at this date.")] = None,
    catalogue: _Catalogue = None,
    password_file: _PasswordFile = None,
    password: _Password = None,
    output: _Format = OutputFormat.TABLE,
    width: _Width = None,
) -> None:
    """Put the profile's roots in the place of the pins; everything else stays byte for byte."""
    from unpin.cli import fixing

    if undo:
        raise typer.Exit(fixing.run_undo(stores, follow=follow))
    options = fixing.Options(
        profile, client, at,
        fixing.one_scope(only_azure=only_azure, all_pins=all_pins, replace_all=replace_all),
        keep_pins, drop_retired, with_new_root, alias_style, upgrade_protection, unverified,
        write, out, force, check, backup, follow, catalogue, output, width,
    )  # fmt: skip
    raise typer.Exit(fixing.run(stores, read_password(password_file, password), options))


@app.command("convert")
def convert(  # noqa: PLR0913  (one parameter an option)
    stores: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, or - for standard input; several are merged."),
    ] = None,
    *,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", help="The new file; - (the default) for standard output."),
    ] = None,
    to: Annotated[
        TargetFormat | None, typer.Option("--to", help="Its format; else its extension says it.")
    ] = None,
    split: Annotated[
        Path | None, typer.Option("--split", help="A folder for one file a certificate, not -o.")
    ] = None,
    roots: Annotated[
        str | None, typer.Option("--roots", help="Add the roots of a profile of the catalogue.")
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option("--alias", help="Only entries with this alias (* and ?); repeatable."),
    ] = None,
    role: Annotated[
        list[RoleChoice] | None, typer.Option("--role", help="Only such certificates; repeatable.")
    ] = None,
    only_roots: Annotated[
        bool, typer.Option("--only-roots", help="The same as --role root.")
    ] = False,
    keys: Annotated[
        bool, typer.Option("--keys", help="Copy the keys too, which are else left out.")
    ] = False,
    chains: Annotated[
        bool, typer.Option("--chains", help="Trust the certificates of key chains too.")
    ] = False,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="Leave out what cannot be read.")
    ] = False,
    alias_style: Annotated[
        AliasStyle, typer.Option("--alias-style", help="Names for entries that have none.")
    ] = AliasStyle.SLUG,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Convert stores whose integrity is not checked.")
    ] = False,
    password_file_out: Annotated[
        Path | None,
        typer.Option("--password-file-out", help="A file that holds the new store's password."),
    ] = None,
    scheme: Annotated[
        SchemeChoice | None, typer.Option("--scheme", help="How a PKCS12 is protected.")
    ] = None,
    password_less: Annotated[
        bool, typer.Option("--password-less", help="The same as --scheme password-less.")
    ] = False,
    catalogue: _Catalogue = None,
    password_file: _PasswordFile = None,
    password: _Password = None,
    output: Annotated[
        SummaryFormat, typer.Option("--format", help="How to print the summary.")
    ] = SummaryFormat.TABLE,
) -> None:
    """Convert and merge stores: all certificates, any format, and what it loses is said."""
    from unpin.cli import converting

    if password_less and scheme not in (None, SchemeChoice.PASSWORD_LESS):
        raise UsageError(f"--password-less and --scheme {scheme}: give one of them")
    options = converting.Options(
        out, to, split, roots, catalogue, tuple(alias or ()),
        (*(role or ()), *((RoleChoice.ROOT,) if only_roots else ())),
        keys, chains, skip_unreadable, unverified, force, alias_style,
        read_password(password_file_out, None) if password_file_out else None,
        Scheme.PASSWORD_LESS if password_less else scheme.scheme if scheme else None,
        output,
    )  # fmt: skip
    given = read_password(password_file, password)
    raise typer.Exit(converting.run(stores or [], given, options))


@app.command("explain")
def explain(
    what: Annotated[
        str | None,
        typer.Argument(help="A rule, or an error message; without one, the rules are listed."),
    ] = None,
) -> None:
    """Print the page of a rule, or what a client's error message means."""
    from unpin.cli import explaining

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
        what = f"{type(error).__name__}: {error}"
        say_error(UnpinError(f"a fault in unpin itself ({what})", "UNPIN_DEBUG=1 shows where"))
        sys.exit(UnpinError.exit_code)
