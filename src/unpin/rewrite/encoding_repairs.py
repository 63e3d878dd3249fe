"""Say which faults of encoding an input had, and what of it no output keeps."""

from collections.abc import Iterator
from typing import Final

from unpin.model.entries import TrustedEntry
from unpin.model.store import Format, Integrity, Store
from unpin.rewrite.notices import Remark, Topic
from unpin.wording import counted

_NOT_REPAIRED: Final = frozenset(
    {
        # Another format, and no fault of it.
        "der",
        "pkcs7",
        # What they name is an entry of its own: an error, or left out.
        "private-key",
        "broken-block",
        "java-certificate",
        "other-block",
        "placeholder",
        "mixed-encoding",  # other-encoding, where it could be read (stores/pem/mixed_encodings.py)
        "der-and-more",
    }
)
_OF_THE_FILE: Final = frozenset({"utf-8-bom", "utf-16", "cr-line-ends"})
_BEGIN: Final = b"-----BEGIN "
_OWN_COMMENT: Final = b"# SHA-256 "


def repairs(store: Store) -> Iterator[Remark]:
    """The faults that are gone because the output is written plainly."""
    broken = {entry.line for entry in store.unreadable}
    for fault in store.faults:
        of_a_broken_block = fault.line in broken and fault.kind not in _OF_THE_FILE
        if fault.kind in _NOT_REPAIRED or of_a_broken_block:
            continue
        what = fault.message.partition(";")[0]
        line = f" in line {fault.line}" if fault.line else ""
        yield Remark(Topic.REPAIRED, store.source, f"repaired {fault.kind}{line}: {what}")


def left_behind(store: Store) -> Iterator[Remark]:
    """What of the file is no entry: notes of its reader, comments, an integrity nobody checked."""
    if store.protection.integrity is Integrity.NOT_CHECKED:
        yield Remark(
            Topic.PROTECTION, store.source, "its integrity was not checked: no password opened it"
        )
    for note in store.notes:
        yield Remark(Topic.LEFT_OUT, store.source, f"not carried over: {note}")
    commented = sum(
        _has_comment(entry.raw) for entry in store.entries if isinstance(entry, TrustedEntry)
    )
    if store.format is Format.PEM and commented:
        said = counted(commented, "block is", "blocks is")
        yield Remark(Topic.LEFT_OUT, store.source, f"the text above {said} left out")


def _has_comment(raw: bytes) -> bool:
    """Whether text is above the block, other than the two lines that unpin itself writes."""
    above, found, _ = raw.partition(_BEGIN)
    lines = [line for line in above.splitlines() if line.strip()]
    own = len(lines) == 2 and lines[0].startswith(b"# ") and lines[1].startswith(_OWN_COMMENT)
    return bool(found and lines) and not own
