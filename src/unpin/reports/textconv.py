"""Write a store as stable text for `git diff`: a paragraph an entry, a line a field."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from unpin.judge.audited_entry import AuditedEntry
from unpin.model.entries import KeyEntry, UnreadableEntry
from unpin.model.errors import UnpinError
from unpin.model.store import Store
from unpin.reports.entry_names import certificate_name
from unpin.reports.escaping import printable
from unpin.reports.store_fields import entry_row

_DIGITS: Final = 16
"""Enough of a digest to see a change, too little to try out what a short secret was."""

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


def text(store: Store, entries: Sequence[AuditedEntry]) -> str:
    """Neither the path (git hands over temporary files), nor a password, nor lines are in it.

    Sorted by subject and key, so that a renewed certificate stays in its place; of one subject
    and key, twins keep the order of the file where that can decide.
    """
    lines = [f"{store.format} {store.variant}".rstrip()]
    protection = store.protection
    lines += [f"  MAC: {protection.mac}"] if protection.mac else []
    lines += [f"  encryption: {each}" for each in protection.encryption]
    lines += [f"  encoding: {fault.kind}" for fault in store.faults]
    lines.append(f"  entries: {len(entries)}")
    ordered = store.format.facts.order_decides
    for one in sorted(entries, key=lambda one: _order(one, ordered=ordered)):
        lines += ["", *_paragraph(one)]
    return "\n".join(printable(line) for line in lines)


def unreadable(error: UnpinError) -> str:
    """What git is told of a store that cannot be read; the message begins with its name."""
    return printable(f"unpin cannot read {error.message}")


def _order(one: AuditedEntry, *, ordered: bool) -> tuple[bool, str, str, int, str, str]:
    """Unreadable entries and keys without certificate last; of equal ones, by alias."""
    certificate, view = one.certificate, one.view
    if certificate is None or view is None:
        return True, one.alias, _digest(one) or "", 0, "", ""
    position = one.index if ordered else 0
    return False, view.subject, view.key, position, certificate.sha256, one.alias


def _paragraph(one: AuditedEntry) -> Iterator[str]:
    row = entry_row(one)
    yield certificate_name(one) or one.alias or str(row["kind"])
    for field, title in _FIELDS:
        value = row[field]
        for each in value if isinstance(value, list) else [value]:
            if each not in (None, ""):
                yield f"  {title}: {each}"
    if digest := _digest(one):
        yield f"  sealed bytes: SHA-256 {digest}"


def _digest(one: AuditedEntry) -> str | None:
    """Names the bytes that are not shown: an encrypted key, or what cannot be read."""
    match one.entry:
        case KeyEntry(sealed=sealed, raw=raw):
            return hashlib.sha256(sealed or raw).hexdigest()[:_DIGITS]
        case UnreadableEntry(raw=raw):
            return hashlib.sha256(raw).hexdigest()[:_DIGITS]
        case _:
            return None
