"""The remarks about a conversion: repaired faults, omitted parts, and lost properties."""

from collections.abc import Iterator, Sequence
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind
from unpin.model.entries import Entry, KeyEntry, TrustedEntry
from unpin.model.formats import Format, Naming
from unpin.model.store import Integrity, Store
from unpin.rewrite.aliases import folded_alias
from unpin.rewrite.conversion_plan import MergedEntry, Remark, Topic, few_names
from unpin.wording import counted

_OWN_ATTRIBUTES: Final = frozenset(
    {
        oids.FRIENDLY_NAME,  # the alias
        oids.LOCAL_KEY_ID,  # links a certificate to its key
        oids.TRUSTED_KEY_USAGE,
    }
)
"""Attributes of a PKCS12 bag whose meaning entries of every format can have."""

_NOT_REPAIRED: Final = frozenset(
    {
        # Another format, not a fault.
        FaultKind.DER,
        FaultKind.PKCS7,
        # They name an entry that is reported itself, as an error or as left out.
        FaultKind.PRIVATE_KEY,
        FaultKind.BROKEN_BLOCK,
        FaultKind.JAVA_CERTIFICATE,
        FaultKind.OTHER_BLOCK,
        FaultKind.PLACEHOLDER,
        # OTHER_ENCODING where it could be read (stores/pem/mixed_encodings.py)
        FaultKind.MIXED_ENCODING,
        FaultKind.DER_AND_MORE,
        # The certificate is none of the store's, and is not carried over.
        FaultKind.UNHASHED_CERTIFICATE,
    }
)
_OF_THE_FILE: Final = frozenset({FaultKind.UTF_8_BOM, FaultKind.UTF_16, FaultKind.CR_LINE_ENDS})

_LONGER: Final = "Java adds trusted certificates of the store to the chain of: "

_SECOND_MS: Final = 1_000
"""Dates that differ by less than this count as equal: BCFKS has whole seconds."""


def repairs(store: Store) -> Iterator[Remark]:
    """The encoding faults of `store` that the output does not have."""
    broken = {entry.line for entry in store.unreadable}
    for fault in store.faults:
        of_a_broken_block = fault.line in broken and fault.kind not in _OF_THE_FILE
        if fault.kind in _NOT_REPAIRED or of_a_broken_block:
            continue
        line = f" in line {fault.line}" if fault.line else ""
        message = f"repaired {fault.kind}{line}: {fault.kind.description}"
        yield Remark(Topic.REPAIRED, store.source, message)


def left_behind(store: Store) -> Iterator[Remark]:
    """The parts of the file besides the entries: its notes, comments, an unchecked integrity."""
    if store.protection.integrity is Integrity.NOT_CHECKED:
        yield Remark(
            Topic.PROTECTION, store.source, "the integrity was not checked: no password opened it"
        )
    for note in store.notes:
        yield Remark(Topic.LEFT_OUT, store.source, f"not carried over: {note}")
    commented = sum(entry.block is not None and entry.block.commented for entry in store.trusted)
    if store.format is Format.PEM and commented:
        blocks = counted(commented, "block", "blocks")
        yield Remark(Topic.LEFT_OUT, store.source, f"the text above {blocks} is left out")


def losses(entries: Sequence[MergedEntry], written: Store) -> tuple[Remark, ...]:
    """The aliases, dates and attributes of `entries` that the output `written` lacks."""
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
    """Finds the entries of the output: certificates by value, keys by alias (in PEM not at all)."""

    def __init__(self, store: Store) -> None:
        self._trusted = {entry.certificate: entry for entry in store.trusted}
        self._keys = {folded_alias(entry.alias): entry for entry in store.keys}
        self._named = store.format.facts.naming is not Naming.NONE

    def of(self, merged: MergedEntry) -> TrustedEntry | KeyEntry | None:
        if isinstance(merged.entry, TrustedEntry):
            return self._trusted.get(merged.entry.certificate)
        return self._keys.get(folded_alias(merged.alias)) if self._named else None


def _same_date(created_ms: int, now: TrustedEntry | KeyEntry | None) -> bool:
    if now is None or now.created_ms is None:
        return False
    return abs(now.created_ms - created_ms) < _SECOND_MS


def _lost_attributes(entry: Entry, now: TrustedEntry | KeyEntry | None) -> bool:
    if not isinstance(entry, (TrustedEntry, KeyEntry)):
        return False
    before = {attribute for attribute in entry.attributes if attribute.oid not in _OWN_ATTRIBUTES}
    return bool(before - set(now.attributes if now else ()))
