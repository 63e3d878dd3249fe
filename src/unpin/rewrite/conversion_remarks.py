"""Say what a conversion repairs, what it leaves behind, and what the new format does not keep."""

from collections.abc import Iterator, Sequence
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind
from unpin.model.entries import Entry, KeyEntry, TrustedEntry
from unpin.model.formats import Format, Naming
from unpin.model.store import Integrity, Store
from unpin.rewrite.aliases import folded
from unpin.rewrite.conversion_plan import MergedEntry, Remark, Topic, few_names
from unpin.wording import counted

_OWN_ATTRIBUTES: Final = frozenset(
    {
        oids.FRIENDLY_NAME,  # the alias
        oids.LOCAL_KEY_ID,  # which certificate belongs to which key
        oids.TRUSTED_KEY_USAGE,
    }
)
"""Attributes of a PKCS12 bag that stand for what an entry of any format has."""

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

_LONGER: Final = "Java adds trusted certificates of the store to the chain of: "

_SECOND_MS: Final = 1_000
"""How much less than this a date may differ: BCFKS counts whole seconds."""


def repairs(store: Store) -> Iterator[Remark]:
    """The faults that are gone because the output is written plainly."""
    broken = {entry.line for entry in store.unreadable}
    for fault in store.faults:
        of_a_broken_block = fault.line in broken and fault.kind not in _OF_THE_FILE
        if fault.kind in _NOT_REPAIRED or of_a_broken_block:
            continue
        line = f" in line {fault.line}" if fault.line else ""
        what = fault.kind.description
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


def losses(entries: Sequence[MergedEntry], written: Store) -> tuple[Remark, ...]:
    """What the output, read back, does not hold of what was read: aliases, dates, attributes."""
    found = _Written(written)
    aliases: list[str] = []
    dates: list[str] = []
    attributes: list[str] = []
    longer: list[str] = []
    for merged in entries:
        entry, name = merged.entry, merged.entry.alias or merged.alias
        now = found.of(merged)
        if entry.alias and not (now and now.alias):
            aliases.append(entry.alias)
        if entry.created_ms is not None and not _same_date(entry.created_ms, now):
            dates.append(name)
        if _lost_attributes(entry, now):
            attributes.append(name)
        if isinstance(entry, KeyEntry) and isinstance(now, KeyEntry) and now.chain != entry.chain:
            longer.append(name)
    kind = written.format
    said = [Remark(Topic.KEY, written.source, _LONGER + few_names(longer))] if longer else []
    return tuple(said) + tuple(
        Remark(Topic.NOT_KEPT, written.source, f"{text} not kept by {kind}: {few_names(names)}")
        for text, names in (
            (counted(len(aliases), "alias is", "aliases are"), aliases),
            (counted(len(dates), "creation date is", "creation dates are"), dates),
            (counted(len(attributes), "entry's", "entries'") + " attributes are", attributes),
        )
        if names
    )


class _Written:
    """Finds what became of an entry: by certificate; keys by alias, or, in PEM, not at all."""

    def __init__(self, store: Store) -> None:
        self._trusted = {entry.certificate: entry for entry in store.trusted}
        self._keys = {folded(entry.alias): entry for entry in store.keys}
        self._named = store.format.facts.naming is not Naming.NONE

    def of(self, merged: MergedEntry) -> TrustedEntry | KeyEntry | None:
        if isinstance(merged.entry, TrustedEntry):
            return self._trusted.get(merged.entry.certificate)
        return self._keys.get(folded(merged.alias)) if self._named else None


def _same_date(created_ms: int, now: TrustedEntry | KeyEntry | None) -> bool:
    if now is None or now.created_ms is None:
        return False
    return abs(now.created_ms - created_ms) < _SECOND_MS


def _lost_attributes(entry: Entry, now: TrustedEntry | KeyEntry | None) -> bool:
    if not isinstance(entry, (TrustedEntry, KeyEntry)):
        return False
    before = {one for one in entry.attributes if one.oid not in _OWN_ATTRIBUTES}
    return bool(before - set(now.attributes if now else ()))
