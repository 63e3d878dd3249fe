"""JSON: one document, whose fields docs/json.md promises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.reports.reporter import Reporter, Row

SCHEMA: Final = 1
"""The version of the machine form: within it, fields are added, never renamed or removed."""


def render(
    kind: type[Reporter], results: Iterable[Reporter], errors: Sequence[UnpinError]
) -> Iterator[str]:
    """The results and what could not be read, as one document at the end."""
    rows = [result.json_fields() for result in results]
    yield document({kind.json_key: rows, "errors": [error_fields(error) for error in errors]})


def document(fields: Row) -> str:
    """The fields under the version of their schema."""
    return json.dumps({"schema": SCHEMA, **fields}, ensure_ascii=False, indent=2)


def error_fields(error: UnpinError) -> Row:
    """An error as a document spells it."""
    return {"message": error.message, "hint": error.hint}
