"""`unpin convert`: what it wrote, repaired, renamed and left out, as lines or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.values import frozen
from unpin.reports.escaping import on_terminal
from unpin.reports.formats import json
from unpin.reports.names import entry_kind
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.model.store import Store
    from unpin.reports.escaping import JsonText, TerminalText
    from unpin.reports.reporter import Row
    from unpin.rewrite.conversion_plan import Remark


@frozen
class Written:
    """A file that was written: its path, and its store as read back."""

    path: str
    store: Store


@frozen
class ConversionReport:
    """The files that were written, and the remarks on them and on the inputs.

    It is not a Reporter: the result is about files instead of stores, as lines or as JSON.
    """

    written: Sequence[Written]
    remarks: Sequence[Remark]
    errors: Sequence[UnpinError] = ()

    def notes(self) -> Iterator[str]:
        """A sentence for each remark: its source and its message."""
        for remark in self.remarks:
            yield f"{remark.source}: {remark.message}"

    def lines(self) -> Iterator[TerminalText]:
        """A line for each written file: its format and contents."""
        for written in self.written:
            yield on_terminal(
                f"wrote {written.path}: {written.store.format}, {_contents(written.store)}"
            )

    def document(self) -> JsonText:
        """The whole summary as a JSON document (docs/json.md)."""
        return json.document(
            {
                "written": [_written_row(written) for written in self.written],
                "remarks": [
                    {"topic": str(remark.topic), "source": remark.source, "message": remark.message}
                    for remark in self.remarks
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


def _written_row(written: Written) -> Row:
    protection = written.store.protection
    return {
        "source": written.path,
        "format": str(written.store.format),
        "mac": protection.mac,
        "encryption": list(protection.encryption),
        "entries": [
            _entry_row(entry)
            for entry in written.store.entries
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
        "chain_sha256": [certificate.sha256 for certificate in chain]
        if isinstance(entry, KeyEntry)
        else [],
        "created_ms": entry.created_ms,
    }
