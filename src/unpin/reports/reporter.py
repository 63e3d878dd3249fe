"""What a command gives to be printed: a result that can say itself in every output format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.reports.blocks import Block

Row = dict[str, Any]  # the JSON edge: values of several types


class Reporter(Protocol):
    """One result of a command: of one store, or of a pair of stores."""

    json_key: ClassVar[str]
    """The field of the JSON document that lists the results."""
    csv_columns: ClassVar[tuple[str, ...]]

    def text(self) -> Iterator[Block]:
        """What a person reads on a terminal."""

    def markdown(self) -> Iterator[Block]:
        """What a person reads on a page, such as a pull request."""

    def json_fields(self) -> Row:
        """The whole result (docs/json.md)."""

    def json_lines(self) -> Iterator[Row]:
        """The parts of the result, each of which says what store it is about."""

    def csv_rows(self) -> Iterator[Row]:
        """The same with a value for each of `csv_columns` that has one."""
