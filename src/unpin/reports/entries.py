"""What reports call an entry of a store, and what it is."""

from unpin.judge.audited_entry import AuditedEntry
from unpin.pki.roles import Role
from unpin.reports.rows import kind


def entry_title(one: AuditedEntry) -> str:
    """The entry as a person finds it: its alias, else its file, line, or position from 1."""
    if one.alias:
        return one.alias
    file, line = getattr(one.entry, "file", None), getattr(one.entry, "line", None)
    if file is not None:
        return str(file)
    return f"entry {one.index + 1}" if line is None else f"line {line}"


def certified(one: AuditedEntry) -> str:
    """The catalogue's name of the certificate, or its own; "" where there is none."""
    if one.record is not None:
        return one.record.name
    return one.certificate.label if one.certificate is not None else ""


def what(one: AuditedEntry) -> str:
    """What the entry is: the kind of a key, else the role of its certificate, pins named so."""
    if not one.is_trusted_entry:
        return kind(one)
    if one.role is Role.INTERMEDIATE:
        return "pin (intermediate)"
    if one.role is Role.SERVER:
        return "pin (server certificate)"
    return str(one.role)


def expiry(one: AuditedEntry | None) -> str | None:
    """The day its certificate ends; None where there is none, or none that can be read."""
    if one is None or one.view is None or one.view.not_after is None:
        return None
    return f"{one.view.not_after:%Y-%m-%d}"
