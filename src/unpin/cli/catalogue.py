"""`unpin catalogue`: what unpin knows, where from, how old, and proof that it agrees."""

from pathlib import Path
from typing import Annotated

import typer

from unpin.cli.terminal import colour_wanted, say_error, table_width

app = typer.Typer(
    name="catalogue",
    help="List, show, export, prove and complete the catalogue of chains.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

_File = Annotated[
    Path | None, typer.Option("--catalogue", help="Another catalogue (docs/catalogue.md).")
]


@app.callback()
def catalogue(context: typer.Context, file: _File = None) -> None:
    """List the certificates, chains and profiles."""
    from unpin.catalogue.load import load_builtin, load_path
    from unpin.cli.terminal import parse_moment
    from unpin.reports import render

    loaded = load_builtin() if file is None else load_path(file)
    context.obj = loaded
    if context.invoked_subcommand is not None:
        return
    age = (parse_moment(None).date() - loaded.date_seen).days
    typer.echo(f"{loaded.title}, seen {loaded.date_seen} ({age} days ago)")
    rows = [
        [
            one.slug,
            one.role,
            ", ".join(one.chains),
            f"{one.not_after:%Y-%m-%d}",
            "yes" if one.certificate is not None else "facts only",
        ]
        for one in loaded.certificates
    ]
    columns = ("certificate", "role", "chains", "expires", "bytes")
    typer.echo(render.as_table(columns, rows, width=table_width(None), colour=colour_wanted()))
    profiles = [[p.name, p.title, str(p.date), p.source] for p in loaded.profiles]
    typer.echo("")
    headings = ("profile", "title", "date", "source")
    typer.echo(render.as_table(headings, profiles, width=table_width(None)))


@app.command("show")
def show(context: typer.Context, name: Annotated[str, typer.Argument(help="A slug.")]) -> None:
    """Show every fact of one certificate."""
    record = context.obj.certificate(name)
    facts = {
        "name": record.name,
        "role": record.role,
        "subject": record.subject,
        "issuer": record.issuer,
        "serial": f"{record.serial:x}",
        "SHA-256": record.sha256,
        "SHA-1": record.sha1,
        "SPKI SHA-256": record.spki_sha256,
        "subject key id": record.key_id.hex() if record.key_id else "none",
        "valid": f"{record.not_before:%Y-%m-%d} to {record.not_after:%Y-%m-%d}",
        "key": record.key,
        "chains": ", ".join(record.chains),
        "issued by": ", ".join(record.issued_by) or "not known",
        "address": record.url or "not known",
        "source": record.source,
        "bytes from": record.origin or "not shipped: recognised, never added",
        "retired": record.retired or "no",
        "leaving": record.leaving or "no",
    }
    width = max(map(len, facts))
    typer.echo("\n".join(f"{key:{width}}  {value}" for key, value in facts.items()))


@app.command("export")
def export(
    context: typer.Context,
    *,
    profile: Annotated[str | None, typer.Option("--profile", help="Whose roots.")] = None,
) -> None:
    """Write the roots of a profile as PEM to standard output."""
    from unpin.asn1.textual_encoding import block
    from unpin.model.errors import CatalogueError

    loaded = context.obj
    records = loaded.roots_of(loaded.profile(profile))
    missing = [one.slug for one in records if one.certificate is None]
    if missing:
        raise CatalogueError(
            f"the bytes of {', '.join(missing)} are not here", "unpin catalogue fetch gets them"
        )
    for one in records:
        typer.echo(f"# {one.subject}\n# SHA-256 {one.sha256}")
        typer.echo(block("CERTIFICATE", one.certificate.der), nl=False)


@app.command("verify")
def verify(context: typer.Context) -> None:
    """Prove the catalogue: fingerprints, facts, and every link by signature where possible."""
    from unpin.catalogue import verify as proof

    lines = proof.verify(context.obj)
    typer.echo("\n".join(lines))
    typer.echo(f"=> {len(lines)} facts hold")


@app.command("fetch")
def fetch(
    context: typer.Context,
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Only these certificates of the catalogue.")
    ] = None,
) -> None:
    """Download what is known by facts only; keep what matches its SHA-256."""
    from unpin.catalogue.download_folder import data_dir
    from unpin.catalogue.fetch import fetch as download

    failed = False
    records = [context.obj.certificate(slug) for slug in slugs or ()]
    for record in records:
        if record.certificate is not None:
            typer.echo(f"{record.slug}: its bytes are here already")
    only = {record.slug for record in records} if records else None
    for one in download(context.obj, data_dir(), only=only):
        if one.error is not None:
            failed = True
            say_error(one.error)
        else:
            typer.echo(f"{one.slug}: {one.path}")
    if failed:
        raise typer.Exit(3)
