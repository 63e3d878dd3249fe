"""JSON: a single document; docs/json.md specifies its fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from unpin.reports.escaping import in_json
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.model.errors import UnpinError
    from unpin.reports.escaping import JsonText
    from unpin.reports.reporter import Reporter, Row, Run

SCHEMA: Final = 2
"""The version of the machine form: within a version, fields are added, never renamed or removed."""


def render(run: Run) -> Rendering:
    """The facts about the run, the results and the errors, as a single document."""
    rows: list[Row] = []

    def each(result: Reporter) -> Iterable[JsonText]:
        rows.append(result.json_fields())
        return ()

    def end() -> Iterator[JsonText]:
        problems = [error_fields(error) for error in run.errors]
        yield document({**(run.about or {}), run.kind.json_key: rows, "errors": problems})

    return Rendering(each, end)


def document(fields: Row) -> JsonText:
    """The JSON document of the fields, with the version of their schema."""
    return in_json(json.dumps({**versions(), **fields}, ensure_ascii=False, indent=2))


def versions() -> Row:
    """The version of the machine form, and that of unpin."""
    import unpin

    return {"schema": SCHEMA, "unpin": unpin.__version__}


def error_fields(error: UnpinError) -> Row:
    """The fields of an error."""
    return {
        "source": error.source,
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
    }
