"""The output of a conversion: the merged entries are encoded and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.jdk.key_store_view import refused_by_java
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.rewrite.conversion_plan import Remark, Topic
from unpin.rewrite.conversion_remarks import losses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.certificate import Certificate
    from unpin.model.entries import Entry
    from unpin.operations.conversion_protection import OutputProtection
    from unpin.rewrite.conversion_plan import MergedEntry


class ConvertedFile:
    """The bytes of an output file (`data`), and the store as read back from them (`written`).

    `name` is its name in messages. The constructor raises CannotWriteError for entries that the
    format cannot hold.
    """

    def __init__(
        self,
        merged: Sequence[MergedEntry],
        target: Format,
        protection: OutputProtection,
        name: str,
    ) -> None:
        from unpin.stores.encoders import encode_verified

        if target.facts.one_certificate and len(merged) > 1:
            raise CannotWriteError(
                f"{name}: {target} holds a single certificate, the input has {len(merged)}",
                f"--split DIR --to {target.lower()} writes a file for each, "
                "--alias selects an entry",
            )
        self.remarks: list[Remark] = []
        self._merged = merged
        self._protection = protection

        entries = list(self._entries(target))
        if target is Format.PEM:
            entries = list(_once(entries))
        encoded = encode_verified(
            Store(name, target, tuple(entries)),
            password=protection.password,
            options=protection.options,
        )
        self.data = encoded.data
        self.written = encoded.store

    @property
    def has_keys(self) -> bool:
        """Whether the file has keys; then only its owner may read it."""
        return bool(self.written.keys)

    def losses(self) -> tuple[Remark, ...]:
        """Remarks on the properties of the inputs that the file lacks, and on Java's refusal."""
        notes = [*self.written.notes]
        if refusal := refused_by_java(self.written):
            notes.append(f"Java refuses the whole store: {refusal}")
        name = self.written.source
        remarks = (Remark(Topic.PROTECTION, name, note) for note in notes)
        return (*losses(self._merged, self.written), *remarks)

    def _entries(self, target: Format) -> Iterator[Entry]:
        from unpin.stores.entry_transfer import transfer_trusted

        for merged in self._merged:
            match merged.entry:
                case TrustedEntry() as entry:
                    yield transfer_trusted(
                        entry,
                        merged.store,
                        target,
                        alias=merged.alias,
                        created_ms=merged.created_ms,
                    )
                case KeyEntry() as entry:
                    yield from self._key(entry, merged, target)

    def _key(self, entry: KeyEntry, merged: MergedEntry, target: Format) -> tuple[Entry, ...]:
        from unpin.stores.entry_transfer import KeyProtection, transfer_key

        protection = KeyProtection(
            target,
            old=merged.store.password,
            new=self._protection.password,
            scheme=self._protection.scheme,
            chosen=self._protection.chosen,
            upgrade=self._protection.upgrade,
        )
        key = transfer_key(
            entry, merged.store, protection, alias=merged.alias, created_ms=merged.created_ms
        )
        name = merged.alias or (entry.chain[0].label if entry.chain else "")
        message = f"{entry.kind} {name}: {key.how}" if name else f"{entry.kind}: {key.how}"
        self.remarks.append(Remark(Topic.KEY, merged.store.source, message))
        return key.entries


def _once(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries without repeated certificates: in PEM a chain is made of ordinary blocks."""
    seen: set[Certificate] = set()
    for entry in entries:
        if isinstance(entry, TrustedEntry):
            if entry.certificate in seen:
                continue
            seen.add(entry.certificate)
        yield entry
