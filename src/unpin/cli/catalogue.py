"""`unpin catalogue`: list, show, export, verify and fetch the known certificates."""

from typing import TYPE_CHECKING, Annotated

import typer

from unpin.cli.help import GroupedCommand, GroupedCommands
from unpin.cli.options import CatalogueOption

if TYPE_CHECKING:
    from unpin.catalogue.model import Catalogue

app = typer.Typer(
    name="catalogue",
    help="List the known CA chains; export, verify or fetch them.",
    invoke_without_command=True,
    rich_markup_mode=None,
    cls=GroupedCommands,
)


@app.callback()
def catalogue(context: typer.Context, path: CatalogueOption = None) -> None:
    """List the certificates, chains and profiles."""
    from unpin.cli.options import load_catalogue

    context.obj = load_catalogue(path)
    if context.invoked_subcommand is None:
        _print_overview(context.obj)


@app.command("list", cls=GroupedCommand, hidden=True)
def list_certificates(context: typer.Context) -> None:
    """List the certificates, chains and profiles, as the group alone does."""
    _print_overview(context.obj)


@app.command("show", cls=GroupedCommand)
def show(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Certificate, as unpin catalogue lists it.")
    ],
) -> None:
    """Show every fact about a certificate."""
    from unpin.cli.output import say
    from unpin.reports.catalogue import facts

    say(facts(context.obj.certificate(name)))


@app.command("export", cls=GroupedCommand)
def export(
    context: typer.Context,
    *,
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="PROFILE", help="Profile whose roots are written."),
    ] = None,
) -> None:
    """Write the roots of a profile as PEM to standard output."""
    from unpin.asn1.textual_encoding import block_lines
    from unpin.cli.output import say
    from unpin.model.errors import CatalogueError
    from unpin.reports.escaping import on_lines, on_terminal

    loaded = context.obj
    records = loaded.roots_of(loaded.profile(profile))
    missing = [record.slug for record in records if record.certificate is None]
    if missing:
        raise CatalogueError(
            f"not bundled: {', '.join(missing)}", "unpin catalogue fetch gets the certificates"
        )
    for record in records:
        say(
            on_lines(
                (on_terminal(f"# {record.subject}"), on_terminal(f"# SHA-256 {record.sha256}"))
            )
        )
        say(on_lines(map(on_terminal, block_lines("CERTIFICATE", record.certificate.der))))


@app.command("verify", cls=GroupedCommand)
def verify(context: typer.Context) -> None:
    """Verify the fingerprints, facts and signatures of the catalogue."""
    from unpin.catalogue import verify as proof
    from unpin.cli.output import say
    from unpin.reports.escaping import on_lines, on_terminal

    facts = proof.verify(context.obj)
    say(on_lines(map(on_terminal, [*facts, f"=> {len(facts)} facts hold"])))


@app.command("fetch", cls=GroupedCommand)
def fetch(
    context: typer.Context,
    slugs: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Fetch only these certificates.")
    ] = None,
) -> None:
    """Download the certificates that are not bundled.

    unpin keeps a download only if it has the SHA-256 of the catalogue.
    """
    from unpin.catalogue.fetch import fetch as download
    from unpin.catalogue.load import data_dir
    from unpin.cli.output import say, say_error
    from unpin.reports.escaping import on_terminal

    failed = False
    records = [context.obj.certificate(slug) for slug in slugs or ()]
    for record in records:
        if record.certificate is not None:
            say(on_terminal(f"{record.slug}: already available"))
    only = {record.slug for record in records} if records else None
    for result in download(context.obj, data_dir(), only=only):
        if result.error is not None:
            failed = True
            say_error(result.error)
        else:
            say(on_terminal(f"{result.slug}: {result.path}"))
    if failed:
        raise typer.Exit(3)


def _print_overview(loaded: "Catalogue") -> None:
    from unpin.cli.dates import parse_moment
    from unpin.cli.output import say, terminal
    from unpin.reports.catalogue import overview
    from unpin.reports.formats.table import page_of

    say(page_of(overview(loaded, parse_moment(None).date()), terminal()))
