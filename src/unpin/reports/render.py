"""Render rows as table, JSON, JSON lines, CSV or Markdown; strings out, nothing printed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from unpin.reports.rows import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.reports.rows import Row


class OutputFormat(StrEnum):
    """The choices of `--format`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"


_COLOURS = {
    "error": "31",
    "warning": "33",
    "note": "36",
    "root": "32",
    "connects": "32",
    "FAILS": "31",
    "unknown": "33",
    "MISSING": "31",
    "removed": "31",
    "added": "32",
    "renamed": "33",
    "renewed": "33",
    "twin": "33",
    "changed": "33",
    "moved": "33",
    "store": "33",
    "survives": "32",
    "fails after the rotation": "31",
    "fails today": "31",
    "fails today and after": "31",
    "out": "31",
    "in": "32",
}
_MIN_COLUMN = 12
_MOST_BESIDE_PROSE = 26
_LEAST_PROSE = 30


def as_json(key: str, rows: Sequence[Row], errors: Sequence[Row] = ()) -> str:
    """One document: {"schema": 1, key: rows, "errors": errors}."""
    import json

    document = {"schema": SCHEMA, key: list(rows), "errors": list(errors)}
    return json.dumps(document, ensure_ascii=False, indent=2)


def as_json_lines(rows: Sequence[Row]) -> str:
    """One compact object a line, each with its schema."""
    import json

    return "\n".join(
        json.dumps({"schema": SCHEMA, **row}, ensure_ascii=False, separators=(",", ":"))
        for row in rows
    )


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """RFC 4180 with a header; a list becomes words joined by blanks."""
    import csv
    import io

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
    from tabulate import MIN_PADDING, tabulate

    cells = [[printable(cell) for cell in row] for row in rows]
    if markdown:
        escaped = [[in_markdown(cell).replace("|", "\\|") for cell in row] for row in cells]
        return tabulate(escaped, headers=columns, tablefmt="github", disable_numparse=True)
    widths = _widths([len(head) + MIN_PADDING for head in columns], cells, width)
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


def in_markdown(text: str) -> str:
    """`text` printable, and without HTML: an alias must not close what a report opened."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;")


def _widths(
    least: Sequence[int], rows: Sequence[Sequence[str]], width: int | None
) -> list[int | None] | None:
    """The width to wrap each column at, None where it fits: the prose keeps most of the room."""
    if width is None:
        return None
    wanted = [max([floor, *(len(row[i]) for row in rows)]) for i, floor in enumerate(least)]
    words = [
        min(
            _MOST_BESIDE_PROSE,
            max((len(word) for row in rows for word in row[i].split()), default=0),
        )
        for i in range(len(least))
    ]
    room = width - 2 * (len(least) - 1)
    limits = list(wanted)
    prose = limits.index(max(limits))
    for most in (_MOST_BESIDE_PROSE, _MIN_COLUMN):
        for i in sorted(range(len(limits)), key=lambda i: -limits[i]):
            if i != prose:
                spare = limits[i] - max(most, least[i], words[i])
                limits[i] -= max(0, min(spare, sum(limits) - room))
        limits[prose] -= max(0, min(limits[prose] - _LEAST_PROSE, sum(limits) - room))
    return [
        limit if limit < natural else None for limit, natural in zip(limits, wanted, strict=True)
    ]


def _paint(cell: str) -> str:
    code = _COLOURS.get(cell.partition(" under ")[0])
    return f"\x1b[{code}m{cell}\x1b[0m" if code else cell


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)
