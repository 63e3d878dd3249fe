"""CSV (RFC 4180) with a header; the items of a list are joined by spaces."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.reporter import Reporter


def render(kind: type[Reporter], results: Iterable[Reporter]) -> Iterator[str]:
    """The header, and a line for each row."""
    rows = [row for result in results for row in result.csv_rows()]
    yield _line(kind.csv_columns)
    for row in rows:
        yield _line([_plain(row.get(column)) for column in kind.csv_columns])


def _line(values: Iterable[str]) -> str:
    out = io.StringIO()
    # Without a line terminator, the writer would not quote a value that contains a line end.
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue().removesuffix("\n")


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)
