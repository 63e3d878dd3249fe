"""The names in reports: of client families, of entries, of stores."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.operations.opening import STANDARD_INPUT, STANDARD_INPUT_NAME
from unpin.pki.roles import Role
from unpin.wording import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.model.store import Store


_MOST_TITLES: Final = 3
"""The most clients that a sentence names; more are counted."""


def some_clients(idents: Sequence[str], total: int) -> str:
    """The client families `idents` in words; `total` is the number of families in the report."""
    if len(idents) == total and total > 1:
        return "every client"
    if len(idents) > _MOST_TITLES:
        return f"{len(idents)} of {total} clients"
    return family_titles(idents)


def family_titles(idents: Iterable[str]) -> str:
    """The titles of the client families `idents`, as a list in words."""
    from unpin.pki.clients import CLIENTS  # loading them takes longer than listing a store

    titles = {client.ident: client.title for client in CLIENTS}
    return listed(titles.get(ident, ident) for ident in idents)


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


def store_title(store: Store) -> str:
    """The title of a report: source, format, number of entries, and the password's origin."""
    entries = counted(len(store.entries), "entry", "entries")
    title = f"{store.source}: {format_title(store)}, {entries}"
    return title + opened_with(store)


def format_title(store: Store) -> str:
    """The format, and the file in which the store is a value: "PEM embedded in YAML"."""
    place = store.embedding
    if place is None:
        return str(store.format)
    base64 = "base64 of " if place.base64 else ""
    return f"{base64}{store.format} embedded in {place.kind}"


def opened_with(store: Store) -> str:
    """The end of a title that says which password opened the store; "" if none did."""
    return f", opened with {store.protection.password}" if store.protection.password else ""


def shell_command(command: Sequence[str], store: Store) -> str:
    """A call of unpin with the store, which may be pasted into a shell.

    Of a value of another file it writes a patch, of a store in an archive the new store alone.
    `convert` takes no place in an archive: the store has the name of its file, once it is out.
    """
    is_fix, archived = command[1:2] == ("fix",), store.archive is not None
    named = shell_argument(store)
    if archived and command[1:2] == ("convert",):
        named = shlex.quote(re.split("[/!]", store.source)[-1])
    if "--write" not in command or not (archived or store.embedding is not None):
        return f"{shlex.join(command)} {named}"
    if is_fix and not archived and named != STANDARD_INPUT:
        return patch_command(command, [store.source])
    alone = [word for word in command if word != "--write"]
    new = f"new{store.format.facts.extensions[0]}" if store.format.facts.extensions else "new"
    return f"{shlex.join(alone)} {named} -o {new}"


def archived_place(store: Store) -> str:
    """The place of a store in an archive, for a command; ARCHIVE stands for standard input."""
    if store.archive != STANDARD_INPUT_NAME:
        return store.source
    return f"ARCHIVE{store.source.removeprefix(STANDARD_INPUT_NAME)}"


def patch_command(command: Sequence[str], paths: Sequence[str]) -> str:
    """The call that changes files with stores as values: unpin writes a patch, patch(1) takes it.

    `command` is the call that writes files; the names of `paths` begin alike.
    """
    call = ["--patch" if word == "--write" else word for word in command]
    takes = "patch -d / -p1" if is_patched_from_root(paths[0]) else "patch -p0"
    return f"{shlex.join((*call, *paths))} | {takes}"


def is_patched_from_root(path: str) -> bool:
    """Whether a patch has the whole path of a file: patch takes no name with ".."."""
    return PurePath(path).is_absolute() or ".." in PurePath(path).parts


def shell_argument(store: Store) -> str:
    """The store in a command line that may be pasted into a shell."""
    if store.archive is not None:
        return shlex.quote(archived_place(store))
    if store.source == STANDARD_INPUT_NAME or store.source.startswith(f"{STANDARD_INPUT_NAME}#"):
        return STANDARD_INPUT
    return shlex.quote(store.source)
