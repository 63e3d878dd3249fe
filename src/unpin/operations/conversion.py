"""The new file of a conversion: encoded, and then read back and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.jdk.key_store_view import refused_by_java
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.errors import CannotWriteError, UnpinError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.rewrite.losses import check as check_kept
from unpin.rewrite.losses import losses
from unpin.rewrite.notices import Remark, Topic
from unpin.stores.opening import Password, unlock_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from unpin.model.certificate import Certificate
    from unpin.model.entries import Entry
    from unpin.operations.conversion_protection import Guard
    from unpin.rewrite.conversion_plan import Piece


class Output:
    """The bytes of one new file; `written` is its store as read back, once it was checked.

    `passwords` are those that opened the inputs, by the identity of their stores. Raises
    CannotWriteError for what the format does not hold.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        target: Format,
        guard: Guard,
        name: str,
        passwords: Mapping[int, str | None],
    ) -> None:
        from unpin.stores import encoders

        if target is Format.DER and len(pieces) > 1:
            raise CannotWriteError(
                f"{name}: DER holds one certificate, and there are {len(pieces)}",
                "--split DIR --to der writes a file for each, --alias selects one",
            )
        self.remarks: list[Remark] = []
        self._pieces = pieces
        self._guard = guard
        self._passwords = passwords
        entries = list(self._entries(target))
        if target is Format.PEM:
            entries = list(_once(entries))
        self._meant = Store(name, target, tuple(entries))
        self.written = self._meant
        self.data = encoders.encode(self._meant, password=guard.password, options=guard.options)

    @property
    def has_keys(self) -> bool:
        """Whether a key is in it: then the file is its owner's alone."""
        return bool(self._meant.keys)

    def verified(self) -> bytes:
        """The bytes, once they were read back and compared."""
        self.check(self.data)
        return self.data

    def losses(self) -> tuple[Remark, ...]:
        """What the file does not hold of the inputs, and what Java makes of it."""
        notes = [*self.written.notes]
        if refusal := refused_by_java(self.written):
            notes.append(f"Java refuses the whole store: {refusal}")
        name = self.written.source
        said = (Remark(Topic.PROTECTION, name, note) for note in notes)
        return (*losses(self._pieces, self.written), *said)

    def check(self, data: bytes) -> None:
        """Read `data` and compare it with what was meant. Raises CannotWriteError."""
        guard = self._guard
        password = Password(guard.password, guard.origin) if guard.password is not None else None
        name = self._meant.source
        try:
            self.written = unlock_bytes(data, source=name, password=password).store
        except UnpinError as error:
            raise CannotWriteError(
                f"{name}: what would be written cannot be read back: {error.message}"
            ) from error
        check_kept(self._meant, self.written)

    def _entries(self, target: Format) -> Iterator[Entry]:
        from unpin.stores import entry_transfer

        for piece in self._pieces:
            match piece.entry:
                case TrustedEntry() as entry:
                    yield entry_transfer.trusted(
                        entry, piece.store, target, alias=piece.alias, created_ms=piece.created_ms
                    )
                case KeyEntry() as entry:
                    yield from self._key(entry, piece, target)

    def _key(self, entry: KeyEntry, piece: Piece, target: Format) -> tuple[Entry, ...]:
        from unpin.stores.key_transfer import Terms, carry

        guard = self._guard
        terms = Terms(
            target,
            old=self._passwords.get(id(piece.store)),
            new=guard.password,
            scheme=guard.scheme,
            chosen=guard.chosen,
            upgrade=guard.upgrade,
        )
        carried = carry(entry, piece.store, terms, alias=piece.alias, created_ms=piece.created_ms)
        name = piece.alias or (entry.chain[0].label if entry.chain else "")
        message = f"{entry.kind} {name}: {carried.how}" if name else f"{entry.kind}: {carried.how}"
        self.remarks.append(Remark(Topic.KEY, piece.store.source, message))
        return carried.entries


def _once(entries: Sequence[Entry]) -> Iterator[Entry]:
    """A certificate of a chain is a block like any other, and no block is written twice."""
    seen: set[Certificate] = set()
    for entry in entries:
        if isinstance(entry, TrustedEntry):
            if entry.certificate in seen:
                continue
            seen.add(entry.certificate)
        yield entry
