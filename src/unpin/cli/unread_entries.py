"""Say which entries of a store were not read."""

from unpin.model.entries import TrustedEntry, UnreadableEntry, UnreadableKind
from unpin.model.errors import CUT_OFF_HINT, UnreadEntriesError
from unpin.model.store import Store
from unpin.reports.names import entry_title
from unpin.wording import counted, few


def unread_entries(store: Store) -> UnreadEntriesError | None:
    """The error for the entries that were not read; None where all were.

    A PEM block of something else, such as a request, was read: it is no certificate.
    """
    unread: list[str] = []
    cut_off = False
    for index, entry in enumerate(store.entries):
        match entry:
            case UnreadableEntry(kind=kind) if not kind.is_other_block:
                cut_off = cut_off or kind is UnreadableKind.CUT_OFF
            case TrustedEntry(certificate=certificate) if certificate.problem is not None:
                pass
            case _:
                continue
        unread.append(entry_title(entry, index))
    if not unread:
        return None
    number = counted(len(unread), "entry", "entries")
    error = UnreadEntriesError(
        f"{store.source}: {number} could not be read: {few(unread)}",
        CUT_OFF_HINT if cut_off else "unpin audit says why, and what to do",
    )
    error.source = store.source
    return error
