"""The fields of a store and of its entries in the versioned machine form (docs/json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.jdk.key_store_view import refused_by_java
from unpin.model.entries import KeyEntry, UnreadableEntry
from unpin.reports.names import entry_kind

if TYPE_CHECKING:
    from datetime import datetime

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.model.store import Store
    from unpin.operations.inventory import LinkedReference
    from unpin.reports.reporter import Row


def entry_row(audited: AuditedEntry) -> Row:
    """An entry of `unpin list --format json`."""
    certificate = audited.certificate
    fields = certificate.fields if certificate and certificate.problem is None else None
    entry = audited.entry
    created_ms = created = None
    if not isinstance(entry, UnreadableEntry):
        created_ms, created = entry.created_ms, entry.created
    return {
        "index": audited.index,
        "alias": audited.alias,
        "kind": entry_kind(entry),
        "role": str(audited.role) if audited.role else None,
        "subject": str(fields.subject) if fields else None,
        "issuer": str(fields.issuer) if fields else None,
        "serial": f"{fields.serial:x}" if fields else None,
        "not_before": iso(fields.not_before) if fields else None,
        "not_after": iso(fields.not_after) if fields else None,
        "key": str(fields.public_key) if fields else None,
        "signature_algorithm": fields.signature_algorithm if fields else None,
        "sha256": certificate.sha256 if certificate else None,
        "sha1": certificate.sha1 if certificate else None,
        "chain_sha256": [each.sha256 for each in entry.chain]
        if isinstance(entry, KeyEntry)
        else [],
        "created": iso(created),
        "created_ms": created_ms,
        "visible_to_java": audited.hidden is None,
        "hidden_because": audited.hidden,
        "catalogue": audited.record.slug if audited.record else None,
        "line": entry.line,
        "file": entry.file,
        "reason": unreadable_because(audited),
    }


def unreadable_because(audited: AuditedEntry) -> str | None:
    """Why the entry, or its certificate, cannot be read; None if it can."""
    if isinstance(audited.entry, UnreadableEntry):
        return audited.entry.reason
    return audited.certificate.problem if audited.certificate else None


def store_row(store: Store) -> Row:
    """The fields of a store as a whole."""
    protection = store.protection
    return {
        "source": store.source,
        "format": str(store.format),
        "variant": store.variant or None,
        "embedded_in": store.embedding.kind if store.embedding else None,
        "archive": store.archive,
        "file_sha256": store.file_sha256,
        "integrity": str(protection.integrity),
        "mac": protection.mac,
        "encryption": list(protection.encryption),
        "opened_with": protection.password,
        "needs_password": protection.needs_password,
        "java_since": protection.java_since or None,
        "notes": list(store.notes),
        "refused_by_java": refused_by_java(store),
    }


def user_row(found: LinkedReference) -> Row:
    """A place that refers to a store, and as whose."""
    reference = found.reference
    return {
        "file": reference.file,
        "line": reference.line,
        "key": reference.key,
        "reader": reference.reader,
        "role": str(reference.role),
    }


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, and with milliseconds only if there is a fraction."""
    if moment is None:
        return None
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")
