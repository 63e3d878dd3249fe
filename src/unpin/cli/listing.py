"""`unpin list`: what is in a store."""

from collections.abc import Sequence

import typer

from unpin.cli.common import colour_wanted, open_stores, table_width
from unpin.reports.render import OutputFormat
from unpin.stores.opening import Password

_COLUMNS = ("alias", "role", "subject", "expires", "SHA-256", "catalogue")


def run(
    paths: Sequence[str], password: Password | None, output: OutputFormat, width: int | None
) -> int:
    """List the entries of every store; the exit code is returned."""
    from datetime import UTC, datetime, timedelta

    from unpin.catalogue.load import load_builtin
    from unpin.judge.case import Case
    from unpin.reports import render, rows

    stores, errors = open_stores(paths, password)
    catalogue = load_builtin()
    now = datetime.now(UTC)
    cases = [Case(store, catalogue, None, (), now, timedelta()) for store in stores]
    entries = [[rows.entry_row(one) for one in case.judged] for case in cases]
    match output:
        case OutputFormat.JSON:
            documents = [
                {**rows.store_row(store), "entries": own}
                for store, own in zip(stores, entries, strict=True)
            ]
            problems = [{"message": error.message, "hint": error.hint} for error in errors]
            typer.echo(render.as_json("stores", documents, problems))
        case OutputFormat.JSONL | OutputFormat.CSV:
            flat = [
                {"source": store.source, **row}
                for store, own in zip(stores, entries, strict=True)
                for row in own
            ]
            if output is OutputFormat.JSONL:
                if flat:
                    typer.echo(render.as_json_lines(flat))
            else:
                columns = ["source", *_csv_columns()]
                typer.echo(render.as_csv(columns, flat))
        case OutputFormat.TABLE | OutputFormat.MARKDOWN:
            for store, own in zip(stores, entries, strict=True):
                typer.echo(_headline(rows.store_row(store), len(own)))
                table = [
                    [
                        _name(row),
                        row["role"] or row["kind"],
                        row["subject"] or row["reason"] or "",
                        (row["not_after"] or "")[:10],
                        row["sha256"] or "",
                        row["catalogue"] or "",
                    ]
                    for row in own
                ]
                typer.echo(
                    render.as_table(
                        _COLUMNS,
                        table,
                        width=table_width(width),
                        colour=colour_wanted(),
                        markdown=output is OutputFormat.MARKDOWN,
                    )
                )
                typer.echo("")
    return 3 if errors else 0


def _headline(row: dict[str, object], count: int) -> str:
    parts = [f"{row['source']}: {row['format']}", f"{count} entries"]
    if row["opened_with"]:
        parts.append(f"opened with {row['opened_with']}")
    if row["integrity"] == "not checked":
        parts.append("integrity not checked")
    return ", ".join(parts)


def _name(row: dict[str, object]) -> str:
    if row["alias"] or row["file"]:
        return str(row["alias"] or row["file"])
    return f"line {row['line']}" if row["line"] else ""


def _csv_columns() -> tuple[str, ...]:
    return (
        "index", "alias", "kind", "role", "subject", "issuer", "serial", "not_before", "not_after",
        "key", "signature_algorithm", "sha256", "sha1", "chain_sha256", "created",
        "visible_to_java", "catalogue", "line", "file", "reason",
    )  # fmt: skip
