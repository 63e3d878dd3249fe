"""Turn a store into bytes: which encoder writes which format, and what none of them writes."""

from importlib import import_module
from typing import Final, Protocol, cast

from unpin.model.entries import Entry
from unpin.model.errors import CannotWriteError
from unpin.model.store import Format, Store
from unpin.stores.encoding import DEFAULT_OPTIONS, EncodeOptions


class Encoder(Protocol):
    """What an encoder module offers: the stores it is given are immutable.

    An entry with a `raw` is written by it, byte for byte; one without is new. Entries of the store
    that was read and are not in the one to be written are gone.
    """

    def encode(self, store: Store, *, password: str | None, options: EncodeOptions) -> bytes:
        """The bytes of the file. Raises CannotWriteError rather than lose anything."""

    def rename(self, entry: Entry, alias: str) -> Entry:
        """The entry under another alias, all else byte for byte. Raises CannotWriteError."""


_ENCODERS: Final = {
    Format.JKS: "java.jks_encoder",
    Format.JCEKS: "java.jks_encoder",
    Format.PKCS12: "pkcs12.encoder",
    Format.BKS: "bouncycastle.bks_encoder",
    Format.BCFKS: "bouncycastle.bcfks_encoder",
    Format.PEM: "pem.encoder",
    Format.DER: "der_encoder",
    Format.PKCS7: "pkcs7_encoder",
}
"""By format; loaded when it is needed."""

_REFUSED: Final = {
    Format.UBER: "unpin reads UBER and does not write it: its entries cannot be kept as they are",
    Format.FOLDER: "a folder of certificates is not one file to be written",
}
_HINTS: Final = {
    Format.UBER: "convert it: unpin convert STORE --to bks --keys -o NEW",
    Format.FOLDER: "name the files in it one by one, or unpin convert FOLDER -o bundle.pem",
}


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> bytes:
    """Write `store` in its own format. Raises CannotWriteError where that would lose something."""
    return _encoder(store.format, store.source).encode(store, password=password, options=options)


def rename(entry: Entry, alias: str, kind: Format) -> Entry:
    """The entry of a `kind` store under `alias`, which it may have. Raises CannotWriteError."""
    if entry.alias == alias:
        return entry
    return _encoder(kind, entry.alias).rename(entry, alias)


def writable(kind: Format) -> bool:
    """Whether there is an encoder for the format at all."""
    return kind in _ENCODERS


def _encoder(kind: Format, name: str) -> Encoder:
    if kind not in _ENCODERS:
        raise CannotWriteError(f"{name}: {_REFUSED[kind]}", _HINTS[kind])
    return cast("Encoder", import_module(f"unpin.stores.{_ENCODERS[kind]}"))
