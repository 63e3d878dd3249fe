"""Load the module that reads or writes a format, according to the rows of model/formats.py."""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from unpin.model.entries import Entry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format, NotWritten
from unpin.model.store import Store
from unpin.stores.encoding import Encoded, EncodeOptions


class Decoder(Protocol):
    """The functions of a module that reads a format."""

    def claims(self, data: bytes) -> bool:
        """Whether the bytes begin like a store of the format."""

    def decode(self, data: bytes, *, source: str, password: str | None) -> Store:
        """Read a store. Raises an UnpinError whose message begins with `source`."""


class Encoder(Protocol):
    """The functions of a module that writes a format; stores are immutable.

    An entry with `raw` is written as these bytes; an entry without `raw` is new. Entries of the
    file that are not in the store are left out.
    """

    def encode(self, store: Store, *, password: str | None, options: EncodeOptions) -> Encoded:
        """The bytes of the file, and the store decoded from them.

        Raises CannotWriteError if something would be lost. encoders.check_written compares the
        entries.
        """

    def rename(self, entry: Entry, alias: str) -> Entry:
        """The entry with another alias; other bytes stay unchanged. Raises CannotWriteError."""


def decoder_of(data: bytes) -> Decoder | None:
    """The module that reads a file of these bytes; None if they are not a trust store.

    A module, which takes milliseconds to load, is loaded only if the first byte fits its row.
    """
    return next((decoder for decoder in _asked(data) if decoder.claims(data)), None)


def is_recognised(data: bytes, kind: Format) -> bool:
    """Whether `decoder_of` finds the module that reads `kind` for these bytes."""
    module = kind.facts.decoder
    return module is not None and decoder_of(data) is _module(module)


def encoder_of(kind: Format, name: str) -> Encoder:
    """The module that writes a format. Raises CannotWriteError, about `name`, if there is none."""
    match kind.facts.encoder:
        case NotWritten(reason=reason, instead=instead):
            raise CannotWriteError(f"{name}: {reason}", instead)
        case module:
            return cast("Encoder", _module(module))


def decoders() -> dict[str, bytes]:
    """The modules that read files, in the order in which they are tried, and their first bytes.

    A module without first bytes is tried for any file.
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
