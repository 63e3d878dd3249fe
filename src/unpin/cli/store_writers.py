"""The commands that write stores, and their options; each hands over to a module of its own."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.convert.formats import SchemeChoice, SummaryFormat, TargetFormat
from unpin.cli.options import PROFILE_DEFAULT, Catalogue, Format, Password, PasswordFile, Width
from unpin.cli.terminal import read_password
from unpin.model.errors import UsageError
from unpin.reports.render import OutputFormat
from unpin.rewrite.aliases import AliasStyle
from unpin.rewrite.selection import RoleChoice
from unpin.stores.encoding import ProtectionScheme

app = typer.Typer()


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
        str | None,
        typer.Option("--profile", help="Whose roots come.", show_default=PROFILE_DEFAULT),
    ] = None,
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
    catalogue: Catalogue = None,
    password_file: PasswordFile = None,
    password: Password = None,
    output: Format = OutputFormat.TABLE,
    width: Width = None,
) -> None:
    """Put the profile's roots in the place of the pins; everything else stays byte for byte."""
    from unpin.cli.fix import command as fixing
    from unpin.cli.fix import options as fix_call

    if undo:
        if write or check or out is not None:
            raise UsageError(
                "--undo only puts a backup back: --write, -o and --check go without it"
            )
        raise typer.Exit(fixing.run_undo(stores, follow=follow))
    options = fix_call.Options(
        profile, client, at,
        fix_call.removal_scope(only_azure=only_azure, all_pins=all_pins, replace_all=replace_all),
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
        list[TargetFormat] | None,
        typer.Option("--to", help="Its format, else its extension says it; repeatable."),
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
    catalogue: Catalogue = None,
    password_file: PasswordFile = None,
    password: Password = None,
    output: Annotated[
        SummaryFormat, typer.Option("--format", help="How to print the summary.")
    ] = SummaryFormat.TABLE,
) -> None:
    """Convert and merge stores: all certificates, any format, and what it loses is said."""
    from unpin.cli.convert import command as converting
    from unpin.cli.convert import options as convert_call

    if password_less and scheme not in (None, SchemeChoice.PASSWORD_LESS):
        raise UsageError(f"--password-less and --scheme {scheme}: give one of them")
    options = convert_call.Options(
        out, None, split, roots, catalogue, tuple(alias or ()),
        (*(role or ()), *((RoleChoice.ROOT,) if only_roots else ())),
        keys, chains, skip_unreadable, unverified, force, alias_style,
        read_password(password_file_out, None) if password_file_out else None,
        ProtectionScheme.PASSWORD_LESS if password_less else scheme.scheme if scheme else None,
        output,
    )  # fmt: skip
    given = read_password(password_file, password)
    raise typer.Exit(converting.run(stores or [], given, options, tuple(to or ())))
