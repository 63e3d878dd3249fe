"""The names of entries: in messages, for `--alias`, and in the new store."""

from collections.abc import Sequence
from dataclasses import replace

from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, own_certificate
from unpin.model.formats import Naming
from unpin.rewrite.aliases import AliasStyle, folded, free_alias, fresh_alias, slug
from unpin.rewrite.conversion_plan import ConversionPlan, MergedEntry, Remark, Topic, few_names
from unpin.wording import counted


def location(entry: Entry, index: int) -> str:
    """The name of an entry in a message: its file, alias or line, else its 1-based number."""
    if entry.file:
        return entry.file
    if entry.alias:
        return f"entry {entry.alias!r}"
    return f"line {entry.line}" if entry.line else f"entry {index + 1}"


def names_of(entry: TrustedEntry | KeyEntry) -> tuple[str, ...]:
    """The names that `--alias` matches: the alias, or else the alias to be and the file name."""
    if entry.alias:
        return (entry.alias,)
    own = own_certificate(entry)
    return tuple(filter(None, (slug(own.label) if own is not None else "", entry.file or "")))


def aliased(
    entries: Sequence[MergedEntry], plan: ConversionPlan, remarks: list[Remark]
) -> list[MergedEntry]:
    """Give each entry a unique alias; an entry that has an alias keeps it if possible.

    Renamed entries are added to `remarks`. In a format without aliases nothing changes.
    """
    if not plan.target.has_aliases:
        return list(entries)
    naming = plan.target.facts.naming
    taken: set[str] = set()
    spelled: set[str] = set()
    chosen: dict[int, str] = {}
    lowered: dict[str, list[str]] = {}
    for index, merged in enumerate(entries):
        if not merged.alias:
            continue
        lower = folded(merged.alias) if naming is Naming.FOUND_IN_LOWER_CASE else merged.alias
        if naming is Naming.AS_SPELLED and lower not in spelled:
            chosen[index] = lower
            taken.add(folded(lower))
        else:
            chosen[index] = free_alias(lower, taken)
        spelled.add(chosen[index])
        if chosen[index] != lower:
            message = f"alias {merged.alias!r} is taken, the entry is now {chosen[index]!r}"
            remarks.append(Remark(Topic.RENAMED, merged.store.source, message))
        elif lower != merged.alias:
            lowered.setdefault(merged.store.source, []).append(merged.alias)
    for source, names in lowered.items():
        aliases = counted(len(names), "alias is", "aliases are")
        message = (
            f"{aliases} now in lower case, since Java finds no others in this format: "
            f"{few_names(names)}"
        )
        remarks.append(Remark(Topic.RENAMED, source, message))
    for index, merged in enumerate(entries):
        if index not in chosen:
            chosen[index] = _name(merged, plan.style, taken)
    return [replace(merged, alias=chosen[index]) for index, merged in enumerate(entries)]


def _name(merged: MergedEntry, style: AliasStyle, taken: set[str]) -> str:
    if isinstance(merged.entry, TrustedEntry):
        return fresh_alias(merged.entry.certificate, style, taken)
    if merged.entry.chain:
        return fresh_alias(merged.entry.chain[0], style, taken)
    return free_alias("key" if merged.entry.kind is KeyKind.PRIVATE else "secret", taken)
