"""CSV (RFC 4180) with a header; the items of a list are joined by spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.reports.escaping import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.reports.escaping import CsvText
    from unpin.reports.reporter import Reporter


def render(
    kind: type[Reporter], results: Iterable[Reporter], errors: Sequence[UnpinError]
) -> Iterator[CsvText]:
    """The header, a line for each row, and a line for each store that could not be read."""
    rows = [row for result in results for row in result.csv_rows()]
    rows += [
        {
            "source": error.source,
            "status": "unreadable",
            "message": error.message,
            "reason": error.message,
        }
        for error in errors
    ]
    yield csv_line(kind.csv_columns)
    for row in rows:
        yield csv_line([_plain(row.get(column)) for column in kind.csv_columns])


def _plain(value: object) -> str | int:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value if isinstance(value, int) else str(value)
