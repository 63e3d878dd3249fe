"""JSON lines: a compact object on each line, with the version of its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from unpin.reports.escaping import in_json
from unpin.reports.formats.json import SCHEMA, error_fields, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.reports.escaping import JsonText
    from unpin.reports.reporter import Reporter, Row


def render(
    results: Iterable[Reporter], errors: Sequence[UnpinError], about: Row | None = None
) -> Iterator[JsonText]:
    """A line about the run, the lines of each result as soon as it is ready, a line an error."""
    if about is not None:
        yield _line({"type": "run", **versions(), **about})
    for result in results:
        for row in result.json_lines():
            yield _line(row)
    for error in errors:
        yield _line({"type": "error", **error_fields(error)})


def _line(row: Row) -> JsonText:
    fields = {"schema": SCHEMA, **row}
    return in_json(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
