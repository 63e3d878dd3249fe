"""Say which faults of encoding an input had, and what of it no output keeps."""

from collections.abc import Iterator
from typing import Final

from unpin.model.formats import Format
from unpin.model.store import FaultKind, Integrity, Store
from unpin.rewrite.notices import Remark, Topic
from unpin.wording import counted

_NOT_REPAIRED: Final = frozenset(
    {
        # Another format, and no fault of it.
        FaultKind.DER,
        FaultKind.PKCS7,
        # What they name is an entry of its own: an error, or left out.
        FaultKind.PRIVATE_KEY,
        FaultKind.BROKEN_BLOCK,
        FaultKind.JAVA_CERTIFICATE,
        FaultKind.OTHER_BLOCK,
        FaultKind.PLACEHOLDER,
        # OTHER_ENCODING where it could be read (stores/pem/mixed_encodings.py)
        FaultKind.MIXED_ENCODING,
        FaultKind.DER_AND_MORE,
    }
)
_OF_THE_FILE: Final = frozenset({FaultKind.UTF_8_BOM, FaultKind.UTF_16, FaultKind.CR_LINE_ENDS})


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
    commented = sum(entry.block is not None and entry.block.commented for entry in store.trusted)
    if store.format is Format.PEM and commented:
        said = counted(commented, "block is", "blocks is")
        yield Remark(Topic.LEFT_OUT, store.source, f"the text above {said} left out")
