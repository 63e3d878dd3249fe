"""Turn the bags of a PKCS12 store into the entries that Java makes of them, and others beside."""

from collections.abc import Sequence
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.stores.pkcs12.bags import Bag, BagKind
from unpin.stores.pkcs12.chains import ChainBuilder
from unpin.stores.pkcs12.contents import WHOLE, Contents, Place

UNENCRYPTED: Final = "it is not encrypted; Java passes over such keys"
"""Why Java does not list a KeyBag."""


def read_entries(
    contents: Sequence[Contents], source: str
) -> tuple[tuple[Entry, ...], tuple[Place, ...], list[str]]:
    """Turn the bags into entries in file order; a certificate of a key's chain is only there."""
    bags = [bag for item in contents for bag in item.bags]
    builder = ChainBuilder(bags, source=source)
    chains = {
        index: builder.chain(index)
        for index, bag in enumerate(bags)
        if bag.kind is BagKind.SHROUDED_KEY
    }
    chained = {certificate for chain in chains.values() for certificate in chain}
    entries: list[Entry] = []
    places: list[Place] = []
    index = 0
    for number, item in enumerate(contents):
        if item.problem:
            entries.append(_unreadable("", item.raw, item.problem, item.problem))
            places.append(Place(number, WHOLE))
        for position, bag in enumerate(item.bags):
            if bag.trusted or bag.nested or bag.certificate not in chained:
                skipped = index in chains and builder.skipped(index)
                alias = builder.aliases.get(index, bag.alias or "")
                entries.append(_entry(bag, alias, chains.get(index, ()), skipped=skipped))
                places.append(Place(number, position))
            index += 1
    notes = (
        ["an unencrypted private key, which Java ignores"]
        if any(bag.kind is BagKind.KEY for bag in bags)
        else []
    )
    return tuple(entries), tuple(places), notes


def _entry(bag: Bag, alias: str, chain: tuple[Certificate, ...], *, skipped: bool) -> Entry:
    unlisted = ""
    if bag.nested:
        unlisted = "it lies in a bag of bags, which Java passes over"
    elif bag.kind is BagKind.KEY:
        unlisted = UNENCRYPTED
    elif skipped:
        unlisted = "it is not the first key and lacks a localKeyID; Java passes over such keys"
    if bag.certificate is not None:
        return TrustedEntry(
            alias,
            bag.certificate,
            bag.raw,
            attributes=bag.attributes,
            trusted=bag.trusted,
            unlisted=unlisted,
            refusal=bag.refusal,
        )
    match bag.kind:
        case BagKind.KEY | BagKind.SHROUDED_KEY:
            kind = KeyKind.PRIVATE
        case BagKind.SECRET:
            kind = KeyKind.SECRET
        case BagKind.CRL:
            return UnreadableEntry(alias, bag.raw, "CRL bag", refusal=bag.refusal)
        case _:
            return _unreadable(alias, bag.raw, bag.reason, bag.refusal)
    return KeyEntry(
        alias,
        kind,
        chain,
        bag.raw,
        bag.created_ms,
        bag.attributes,
        sealed=bag.sealed,
        unlisted=unlisted,
        refusal=bag.refusal,
    )


def _unreadable(alias: str, raw: bytes, reason: str, refusal: str) -> UnreadableEntry:
    said = f"{reason}; Java refuses the whole store" if refusal else reason
    return UnreadableEntry(alias, raw, said, refusal=refusal)
