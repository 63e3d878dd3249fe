"""Find what copies and volumes put at a path, among all the files of a walk."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.operations.reference_look import Seen
    from unpin.references.file_references import Put


class PutIndex:
    """What the files of a walk put where."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self._puts: dict[str, list[tuple[Seen, Put]]] = {}
        for each in seen:
            for put in each.found.puts:
                self._puts.setdefault(put.place.rstrip("/"), []).append((each, put))

    def at(self, path: str, name: str) -> tuple[Seen, str, Put] | None:
        """What puts a file at a path: its file, its source, and the command.

        Of several, that of the file nearest to the one of this name.
        """
        folder, rest = path, ""
        while folder and folder != "/":
            found = self._puts.get(folder)
            if found is not None:
                seen, put = max(reversed(found), key=lambda each: nearness(each[0].name, name))
                return seen, posixpath.join(put.source, rest) if rest else put.source, put
            folder, inside = posixpath.dirname(folder), posixpath.basename(folder)
            rest = posixpath.join(inside, rest) if rest else inside
        return None


def nearness(one: str, other: str) -> int:
    """How many folders two files have in common."""
    return posixpath.commonprefix([one, other]).count("/")
