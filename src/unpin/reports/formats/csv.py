"""CSV (RFC 4180) with a header; the items of a list are joined by spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.reports.escaping import csv_line
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.escaping import CsvText
    from unpin.reports.reporter import Row, Run


def render(run: Run) -> Rendering:
    """The header, a line for each row, and a line for each store that could not be read."""
    columns = run.kind.csv_columns
    header = [csv_line(columns)]

    def lines(rows: Iterable[Row]) -> Iterator[CsvText]:
        yield from header
        header.clear()
        for row in rows:
            yield csv_line([_plain(row.get(column)) for column in columns])

    def end() -> Iterator[CsvText]:
        return lines(
            {
                "source": error.source,
                "status": "unreadable",
                "message": error.message,
                "reason": error.message,
            }
            for error in run.errors
        )

    return Rendering(lambda result: lines(result.csv_rows()), end)


def _plain(value: object) -> str | int:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value if isinstance(value, int) else str(value)
