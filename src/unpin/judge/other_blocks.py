"""The cure for a PEM block that is no certificate: a request, a revocation list."""

from unpin.model.entries import Entry, UnreadableEntry, UnreadableKind
from unpin.model.finding import RemedyKind


def other_block_cure(entry: Entry) -> RemedyKind | None:
    """The cure for a PEM block of something else; None for all other entries."""
    if not isinstance(entry, UnreadableEntry) or not entry.kind.is_other_block:
        return None
    match entry.kind:
        case UnreadableKind.REQUEST:
            return RemedyKind.REPLACE_REQUEST
        case UnreadableKind.REVOCATION_LIST:
            return RemedyKind.MOVE_REVOCATION_LIST
        case _:
            return RemedyKind.REMOVE_BLOCK
