"""Index the Secrets and ConfigMaps of a tree: what makes their entries, and who takes them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.configurations.platforms.entries import ANY_KEY
from unpin.references.entry_uses import Taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.configurations.platforms.entries import PlatformEntry
    from unpin.operations.reference_look import Seen
    from unpin.references.entry_uses import ContainerFacts


_VALUES: Final = re.compile(r"values[\w.-]*\.ya?ml\Z")


class EntryMaker(NamedTuple):
    """A file, and an entry that it makes."""

    seen: Seen
    entry: PlatformEntry


class EntryTaker(NamedTuple):
    """A file, and a container in it that takes entries."""

    seen: Seen
    container: ContainerFacts


class EntryIndex:
    """The entries that files make and take, by their owners."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self._makers: dict[str, dict[str, list[EntryMaker]]] = {}
        self._takers: dict[str, list[tuple[str, EntryTaker]]] = {}
        self._of_file: dict[str, list[PlatformEntry]] = {}
        self._of_chart: dict[str, list[EntryTaker]] = {}
        for each in seen:
            for entry in each.found.entries:
                by_key = self._makers.setdefault(entry.owner, {})
                by_key.setdefault(entry.key, []).append(EntryMaker(each, entry))
                if entry.file:
                    path = posixpath.join(posixpath.dirname(each.name), entry.file)
                    self._of_file.setdefault(posixpath.normpath(path), []).append(entry)
            chart, inside, _ = each.name.rpartition("/templates/")
            if inside:
                takers = [EntryTaker(each, found) for found in each.found.containers]
                self._of_chart.setdefault(chart, []).extend(takers)
            containers = {found.place: found for found in each.found.containers}
            for use in each.found.uses:
                if use.how is not Taken.FIELD and use.container in containers:
                    space = use.namespace or each.found.namespace_at(use.line)
                    taker = EntryTaker(each, containers[use.container])
                    self._takers.setdefault(use.owner, []).append((space, taker))

    def makers(self, owner: str, key: str, namespace: str) -> list[EntryMaker]:
        """What makes an entry."""
        found = self._makers.get(owner, {}).get(key, ())
        return [each for each in found if _is_same(each.entry.namespace, namespace)]

    def keys(self, owner: str, namespace: str) -> list[str]:
        """The keys of a Secret or ConfigMap, as far as they are known."""
        return [
            key
            for key, found in self._makers.get(owner, {}).items()
            if key != ANY_KEY and any(_is_same(each.entry.namespace, namespace) for each in found)
        ]

    def has_all_keys(self, owner: str, namespace: str) -> bool:
        """Whether all keys of it are known."""
        known = any(
            _is_same(each.entry.namespace, namespace)
            for found in self._makers.get(owner, {}).values()
            for each in found
        )
        return known and not self.makers(owner, ANY_KEY, namespace)

    def takers_at(self, each: Seen, line: int) -> list[EntryTaker]:
        """The containers that take what stands in a line of a file; of a chart's values all."""
        inside = [entry for entry in each.found.entries if entry.first <= line <= entry.last]
        made = self._of_file.get(posixpath.normpath(each.name), ())
        found: dict[int, EntryTaker] = {}
        for entry in (*inside, *made):
            for space, taker in self._takers.get(entry.owner, ()):
                if _is_same(space, entry.namespace):
                    found[id(taker.container)] = taker
        folder = each.name.rpartition("/")[0]
        of_chart = self._of_chart.get(folder, ()) if is_values_file(each.name) else ()
        return [*found.values(), *of_chart]


def is_values_file(name: str) -> bool:
    """Whether a file has the values of a chart, by its name."""
    return _VALUES.match(name.rpartition("/")[2]) is not None


def _is_same(one: str, other: str) -> bool:
    """Whether two namespaces may be the same; "" is not known."""
    return not one or not other or one == other
