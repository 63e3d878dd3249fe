"""Pair the entries of two stores: equal entries first, then entries with less in common."""

from collections.abc import Callable, Hashable, Mapping
from typing import Final, TypeAlias

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Naming
from unpin.model.store import Store
from unpin.model.values import frozen


@frozen
class ComparableFields:
    """The fields that can be compared in both stores.

    `names`: aliases, or files of a folder. `sealed`: the encrypted bytes of keys, and the raw
    bytes of unreadable entries. `chains`: the certificates of a key. `attributes`: those of PKCS12
    bags. `visibility`: whether Java sees an entry. `order`: the position of an entry can decide.
    """

    names: bool
    sealed: bool
    chains: bool
    attributes: bool
    visibility: bool
    order: bool

    @staticmethod
    def of(before: Store, after: Store) -> "ComparableFields":
        """The fields that both formats have; names only if both stores have any."""
        formats = {before.format, after.format}
        same = len(formats) == 1
        files = any(kind.facts.naming is Naming.FILE for kind in formats)
        java = all(kind.is_java for kind in formats)
        return ComparableFields(
            names=same or (not files and _named(before) and _named(after)),
            sealed=same,
            chains=same or java,
            attributes=same and before.format.facts.attributes,
            visibility=java,
            order=all(kind.facts.order_decides for kind in formats),
        )


def _named(store: Store) -> bool:
    """Whether the store has aliases; an empty store counts as if it had."""
    return not store.entries or any(entry.alias for entry in store.entries)


@frozen
class Pairing:
    """The 0-based positions of paired entries as (before, after), and of entries without a partner.

    `removed` are positions in the first store, `added` in the second.
    """

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def pair_entries(before: Store, after: Store, scope: ComparableFields) -> Pairing:
    """Give each entry at most one partner, so that duplicates are counted.

    The first of several possible partners is taken, in both stores: swapping the stores swaps only
    the sides. An equal alias alone does not pair two certificates.
    """
    left, right = dict(enumerate(before.entries)), dict(enumerate(after.entries))
    pairs: list[tuple[int, int]] = []
    for level in _LEVELS:
        if not left or not right:
            break
        others = _grouped(right, level, scope)
        for key, own in _grouped(left, level, scope).items():
            for old, new in zip(own, others.get(key, ()), strict=False):
                pairs.append((old, new))
                del left[old], right[new]
    return Pairing(tuple(sorted(pairs)), tuple(left), tuple(right))


def name_of(entry: Entry) -> str:
    """The name of an entry in its store: its alias, or its file in a folder; "" without a name."""
    return entry.alias or entry.file or ""


def key_bytes(entry: KeyEntry) -> bytes:
    """The encrypted key, or the whole entry if the codec does not separate the key."""
    return entry.sealed or entry.raw


def name_and_key(certificate: Certificate) -> tuple[str, str] | None:
    """The canonical subject and the SPKI SHA-256, equal in renewals and cross-signed twins.

    None for bytes that are not a certificate.
    """
    if certificate.problem is not None:
        return None
    return certificate.fields.subject.canonical, certificate.spki_sha256


_Level: TypeAlias = Callable[[Entry, str, ComparableFields], Hashable]
"""The key under which an entry (with its name, if names count) is paired; None for no pair."""


def _grouped(
    entries: Mapping[int, Entry], level: _Level, scope: ComparableFields
) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for index, entry in entries.items():
        key = level(entry, name_of(entry) if scope.names else "", scope)
        if key is not None:
            groups.setdefault((type(entry), key), []).append(index)
    return groups


def _equal(entry: Entry, name: str, scope: ComparableFields) -> Hashable:
    match entry:
        case TrustedEntry():
            return name, entry.certificate, entry.created_ms, entry.attributes, entry.trusted
        case KeyEntry():
            return _keyed(entry, scope), name, entry.created_ms, entry.attributes
        case UnreadableEntry():
            return name, entry.raw


def _same_name(entry: Entry, name: str, scope: ComparableFields) -> Hashable:
    match entry:
        case TrustedEntry():
            return name, entry.certificate
        case KeyEntry():
            return _keyed(entry, scope), name
        case UnreadableEntry():
            return None


def _same_date(entry: Entry, _name: str, scope: ComparableFields) -> Hashable:
    match entry:
        case TrustedEntry():
            return entry.certificate, entry.created_ms
        case KeyEntry():
            return _keyed(entry, scope), entry.created_ms
        case UnreadableEntry():
            return None


def _same_content(entry: Entry, _name: str, scope: ComparableFields) -> Hashable:
    match entry:
        case TrustedEntry():
            return entry.certificate
        case KeyEntry():
            return _keyed(entry, scope)
        case UnreadableEntry():
            return entry.raw


def _renewed(entry: Entry, name: str, scope: ComparableFields) -> Hashable:
    """The same name and key from the same issuer; for a key entry, the same chain."""
    match entry:
        case TrustedEntry(certificate=certificate):
            key = name_and_key(certificate)
            return key and (key, name, certificate.fields.issuer.canonical)
        case KeyEntry() if scope.chains and entry.chain:
            return entry.kind, entry.chain, name
        case _:
            return None


def _renewed_and_renamed(entry: Entry, _name: str, scope: ComparableFields) -> Hashable:
    return _renewed(entry, "", scope)


def _twin(entry: Entry, name: str, scope: ComparableFields) -> Hashable:
    match entry:
        case TrustedEntry(certificate=certificate):
            key = name_and_key(certificate)
            return key and (key, name)
        case KeyEntry() if scope.chains and entry.chain:
            key = name_and_key(entry.chain[0])
            return key and (entry.kind, key, name)
        case _:
            return None


def _twin_and_renamed(entry: Entry, _name: str, scope: ComparableFields) -> Hashable:
    return _twin(entry, "", scope)


def _replaced(entry: Entry, name: str, _scope: ComparableFields) -> Hashable:
    """The same name, for keys and unreadable entries."""
    match entry:
        case KeyEntry():
            return entry.kind, name
        case UnreadableEntry() if name:
            return name
        case _:
            return None


def _keyed(entry: KeyEntry, scope: ComparableFields) -> Hashable:
    return (
        entry.kind,
        entry.chain if scope.chains else (),
        key_bytes(entry) if scope.sealed else b"",
    )


_LEVELS: Final = (
    _equal,
    _same_name,
    _same_date,
    _same_content,
    _renewed,
    _renewed_and_renamed,
    _twin,
    _twin_and_renamed,
    _replaced,
)
