"""The policy of a project, and what of it holds for one store."""

from __future__ import annotations

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
        """The path of a store from the folder of the policy, with / on every system."""
        try:
            found = Path(source).absolute().relative_to(self.folder.absolute())
        except ValueError:
            return Path(source).as_posix()
        return found.as_posix()


def _last(values: Iterable[_Value | None]) -> _Value | None:
    said = [value for value in values if value is not None]
    return said[-1] if said else None
