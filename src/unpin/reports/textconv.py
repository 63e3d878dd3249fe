"""A store as stable text for `git diff`: a paragraph for each entry, a line for each field."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from unpin.judge.audited_entry import AuditedEntry
from unpin.model.entries import KeyEntry, UnreadableEntry
from unpin.model.errors import UnpinError
from unpin.model.store import Store
from unpin.reports.escaping import TerminalText, on_lines, on_terminal
from unpin.reports.names import certificate_label
from unpin.reports.store_fields import entry_row

_DIGITS: Final = 16
"""Enough digits of a digest to see a change, but too few to guess a short secret."""

_FIELDS: Final = (
    ("alias", "alias"),
    ("file", "file"),
    ("kind", "kind"),
    ("role", "role"),
    ("subject", "subject"),
    ("issuer", "issuer"),
    ("serial", "serial"),
    ("not_before", "valid from"),
    ("not_after", "valid until"),
    ("key", "key"),
    ("signature_algorithm", "signed with"),
    ("sha256", "SHA-256"),
    ("chain_sha256", "chain"),
    ("created", "created"),
    ("hidden_because", "hidden from Java"),
    ("reason", "cannot be read"),
)


def stable_text(store: Store, entries: Sequence[AuditedEntry]) -> TerminalText:
    """The text of a store, without path (git passes temporary files), password and line numbers.

    Entries are sorted by subject and key, so that a renewed certificate stays in its place. Twins,
    which have the same subject and key, keep the order of the file if clients depend on it.
    """
    lines = [f"{store.format} {store.variant}".rstrip()]
    protection = store.protection
    lines += [f"  MAC: {protection.mac}"] if protection.mac else []
    lines += [f"  encryption: {each}" for each in protection.encryption]
    lines += [f"  encoding: {fault.kind}" for fault in store.faults]
    lines.append(f"  entries: {len(entries)}")
    ordered = store.format.facts.order_decides
    for audited in sorted(entries, key=lambda audited: _order(audited, ordered=ordered)):
        lines += ["", *_paragraph(audited)]
    return on_lines(map(on_terminal, lines))


def unreadable_text(error: UnpinError) -> TerminalText:
    """The text for git of a store that cannot be read; the error message begins with its name."""
    return on_terminal(f"unpin cannot read {error.message}")


def _order(audited: AuditedEntry, *, ordered: bool) -> tuple[bool, str, str, int, str, str]:
    """The sort key: unreadable entries and keys without certificate last; equal ones by alias."""
    certificate, view = audited.certificate, audited.view
    if certificate is None or view is None:
        return True, audited.alias, _digest(audited) or "", 0, "", ""
    position = audited.index if ordered else 0
    return False, view.subject, view.key, position, certificate.sha256, audited.alias


def _paragraph(audited: AuditedEntry) -> Iterator[str]:
    row = entry_row(audited)
    yield certificate_label(audited) or audited.alias or str(row["kind"])
    for field, title in _FIELDS:
        value = row[field]
        for each in value if isinstance(value, list) else [value]:
            if each not in (None, ""):
                yield f"  {title}: {each}"
    if digest := _digest(audited):
        yield f"  sealed bytes: SHA-256 {digest}"


def _digest(audited: AuditedEntry) -> str | None:
    """A digest of the bytes that are not shown: an encrypted key, or an unreadable entry."""
    match audited.entry:
        case KeyEntry(sealed=sealed, raw=raw):
            return hashlib.sha256(sealed or raw).hexdigest()[:_DIGITS]
        case UnreadableEntry(raw=raw):
            return hashlib.sha256(raw).hexdigest()[:_DIGITS]
        case _:
            return None
