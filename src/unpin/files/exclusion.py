"""What is left out of folders and archives: patterns as in .gitignore, and what needs no look."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol, cast

DEFAULT_EXCLUDES: Final = (".git", ".hg", ".svn", ".bzr", "node_modules", "__pycache__")
"""Folders that are left out wherever they are: the copies of version control, what tools fetch."""

_MOST_PLACES: Final = 1000
"""The most places of which the names are kept."""


class _Check(Protocol):
    include: bool | None


class Exclusion:
    """The patterns of a call, the last that fits decides; "!PATTERN" takes back.

    `places` are what was left out, folders rather than the files in them; of many the first.
    """

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self.patterns = tuple(patterns)
        self.places: list[str] = []
        self._known: set[str] = set()
        self._check: Callable[[str], _Check] | None = None
        if patterns:
            from pathspec import GitIgnoreSpec

            spec = GitIgnoreSpec.from_lines(patterns)
            self._check = cast("Callable[[str], _Check]", spec.check_file)

    def leaves_out(self, path: str, place: str, *, is_folder: bool) -> bool:
        """Whether `path`, whose folders are not left out, is; `place` is how messages name it."""
        said = None
        if self._check is not None:
            said = self._check(f"{path}/" if is_folder else path).include
        if said is None:
            said = is_folder and path.rpartition("/")[2] in DEFAULT_EXCLUDES
        if said and len(self.places) < _MOST_PLACES and place not in self._known:
            self._known.add(place)
            self.places.append(place)
        return said

    def leaves_out_member(self, path: str, place: str) -> bool:
        """The same for a file of an archive, whose folders were not asked about."""
        if self._check is None and not any(name in path for name in DEFAULT_EXCLUDES):
            return False
        around = place.removesuffix(path)
        return any(
            self.leaves_out(folder, around + folder, is_folder=True) for folder in _above(path)
        ) or self.leaves_out(path, place, is_folder=False)


def _above(path: str) -> Iterator[str]:
    """The folders above a path, the highest first."""
    for at, character in enumerate(path):
        if character == "/" and at:
            yield path[:at]
