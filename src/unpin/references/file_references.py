"""What a file refers to: references, what it puts where, and the Secrets in it."""

from dataclasses import dataclass
from typing import NamedTuple

from unpin.model.errors import UnpinError
from unpin.references.model import Reference


class Put(NamedTuple):
    """A file or folder that a copy or a volume puts at a place; `source` as it is written.

    `key` is the command, or the key of the volume.
    """

    source: str
    place: str
    line: int
    key: str = "COPY"


@dataclass(frozen=True, slots=True)
class FileReferences:
    """What a file refers to, what it puts where, and the Secrets and ConfigMaps in it, by name.

    `errors` say what of it was not read.
    """

    references: tuple[Reference, ...] = ()
    puts: tuple[Put, ...] = ()
    secrets: tuple[str, ...] = ()
    errors: tuple[UnpinError, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.references or self.puts or self.secrets or self.errors)
