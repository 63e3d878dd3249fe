"""Hold what was written against what was meant: nothing may be missing, and losses are said."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry
from unpin.model.errors import OUR_FAULT, CannotWriteError
from unpin.model.formats import Naming
from unpin.model.store import Store
from unpin.rewrite.aliases import folded
from unpin.rewrite.conversion_plan import Piece
from unpin.rewrite.notices import Remark, Topic, named
from unpin.wording import counted

_OWN_ATTRIBUTES: Final = frozenset(
    {
        oids.FRIENDLY_NAME,  # the alias
        oids.LOCAL_KEY_ID,  # which certificate belongs to which key
        oids.TRUSTED_KEY_USAGE,
    }
)
"""Attributes of a PKCS12 bag that stand for what an entry of any format has."""

_LONGER: Final = "Java adds trusted certificates of the store to the chain of: "

_SECOND_MS: Final = 1_000
"""How much less than this a date may differ: BCFKS counts whole seconds."""


def check(meant: Store, written: Store) -> None:
    """Raise CannotWriteError unless `written`, read back, holds the entries of `meant`.

    Keys are compared as they are encrypted. The chain of a key of a PKCS12 may be longer: Java
    makes it up of all the certificates of the store, and so does unpin (stores/pkcs12/chains.py).
    """
    longest = _chain_lengths(meant)
    if Counter(_identities(meant, longest)) != Counter(_identities(written, longest)):
        raise CannotWriteError(
            f"{written.source}: what would be written does not read back as what was meant, so "
            "nothing is written",
            OUR_FAULT,
        )


def _chain_lengths(store: Store) -> dict[str, int]:
    """How long the chains are at least that Java makes up itself, by folded alias."""
    if not store.format.facts.composed_chains:
        return {}
    return {folded(entry.alias): len(entry.chain) for entry in store.keys}


def _identities(
    store: Store, lengths: Mapping[str, int]
) -> Iterator[tuple[str, str, tuple[Certificate, ...], bytes]]:
    for entry in store.entries:
        alias = folded(entry.alias) if store.format.is_java else ""
        match entry:
            case TrustedEntry(certificate=certificate, trusted=trusted):
                yield "trusted" if trusted else "certificate", alias, (certificate,), b""
            case KeyEntry(kind=kind, chain=chain, sealed=sealed):
                yield kind, alias, chain[: lengths.get(alias)], sealed
            case _:
                yield "unreadable", alias, (), b""


def losses(pieces: Sequence[Piece], written: Store) -> tuple[Remark, ...]:
    """What the output, read back, does not hold of what was read: aliases, dates, attributes."""
    found = _Written(written)
    aliases: list[str] = []
    dates: list[str] = []
    attributes: list[str] = []
    longer: list[str] = []
    for piece in pieces:
        entry, name = piece.entry, piece.entry.alias or piece.alias
        now = found.of(piece)
        if entry.alias and not (now and now.alias):
            aliases.append(entry.alias)
        if entry.created_ms is not None and not _same_date(entry.created_ms, now):
            dates.append(name)
        if _lost_attributes(entry, now):
            attributes.append(name)
        if isinstance(entry, KeyEntry) and isinstance(now, KeyEntry) and now.chain != entry.chain:
            longer.append(name)
    kind = written.format
    said = [Remark(Topic.KEY, written.source, _LONGER + named(longer))] if longer else []
    return tuple(said) + tuple(
        Remark(Topic.NOT_KEPT, written.source, f"{text} not kept by {kind}: {named(names)}")
        for text, names in (
            (counted(len(aliases), "alias is", "aliases are"), aliases),
            (counted(len(dates), "creation date is", "creation dates are"), dates),
            (counted(len(attributes), "entry's", "entries'") + " attributes are", attributes),
        )
        if names
    )


class _Written:
    """Finds what became of a piece: by certificate; keys by alias, or, in PEM, not at all."""

    def __init__(self, store: Store) -> None:
        self._trusted = {entry.certificate: entry for entry in store.trusted}
        self._keys = {folded(entry.alias): entry for entry in store.keys}
        self._named = store.format.facts.naming is not Naming.NONE

    def of(self, piece: Piece) -> TrustedEntry | KeyEntry | None:
        if isinstance(piece.entry, TrustedEntry):
            return self._trusted.get(piece.entry.certificate)
        return self._keys.get(folded(piece.alias)) if self._named else None


def _same_date(created_ms: int, now: TrustedEntry | KeyEntry | None) -> bool:
    if now is None or now.created_ms is None:
        return False
    return abs(now.created_ms - created_ms) < _SECOND_MS


def _lost_attributes(entry: Entry, now: TrustedEntry | KeyEntry | None) -> bool:
    if not isinstance(entry, (TrustedEntry, KeyEntry)):
        return False
    before = {one for one in entry.attributes if one.oid not in _OWN_ATTRIBUTES}
    return bool(before - set(now.attributes if now else ()))
