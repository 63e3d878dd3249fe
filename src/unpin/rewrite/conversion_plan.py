"""The plan of a conversion, the entries that it selects by alias and role, and its remarks."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.values import frozen
from unpin.pki.roles import Role, role
from unpin.rewrite.aliases import AliasStyle, folded_alias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.certificate import Certificate
    from unpin.model.formats import Format
    from unpin.model.store import Store


@frozen
class Selection:
    """A selection of entries by alias and role.

    An entry is selected if its alias matches any of `patterns` (with * and ?) and its role is any
    of `roles`; empty means every alias or role. `known_roots` distinguishes cross-signed copies
    from intermediates (pki.roles.role).
    """

    patterns: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    known_roots: frozenset[tuple[str, str]] = frozenset()

    def takes(self, entry: TrustedEntry | KeyEntry, names: Sequence[str]) -> bool:
        """Whether an entry with these names is selected; for a key, which has no role, by alias."""
        if self.patterns and not any(self.matched(names)):
            return False
        if not self.roles or isinstance(entry, KeyEntry):
            return True
        return role(entry.certificate, self.known_roots) in self.roles

    def matched(self, names: Sequence[str]) -> list[bool]:
        """For each pattern, whether it matches one of `names`."""
        return [any(_matches(pattern, name) for name in names) for pattern in self.patterns]


def known_roots(certificates: Sequence[Certificate]) -> frozenset[tuple[str, str]]:
    """The (canonical subject, SPKI SHA-256) of the roots among `certificates`."""
    return frozenset(
        (certificate.fields.subject.canonical, certificate.spki_sha256)
        for certificate in certificates
        if certificate.problem is None and role(certificate) is Role.ROOT
    )


def _matches(pattern: str, name: str) -> bool:
    """Whether `name` matches `pattern`, ignoring case; only * and ? are special.

    NOTE: not fnmatch, whose brackets occur in aliases such as "digicertglobalrootg2 [jdk]".
    """
    first, *others = map(_literally, re.split(r"\*+", folded_alias(pattern)))
    if not others:
        return re.fullmatch(first, folded_alias(name), re.DOTALL) is not None
    # The leftmost match suffices for a part between stars; "(?>" never tries another match, which
    # would take the length of a hostile alias to the power of the number of stars.
    middle = "".join(f"(?>.*?{part})" for part in others[:-1])
    return re.fullmatch(f"{first}{middle}.*{others[-1]}", folded_alias(name), re.DOTALL) is not None


def _literally(part: str) -> str:
    return "".join("." if letter == "?" else re.escape(letter) for letter in part)


_ALL: Final = Selection()

_MOST_NAMES: Final = 3
"""The most entries that a sentence names; further entries are counted."""


@frozen
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


@frozen
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
    PIN = "pin"
    """A trusted certificate of the output is no root."""
    EXPIRED = "expired"
    """A trusted certificate of the output has expired."""


@frozen
class Remark:
    """A remark about the file `source`."""

    topic: Topic
    source: str
    message: str


@frozen
class Merged:
    """The entries of the new store in its order, and the remarks about them."""

    entries: tuple[MergedEntry, ...]
    remarks: tuple[Remark, ...]

    def certificates(self) -> Iterator[Certificate]:
        """The certificates of trusted entries and of key chains."""
        for merged in self.entries:
            match merged.entry:
                case TrustedEntry(certificate=certificate):
                    yield certificate
                case KeyEntry(chain=chain):
                    yield from chain


def few_names(names: Sequence[str]) -> str:
    """The names as a list; of many names, the first few and the number of the others."""
    shown = [name or "(no alias)" for name in names[:_MOST_NAMES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
