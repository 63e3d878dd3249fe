"""The audit of a store as another process says it: what the output formats ask, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from unpin.model.values import frozen
from unpin.reports.audit import AuditReport, shown_above
from unpin.reports.formats.jsonl import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from unpin.reports.blocks import Block
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row


_PAGES: Final = frozenset({"text", "markdown"})


@frozen
class RecordedAudit:
    """What the methods of an AuditReport have said.

    `said` has it by the names of the methods, as far as they were asked (`OutputFormat.asks`).
    `heading` is empty where no page was.
    """

    said: Mapping[str, Any]
    heading: tuple[Block, ...]
    same_as: str | None = None

    title: ClassVar[str] = AuditReport.title
    json_key: ClassVar[str] = AuditReport.json_key
    csv_columns: ClassVar[tuple[str, ...]] = AuditReport.csv_columns

    @classmethod
    def of(cls, report: AuditReport, asked: Iterable[str]) -> RecordedAudit:
        """Record what the methods of these names say."""
        said: dict[str, Any] = {}
        for name in asked:
            found = getattr(report, name)()
            if name == "json_lines":
                found = map(line, found)
            said[name] = found if isinstance(found, dict) else list(found)
        return cls(said, () if _PAGES.isdisjoint(said) else report.heading)

    def text(self) -> Iterator[Block]:
        """As in AuditReport."""
        return self._page("text")

    def markdown(self) -> Iterator[Block]:
        """As in AuditReport."""
        return self._page("markdown")

    def json_fields(self) -> Row:
        """As in AuditReport."""
        row: Row = self.said["json_fields"]
        return row

    def json_lines(self) -> Iterator[str]:
        """The lines themselves: they go to another process more quickly than what they say."""
        return iter(self.said["json_lines"])

    def csv_rows(self) -> Iterator[Row]:
        """As in AuditReport."""
        return iter(self.said["csv_rows"])

    def pictures(self) -> Iterator[Picture]:
        """As in AuditReport."""
        return iter(self.said["pictures"])

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """As in AuditReport."""
        return iter(self.said["pipeline_results"])

    def _page(self, name: str) -> Iterator[Block]:
        if self.same_as is None:
            return iter(self.said[name])
        return iter((*self.heading, shown_above(self.same_as)))
