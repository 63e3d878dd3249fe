"""JSON lines: a compact object on each line, with the version of its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from unpin.reports.escaping import in_json
from unpin.reports.formats.json import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.escaping import JsonText
    from unpin.reports.reporter import Reporter


def render(results: Iterable[Reporter]) -> Iterator[JsonText]:
    """The lines of each result, as soon as the result is ready."""
    for result in results:
        for row in result.json_lines():
            fields = {"schema": SCHEMA, **row}
            yield in_json(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
