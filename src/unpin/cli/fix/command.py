"""`unpin fix`: its options."""

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
    PolicyOption,
    ProfileOrNoneOption,
    WidthOption,
)
from unpin.reports.formats import OutputFormat
from unpin.rewrite.aliases import AliasStyle


def fix(  # noqa: PLR0913  (a parameter for each option)
    stores: Annotated[
        list[str],
        typer.Argument(metavar="STORE...", help="Files, folders, archives, images, or -."),
    ],
    *,
    write: Annotated[
        bool,
        typer.Option("--write", help="Change the store. Without it, unpin only shows the plan."),
    ] = False,
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="Write to this file instead; - is standard output."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Let -o replace an existing file.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if a fix is due.")
    ] = False,
    patch: Annotated[
        bool,
        typer.Option(
            "--patch",
            help="Print a patch for the YAML, JSON, properties and .env that have stores in them.",
        ),
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Restore the newest backup, and do nothing else.")
    ] = False,
    profile: ProfileOrNoneOption = None,
    root: Annotated[
        list[str] | None,
        typer.Option(
            "--root",
            metavar="ROOT",
            help="Add the roots in this file, or this root of the catalogue. Repeatable.",
        ),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            "--remove",
            metavar="ENTRY",
            help="Remove this entry: alias, SHA-256, or #3 for the third. Repeatable.",
        ),
    ] = None,
    only_azure: Annotated[
        bool,
        typer.Option("--only-azure", help="Remove only what the catalogue replaces (default)."),
    ] = False,
    all_pins: Annotated[
        bool, typer.Option("--all-pins", help="Remove every pin whose root is in the store.")
    ] = False,
    replace_all: Annotated[
        bool, typer.Option("--replace-all", help="Remove every certificate, including private CAs.")
    ] = False,
    keep_pins: Annotated[
        bool, typer.Option("--keep-pins", help="Add the roots, and remove nothing yet.")
    ] = False,
    drop_retired: Annotated[
        bool,
        typer.Option("--drop-retired", help="Remove the roots that Azure has left or is leaving."),
    ] = False,
    drop_expired: Annotated[
        bool,
        typer.Option("--drop-expired", help="Remove the CA certificates that have expired."),
    ] = False,
    with_new_root: Annotated[
        bool,
        typer.Option(
            "--with-new-root",
            help="Add the self-signed root of the new chain: some servers need it.",
        ),
    ] = False,
    alias_style: Annotated[
        AliasStyle, typer.Option("--alias-style", help="Style of the aliases of new entries.")
    ] = AliasStyle.SLUG,
    upgrade_protection: Annotated[
        bool,
        typer.Option(
            "--upgrade-protection", help="Renew the protection of an outdated PKCS12 store."
        ),
    ] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Write a store whose integrity was not checked.")
    ] = False,
    backup: Annotated[
        bool, typer.Option("--backup/--no-backup", help="Keep the old file beside the new one.")
    ] = True,
    follow: Annotated[
        bool, typer.Option("--follow", help="Change a file that the distribution manages.")
    ] = False,
    client: ClientOption = None,
    at: AtOption = None,
    policy: PolicyOption = None,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    exclude: ExcludeOption = None,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the page of each of several stores.")
    ] = False,
    width: WidthOption = None,
) -> None:
    """Replace pinned certificates with the roots of a profile.

    Everything else in the store stays byte for byte.
    """
    from unpin.cli.fix.options import FixOptions, removal_scope
    from unpin.cli.fix.run import run, undo_all
    from unpin.cli.passwords import read_password
    from unpin.model.errors import UsageError

    if undo:
        if write or check or patch or out is not None or files:
            raise UsageError(
                "--undo only restores a backup, so --write, -o, --check, --patch and --output "
                "contradict it"
            )
        raise typer.Exit(undo_all(stores, follow=follow))
    options = FixOptions(
        profile, client, at,
        removal_scope(only_azure=only_azure, all_pins=all_pins, replace_all=replace_all),
        keep_pins, drop_retired, drop_expired, with_new_root, tuple(root or ()),
        tuple(remove or ()), alias_style,
        upgrade_protection, unverified, write, out, force, check, backup, follow, catalogue,
        output, width, tuple(files or ()), tuple(exclude or ()), verbose, patch, policy,
    )  # fmt: skip
    raise typer.Exit(run(stores, read_password(password_file, password), options))
