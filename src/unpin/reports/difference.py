"""Put the comparison of two stores into words and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from unpin.comparison.details import Detail
from unpin.comparison.differences import Change, Comparison, Difference
from unpin.model.entries import UnreadableEntry
from unpin.reports.entries import certified, entry_title, expiry, what
from unpin.reports.words import clients
from unpin.wording import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.comparison.effects import Effect
    from unpin.judge.audited_entry import AuditedEntry
    from unpin.rehearsal.scenarios import RotationOutcome

COLUMNS: Final = ("change", "entry", "certificate", "what differs")
FIELD_COLUMNS: Final = ("entry", "field", "before", "after")

_FIELDS: Final = {
    "sha256": "SHA-256",
    "not_before": "valid from",
    "not_after": "valid until",
    "signature_algorithm": "signed with",
    "created": "created",
    "visible_to_java": "visible to Java",
    "chain_sha256": "the chain above it",
    "order": "twins in the order of their issuers",
    "mac": "MAC",
    "needs_password": "needs a password to be read",
    "encoding_fault": "encoding fault",
}
_UNSHOWN: Final = {
    "sealed_key": "the encrypted key differs (another key, or the same one encrypted anew)",
    "raw": "its bytes differ; it cannot be read",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with what is known of the entries of both stores, and what it does."""

    comparison: Comparison
    before: tuple[AuditedEntry, ...]
    after: tuple[AuditedEntry, ...]
    effects: tuple[Effect, ...]

    @property
    def by_order(self) -> tuple[Effect, ...]:
        """The clients for which the mere order decides."""
        return tuple(effect for effect in self.effects if effect.by_order)

    @property
    def same(self) -> bool:
        return self.comparison.same and not self.by_order


def cells(compared: Compared) -> list[list[str]]:
    """One row a difference, those of the stores as a whole at the end."""
    rows = []
    for one, before, after, subject in sides(compared):
        alone = before is None or after is None
        named_already = (detail for detail in one.details if detail.field != "alias")
        said = _alone(subject) if alone else map(sentence, named_already)
        rows.append([str(one.change), _names(before, after), _described(subject), "; ".join(said)])
    rows += [["store", "", "", sentence(detail)] for detail in compared.comparison.store]
    return rows


def brief_cells(compared: Compared) -> list[list[str]]:
    """The rows of `cells` without what differs."""
    return [
        [str(one.change), _names(before, after), _described(subject)]
        for one, before, after, subject in sides(compared)
    ]


def field_cells(compared: Compared) -> list[list[str]]:
    """One row a field that differs: entry, field, before, after."""
    rows = []
    for one, before, after, subject in sides(compared):
        details = one.details
        if (before is None or after is None) and subject.certificate is not None:
            sha256 = subject.certificate.sha256
            details = (
                Detail("sha256", sha256 if before else None, sha256 if after else None),
                Detail("not_after", expiry(before), expiry(after)),
            )
        rows += [[_names(before, after), *_field_cells(detail)] for detail in details]
    return rows + [["", *_field_cells(detail)] for detail in compared.comparison.store]


def _field_cells(detail: Detail) -> list[str]:
    if detail.field in _UNSHOWN:
        return [_UNSHOWN[detail.field], "", ""]
    field = _FIELDS.get(detail.field, detail.field)
    return [field, _value(detail, detail.before), _value(detail, detail.after)]


def remarks(compared: Compared) -> Iterator[str]:
    """What limits the answer, and whom the order of entries decides for."""
    comparison = compared.comparison
    before, after = comparison.before, comparison.after
    for effect in compared.by_order:
        yield (
            f"the order of entries decides for {effect.client.title}: {effect.before} with "
            f"{before.source}, {effect.after} with {after.source}"
        )
    for store in dict.fromkeys((before.source, after.source)):
        own = before if store == before.source else after
        if count := len(own.unreadable):
            yield (
                f"{counted(count, 'entry', 'entries')} of {own.source} cannot be read: "
                "compared by raw bytes"
            )
        if own.protection.needs_password and before.format is not after.format:
            yield f"Java without the password sees no certificate of {own.source}"
    if comparison.uncompared:
        yield (
            f"not compared, since {before.format} and {after.format} do not both hold them alike: "
            f"{', '.join(comparison.uncompared)}"
        )


def answer(compared: Compared) -> str:
    """Same or different, how many of what, and what either store does to the clients."""
    comparison = compared.comparison
    groups: dict[tuple[RotationOutcome, RotationOutcome], list[str]] = {}
    for effect in compared.effects:
        groups.setdefault((effect.before, effect.after), []).append(effect.client.ident)
    said = [_counts(compared)]
    for (before, after), idents in groups.items():
        who = clients(idents, len(compared.effects))
        if before is after:
            said.append(f"{who}: {before} with both")
        else:
            sources = comparison.before.source, comparison.after.source
            said.append(f"{who}: {before} with {sources[0]}, {after} with {sources[1]}")
    return "; ".join(said)


def _counts(compared: Compared) -> str:
    comparison = compared.comparison
    formats = dict.fromkeys((comparison.before.format, comparison.after.format))
    if compared.same:
        count = counted(len(comparison.pairing.pairs), "entry", "entries")
        return f"same: {count} in both" + (f", {listed(formats)}" if len(formats) > 1 else "")
    changes = [one.change for one in comparison.differences]
    parts = [f"{changes.count(change)} {change}" for change in Change if change in changes]
    if comparison.store:
        parts.append("the store itself")
    if compared.by_order:
        parts.append("the order of entries")
    return f"different: {', '.join(parts)}"


def sides(
    compared: Compared,
) -> Iterator[tuple[Difference, AuditedEntry | None, AuditedEntry | None, AuditedEntry]]:
    """Each difference with the entry before, the entry after, and the one that is there."""
    for one in compared.comparison.differences:
        before = None if one.before is None else compared.before[one.before]
        after = None if one.after is None else compared.after[one.after]
        subject = after or before
        assert subject is not None
        yield one, before, after, subject


def sentence(detail: Detail) -> str:
    """A field and its values as words: valid until 2026-01-01 -> 2036-01-01."""
    if detail.field in _UNSHOWN:
        return _UNSHOWN[detail.field]
    field = _FIELDS.get(detail.field, detail.field)
    return f"{field} {_value(detail, detail.before)} -> {_value(detail, detail.after)}"


def _value(detail: Detail, text: str | None) -> str:
    if text is None:
        return "none"
    return text[:10] if detail.field in {"not_before", "not_after"} else text


def _alone(one: AuditedEntry) -> Iterator[str]:
    """What to know of an entry without partner."""
    if end := expiry(one):
        yield f"valid until {end}"
    if one.certificate is not None:
        yield f"SHA-256 {one.certificate.sha256}"
    if isinstance(one.entry, UnreadableEntry):
        yield one.entry.reason
    if one.hidden is not None:
        yield f"Java does not see it: {one.hidden}"


def _names(before: AuditedEntry | None, after: AuditedEntry | None) -> str:
    names = [entry_title(one) for one in (before, after) if one is not None]
    return " -> ".join(dict.fromkeys(names))


def _described(one: AuditedEntry) -> str:
    label, role = certified(one), what(one)
    return f"{label}, {role}" if label else role
