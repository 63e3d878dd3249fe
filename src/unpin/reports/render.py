"""Render rows as table, JSON, JSON lines, CSV or Markdown; strings out, nothing printed."""

import csv
import io
import json
from collections.abc import Sequence
from enum import StrEnum

from unpin.reports.rows import SCHEMA, Row


class OutputFormat(StrEnum):
    """The choices of `--format`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"


_COLOURS = {"error": "31", "warning": "33", "note": "36", "root": "32"}
_MIN_COLUMN = 12


def as_json(key: str, rows: Sequence[Row], errors: Sequence[Row] = ()) -> str:
    """One document: {"schema": 1, key: rows, "errors": errors}."""
    document = {"schema": SCHEMA, key: list(rows), "errors": list(errors)}
    return json.dumps(document, ensure_ascii=False, indent=2)


def as_json_lines(rows: Sequence[Row]) -> str:
    """One compact object a line, each with its schema."""
    return "\n".join(
        json.dumps({"schema": SCHEMA, **row}, ensure_ascii=False, separators=(",", ":"))
        for row in rows
    )


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """RFC 4180 with a header; a list becomes words joined by blanks."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(row.get(column)) for column in columns])
    return out.getvalue().rstrip("\n")


def as_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int | None,
    colour: bool = False,
    markdown: bool = False,
) -> str:
    """A table by tabulate; on a terminal of `width` columns the widest ones are wrapped."""
    from tabulate import tabulate

    cells = [[printable(cell) for cell in row] for row in rows]
    if markdown:
        escaped = [[cell.replace("|", "\\|") for cell in row] for row in cells]
        return tabulate(escaped, headers=columns, tablefmt="github", disable_numparse=True)
    widths = _widths(columns, cells, width)
    if colour:
        cells = [[_paint(cell) for cell in row] for row in cells]
    return tabulate(
        cells,
        headers=columns,
        tablefmt="simple",
        disable_numparse=True,
        maxcolwidths=widths,
    )


def printable(text: str) -> str:
    """`text` without control characters: an alias must not drive the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None
) -> list[int | None] | None:
    if width is None:
        return None
    wanted = [max([len(head), *(len(row[i]) for row in rows)]) for i, head in enumerate(columns)]
    room = width - 2 * (len(columns) - 1)
    limits = list(wanted)
    while sum(limits) > room and max(limits) > _MIN_COLUMN:
        limits[limits.index(max(limits))] -= 1
    return [
        limit if limit < natural else None for limit, natural in zip(limits, wanted, strict=True)
    ]


def _paint(cell: str) -> str:
    code = _COLOURS.get(cell)
    return f"\x1b[{code}m{cell}\x1b[0m" if code else cell


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)
