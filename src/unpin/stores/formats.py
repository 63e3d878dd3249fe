"""What modules that read or write a format share: protocols, options, checks, and their loading."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import cache
from importlib import import_module
from itertools import islice
from typing import Final, Protocol, cast

from unpin.model.entries import Entry, KeyEntry, TrustedEntry
from unpin.model.errors import CannotWriteError, LimitExceededError, UnpinError
from unpin.model.formats import Format, NotWritten
from unpin.model.store import Integrity, Store
from unpin.model.values import frozen

MAX_WITHOUT_CERTIFICATE: Final = 15_000
"""Most entries of one store in which is no certificate; an entry takes a hundred times as much
memory as its bytes, of which there may be two."""


class ProtectionScheme(StrEnum):
    """The protection of a PKCS12 store that is written."""

    KEEP = "keep"
    """The protection of the file that was read; MODERN for a new file."""
    MODERN = "modern"
    """PBES2 with AES-256 and an HMAC-SHA-256 MAC, the JDK's default since 8u301 and 11.0.12."""
    JDK8 = "jdk8"
    """3DES and an HMAC-SHA-1 MAC, which every JDK 8 reads."""
    PASSWORD_LESS = "password-less"  # noqa: S105  (the name of a scheme)
    """No MAC and no encryption, like the cacerts of JDK 18 and later."""


@frozen
class EncodeOptions:
    """How to write a store.

    `unverified` allows writing a store whose integrity was not checked when it was read. `scheme`
    is used only for PKCS12. `now_ms` (milliseconds since 1970) is the time of the change for the
    formats that keep that time; 0 leaves the old time.
    """

    unverified: bool = False
    scheme: ProtectionScheme = ProtectionScheme.KEEP
    now_ms: int = 0


DEFAULT_OPTIONS = EncodeOptions()


@frozen
class Encoded:
    """The bytes of a store, and the store that is decoded from them."""

    data: bytes
    store: Store


def read_back(
    data: bytes,
    store: Store,
    password: str | None,
    decode: Callable[..., Store],
) -> Encoded:
    """Decode the bytes `data` of `store` before they are written. Raises CannotWriteError."""
    try:
        return Encoded(data, decode(data, source=store.source, password=password))
    except UnpinError as error:
        raise not_readable_back(store.source, error) from error


def not_readable_back(source: str, error: UnpinError) -> CannotWriteError:
    """The error for encoded bytes that do not decode."""
    message = error.message.removeprefix(f"{source}: ")
    return CannotWriteError(f"{source}: what would be written cannot be read back: {message}")


def without_certificate(entry: Entry) -> bool:
    """Whether it holds no certificate that can be read: it counts for `MAX_WITHOUT_CERTIFICATE`."""
    if isinstance(entry, KeyEntry):
        return not entry.chain
    return not isinstance(entry, TrustedEntry) or entry.certificate.problem is not None


def check_certificates(store: Store) -> Store:
    """The same store. Raises LimitExceededError beyond `MAX_WITHOUT_CERTIFICATE`."""
    if len(store.entries) > MAX_WITHOUT_CERTIFICATE:
        without = islice(filter(without_certificate, store.entries), MAX_WITHOUT_CERTIFICATE + 1)
        if sum(1 for _ in without) > MAX_WITHOUT_CERTIFICATE:
            raise too_many_without(store.source)
    return store


def too_many_without(source: str) -> LimitExceededError:
    """The error for more than `MAX_WITHOUT_CERTIFICATE` entries."""
    return LimitExceededError(
        f"{source}: more than {MAX_WITHOUT_CERTIFICATE} entries without a certificate"
    )


def check_writable(store: Store, options: EncodeOptions) -> None:
    """Refuse a store whose digest or MAC was not checked. Raises CannotWriteError.

    If the store was tampered with, the result would have a new, valid digest.
    """
    if store.protection.integrity is Integrity.NOT_CHECKED and not options.unverified:
        raise CannotWriteError(
            f"{store.source}: its integrity was not checked, so it is not written",
            "give the store's password, or --unverified to write it all the same",
        )


def required(password: str | None, store: Store) -> str:
    """The password, which the format needs. Raises CannotWriteError if it is None."""
    if password is None:
        raise CannotWriteError(
            f"{store.source}: {store.format} is protected by a password, and none was given",
            "give --password-file FILE or set UNPIN_PASSWORD",
        )
    return password


def foreign_entry(entry: Entry, source: str) -> CannotWriteError:
    """The error for an entry of another format that is not a trusted certificate."""
    what = "an entry that could not be read"
    if isinstance(entry, KeyEntry):
        what = f"a {entry.kind} of another format"
    return CannotWriteError(f"{source}: {entry.alias or 'an entry'}: {what} cannot be written")


def nothing_left(source: str) -> CannotWriteError:
    """The error for a file that would hold no certificate, and would not be recognised again."""
    return CannotWriteError(f"{source}: no certificate is left to be written")


def rename_unnamed(entry: Entry, alias: str, kind: Format) -> Entry:
    """Rename a new entry of a format without aliases. Raises CannotWriteError for read entries."""
    if entry.raw:
        raise CannotWriteError(
            f"{entry.alias or 'an entry'}: {kind} has no aliases to change",
            "convert it to a format that has them: unpin convert STORE -o NEW.p12",
        )
    return replace(entry, alias=alias)


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


@cache
def _in_order() -> tuple[tuple[str, bytes], ...]:
    """The items of `decoders`, which is asked of every file of a folder."""
    return tuple(decoders().items())


@cache
def first_bytes() -> frozenset[bytes]:
    """The bytes with which a binary store may begin."""
    return frozenset(bytes([byte]) for _, beginnings in _in_order() for byte in beginnings)


def _asked(data: bytes) -> Iterator[Decoder]:
    for module, beginnings in _in_order():
        if not beginnings or data[:1] in beginnings:
            yield cast("Decoder", _module(module))


def _module(name: str) -> object:
    return import_module(f"unpin.stores.{name}")
