"""What reports call an entry of a store, and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.pki.roles import Role

if TYPE_CHECKING:
    from unpin.judge.audited_entry import AuditedEntry


def entry_title(entry: Entry, index: int) -> str:
    """The entry as a person finds it: its alias, else its file, line, or position from 1."""
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


def certificate_name(one: AuditedEntry) -> str:
    """The catalogue's name of the certificate, or its own; "" where there is none."""
    if one.record is not None:
        return one.record.name
    return one.certificate.label if one.certificate is not None else ""


def entry_role(one: AuditedEntry) -> str:
    """What the entry is: the kind of a key, else the role of its certificate, pins named so."""
    if not one.is_trusted_entry:
        return entry_kind(one.entry)
    if one.role is Role.INTERMEDIATE:
        return "pin (intermediate)"
    if one.role is Role.SERVER:
        return "pin (server certificate)"
    return str(one.role)


def expiry_date(one: AuditedEntry | None) -> str | None:
    """The day its certificate ends; None without a certificate that can be read."""
    if one is None or one.view is None or one.view.not_after is None:
        return None
    return f"{one.view.not_after:%Y-%m-%d}"
