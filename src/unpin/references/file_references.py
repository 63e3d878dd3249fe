"""What a file refers to, what it puts where, and the Secrets that it makes and takes."""

from bisect import bisect
from typing import Final, NamedTuple

from unpin.configurations.platforms.entries import PlatformEntry
from unpin.model.errors import UnpinError
from unpin.model.values import frozen
from unpin.references.entry_uses import ContainerFacts, EntryUse
from unpin.references.model import Reference

UNKNOWN_SOURCE: Final = "-"
"""The source of what a command writes, and no file holds as it is."""


def is_unknown(source: str) -> bool:
    """Whether no file here is the source."""
    return source.partition("/")[0] == UNKNOWN_SOURCE


class Put(NamedTuple):
    """A file or folder that a copy or a volume puts at a place; `source` as it is written.

    `key` is the command, or the key of the volume.
    """

    source: str
    place: str
    line: int
    key: str = "COPY"


@frozen
class FileReferences:
    """What a file refers to, what it puts where, and the Secrets and ConfigMaps in it.

    `entries` are those that it makes, `uses` the places that take some, `containers` those of its
    pods and services. `namespaces` are those of its YAML documents, each with the line from which
    on it counts. `errors` say what of the file was not read.
    """

    references: tuple[Reference, ...] = ()
    puts: tuple[Put, ...] = ()
    entries: tuple[PlatformEntry, ...] = ()
    uses: tuple[EntryUse, ...] = ()
    containers: tuple[ContainerFacts, ...] = ()
    namespaces: tuple[tuple[int, str], ...] = ()
    errors: tuple[UnpinError, ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.references or self.puts or self.entries or self.uses or self.containers
            or self.errors
        )  # fmt: skip

    def namespace_at(self, line: int) -> str:
        """The namespace of a line; "" where the file does not say it."""
        at = bisect(self.namespaces, (line, chr(0x10FFFF)))
        return self.namespaces[at - 1][1] if at else ""

    def container_at(self, line: int) -> ContainerFacts | None:
        """The container or service of a line."""
        return next((each for each in self.containers if each.first <= line <= each.last), None)
