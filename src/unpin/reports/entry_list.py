"""`unpin list`: the entries of a store, in the order of the file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from unpin.jdk.key_store_view import refused_by_java
from unpin.model.store import Integrity
from unpin.model.values import frozen
from unpin.pki.roles import Role
from unpin.reports.blocks import Fingerprint, Rows, Table, Title, Tone, Toned, WholeName
from unpin.reports.names import entry_kind, expiry_date, store_title
from unpin.reports.store_fields import entry_row, store_row, unreadable_because
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.model.store import Store
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row
    from unpin.stores.second_reader import SecondReading

_HEADINGS = ("alias", "role", "subject", "expires", "SHA-256", "catalogue")


@frozen
class EntryListReport:
    """A store and its audited entries; `second` is what the second reader read, if it was asked."""

    store: Store
    entries: Sequence[AuditedEntry]
    second: SecondReading | None = None

    title: ClassVar[str] = "unpin list"
    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "index", "alias", "kind", "role", "subject", "issuer", "serial", "not_before",
        "not_after", "key", "signature_algorithm", "sha256", "sha1", "chain_sha256", "created",
        "created_ms", "visible_to_java", "hidden_because", "catalogue", "line", "file", "reason",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The notes on the store, and a table of its entries."""
        yield Title((self._headline(), *self._remarks()))
        yield Table(_HEADINGS, Rows(self.entries, _cells))

    markdown = text

    def json_fields(self) -> Row:
        """The store and its entries."""
        row = store_row(self.store)
        if self.second is not None:
            row["second_reader"] = asdict(self.second)
        return {**row, "entries": [entry_row(audited) for audited in self.entries]}

    def json_lines(self) -> Iterator[Row]:
        """A row for the store, and a row for each entry."""
        yield {"type": "store", **store_row(self.store), "entries": len(self.entries)}
        for row in self._entry_rows():
            yield {"type": "entry", **row}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each entry, or for the store if it has none."""
        yield from self._entry_rows()
        if not self.entries:
            yield {"source": self.store.source}

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        from unpin.reports.html.pictures import time_line

        return time_line(self.entries)

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_stores import of_list

        return of_list(self.store)

    def _entry_rows(self) -> Iterator[Row]:
        for audited in self.entries:
            yield {"source": self.store.source, **entry_row(audited)}

    def _headline(self) -> str:
        unchecked = self.store.protection.integrity is Integrity.NOT_CHECKED
        return store_title(self.store) + (", integrity not checked" if unchecked else "")

    def _remarks(self) -> Iterator[str]:
        if refusal := refused_by_java(self.store):
            yield f"Java refuses the whole store: {refusal}"
        elif since := self.store.protection.java_since:
            yield f"needs Java {since} or later (unpin explain needs-newer-java)"
        yield from self.store.notes
        if self.second is not None:
            yield from _second_opinion(self.second)


def _second_opinion(second: SecondReading) -> Iterator[str]:
    name = f"{second.package} {second.version}"
    if second.error is not None:
        yield f"{name} cannot read the store: {second.error}"
    elif not second.differences:
        yield f"{name} reads the same {counted(second.entries, 'entry', 'entries')}"
    for difference in second.differences:
        alias = f"entry {difference.alias!r}"
        if difference.field == "alias":
            yield f"{alias}: only {name if difference.unpin is None else 'unpin'} reads it"
        else:
            yield (
                f"{alias}: unpin reads the {difference.field} {difference.unpin or 'none'}, "
                f"{name} {difference.second or 'none'}"
            )


def _cells(audited: AuditedEntry) -> list[Cell]:
    certificate = audited.certificate
    subject = certificate.fields.subject if certificate and certificate.problem is None else None
    return [
        WholeName(
            audited.alias
            or audited.entry.file
            or ("" if audited.entry.line is None else f"line {audited.entry.line}")
        ),
        _role(audited),
        str(subject or unreadable_because(audited) or ""),
        expiry_date(audited) or "",
        Fingerprint(certificate.sha256 if certificate else ""),
        audited.record.slug if audited.record else "",
    ]


def _role(audited: AuditedEntry) -> Cell:
    if audited.role is None:
        return entry_kind(audited.entry)
    return Toned(audited.role, Tone.GOOD) if audited.role is Role.ROOT else str(audited.role)
