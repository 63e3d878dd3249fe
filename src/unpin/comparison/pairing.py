"""Which entry of one store is which entry of another: equal ones first, then ever looser."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Naming
from unpin.model.store import Store


@dataclass(frozen=True, slots=True)
class ComparableFields:
    """What both stores hold in the same way.

    `names` are aliases, or files of a folder; `sealed` the encrypted bytes of keys, and raw bytes
    of what cannot be read; `chains` the certificates of a key; `attributes` those of PKCS12 bags;
    `visibility` is what Java sees; `order` says that the position of an entry can decide.
    """

    names: bool
    sealed: bool
    chains: bool
    attributes: bool
    visibility: bool
    order: bool

    @staticmethod
    def of(before: Store, after: Store) -> "ComparableFields":
        """What can be compared, by the formats and, for names, by what the stores hold."""
        formats = {before.format, after.format}
        same = len(formats) == 1
        files = any(one.facts.naming is Naming.FILE for one in formats)
        java = all(one.is_java for one in formats)
        return ComparableFields(
            names=same or (not files and _named(before) and _named(after)),
            sealed=same,
            chains=same or java,
            attributes=same and before.format.facts.attributes,
            visibility=java,
            order=all(one.facts.order_decides for one in formats),
        )


def _named(store: Store) -> bool:
    """Whether the store gives its entries aliases; an empty one contradicts nobody."""
    return not store.entries or any(entry.alias for entry in store.entries)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Positions: `pairs` of (before, after), what is only before, what is only after."""

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def pair(before: Store, after: Store, scope: ComparableFields) -> Pairing:
    """Give each entry one partner at most, so that duplicates are counted.

    Of several that would do, the first of both stores go together: exchanging the stores
    exchanges nothing but the sides. An alias alone makes no pair of two certificates.
    """
    left, right = dict(enumerate(before.entries)), dict(enumerate(after.entries))
    pairs: list[tuple[int, int]] = []
    for level in _LEVELS:
        if not left or not right:
            break
        others = _grouped(right, level, scope)
        for key, own in _grouped(left, level, scope).items():
            for one, other in zip(own, others.get(key, ()), strict=False):
                pairs.append((one, other))
                del left[one], right[other]
    return Pairing(tuple(sorted(pairs)), tuple(left), tuple(right))


def name_of(entry: Entry) -> str:
    """What the store calls an entry: its alias, or its file in a folder; "" where it has none."""
    return entry.alias or entry.file or ""


def key_bytes(entry: KeyEntry) -> bytes:
    """The encrypted key, or the whole entry where its codec does not tell them apart."""
    return entry.sealed or entry.raw


def name_and_key(certificate: Certificate) -> tuple[str, str] | None:
    """What a certificate has in common with its renewals and cross-signed twins."""
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
    """The same name and key from the same issuer; of a key, its chain or its own certificate."""
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
    """A key, or what cannot be read, has nothing but its name."""
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
