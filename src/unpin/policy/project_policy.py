"""The policy of a project, and what of it holds for one store."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from unpin.model.store_policy import StorePolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from unpin.model.finding import Severity
    from unpin.model.store_policy import Exemption, ListedCertificate

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class PolicyScope:
    """What a policy sets for every store, or for those whose path fits `match`.

    None means that it says nothing. `match` is a pattern of fnmatch, relative to the folder of the
    policy, in which * matches / as well.
    """

    match: str = "*"
    profile: str | None = None
    clients: str | None = None
    expires_within: timedelta | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PathExemption:
    """An exemption, and the pattern of the paths that it holds for."""

    match: str
    exemption: Exemption


@dataclass(frozen=True, slots=True)
class ProjectPolicy:
    """A policy file. `scopes` are the general one, then those of [[path]], which override it."""

    source: str
    folder: Path
    scopes: tuple[PolicyScope, ...]
    fail_on: Severity | None
    required: tuple[ListedCertificate, ...]
    allowed: tuple[ListedCertificate, ...]
    forbidden: tuple[ListedCertificate, ...]
    only_listed: bool
    exemptions: tuple[PathExemption, ...]

    def scope_of(self, source: str) -> PolicyScope:
        """What holds for the store `source`: of several [[path]] that fit, the last one counts."""
        path = self._relative(source)
        fitting = [scope for scope in self.scopes if fnmatchcase(path, scope.match)]
        severities: dict[str, Severity] = {}
        for scope in fitting:
            severities |= scope.severities
        return PolicyScope(
            path,
            _last([scope.profile for scope in fitting]),
            _last([scope.clients for scope in fitting]),
            _last([scope.expires_within for scope in fitting]),
            severities,
        )

    def of_store(self, source: str, baseline: frozenset[str] = frozenset()) -> StorePolicy:
        """What the judge needs of the policy for the store `source`."""
        path = self._relative(source)
        return StorePolicy(
            self.required,
            self.allowed,
            self.forbidden,
            self.only_listed,
            self.scope_of(source).severities,
            tuple(e.exemption for e in self.exemptions if fnmatchcase(path, e.match)),
            baseline,
        )

    def _relative(self, source: str) -> str:
        return path_below(self.folder, source)


def path_below(folder: Path, source: str) -> str:
    """The path of a store from the folder of a policy, with / on every system.

    That of a store elsewhere is absolute: it must not fit a pattern for a store of the folder.
    """
    path, base = _without_dots(Path(source)), _without_dots(folder)
    if not path.is_relative_to(base):
        # A link may lead to the folder; a store that is a link itself keeps its name.
        real, real_base = path.parent.resolve() / path.name, base.resolve()
        if not real.is_relative_to(real_base):
            return path.as_posix()
        path, base = real, real_base
    return path.relative_to(base).as_posix()


def pattern_of(path: str) -> str:
    """The pattern that fits this path alone."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)


def _without_dots(path: Path) -> Path:
    """The absolute path; resolved if it has "..", behind which a link leads elsewhere.

    Behind the ! of an archive nothing is resolved: that is the name of a member.
    """
    before = str(path).partition("!")[0] if not os.path.lexists(path) else str(path)
    if ".." not in Path(before).parts:
        return path.absolute()
    return Path(f"{Path(before).resolve()}{str(path)[len(before) :]}")


def _last(values: Iterable[_Value | None]) -> _Value | None:
    said = [value for value in values if value is not None]
    return said[-1] if said else None
