"""Read the entries of BKS and UBER stores (BouncyCastle's BcKeyStoreSpi.loadStore)."""

from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import LimitExceededError
from unpin.stores.java import modified_utf8
from unpin.stores.java.data_streams import GUARD_SIZE, I8, U2, U4, DataReader, LayoutError

MAX_ENTRIES: Final = 100_000
"""The most entries of a store."""

MAX_CHAIN_CERTIFICATES: Final = 200_000
"""The most certificates in the chains of all entries together."""

_END: Final = 0
_CERTIFICATE: Final = 1
_KEY: Final = 2
_SECRET: Final = 3
_SEALED: Final = 4

_PLAIN_KINDS: Final = {0: KeyKind.PRIVATE, 2: KeyKind.SECRET}
_CERTIFICATE_SLOT: Final = 6
"""The shortest certificate in bytes: two length fields."""


def entry_begins(data: bytes, position: int) -> bool:
    """Whether an unencrypted entry begins at `position`, as far as `data` reaches.

    Encrypted bytes hardly ever pass: besides the type, the upper 16 bits of the date must be all
    equal (dates up to the year 6429), and the upper 8 bits of the chain length must be zero.
    """
    name = position + 3
    if not _CERTIFICATE <= data[position] <= _SEALED or len(data) < name:
        return _CERTIFICATE <= data[position] <= _SEALED
    date = name + U2.unpack_from(data, position + 1)[0]
    if date + 12 > len(data):
        return _is_text_so_far(data[name:date])
    return data[date : date + 2] in (b"\0\0", b"\xff\xff") and data[date + 8] == 0


def _is_text_so_far(name: bytes) -> bool:
    for cut in range(3):  # the last character may be cut off
        try:
            modified_utf8.read_utf(name[: len(name) - cut])
        except ValueError:
            continue
        return True
    return False


def read_entries(data: bytes, position: int, *, source: str) -> tuple[tuple[Entry, ...], int]:
    """Read the entries from `position` on; return them and the end of their end mark.

    At least GUARD_SIZE bytes follow the end mark. Raises LayoutError, whose text names the entry,
    if the bytes are truncated or contradictory; LimitExceededError.
    """
    reader = _BksReader(data, position, source)
    entries: list[Entry] = []
    while not reader.at_end():
        if len(entries) == MAX_ENTRIES:
            raise LimitExceededError(f"{source}: more than {MAX_ENTRIES} entries")
        try:
            entries.append(reader.entry())
        except LayoutError as error:
            raise LayoutError(f"entry {len(entries) + 1}: {error}") from error
    return tuple(entries), reader.position + 1


class _BksReader(DataReader):
    def __init__(self, data: bytes, position: int, source: str) -> None:
        super().__init__(data, position, len(data) - GUARD_SIZE)
        self._source = source
        self._chained = 0

    def at_end(self) -> bool:
        """Whether the end mark is at `position`. Raises LayoutError if there is no room for it."""
        if self.position >= self._end:
            raise LayoutError("truncated: the entries do not end")
        return self._data[self.position] == _END

    def entry(self) -> Entry:
        """Read the entry at `position`. Raises LayoutError."""
        data, start = self._data, self.position
        kind = data[start]
        date = start + 3 + U2.unpack_from(data, start + 1)[0]
        if date + 8 > self._end:
            raise LayoutError(f"truncated, or its alias of {date - start - 3} bytes is too long")
        name = data[start + 3 : date]
        created_ms: int = I8.unpack_from(data, date)[0]
        self.position = date + 8
        chain = self._whole_chain()
        content: Certificate | tuple[Certificate, ...] | str = chain
        key = KeyKind.PRIVATE
        if kind == _CERTIFICATE:
            # NOTE: BouncyCastle also reads a chain here, which it never writes, and ignores it.
            content = self._certificate()
        elif kind == _KEY:
            code = self._plain_key()
            key = _PLAIN_KINDS.get(code, key)
            if code not in _PLAIN_KINDS:
                content = f"a key of type {code}, neither private nor secret"
        elif kind in (_SECRET, _SEALED):
            self._blob(U4, "key")
            # NOTE: the kind of a sealed key is known only after decryption. BouncyCastle accepts no
            # private key without a chain, and secret keys have no chains in practice.
            key = KeyKind.PRIVATE if chain else KeyKind.SECRET
        else:
            raise LayoutError(f"unknown type {kind}, so the rest cannot be located")
        raw = data[start : self.position]
        try:
            alias = modified_utf8.read_utf(name)
        except ValueError as error:
            reason = f"alias: {error}; Java refuses the whole store"
            return UnreadableEntry(name.decode("utf-8", "replace"), raw, reason)
        if isinstance(content, Certificate):
            return TrustedEntry(alias, content, raw, created_ms)
        if isinstance(content, str):
            return UnreadableEntry(alias, raw, content)
        return KeyEntry(alias, key, content, raw, created_ms)

    def _whole_chain(self) -> tuple[Certificate, ...] | str:
        count = self._chain_length(_CERTIFICATE_SLOT)
        self._chained += count
        if self._chained > MAX_CHAIN_CERTIFICATES:
            raise LimitExceededError(
                f"{self._source}: more than {MAX_CHAIN_CERTIFICATES} certificates in chains"
            )
        return self._chain(count)

    def _plain_key(self) -> int:
        """Skip an unencrypted key, which only very old versions wrote, and return its type."""
        kind = self._data[self.position]
        self.position += 1
        self._blob(U2, "key format")
        self._blob(U2, "key algorithm")
        self._blob(U4, "key")
        return kind
