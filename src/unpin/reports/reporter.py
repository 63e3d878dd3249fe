"""The protocol of a command's result, and what an output format makes of results and of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from unpin.model.finding import Severity
from unpin.reports.pipeline.paths import Folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.reports.blocks import Block
    from unpin.reports.escaping import EscapedText
    from unpin.reports.formats.table import Terminal
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult

Row = dict[str, Any]  # the JSON edge: values of several types


class Reporter(Protocol):
    """A result of a command, about a store or about a pair of stores."""

    title: ClassVar[str]
    """The title of a page: the command."""
    json_key: ClassVar[str]
    """The field of the JSON document that lists the results."""
    csv_columns: ClassVar[tuple[str, ...]]

    def text(self) -> Iterator[Block]:
        """The blocks for a terminal."""

    def markdown(self) -> Iterator[Block]:
        """The blocks for a page, such as a pull request."""

    def json_fields(self) -> Row:
        """The whole result (docs/json.md)."""

    def json_lines(self) -> Iterator[Row] | Iterator[str]:
        """The parts of the result, or their lines (formats.jsonl); each part names its store."""

    def csv_rows(self) -> Iterator[Row]:
        """The parts of the result, with values for some or all of `csv_columns`."""

    def pictures(self) -> Iterator[Picture]:
        """The drawings of the result on a web page."""

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdicts with their findings, for the formats of pipelines."""


class Run(NamedTuple):
    """What a format may know of a run beside its results.

    `kind` is the class of the results, of which there may be none. `errors` is read at the end:
    what could not be read or done. `about` are facts about the run, for JSON. `folders` tell
    where the files are. `fail_on` is the lowest severity that fails the run.
    """

    kind: type[Reporter]
    errors: Sequence[UnpinError]
    terminal: Terminal
    about: Row | None = None
    folders: Folders = Folders("", "")
    fail_on: Severity = Severity.ERROR


class Rendering(NamedTuple):
    """The texts of each result as soon as it is ready, and those of the end.

    A line end follows each text.
    """

    each: Callable[[Reporter], Iterable[EscapedText]]
    end: Callable[[], Iterable[EscapedText]]

    def of(self, results: Iterable[Reporter]) -> Iterator[EscapedText]:
        """The texts of all results."""
        for result in results:
            yield from self.each(result)
        yield from self.end()


def nothing(*_: object) -> Iterable[EscapedText]:
    """The texts of a rendering that waits for the end, or that ends without a text."""
    return ()
