"""Spell what a conversion wrote, repaired, renamed and left out: lines, and the machine form."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.store import Store
from unpin.reports.render import printable
from unpin.reports.rows import SCHEMA, Row
from unpin.rewrite.conversion_plan import Remark
from unpin.wording import counted


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: its path, and its store as read back."""

    path: str
    store: Store


def remark_line(remark: Remark) -> str:
    """One line of the summary: what it is about, and what."""
    return printable(f"{remark.source}: {remark.message}")


def written_line(one: Written) -> str:
    """The last line: what is where now."""
    held = []
    if one.store.trusted or not one.store.keys:
        held.append(counted(len(one.store.trusted), "certificate", "certificates"))
    if one.store.keys:
        held.append(counted(len(one.store.keys), "key", "keys"))
    return printable(f"wrote {one.path}: {one.store.format}, {', '.join(held)}")


def as_json(
    written: Sequence[Written], remarks: Sequence[Remark], errors: Sequence[Row] = ()
) -> str:
    """The whole summary as one document (docs/json.md)."""
    document = {
        "schema": SCHEMA,
        "written": [_written_row(one) for one in written],
        "remarks": [
            {"topic": str(one.topic), "source": one.source, "message": one.message}
            for one in remarks
        ],
        "errors": list(errors),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


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
    if isinstance(entry, TrustedEntry):
        kind, chain = "trusted certificate", [entry.certificate]
    else:
        kind, chain = str(entry.kind), list(entry.chain)
    own = chain[0] if chain else None
    return {
        "alias": entry.alias,
        "kind": kind,
        "subject": str(own.fields.subject) if own is not None and own.problem is None else None,
        "sha256": own.sha256 if own is not None else None,
        "chain_sha256": [one.sha256 for one in chain] if isinstance(entry, KeyEntry) else [],
        "created_ms": entry.created_ms,
    }
