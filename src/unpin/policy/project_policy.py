"""The policy of a project, and what of it holds for one store."""

from __future__ import annotations

import os
import re
from dataclasses import field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from unpin.model.store_policy import StorePolicy
from unpin.model.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from unpin.model.finding import Severity
    from unpin.model.store_policy import Exemption, ListedCertificate

_Value = TypeVar("_Value")


@frozen
class PolicyScope:
    """What a policy sets for every store, or for those whose path fits `match`.

    None means that it says nothing. `match` is a pattern of fnmatch, relative to the folder of the
    policy, in which * matches / as well; None fits every store.
    """

    match: str | None = None
    profile: str | None = None
    clients: str | None = None
    expires_within: timedelta | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)


@frozen
class PathExemption:
    """An exemption, and the pattern of the paths that it holds for; None fits every store."""

    match: str | None
    exemption: Exemption


@frozen
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
        place = _Place.of(self.folder, source)
        fitting = [scope for scope in self.scopes if place.fits(scope.match)]
        severities: dict[str, Severity] = {}
        for scope in fitting:
            severities |= scope.severities
        return PolicyScope(
            place.path,
            _last([scope.profile for scope in fitting]),
            _last([scope.clients for scope in fitting]),
            _last([scope.expires_within for scope in fitting]),
            severities,
        )

    def of_store(self, source: str) -> StorePolicy:
        """What the judge needs of the policy for the store `source`."""
        place = _Place.of(self.folder, source)
        return StorePolicy(
            self.required,
            self.allowed,
            self.forbidden,
            self.only_listed,
            self.scope_of(source).severities,
            tuple(e.exemption for e in self.exemptions if place.fits(e.match)),
        )


class _Place(NamedTuple):
    """Where a store is: its path from the folder of the policy, or its absolute path elsewhere.

    `file` is the path without the key of a value, which is a text from the file: it must not fit a
    pattern of paths.
    """

    path: str
    file: str
    is_elsewhere: bool

    @classmethod
    def of(cls, folder: Path, source: str) -> _Place:
        path = path_below(folder, source)
        key = _split(source)[2]
        return cls(path, path[: len(path) - len(key)], Path(path).is_absolute())

    def fits(self, match: str | None) -> bool:
        """Whether the pattern fits; one of the folder fits no store elsewhere."""
        if match is None:
            return True
        if self.is_elsewhere and not Path(match).is_absolute():
            return False
        return fnmatchcase(self.path, match) and ("#" in match or fnmatchcase(self.file, match))


def path_below(folder: Path, source: str) -> str:
    """The path of a store from a folder, with / on every system; that of one elsewhere is absolute.

    What follows the file, the name of a member or the key of a value, stays as it is.
    """
    file, member, key = _split(source)
    inside = member + key
    path, base = _without_dots(Path(file)), _without_dots(folder)
    if not path.is_relative_to(base):
        # A link may lead to the folder; a store that is a link itself keeps its name.
        real, real_base = path.parent.resolve() / path.name, base.resolve()
        if not real.is_relative_to(real_base):
            return path.as_posix() + inside
        path, base = real, real_base
    return path.relative_to(base).as_posix() + inside


def pattern_of(path: str) -> str:
    """The pattern that fits this path alone."""
    return re.sub(r"[*?\[\\]", r"[\g<0>]", path)


def _split(source: str) -> tuple[str, str, str]:
    """The file of a store, the "!/MEMBER" of an archive, and the "#KEY" of a value; "" for none."""
    if os.path.lexists(source):
        return source, "", ""
    ends = [at for at, character in enumerate(source) if character in "!#"]
    end = next((at for at in ends if os.path.lexists(source[:at])), ends[0] if ends else None)
    if end is None:
        return source, "", ""
    inside = source[end:]
    at = inside.rfind("#") if inside.startswith("!") else 0
    return source[:end], inside[:at] if at >= 0 else inside, inside[at:] if at >= 0 else ""


def _without_dots(path: Path) -> Path:
    """The absolute path; resolved if it has "..", behind which a link leads elsewhere."""
    return path.resolve() if ".." in path.parts else path.absolute()


def _last(values: Iterable[_Value | None]) -> _Value | None:
    said = [value for value in values if value is not None]
    return said[-1] if said else None
