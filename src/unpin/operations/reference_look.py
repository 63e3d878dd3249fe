"""Look for references in every file of a walk, within bounds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unpin.model.errors import LimitExceededError, UnpinError
from unpin.model.values import frozen
from unpin.references.file_references import FileReferences
from unpin.references.first_look import is_page, may_name_store, may_pin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.catalogue.model import Catalogue
    from unpin.connections.drivers import Driver

MAX_REFERENCES: Final = 100_000
"""The most references of an inventory."""

_MOST_NAMES: Final = 1_000_000
"""The most files of archives of which the names are kept."""

_MOST_LEFT_OUT: Final = 5
"""The most files that the note names."""

_TEMPLATES: Final = (".tpl", ".j2")
"""Templates are configurations here, too: what a bound cuts of one is an error."""


@frozen
class Seen:
    """The references of a file that was seen, under the name of the file, and its archive."""

    name: str
    archive: str | None
    found: FileReferences


def text_references(
    name: str, data: bytes, catalogue: Catalogue | None = None, chosen: Sequence[Driver] = ()
) -> FileReferences | None:
    """What a file refers to, with its errors; None for what is no text."""
    from unpin.references.find import references_in  # which loads the rules of all drivers

    try:
        return references_in(name, data, catalogue, chosen)
    except LimitExceededError as error:
        return FileReferences(errors=(error.kept(),))
    except UnpinError:
        return None


class ReferenceLook:
    """Looks for references in every file of a walk; keeps the names of the files of archives.

    Without a catalogue it looks for no pins; without `takes_texts` it holds texts to be read later.
    It remembers how many references it has given, and
    gives an error instead of too many.
    """

    def __init__(self, catalogue: Catalogue | None, chosen: Sequence[Driver] = ()) -> None:
        self.takes_texts = True
        self._catalogue = catalogue
        self._chosen = tuple(chosen)
        self._number = 0
        self._names_left = _MOST_NAMES
        self.left_out = 0
        """How many large texts, which are no configurations by their names, were not read whole."""
        self.first_left_out: list[str] = []
        self.members: dict[str, set[str]] = {}
        """The paths of the files in each archive, image or layer."""

    def __call__(self, name: str, data: bytes) -> FileReferences | None:
        """What the file refers to; None for nothing."""
        self.keep_name(name)
        if not self._may_refer(name, data):
            return None
        return self.read(name, data)

    def read(self, name: str, data: bytes) -> FileReferences | None:
        """What a file refers to that has passed the first look; None for nothing."""
        return self.counted(name, text_references(name, data, self._catalogue, self._chosen))

    def counted(self, name: str, found: FileReferences | None) -> FileReferences | None:
        """The same of what was found in the file, within the bounds of the whole."""
        if found is None:
            return None
        if found.errors and not _is_configuration(name):
            # A page, a log or a dump of that size.
            self.left_out += 1
            self.first_left_out += [name][: _MOST_LEFT_OUT - len(self.first_left_out)]
            found = replace(found, errors=())
        self._number += len(found.references)
        if self._number > MAX_REFERENCES:
            limit = LimitExceededError(
                f"{name}: more than {MAX_REFERENCES} references; those of this file and of the"
                " following ones are left out",
                "name fewer folders, or leave some out with --exclude",
            )
            first = self._number - len(found.references) <= MAX_REFERENCES
            return FileReferences(errors=(limit,)) if first else None
        return found or None

    def _may_refer(self, name: str, data: bytes) -> bool:
        if self._catalogue is None:
            return not is_page(name) and may_name_store(data)
        from unpin.references.pins.pin_table import pin_table

        return may_name_store(data) or may_pin(data, pin_table(self._catalogue).signs)

    def keep_name(self, name: str) -> None:
        """Keep the name of a file of an archive."""
        around, mark, path = name.rpartition("!/")
        if mark and self._names_left:
            self._names_left -= 1
            self.members.setdefault(image_of(around), set()).add(path)


def _is_configuration(name: str) -> bool:
    from unpin.configurations.document import CONFIGURATION_NAME

    return CONFIGURATION_NAME.search(name) is not None or name.lower().endswith(_TEMPLATES)


def image_of(around: str) -> str:
    """The archive around a member; all layers of an image are one."""
    match = re.match(r"(.*)![\w+.]+:[0-9a-f]{16,128}\Z", around)
    return match[1] if match else around
