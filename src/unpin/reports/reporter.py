"""The protocol of a command's result, which every output format renders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.reports.blocks import Block

Row = dict[str, Any]  # the JSON edge: values of several types


class Reporter(Protocol):
    """A result of a command, about a store or about a pair of stores."""

    json_key: ClassVar[str]
    """The field of the JSON document that lists the results."""
    csv_columns: ClassVar[tuple[str, ...]]

    def text(self) -> Iterator[Block]:
        """The blocks for a terminal."""

    def markdown(self) -> Iterator[Block]:
        """The blocks for a page, such as a pull request."""

    def json_fields(self) -> Row:
        """The whole result (docs/json.md)."""

    def json_lines(self) -> Iterator[Row]:
        """The parts of the result; each part names its store."""

    def csv_rows(self) -> Iterator[Row]:
        """The parts of the result, with values for some or all of `csv_columns`."""
