"""Turn a store into bytes that its format's decoder reads back as what was meant, or refuse."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from unpin.model.entries import Entry, KeyEntry
from unpin.model.errors import CannotWriteError, UnpinError
from unpin.model.formats import Format
from unpin.model.store import Integrity, Store


class ProtectionScheme(StrEnum):
    """How a PKCS12 store is to be protected where it is not to stay as it was."""

    KEEP = "keep"
    """As the file was; a new file like MODERN."""
    MODERN = "modern"
    """PBES2 with AES-256 and an HMAC-SHA-256 MAC, the JDK's own since 8u301 and 11.0.12."""
    JDK8 = "jdk8"
    """3DES and an HMAC-SHA-1 MAC, which every JDK 8 reads."""
    PASSWORD_LESS = "password-less"  # noqa: S105  (the name of a scheme)
    """No MAC and no encryption, as the cacerts of JDK 18 and later is written."""


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """How to write a store.

    `unverified` allows writing a store whose integrity was not checked when it was read. `scheme`
    is read by PKCS12 alone. `now_ms` (milliseconds since 1970) is the time of the change for the
    formats that keep one; 0 leaves the old one.
    """

    unverified: bool = False
    scheme: ProtectionScheme = ProtectionScheme.KEEP
    now_ms: int = 0


DEFAULT_OPTIONS = EncodeOptions()


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes of a store, and the store that its decoder finds in them."""

    data: bytes
    store: Store


def read_back(
    data: bytes,
    store: Store,
    password: str | None,
    decode: Callable[..., Store],
) -> Encoded:
    """Decode what is to be written of `store`. Raises CannotWriteError where that fails."""
    try:
        return Encoded(data, decode(data, source=store.source, password=password))
    except UnpinError as error:
        raise unreadable(store.source, error) from error


def unreadable(source: str, error: UnpinError) -> CannotWriteError:
    """What was encoded and does not decode: a format refuses to write what it cannot read."""
    message = error.message.removeprefix(f"{source}: ")
    return CannotWriteError(f"{source}: what would be written cannot be read back: {message}")


def check_writable(store: Store, options: EncodeOptions) -> None:
    """Refuse a store whose digest or MAC nobody checked. Raises CannotWriteError.

    What was changed behind the owner's back would leave here with a new, valid digest.
    """
    if store.protection.integrity is Integrity.NOT_CHECKED and not options.unverified:
        raise CannotWriteError(
            f"{store.source}: its integrity was not checked, so it is not written",
            "give the store's password, or --unverified to write it all the same",
        )


def required(password: str | None, store: Store) -> str:
    """The password that a format needs to guard what it writes. Raises CannotWriteError."""
    if password is None:
        raise CannotWriteError(
            f"{store.source}: {store.format} is guarded by a password, and none was given",
            "give --password-file FILE or set UNPIN_PASSWORD",
        )
    return password


def foreign_entry(entry: Entry, source: str) -> CannotWriteError:
    """An entry of another format, of which only a certificate could be written anew."""
    what = "an entry that could not be read"
    if isinstance(entry, KeyEntry):
        what = f"a {entry.kind} of another format"
    return CannotWriteError(f"{source}: {entry.alias or 'an entry'}: {what} cannot be written")


def nothing_left(source: str) -> CannotWriteError:
    """A file without a certificate, which nobody would recognise again."""
    return CannotWriteError(f"{source}: no certificate is left to be written")


def rename_unnamed(entry: Entry, alias: str, kind: Format) -> Entry:
    """Rename an entry that is not written yet. Raises CannotWriteError for others: no aliases."""
    if entry.raw:
        raise CannotWriteError(
            f"{entry.alias or 'an entry'}: {kind} has no aliases to be changed",
            "convert it to a format that has them: unpin convert STORE -o NEW.p12",
        )
    return replace(entry, alias=alias)
