"""Which entries a conversion takes: by alias, and by what the certificates are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from unpin.rewrite.aliases import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from unpin.model.certificate import Certificate
    from unpin.model.entries import KeyEntry, TrustedEntry
    from unpin.pki.roles import Role


class RoleChoice(StrEnum):
    """The choices of `--role`."""

    ROOT = "root"
    CROSS_SIGNED = "cross-signed"
    INTERMEDIATE = "intermediate"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Selection:
    """`patterns` are aliases with * and ?, any of which will do; so with `roles`. Empty: all.

    `known_roots` tells cross-signed copies from intermediates (pki.roles.role).
    """

    patterns: tuple[str, ...] = ()
    roles: frozenset[RoleChoice] = frozenset()
    known_roots: frozenset[tuple[str, str]] = frozenset()

    def takes(self, entry: TrustedEntry | KeyEntry, names: Sequence[str]) -> bool:
        """Whether an entry known by `names` is wanted; a key has no role, its alias decides."""
        if self.patterns and not any(self.matched(names)):
            return False
        from unpin.model.entries import KeyEntry

        if not self.roles or isinstance(entry, KeyEntry):
            return True
        from unpin.pki.roles import role

        return role(entry.certificate, self.known_roots) in _roles(self.roles)

    def matched(self, names: Sequence[str]) -> list[bool]:
        """For each pattern, whether it matches one of `names`."""
        return [any(_matches(pattern, name) for name in names) for pattern in self.patterns]


def known_roots(certificates: Sequence[Certificate]) -> frozenset[tuple[str, str]]:
    """(canonical subject, SPKI SHA-256) of the roots among `certificates`."""
    from unpin.pki.roles import Role, role

    return frozenset(
        (one.fields.subject.canonical, one.spki_sha256)
        for one in certificates
        if one.problem is None and role(one) is Role.ROOT
    )


def _roles(choices: Iterable[RoleChoice]) -> set[Role]:
    """The roles that are meant; pki is loaded when it is needed, `RoleChoice` by every command."""
    from unpin.pki.roles import Role

    meant = {
        RoleChoice.ROOT: {Role.ROOT},
        RoleChoice.CROSS_SIGNED: {Role.CROSS_SIGNED},
        RoleChoice.INTERMEDIATE: {Role.INTERMEDIATE},
        RoleChoice.SERVER: {Role.SERVER, Role.SELF_SIGNED_SERVER},
    }
    return set().union(*(meant[choice] for choice in choices))


def _matches(pattern: str, name: str) -> bool:
    """Whether the folded `name` matches; only * and ? stand for others.

    NOTE: not fnmatch, whose brackets are letters of aliases such as "digicertglobalrootg2 [jdk]".
    """
    first, *others = map(_literally, re.split(r"\*+", folded(pattern)))
    if not others:
        return re.fullmatch(first, folded(name), re.DOTALL) is not None
    # The leftmost place will do for all that is between stars; "(?>" never tries another one, which
    # would take the length of a hostile alias to the power of the stars.
    middle = "".join(f"(?>.*?{part})" for part in others[:-1])
    return re.fullmatch(f"{first}{middle}.*{others[-1]}", folded(name), re.DOTALL) is not None


def _literally(part: str) -> str:
    return "".join("." if letter == "?" else re.escape(letter) for letter in part)
