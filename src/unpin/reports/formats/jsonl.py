"""JSON lines: a compact object on each line, with the version of its schema."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

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
    above = [] if about.keys() <= {"excluded"} else [line({"type": "run", **versions(), **about})]

    def each(result: Reporter) -> Iterator[JsonText]:
        lines = map(line, result.json_lines())
        while some := [*above, *islice(lines, _AT_ONCE)]:
            above.clear()
            yield in_json("\n".join(some))

    def end() -> Iterator[JsonText]:
        yield from map(in_json, above)
        for error in run.errors:
            yield in_json(line({"type": "error", **error_fields(error)}))

    return Rendering(each, end)


_AT_ONCE: Final = 100
"""The most lines of a result that are printed in one go."""
_encoded: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line(row: Row | str) -> str:
    """The line of a part of a result; of one that is a line already, itself."""
    return row if isinstance(row, str) else _encoded({"schema": SCHEMA, **row})
