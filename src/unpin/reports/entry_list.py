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
    """A store and what is known of its entries."""

    store: Store
    entries: tuple[AuditedEntry, ...]

    json_key: ClassVar[str] = "stores"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "index", "alias", "kind", "role", "subject", "issuer", "serial", "not_before",
        "not_after", "key", "signature_algorithm", "sha256", "sha1", "chain_sha256", "created",
        "created_ms", "visible_to_java", "hidden_because", "catalogue", "line", "file", "reason",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """A line an entry, below what is odd about the store as a whole."""
        yield Title((self._headline(), *self._remarks()))
        yield Table(_HEADINGS, [_cells(one) for one in self.entries])

    markdown = text

    def json_fields(self) -> Row:
        """The store and its entries."""
        return {**store_row(self.store), "entries": [entry_row(one) for one in self.entries]}

    def json_lines(self) -> Iterator[Row]:
        """An entry a line."""
        for one in self.entries:
            yield {"source": self.store.source, **entry_row(one)}

    csv_rows = json_lines

    def _headline(self) -> str:
        unchecked = self.store.protection.integrity is Integrity.NOT_CHECKED
        return store_title(self.store) + (", integrity not checked" if unchecked else "")

    def _remarks(self) -> Iterator[str]:
        if refusal := refused_by_java(self.store):
            yield f"Java refuses the whole store: {refusal}"
        yield from self.store.notes


def _cells(one: AuditedEntry) -> list[Cell]:
    certificate = one.certificate
    subject = certificate.fields.subject if certificate and certificate.problem is None else None
    return [
        one.alias or one.entry.file or ("" if one.entry.line is None else f"line {one.entry.line}"),
        _role(one),
        str(subject or unreadable_because(one) or ""),
        expiry_date(one) or "",
        Fingerprint(certificate.sha256 if certificate else ""),
        one.record.slug if one.record else "",
    ]


def _role(one: AuditedEntry) -> Cell:
    if one.role is None:
        return entry_kind(one.entry)
    return Toned(one.role, Tone.GOOD) if one.role is Role.ROOT else str(one.role)
