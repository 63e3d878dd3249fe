"""The rows of an answer as they were printed: a table, CSV, lines of psql, mysql or others."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from unpin.database.mysql_queries import ESCAPES
from unpin.database.postgresql_queries import LAST_TOPIC
from unpin.model.errors import LimitExceededError, MalformedAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator

Answered: TypeAlias = dict[str, Any]  # the JSON edge: values of several types
"""A row of an answer: its topic, and the values of that topic."""

MAX_ROWS: Final = 100_000
"""The most rows of an answer."""

_BORDERS: Final = " \t|\u2502\u2551"
"""What psql and mysql draw beside a cell."""

_NAMES: Final = ("unpin | ", "unpin: ")
"""The name of the column, in the expanded display of psql and the vertical one of mysql."""

_BACKSLASH: Final = re.compile(r'"backslash": ?"(\\+)"')
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "0": "\0"}
"""What mysql writes for characters in its batch mode, each behind a backslash."""


def printed_rows(text: str, source: str) -> list[Answered]:
    """The rows in what psql or another tool printed: a table, CSV, or only the rows.

    Raises MalformedAnswerError where no row is found, or the last one is missing;
    LimitExceededError.
    """
    rows = []
    for row in _found_rows(text, source):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise LimitExceededError(f"{source}: more than {MAX_ROWS} rows")
    if not rows:
        raise MalformedAnswerError(
            f"{source}: no row of the query is in it",
            "unpin server --sql > tls.sql; psql -X -f tls.sql DATABASE > answer.txt; of MySQL: "
            "unpin server --sql --dialect mysql > tls.sql; mysql < tls.sql > answer.txt",
        )
    if rows[-1].get("topic") != LAST_TOPIC:
        raise MalformedAnswerError(
            f"{source}: the answer is not whole: its last row is missing",
            "psql or mysql printed an error, or the file was cut; run the script again",
        )
    return rows[:-1]


def _found_rows(text: str, source: str) -> Iterator[Answered]:
    escaped = False
    for number, line in enumerate(text.split("\n"), 1):
        cell = line.strip()
        for name in _NAMES:
            cell = cell.removeprefix(name)
        cell = cell.strip(_BORDERS)
        if cell.startswith('"{'):
            cell = cell.strip('"').replace('""', '"')
        if not cell.startswith("{"):
            continue
        if ESCAPES in cell and (found := _BACKSLASH.search(cell)):
            # In JSON it is doubled; mysql doubles both once more.
            escaped = len(found[1]) == 4
            continue
        if escaped:
            cell = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), cell)
        try:
            row = json.loads(cell)
        except (ValueError, RecursionError) as error:
            raise MalformedAnswerError(
                f"{source}: line {number} is no row of the query: the output was wrapped or cut",
                "psql -X and mysql write whole rows into a file",
            ) from error
        if isinstance(row, dict):
            yield row


def text_in(value: object) -> str:
    """A value as a text, "" for null."""
    return "" if value is None else str(value)


def instant_in(value: str) -> datetime:
    """A time with its zone. Raises ValueError."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone: {value}")
    return moment.astimezone(UTC)
