"""`unpin convert`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.convert.formats import (
    TARGETS,
    RoleChoice,
    SchemeChoice,
    SummaryFormat,
    target_format,
)
from unpin.cli.options import CatalogueOption, PasswordFileOption, PasswordOption
from unpin.model.formats import Format
from unpin.rewrite.aliases import AliasStyle


def convert(  # noqa: PLR0913  (a parameter for each option)
    stores: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="STORE...", help="Files, folders, or - for standard input. Several are merged."
        ),
    ] = None,
    *,
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="Output file; - (the default) is standard output."
        ),
    ] = None,
    to: Annotated[
        list[Format] | None,
        typer.Option(
            "--to",
            parser=target_format,
            metavar=f"<{'|'.join(TARGETS)}>",
            autocompletion=lambda: list(TARGETS),
            help="Output format; otherwise, the file extension decides. Repeatable.",
        ),
    ] = None,
    split: Annotated[
        Path | None,
        typer.Option(
            "--split", metavar="FOLDER", help="Write one file per certificate into this folder."
        ),
    ] = None,
    roots: Annotated[
        str | None,
        typer.Option(
            "--roots", metavar="PROFILE", help="Add the roots of this profile of the catalogue."
        ),
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(
            "--alias",
            metavar="PATTERN",
            help="Take only entries with this alias (* and ?). Repeatable.",
        ),
    ] = None,
    role: Annotated[
        list[RoleChoice] | None,
        typer.Option("--role", help="Take only certificates with this role. Repeatable."),
    ] = None,
    only_roots: Annotated[bool, typer.Option("--only-roots", help="Same as --role root.")] = False,
    keys: Annotated[bool, typer.Option("--keys", help="Copy private and secret keys too.")] = False,
    chains: Annotated[
        bool, typer.Option("--chains", help="Trust the certificates of key chains too.")
    ] = False,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="Leave out entries that cannot be read.")
    ] = False,
    alias_style: Annotated[
        AliasStyle,
        typer.Option("--alias-style", help="Style of the aliases of entries that have none."),
    ] = AliasStyle.SLUG,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Convert stores whose integrity was not checked.")
    ] = False,
    password_file_out: Annotated[
        Path | None,
        typer.Option(
            "--password-file-out",
            metavar="FILE",
            help="Read the password of the output from this file.",
        ),
    ] = None,
    scheme: Annotated[
        SchemeChoice | None, typer.Option("--scheme", help="Protection of a PKCS12 output.")
    ] = None,
    password_less: Annotated[
        bool, typer.Option("--password-less", help="Same as --scheme password-less.")
    ] = False,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    output: Annotated[
        SummaryFormat, typer.Option("--format", help="Output format of the summary.")
    ] = SummaryFormat.TABLE,
) -> None:
    """Convert and merge trust stores, and report what is lost."""
    from unpin.cli.convert.options import ConvertOptions
    from unpin.cli.convert.run import run
    from unpin.cli.passwords import read_password, read_password_file
    from unpin.model.errors import UsageError
    from unpin.stores.formats import ProtectionScheme

    if password_less and scheme not in (None, SchemeChoice.PASSWORD_LESS):
        raise UsageError(f"--password-less and --scheme {scheme} contradict each other")
    options = ConvertOptions(
        out, None, split, roots, catalogue, tuple(alias or ()),
        (*(role or ()), *((RoleChoice.ROOT,) if only_roots else ())),
        keys, chains, skip_unreadable, unverified, force, alias_style,
        read_password_file(password_file_out) if password_file_out else None,
        ProtectionScheme.PASSWORD_LESS if password_less else scheme.scheme if scheme else None,
        output,
    )  # fmt: skip
    given = read_password(password_file, password)
    raise typer.Exit(run(stores or [], given, options, tuple(to or ())))
