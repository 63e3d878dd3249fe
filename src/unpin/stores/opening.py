"""Recognise a store by its content, try the passwords, and say which one opened it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Final, Protocol, cast

from unpin.model.errors import (
    PasswordRequiredError,
    UnknownFormatError,
    WrongPasswordError,
)
from unpin.model.store import Format, Integrity, Store


class Codec(Protocol):
    """What a module that reads a format offers."""

    def claims(self, data: bytes) -> bool:
        """Whether the bytes begin like a store of the format."""

    def decode(self, data: bytes, *, source: str, password: str | None) -> Store:
        """Read a store. Raises an UnpinError whose message begins with `source`."""


CODECS: Final = {
    "java.jks": b"\xfe\xce",
    "bouncycastle.bks": b"\x00",
    "bouncycastle.uber": b"\x00",
    "pkcs12.decoder": b"\x30",
    "pem.decoder": b"",
    "pkcs7": b"\x30",
    "bouncycastle.bcfks": b"\x30",
    "der": b"\x30",
}
"""Every codec, in the order in which they are asked whether the bytes are theirs.

One is loaded, which takes milliseconds, only for bytes that begin with one of those named here, or
with any where none is.
"""


@dataclass(frozen=True, slots=True)
class Password:
    """A password and, in words, where it comes from; only `origin` is ever shown."""

    text: str
    origin: str

    def __repr__(self) -> str:
        return f"Password(origin={self.origin!r})"


DEFAULTS: Final = (
    Password("changeit", "the default password changeit"),
    Password("", "the empty password"),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A store and the password that opened it, which writing it again needs; None for none."""

    store: Store
    password: str | None = field(repr=False)


def open_bytes(data: bytes, *, source: str, password: Password | None = None) -> Store:
    """Read a store from bytes. Raises an UnpinError whose message begins with `source`."""
    return unlock_bytes(data, source=source, password=password).store


def unlock_bytes(data: bytes, *, source: str, password: Password | None = None) -> Opened:
    """Read a store from bytes, and hand over the password that opened it."""
    codec = next((each for each in _codecs(data) if each.claims(data)), None)
    if codec is None:
        from unpin.stores import other_files

        raise UnknownFormatError(
            f"{source}: not a trust store: {other_files.describe(data)}",
            "unpin reads JKS, JCEKS, PKCS12, BKS, UBER, BCFKS, PEM, DER, PKCS7 and folders of "
            "certificates",
        )
    if password is not None:
        store = codec.decode(data, source=source, password=password.text)
        return Opened(_opened(store, password.origin), password.text)
    return _try_defaults(codec.decode, data, source)


def _codecs(data: bytes) -> Iterator[Codec]:
    for name, beginnings in CODECS.items():
        if not beginnings or data[:1] in beginnings:
            yield cast("Codec", import_module(f"unpin.stores.{name}"))


def _try_defaults(decode: Callable[..., Store], data: bytes, source: str) -> Opened:
    """Try the default passwords before none: most stores are then decoded only once."""
    for candidate in DEFAULTS:
        try:
            store = decode(data, source=source, password=candidate.text)
        except WrongPasswordError:
            continue
        protection = store.protection
        # NOTE: a MAC that was not checked was not proven by this password either: BKS with "".
        proven = protection.integrity is Integrity.VERIFIED or protection.needs_password
        if not proven:
            return Opened(_opened(store, "no password"), None)
        return Opened(_opened(store, candidate.origin), candidate.text)
    try:
        return Opened(_opened(decode(data, source=source, password=None), "no password"), None)
    except PasswordRequiredError as error:
        raise PasswordRequiredError(
            f"{source}: the certificates are encrypted, and no password was given",
            "give --password-file FILE or set UNPIN_PASSWORD; changeit and none were tried",
        ) from error


def _opened(store: Store, origin: str) -> Store:
    if store.format in {Format.PEM, Format.DER, Format.PKCS7, Format.FOLDER}:
        return store
    return replace(store, protection=replace(store.protection, password=origin))
