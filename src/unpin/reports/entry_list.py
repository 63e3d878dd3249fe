"""`unpin list`: the entries of a store, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from unpin.jdk.key_store_view import refused_by_java
from unpin.model.store import Integrity
from unpin.pki.roles import Role
from unpin.reports.blocks import Fingerprint, Table, Title, Tone, Toned
from unpin.reports.entry_names import entry_kind, expiry_date
from unpin.reports.store_fields import entry_row, store_row, unreadable_because
from unpin.reports.store_names import store_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.model.store import Store
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.reporter import Row

_HEADINGS = ("alias", "role", "subject", "expires", "SHA-256", "catalogue")


@dataclass(frozen=True, slots=True)
class EntryListReport:
    """A store and its audited entries."""

    store: Store
    entries: tuple[AuditedEntry, ...]

    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "index", "alias", "kind", "role", "subject", "issuer", "serial", "not_before",
        "not_after", "key", "signature_algorithm", "sha256", "sha1", "chain_sha256", "created",
        "created_ms", "visible_to_java", "hidden_because", "catalogue", "line", "file", "reason",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The notes on the store, and a table of its entries."""
        yield Title((self._headline(), *self._remarks()))
        yield Table(_HEADINGS, [_cells(audited) for audited in self.entries])

    markdown = text

    def json_fields(self) -> Row:
        """The store and its entries."""
        return {
            **store_row(self.store),
            "entries": [entry_row(audited) for audited in self.entries],
        }

    def json_lines(self) -> Iterator[Row]:
        """A row for each entry."""
        for audited in self.entries:
            yield {"source": self.store.source, **entry_row(audited)}

    csv_rows = json_lines

    def _headline(self) -> str:
        unchecked = self.store.protection.integrity is Integrity.NOT_CHECKED
        return store_title(self.store) + (", integrity not checked" if unchecked else "")

    def _remarks(self) -> Iterator[str]:
        if refusal := refused_by_java(self.store):
            yield f"Java refuses the whole store: {refusal}"
        yield from self.store.notes


def _cells(audited: AuditedEntry) -> list[Cell]:
    certificate = audited.certificate
    subject = certificate.fields.subject if certificate and certificate.problem is None else None
    return [
        audited.alias
        or audited.entry.file
        or ("" if audited.entry.line is None else f"line {audited.entry.line}"),
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
