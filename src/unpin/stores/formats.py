"""Load the module that reads or writes a format, as the format's row says (model/formats.py)."""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from unpin.model.entries import Entry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format, NotWritten
from unpin.model.store import Store
from unpin.stores.encoding import Encoded, EncodeOptions


class Decoder(Protocol):
    """What a module that reads a format offers."""

    def claims(self, data: bytes) -> bool:
        """Whether the bytes begin like a store of the format."""

    def decode(self, data: bytes, *, source: str, password: str | None) -> Store:
        """Read a store. Raises an UnpinError whose message begins with `source`."""


class Encoder(Protocol):
    """What a module that writes a format offers: the stores it is given are immutable.

    An entry with a `raw` is written by it, byte for byte; one without is new. Entries of the store
    that was read and are not in the one to be written are gone.
    """

    def encode(self, store: Store, *, password: str | None, options: EncodeOptions) -> Encoded:
        """The bytes of the file, decoded again. Raises CannotWriteError rather than lose anything.

        Whether they hold the entries of `store`, encoders.check_written says.
        """

    def rename(self, entry: Entry, alias: str) -> Entry:
        """The entry under another alias, all else byte for byte. Raises CannotWriteError."""


def decoder_of(data: bytes) -> Decoder | None:
    """The module that reads a file of these bytes; None for what is no trust store.

    A module is loaded, which takes milliseconds, only for bytes that begin as its row says.
    """
    return next((one for one in _asked(data) if one.claims(data)), None)


def is_recognised(data: bytes, kind: Format) -> bool:
    """Whether the module that reads `kind` is the one that is found for these bytes."""
    module = kind.facts.decoder
    return module is not None and decoder_of(data) is _module(module)


def encoder_of(kind: Format, name: str) -> Encoder:
    """The module that writes a format. Raises CannotWriteError, of `name`, where there is none."""
    match kind.facts.encoder:
        case NotWritten(reason=reason, instead=instead):
            raise CannotWriteError(f"{name}: {reason}", instead)
        case module:
            return cast("Encoder", _module(module))


def decoders() -> dict[str, bytes]:
    """The modules that read files, in the order in which they are asked, and the first bytes.

    A module with no first bytes is asked for any file.
    """
    found: dict[str, bytes] = {}
    for kind in Format:
        if (module := kind.facts.decoder) is not None:
            found[module] = found.get(module, b"") + kind.facts.first_bytes
    return found


def _asked(data: bytes) -> Iterator[Decoder]:
    for module, beginnings in decoders().items():
        if not beginnings or data[:1] in beginnings:
            yield cast("Decoder", _module(module))


def _module(name: str) -> object:
    return import_module(f"unpin.stores.{name}")
