"""Name the entries of a new store: no two alike to its readers, and what had a name keeps it."""

from collections.abc import Sequence
from dataclasses import replace

from unpin.model.entries import KeyKind, TrustedEntry
from unpin.model.formats import Naming
from unpin.rewrite.aliases import AliasStyle, folded, free_alias, fresh_alias
from unpin.rewrite.conversion_plan import Piece, Wanted
from unpin.rewrite.notices import Remark, Topic, named
from unpin.wording import counted


def aliased(pieces: Sequence[Piece], wanted: Wanted, remarks: list[Remark]) -> list[Piece]:
    """Give each piece a name of its own; those that have one come first, and keep it if they can.

    A bundle has no names to collide: there the aliases stay as they are.
    """
    if wanted.target.is_bundle:
        return list(pieces)
    naming = wanted.target.facts.naming
    taken: set[str] = set()
    spelled: set[str] = set()
    chosen: dict[int, str] = {}
    lowered: dict[str, list[str]] = {}
    for index, piece in enumerate(pieces):
        if not piece.alias:
            continue
        lower = folded(piece.alias) if naming is Naming.FOUND_IN_LOWER_CASE else piece.alias
        if naming is Naming.AS_SPELLED and lower not in spelled:
            chosen[index] = lower
            taken.add(folded(lower))
        else:
            chosen[index] = free_alias(lower, taken)
        spelled.add(chosen[index])
        if chosen[index] != lower:
            message = f"alias {piece.alias!r} is taken by another entry: {chosen[index]!r}"
            remarks.append(Remark(Topic.RENAMED, piece.store.source, message))
        elif lower != piece.alias:
            lowered.setdefault(piece.store.source, []).append(piece.alias)
    for source, names in lowered.items():
        said = counted(len(names), "alias is", "aliases are")
        message = f"{said} in lower case, for Java finds no other in this format: {named(names)}"
        remarks.append(Remark(Topic.RENAMED, source, message))
    for index, piece in enumerate(pieces):
        if index not in chosen:
            chosen[index] = _name(piece, wanted.style, taken)
    return [replace(piece, alias=chosen[index]) for index, piece in enumerate(pieces)]


def _name(piece: Piece, style: AliasStyle, taken: set[str]) -> str:
    if isinstance(piece.entry, TrustedEntry):
        return fresh_alias(piece.entry.certificate, style, taken)
    if piece.entry.chain:
        return fresh_alias(piece.entry.chain[0], style, taken)
    return free_alias("key" if piece.entry.kind is KeyKind.PRIVATE else "secret", taken)
