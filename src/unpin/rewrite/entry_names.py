"""Whether an entry can be converted at all, and how messages and `--alias` name it."""

from unpin.jdk.certificate import certificate_refusal
from unpin.model.entries import (
    Entry,
    KeyEntry,
    TrustedEntry,
    UnreadableEntry,
    UnreadableKind,
    own_certificate,
)
from unpin.model.formats import Format
from unpin.rewrite.aliases import slug


def unreadable(entry: Entry, target: Format) -> str | None:
    """Why an entry cannot be converted; None where it can.

    One certificate that the JDK cannot parse makes it refuse the whole store.
    """
    if isinstance(entry, UnreadableEntry):
        if entry.kind is UnreadableKind.SHORT_BLOCK:
            return f"{entry.reason}; so short a block holds no certificate, perhaps a placeholder"
        return entry.reason
    if isinstance(entry, KeyEntry):
        return None
    if entry.certificate.problem is not None:
        return f"no certificate: {entry.certificate.problem}"
    refusal = certificate_refusal(entry.certificate.der) if target.is_jdk else None
    return None if refusal is None else f"Java would refuse the whole store for it: {refusal}"


def is_placeholder(entry: Entry) -> bool:
    """Whether the text of a guide may stand where the certificate belongs."""
    return isinstance(entry, UnreadableEntry) and entry.kind in {
        UnreadableKind.PLACEHOLDER,
        UnreadableKind.SHORT_BLOCK,
    }


def place(entry: Entry, index: int) -> str:
    """How a message names an entry: file, alias or line, else its number."""
    if entry.file:
        return entry.file
    if entry.alias:
        return f"entry {entry.alias!r}"
    return f"line {entry.line}" if entry.line else f"entry {index + 1}"


def names_of(entry: TrustedEntry | KeyEntry) -> tuple[str, ...]:
    """By what `--alias` knows an entry: its alias, or what would become its alias, and its file."""
    if entry.alias:
        return (entry.alias,)
    own = own_certificate(entry)
    return tuple(filter(None, (slug(own.label) if own is not None else "", entry.file or "")))
