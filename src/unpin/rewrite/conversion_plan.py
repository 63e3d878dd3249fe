"""What a conversion is to do, and the entries on their way from the inputs to the output."""

from dataclasses import dataclass
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.rewrite.aliases import AliasStyle
from unpin.rewrite.notices import Remark
from unpin.rewrite.selection import Selection

_ALL: Final = Selection()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a conversion is to do.

    `chains` makes trusted entries of the certificates of key chains; `keys` copies the keys.
    `now_ms` is the creation date (milliseconds since 1970) of what has none.
    """

    target: Format
    selection: Selection = _ALL
    keys: bool = False
    chains: bool = False
    skip_unreadable: bool = False
    style: AliasStyle = AliasStyle.SLUG
    now_ms: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry on its way: as it was read, where it was read, and its alias and date to be."""

    entry: TrustedEntry | KeyEntry
    store: Store
    alias: str
    created_ms: int

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of a trusted entry."""
        return self.entry.certificate if isinstance(self.entry, TrustedEntry) else None


@dataclass(frozen=True, slots=True)
class Merged:
    """What the new store will hold, in its order, and what is to be said about it."""

    pieces: tuple[Piece, ...]
    remarks: tuple[Remark, ...]
