"""`unpin list`: what is in a store."""

from collections.abc import Sequence
from pathlib import Path

import typer

from unpin.cli.store_reading import Reading
from unpin.cli.terminal import colour_wanted, table_width
from unpin.reports.render import OutputFormat
from unpin.reports.rows import Row
from unpin.stores.opening import Password

_COLUMNS = ("alias", "role", "subject", "expires", "SHA-256", "catalogue")
_CSV = (
    "source", "index", "alias", "kind", "role", "subject", "issuer", "serial", "not_before",
    "not_after", "key", "signature_algorithm", "sha256", "sha1", "chain_sha256", "created",
    "created_ms", "visible_to_java", "hidden_because", "catalogue", "line", "file", "reason",
)  # fmt: skip
_WHOLE, _HEAD = 64, 16
_WIDE = 160
"""Columns from which a whole SHA-256 fits beside the rest."""


def run(
    paths: Sequence[str],
    password: Password | None,
    catalogue: Path | None,
    output: OutputFormat,
    width: int | None,
) -> int:
    """List the entries of every store; the exit code is returned."""
    from unpin.catalogue.load import load_builtin, load_path
    from unpin.judge.audited_entry import audited_entries
    from unpin.reports import render, rows

    facts = load_path(catalogue) if catalogue else load_builtin()
    reading = Reading(paths, password)
    documents: list[Row] = []
    for number, store in enumerate(reading):
        about = rows.store_row(store)
        own = [rows.entry_row(one) for one in audited_entries(store, facts)]
        match output:
            case OutputFormat.JSON:
                documents.append({**about, "entries": own})
            case OutputFormat.JSONL | OutputFormat.CSV:
                documents += [{"source": store.source, **row} for row in own]
            case OutputFormat.TABLE | OutputFormat.MARKDOWN:
                markdown = output is OutputFormat.MARKDOWN
                typer.echo(("\n" if number else "") + _headline(about, len(own)))
                shown = render.in_markdown if markdown else render.printable
                for remark in _remarks(about):
                    typer.echo(shown(remark))
                typer.echo(_table(own, table_width(width), markdown=markdown))
    match output:
        case OutputFormat.JSON:
            typer.echo(render.as_json("stores", documents, reading.problems))
        case OutputFormat.CSV:
            typer.echo(render.as_csv(_CSV, documents))
        case OutputFormat.JSONL if documents:
            typer.echo(render.as_json_lines(documents))
    return 3 if reading.errors else 0


def _table(entries: Sequence[Row], width: int | None, *, markdown: bool) -> str:
    from unpin.reports import render

    # A fingerprint wrapped over several lines helps nobody: in a narrow table its head stands
    # for it, and the other formats have the whole.
    digits = _WHOLE if width is None or width >= _WIDE or markdown else _HEAD
    table = [
        [
            _name(row),
            row["role"] or row["kind"],
            row["subject"] or row["reason"] or "",
            (row["not_after"] or "")[:10],
            (row["sha256"] or "")[:digits],
            row["catalogue"] or "",
        ]
        for row in entries
    ]
    return render.as_table(_COLUMNS, table, width=width, colour=colour_wanted(), markdown=markdown)


def _headline(row: dict[str, object], count: int) -> str:
    parts = [f"{row['source']}: {row['format']}", f"{count} entr{'y' if count == 1 else 'ies'}"]
    if row["opened_with"]:
        parts.append(f"opened with {row['opened_with']}")
    if row["integrity"] == "not checked":
        parts.append("integrity not checked")
    return ", ".join(parts)


def _remarks(row: Row) -> list[str]:
    """What is odd about the store as a whole, and that Java refuses it."""
    refusal = row["refused_by_java"]
    said = [f"Java refuses the whole store: {refusal}"] if refusal else []
    return [*said, *row["notes"]]


def _name(row: dict[str, object]) -> str:
    if row["alias"] or row["file"]:
        return str(row["alias"] or row["file"])
    return f"line {row['line']}" if row["line"] else ""
