"""The names, kinds and roles of entries in reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.pki.roles import Role

if TYPE_CHECKING:
    from unpin.judge.audited_entry import AuditedEntry


def entry_title(entry: Entry, index: int) -> str:
    """The name by which a reader finds the entry: alias, file, line, or position from 1."""
    if entry.alias or entry.file:
        return entry.alias or str(entry.file)
    return f"entry {index + 1}" if entry.line is None else f"line {entry.line}"


def entry_kind(entry: Entry) -> str:
    """The entry's kind in java.security.KeyStore's words."""
    match entry:
        case TrustedEntry():
            return "trusted certificate"
        case KeyEntry(kind=kind):
            return str(kind)
        case UnreadableEntry():
            return "unreadable"


def certificate_label(audited: AuditedEntry) -> str:
    """The catalogue's name of the certificate, or its own label; "" without a certificate."""
    if audited.record is not None:
        return audited.record.name
    return audited.certificate.label if audited.certificate is not None else ""


def entry_role(audited: AuditedEntry) -> str:
    """The kind of a key, or the role of a trusted certificate, which says whether it is a pin."""
    if not audited.is_trusted_entry:
        return entry_kind(audited.entry)
    if audited.role is Role.INTERMEDIATE:
        return "pin (intermediate)"
    if audited.role is Role.SERVER:
        return "pin (server certificate)"
    return str(audited.role)


def expiry_date(audited: AuditedEntry | None) -> str | None:
    """The day on which the certificate expires; None without a readable certificate."""
    if audited is None or audited.view is None or audited.view.not_after is None:
        return None
    return f"{audited.view.not_after:%Y-%m-%d}"
