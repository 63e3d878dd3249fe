"""`unpin convert`: what it wrote, repaired, renamed and left out: lines, or one JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.reports.entry_names import entry_kind
from unpin.reports.escaping import printable
from unpin.reports.formats import json
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.model.store import Store
    from unpin.reports.reporter import Row
    from unpin.rewrite.conversion_plan import Remark


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: its path, and its store as read back."""

    path: str
    store: Store


@dataclass(frozen=True, slots=True)
class ConversionReport:
    """The files that were written, and what is to be said of them and of the inputs.

    It is no result of a store: the command is about files, and its summary has two forms.
    """

    written: Sequence[Written]
    remarks: Sequence[Remark]
    errors: Sequence[UnpinError] = ()

    def notes(self) -> Iterator[str]:
        """A line a remark: what it is about, and what."""
        for remark in self.remarks:
            yield printable(f"{remark.source}: {remark.message}")

    def lines(self) -> Iterator[str]:
        """A line a file: what is where now."""
        for one in self.written:
            yield printable(f"wrote {one.path}: {one.store.format}, {_contents(one.store)}")

    def document(self) -> str:
        """The whole summary as one document (docs/json.md)."""
        return json.document(
            {
                "written": [_written_row(one) for one in self.written],
                "remarks": [
                    {"topic": str(one.topic), "source": one.source, "message": one.message}
                    for one in self.remarks
                ],
                "errors": [json.error_fields(error) for error in self.errors],
            }
        )


def _contents(store: Store) -> str:
    held = []
    if store.trusted or not store.keys:
        held.append(counted(len(store.trusted), "certificate", "certificates"))
    if store.keys:
        held.append(counted(len(store.keys), "key", "keys"))
    return ", ".join(held)


def _written_row(one: Written) -> Row:
    protection = one.store.protection
    return {
        "source": one.path,
        "format": str(one.store.format),
        "mac": protection.mac,
        "encryption": list(protection.encryption),
        "entries": [
            _entry_row(entry)
            for entry in one.store.entries
            if isinstance(entry, (TrustedEntry, KeyEntry))
        ],
    }


def _entry_row(entry: TrustedEntry | KeyEntry) -> Row:
    chain = entry.chain if isinstance(entry, KeyEntry) else (entry.certificate,)
    own = chain[0] if chain else None
    return {
        "alias": entry.alias,
        "kind": entry_kind(entry),
        "subject": str(own.fields.subject) if own is not None and own.problem is None else None,
        "sha256": own.sha256 if own is not None else None,
        "chain_sha256": [one.sha256 for one in chain] if isinstance(entry, KeyEntry) else [],
        "created_ms": entry.created_ms,
    }
