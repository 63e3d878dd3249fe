"""The selection of entries for a conversion, by alias and by role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unpin.model.entries import KeyEntry
from unpin.pki.roles import Role, role
from unpin.rewrite.aliases import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.model.certificate import Certificate
    from unpin.model.entries import TrustedEntry


@dataclass(frozen=True, slots=True)
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
    first, *others = map(_literally, re.split(r"\*+", folded(pattern)))
    if not others:
        return re.fullmatch(first, folded(name), re.DOTALL) is not None
    # The leftmost match suffices for a part between stars; "(?>" never tries another match, which
    # would take the length of a hostile alias to the power of the number of stars.
    middle = "".join(f"(?>.*?{part})" for part in others[:-1])
    return re.fullmatch(f"{first}{middle}.*{others[-1]}", folded(name), re.DOTALL) is not None


def _literally(part: str) -> str:
    return "".join("." if letter == "?" else re.escape(letter) for letter in part)
