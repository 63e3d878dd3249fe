"""JSON lines: a compact object on each line, with the version of its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from unpin.reports.escaping import in_json
from unpin.reports.formats.json import SCHEMA, error_fields, versions
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.reports.escaping import JsonText
    from unpin.reports.reporter import Reporter, Row, Run


def render(run: Run) -> Rendering:
    """A line about the run, the lines of each result as soon as it is ready, a line an error."""
    # The places are known at the end alone; and a list, which judges nothing, has no such line.
    about = {name: said for name, said in (run.about or {}).items() if name != "not_looked_into"}
    above = [] if about.keys() <= {"excluded"} else [_line({"type": "run", **versions(), **about})]

    def each(result: Reporter) -> Iterator[JsonText]:
        yield from above
        above.clear()
        for row in result.json_lines():
            yield _line(row)

    def end() -> Iterator[JsonText]:
        yield from above
        for error in run.errors:
            yield _line({"type": "error", **error_fields(error)})

    return Rendering(each, end)


def _line(row: Row) -> JsonText:
    fields = {"schema": SCHEMA, **row}
    return in_json(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
