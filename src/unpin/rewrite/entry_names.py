"""How entries are named: in messages, by `--alias`, and in the new store."""

from collections.abc import Sequence
from dataclasses import replace

from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, own_certificate
from unpin.model.formats import Naming
from unpin.rewrite.aliases import AliasStyle, folded, free_alias, fresh_alias, slug
from unpin.rewrite.conversion_plan import ConversionPlan, MergedEntry, Remark, Topic, few_names
from unpin.wording import counted


def location(entry: Entry, index: int) -> str:
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


def aliased(
    entries: Sequence[MergedEntry], plan: ConversionPlan, remarks: list[Remark]
) -> list[MergedEntry]:
    """Give each entry a name of its own; those that have one come first, and keep it if they can.

    Where a format has no aliases they do not collide, and stay as they are.
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
            message = f"alias {merged.alias!r} is taken by another entry: {chosen[index]!r}"
            remarks.append(Remark(Topic.RENAMED, merged.store.source, message))
        elif lower != merged.alias:
            lowered.setdefault(merged.store.source, []).append(merged.alias)
    for source, names in lowered.items():
        said = counted(len(names), "alias is", "aliases are")
        message = (
            f"{said} in lower case, for Java finds no other in this format: {few_names(names)}"
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
