"""The differences between two stores, entry by entry, the most important first."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from unpin.comparison.details import (
    Detail,
    entry_details,
    store_details,
    uncompared,
)
from unpin.comparison.pairing import ComparableFields, Pairing, name_and_key, name_of, pair_entries
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, own_certificate
from unpin.model.store import Store
from unpin.model.values import frozen

_MOST_TWINS: Final = 10
"""The most twins (certificates with the same name and key) that a sentence names."""


class Change(StrEnum):
    """The change of an entry, the most important first; part of the machine output."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    RENEWED = "renewed"
    TWIN = "twin"
    """The same name and key, signed by another issuer."""
    CHANGED = "changed"
    MOVED = "moved"
    """Twins are in another order, in a format whose order can decide."""


@frozen
class Difference:
    """An entry that changed: its 0-based positions in both stores, and the fields that differ.

    `before` is None for an added entry, `after` for a removed entry.
    """

    change: Change
    before: int | None
    after: int | None
    details: tuple[Detail, ...] = ()


@frozen
class Comparison:
    """Two stores and their differences.

    `store` are the differences of the stores as a whole. `uncompared` are the fields that one of
    the formats lacks; they count as equal.
    """

    before: Store
    after: Store
    pairing: Pairing
    differences: tuple[Difference, ...]
    store: tuple[Detail, ...]
    uncompared: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not self.store


def compare(before: Store, after: Store) -> Comparison:
    """Compare the entries and the protection of two stores, not the bytes around the entries."""
    scope = ComparableFields.of(before, after)
    pairing = pair_entries(before, after, scope)
    differences = [
        *(Difference(Change.ADDED, None, index) for index in pairing.added),
        *(Difference(Change.REMOVED, index, None) for index in pairing.removed),
        *_changed(before, after, pairing, scope),
        *(_moved(before, after, pairing) if scope.order else ()),
    ]
    order = list(Change)
    differences.sort(key=lambda difference: order.index(difference.change))
    return Comparison(
        before,
        after,
        pairing,
        tuple(differences),
        tuple(store_details(before, after)),
        tuple(uncompared(before, after, pairing, scope)),
    )


def _changed(
    before: Store, after: Store, pairing: Pairing, scope: ComparableFields
) -> Iterator[Difference]:
    hidden = (hidden_from_java(before), hidden_from_java(after)) if scope.visibility else ({}, {})
    for left, right in pairing.pairs:
        old, new = before.entries[left], after.entries[right]
        details = list(entry_details(old, new, scope))
        reasons = (hidden[0].get(left), hidden[1].get(right))
        if reasons[0] != reasons[1]:
            values = [f"no: {reason}" if reason else "yes" for reason in reasons]
            details.append(Detail("visible_to_java", values[0], values[1]))
        if details:
            yield Difference(_change(old, new, scope), left, right, tuple(details))


def _change(old: Entry, new: Entry, scope: ComparableFields) -> Change:
    before, after = own_certificate(old), own_certificate(new)
    if before is not None and after is not None and before != after:
        key = name_and_key(before)
        if key is not None and key == name_and_key(after):
            same_issuer = before.fields.issuer == after.fields.issuer
            return Change.RENEWED if same_issuer else Change.TWIN
    if scope.names and name_of(old) != name_of(new):
        return Change.RENAMED
    return Change.CHANGED


def _moved(before: Store, after: Store, pairing: Pairing) -> Iterator[Difference]:
    """The twins that are in another order: OpenSSL takes the first (openssl/openssl 29681)."""
    groups: dict[tuple[str, str], list[tuple[int, int, Certificate]]] = {}
    for left, right in pairing.pairs:
        certificate = own_certificate(before.entries[left])
        key = None if certificate is None else name_and_key(certificate)
        same = certificate == own_certificate(after.entries[right])
        if certificate is not None and key is not None and same:
            groups.setdefault(key, []).append((left, right, certificate))
    for group in groups.values():
        reordered = sorted(group, key=lambda twin: twin[1])
        orders = [
            list(dict.fromkeys(certificate for _, _, certificate in twins))
            for twins in (group, reordered)
        ]
        if orders[0] != orders[1]:
            signers = [", ".join(map(_signer, order[:_MOST_TWINS])) for order in orders]
            detail = Detail("order", signers[0], signers[1])
            yield Difference(Change.MOVED, group[0][0], reordered[0][1], (detail,))


def _signer(certificate: Certificate) -> str:
    fields = certificate.fields
    return "itself" if fields.issuer == fields.subject else fields.issuer.label
