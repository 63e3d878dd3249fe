"""The types of a conversion: its plan, the merged entries, and the remarks about them."""

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
"""The most entries that a sentence names; further entries are counted."""


@dataclass(frozen=True, slots=True)
class ConversionPlan:
    """The plan of a conversion to the format `target`.

    `keys` copies keys. `chains` turns the certificates of key chains into trusted entries.
    `skip_unreadable` leaves out unreadable entries instead of an error. `style` names entries
    without an alias. `now_ms` is the creation date (milliseconds since 1970) of entries without a
    date.
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
    """An entry of the output: the entry and store it comes from, its new alias and date."""

    entry: TrustedEntry | KeyEntry
    store: Store
    alias: str
    created_ms: int

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of a trusted entry; None for a key."""
        return self.entry.certificate if isinstance(self.entry, TrustedEntry) else None


class Topic(StrEnum):
    """The kinds of remarks; part of the machine form (docs/json.md)."""

    REPAIRED = "repaired"
    """The input had an encoding fault that the output does not have."""
    LEFT_OUT = "left-out"
    """An entry, or a part of the file, is not in the output."""
    RENAMED = "renamed"
    """An entry has a new alias."""
    TRUSTED = "trusted"
    """A certificate is now a trusted entry; for Java it was not before."""
    NOT_KEPT = "not-kept"
    """The format of the output cannot hold it."""
    PROTECTION = "protection"
    """The password and the encryption of the output."""
    KEY = "key"
    """How a key was copied."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark about the file `source`."""

    topic: Topic
    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The entries of the new store in its order, and the remarks about them."""

    entries: tuple[MergedEntry, ...]
    remarks: tuple[Remark, ...]


def few_names(names: Sequence[str]) -> str:
    """The names as a list; of many names, the first few and the number of the others."""
    shown = [name or "(no alias)" for name in names[:_MOST_NAMES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
