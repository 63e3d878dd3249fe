"""What a conversion is to do, the entries that it merges, and the remarks about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.rewrite.aliases import AliasStyle
from unpin.rewrite.selection import Selection

_ALL: Final = Selection()

_MOST_NAMES: Final = 3
"""Most entries that a sentence names; more are counted."""


@dataclass(frozen=True, slots=True)
class ConversionPlan:
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
class MergedEntry:
    """One entry on its way: as it was read, where it was read, and its alias and date to be."""

    entry: TrustedEntry | KeyEntry
    store: Store
    alias: str
    created_ms: int

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of a trusted entry."""
        return self.entry.certificate if isinstance(self.entry, TrustedEntry) else None


class Topic(StrEnum):
    """The kinds of remarks; part of the machine form (docs/json.md)."""

    REPAIRED = "repaired"
    """The input had a fault of encoding that the output has not."""
    LEFT_OUT = "left-out"
    """An entry, or a part of the file, is not in the output."""
    RENAMED = "renamed"
    """An entry has another alias than it had."""
    TRUSTED = "trusted"
    """A certificate is a trusted entry that was none, as Java sees it."""
    NOT_KEPT = "not-kept"
    """The format of the output has no place for it."""
    PROTECTION = "protection"
    """Which password and which encryption guard the output."""
    KEY = "key"
    """How a private key came along."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a summary; `source` names the file that it is about."""

    topic: Topic
    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What the new store will hold, in its order, and what is to be said about it."""

    entries: tuple[MergedEntry, ...]
    remarks: tuple[Remark, ...]


def few_names(names: Sequence[str]) -> str:
    """The names, or the first few of them and how many more there are."""
    shown = [name or "(no alias)" for name in names[:_MOST_NAMES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
