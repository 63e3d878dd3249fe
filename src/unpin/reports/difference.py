"""`unpin diff A B`: what was added, removed, renamed, renewed, and its effect on clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from unpin.comparison.details import Detail
from unpin.comparison.differences import Change
from unpin.model.entries import UnreadableEntry
from unpin.model.values import frozen
from unpin.reports.blocks import Answer, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.names import (
    certificate_label,
    entry_role,
    entry_title,
    expiry_date,
    some_clients,
    store_title,
)
from unpin.reports.store_fields import entry_row, store_row
from unpin.wording import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.comparison.differences import Comparison, Difference
    from unpin.comparison.effects import Effect
    from unpin.judge.audited_entry import AuditedEntry
    from unpin.rehearsal.scenarios import RotationOutcome
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row

_HEADINGS: Final = ("change", "entry", "certificate", "what differs")
_FIELD_HEADINGS: Final = ("entry", "field", "before", "after")

_TONES: Final = {
    Change.ADDED: Tone.GOOD,
    Change.REMOVED: Tone.BAD,
    Change.RENAMED: Tone.DOUBTFUL,
    Change.RENEWED: Tone.DOUBTFUL,
    Change.TWIN: Tone.DOUBTFUL,
    Change.CHANGED: Tone.DOUBTFUL,
    Change.MOVED: Tone.DOUBTFUL,
}
_STORE: Final = Toned("store", Tone.DOUBTFUL)
"""The label of a difference that is not about an entry."""

_FIELDS: Final = {
    "sha256": "SHA-256",
    "not_before": "valid from",
    "not_after": "valid until",
    "signature_algorithm": "signed with",
    "created": "created",
    "visible_to_java": "visible to Java",
    "chain_sha256": "the chain above it",
    "order": "issuers of the twins in order",
    "mac": "MAC",
    "needs_password": "password needed to read it",
    "encoding_fault": "encoding fault",
}
_UNSHOWN: Final = {
    "sealed_key": "the encrypted key differs (a different key, or the same key encrypted again)",
    "raw": "the bytes of the unreadable entry differ",
}


@frozen
class DifferenceReport:
    """A comparison, the audited entries of both stores, and the effects on clients."""

    comparison: Comparison
    before: Sequence[AuditedEntry]
    after: Sequence[AuditedEntry]
    effects: tuple[Effect, ...]

    title: ClassVar[str] = "unpin diff"
    json_key: ClassVar[str] = "comparisons"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "change", "entry_before", "entry_after", "sha256_before", "sha256_after", "certificate",
        "role", "field", "before", "after",
    )  # fmt: skip

    @property
    def by_order(self) -> tuple[Effect, ...]:
        """The effects on clients for which only the order of entries differs."""
        return tuple(effect for effect in self.effects if effect.by_order)

    @property
    def same(self) -> bool:
        return self.comparison.same and not self.by_order

    def text(self) -> Iterator[Block]:
        """The answer, and a table of the differences."""
        comparison = self.comparison
        yield Title(tuple(map(store_title, (comparison.before, comparison.after))))
        yield Answer(self.answer())
        if cells := self.cells():
            yield Table(_HEADINGS, cells)
        if remarks := tuple(self.remarks()):
            yield Notes(remarks)

    def markdown(self) -> Iterator[Block]:
        """For a pull request: the answer first, the differences, and the fields folded away."""
        yield Title((f"{self.comparison.before.source} -> {self.comparison.after.source}",))
        yield Answer(self.answer())
        if cells := [_entry_cells(*sides) for sides in self._sides()]:
            yield Table(_HEADINGS[:3], cells)
        if fields := self._field_cells():
            yield Table(_FIELD_HEADINGS, fields, "fields")
        if remarks := tuple(self.remarks()):
            yield Notes(remarks)

    def json_fields(self) -> Row:
        """Both stores, every difference, and the outcomes of the clients."""
        return {**self._facts(), "differences": list(self._rows())}

    def _facts(self) -> Row:
        comparison = self.comparison
        return {
            "before": {**store_row(comparison.before), "entries": len(comparison.before.entries)},
            "after": {**store_row(comparison.after), "entries": len(comparison.after.entries)},
            "same": self.same,
            "answer": self.answer(),
            "store": [_detail_row(detail) for detail in comparison.store],
            "outcomes": [
                {
                    "client": effect.client.ident,
                    "before": str(effect.before),
                    "after": str(effect.after),
                    "by_order": effect.by_order,
                }
                for effect in self.effects
            ],
            "not_compared": list(comparison.uncompared),
        }

    def json_lines(self) -> Iterator[Row]:
        """A row for the comparison, and a row for each difference."""
        yield {"type": "comparison", **self._facts()}
        for row in self._rows():
            yield {"type": "difference", **row}

    def _rows(self) -> Iterator[Row]:
        for difference, before, after in self._sides():
            yield {
                "change": str(difference.change),
                "before": None if before is None else entry_row(before),
                "after": None if after is None else entry_row(after),
                "details": [_detail_row(detail) for detail in difference.details],
            }

    def csv_rows(self) -> Iterator[Row]:
        """A row for each field that differs, of entries and of the store.

        A difference without fields has a row, too.
        """
        for difference, before, after in self._sides():
            subject = _subject(before, after)
            for detail in difference.details or (Detail("", None, None),):
                yield {
                    "change": str(difference.change),
                    "entry_before": before and entry_title(before.entry, before.index),
                    "entry_after": after and entry_title(after.entry, after.index),
                    "sha256_before": before and before.certificate and before.certificate.sha256,
                    "sha256_after": after and after.certificate and after.certificate.sha256,
                    "certificate": certificate_label(subject),
                    "role": entry_role(subject),
                    **_detail_row(detail),
                }
        for detail in self.comparison.store:
            yield {"change": "store", **_detail_row(detail)}

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        return iter(())

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_rehearsals import of_difference

        return of_difference(self)

    def cells(self) -> list[list[Cell]]:
        """The cells of a row for each difference; those of the whole store are last."""
        rows: list[list[Cell]] = []
        for difference, before, after in self._sides():
            if before is None or after is None:
                said = _alone(_subject(before, after))
            else:
                said = (_sentence(each) for each in difference.details if each.field != "alias")
            rows.append([*_entry_cells(difference, before, after), Lines(tuple(said))])
        return rows + [
            [_STORE, "", "", Lines((_sentence(each),))] for each in self.comparison.store
        ]

    def remarks(self) -> Iterator[str]:
        """What limits the answer, and for which clients the order of entries decides."""
        comparison = self.comparison
        before, after = comparison.before, comparison.after
        for effect in self.by_order:
            yield (
                f"the order of entries decides for {effect.client.title}: {effect.before} with "
                f"{before.source}, {effect.after} with {after.source}"
            )
        for store in (before, after) if before.source != after.source else (before,):
            if count := len(store.unreadable):
                yield (
                    f"{counted(count, 'entry', 'entries')} of {store.source} cannot be read; "
                    "unpin compares the raw bytes"
                )
            if store.protection.needs_password and before.format is not after.format:
                loss = (
                    "Java without the password sees no certificate of"
                    if store.format.is_jdk
                    else "BouncyCastle without the password refuses"
                )
                yield f"{loss} {store.source}"
        if comparison.uncompared:
            yield (
                f"not compared, because {before.format} and {after.format} store it differently: "
                f"{', '.join(comparison.uncompared)}"
            )

    def answer(self) -> str:
        """Whether the stores are the same, the numbers of changes, and the clients' outcomes."""
        before, after = self.comparison.before.source, self.comparison.after.source
        groups: dict[tuple[RotationOutcome, RotationOutcome], list[str]] = {}
        for effect in self.effects:
            groups.setdefault((effect.before, effect.after), []).append(effect.client.ident)
        said = [self._counts()]
        for (first, second), idents in groups.items():
            who = some_clients(idents, len(self.effects))
            if first is second:
                said.append(f"{who}: {first} with both")
            else:
                said.append(f"{who}: {first} with {before}, {second} with {after}")
        return "; ".join(said)

    def _counts(self) -> str:
        comparison = self.comparison
        formats = dict.fromkeys((comparison.before.format, comparison.after.format))
        if self.same:
            count = counted(len(comparison.pairing.pairs), "entry", "entries")
            return f"same: {count} in both" + (f", {listed(formats)}" if len(formats) > 1 else "")
        changes = [difference.change for difference in comparison.differences]
        parts = [f"{changes.count(change)} {change}" for change in Change if change in changes]
        if comparison.store:
            parts.append("the store itself")
        if self.by_order:
            parts.append("the order of entries")
        return f"different: {', '.join(parts)}"

    def _field_cells(self) -> list[list[Cell]]:
        """The cells of a row for each field that differs: entry, field, before, after."""
        rows: list[list[Cell]] = []
        for difference, before, after in self._sides():
            subject, details = _subject(before, after), difference.details
            if (before is None or after is None) and subject.certificate is not None:
                sha256 = subject.certificate.sha256
                details = (
                    Detail("sha256", sha256 if before else None, sha256 if after else None),
                    Detail("not_after", expiry_date(before), expiry_date(after)),
                )
            rows += [[_names(before, after), *_detail_cells(detail)] for detail in details]
        return rows + [["", *_detail_cells(detail)] for detail in self.comparison.store]

    def _sides(self) -> Iterator[tuple[Difference, AuditedEntry | None, AuditedEntry | None]]:
        """Each difference with the entry before and the entry after."""
        for difference in self.comparison.differences:
            before = None if difference.before is None else self.before[difference.before]
            after = None if difference.after is None else self.after[difference.after]
            yield difference, before, after


def _subject(before: AuditedEntry | None, after: AuditedEntry | None) -> AuditedEntry:
    """The entry after the change, or the entry before if it was removed."""
    subject = after or before
    assert subject is not None
    return subject


def _entry_cells(
    difference: Difference, before: AuditedEntry | None, after: AuditedEntry | None
) -> list[Cell]:
    subject = _subject(before, after)
    label, role = certificate_label(subject), entry_role(subject)
    described = f"{label}, {role}" if label else role
    return [Toned(difference.change, _TONES[difference.change]), _names(before, after), described]


def _names(before: AuditedEntry | None, after: AuditedEntry | None) -> str:
    sides = [audited for audited in (before, after) if audited is not None]
    return " -> ".join(
        dict.fromkeys(entry_title(audited.entry, audited.index) for audited in sides)
    )


def _alone(audited: AuditedEntry) -> Iterator[str]:
    """The description of an entry that only one of the stores has."""
    if end := expiry_date(audited):
        yield f"valid until {end}"
    if audited.certificate is not None:
        yield f"SHA-256 {audited.certificate.sha256}"
    if isinstance(audited.entry, UnreadableEntry):
        yield audited.entry.reason
    if audited.hidden is not None:
        yield f"Java does not see it: {audited.hidden}"


def _sentence(detail: Detail) -> str:
    """A field and its values as words: valid until 2026-01-01 -> 2036-01-01."""
    if detail.field in _UNSHOWN:
        return _UNSHOWN[detail.field]
    field, before, after = _detail_cells(detail)
    return f"{field} {before} -> {after}"


def _detail_cells(detail: Detail) -> list[str]:
    if detail.field in _UNSHOWN:
        return [_UNSHOWN[detail.field], "", ""]
    field = _FIELDS.get(detail.field, detail.field)
    return [field, _value(detail, detail.before), _value(detail, detail.after)]


def _value(detail: Detail, text: str | None) -> str:
    if text is None:
        return "none"
    return text[:10] if detail.field in {"not_before", "not_after"} else text


def _detail_row(detail: Detail) -> Row:
    return {"field": detail.field, "before": detail.before, "after": detail.after}
