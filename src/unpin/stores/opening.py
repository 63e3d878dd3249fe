"""Recognise a store by its content, try the passwords, and record which password opened it."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final, TypeVar

from unpin.model.errors import (
    CUT_OFF_HINT,
    MalformedStoreError,
    OtherFileError,
    PasswordRequiredError,
    SeveralStoresError,
    UnknownFormatError,
    UnreadableFileError,
    WrongPasswordError,
)
from unpin.model.formats import Format, PasswordUse
from unpin.model.store import Integrity, Store
from unpin.model.values import frozen
from unpin.stores.embedded.first_look import ELF, may_hold_values
from unpin.stores.formats import check_certificates, decoder_of, first_bytes


class PasswordOrigin(StrEnum):
    """The origin of a password, as messages call it."""

    OPTION = "--password"
    FILE = "the password file"
    ENVIRONMENT = "UNPIN_PASSWORD"
    TYPED = "the password typed in"
    CHANGEIT = "the default password changeit"
    EMPTY = "the empty password"
    NONE = "no password"


@frozen
class Password:
    """A password and its origin in words; only `origin` and `file` are ever shown.

    `file` is the file that it was read from, "" without one.
    """

    text: str
    origin: str
    file: str = ""

    def __repr__(self) -> str:
        return f"Password(origin={str(self.origin)!r})"


DEFAULTS: Final = (
    Password("changeit", PasswordOrigin.CHANGEIT),
    Password("", PasswordOrigin.EMPTY),
)
_Value = TypeVar("_Value")
_STANDARD_INPUT: Final = "standard input"
_MOST_KEYS: Final = 8
"""The most keys of values that a message names."""
_LENGTHS_ALONE: Final = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
"""JKS and JCEKS, in which every field follows its length."""
_PAGE: Final = 1024
"""In how many bytes an HTML page begins; code hosts send some empty lines first."""


def open_bytes(
    data: bytes, *, source: str, password: Password | None = None, value: str | None = None
) -> Store:
    """Read a store from bytes; the store has the password that opened it.

    Only `password` is tried if it is given, else "changeit", the empty password and no password.
    `value` is the key of the value that is the store, in a file that holds stores as values; the
    only one is taken without. Raises an UnpinError whose message begins with `source`;
    SeveralStoresError for a file of several values.
    """
    if value is not None or may_hold_values(data):
        from unpin.stores.embedded.placing import placed
        from unpin.stores.embedded.recognition import embedded_values

        found = embedded_values(data)
        if found or value is not None:
            chosen = _chosen({each.embedding.key: each for each in found}, value, source)
            place = chosen.embedding
            store = _open_whole(place.data, f"{source}#{place.key}", password)
            return placed(store, chosen)
    return _open_whole(data, source, password)


def may_be_store(data: bytes) -> bool:
    """Whether `open_bytes` may find a store in a file of these bytes, or more than one.

    If not, it raises UnknownFormatError.
    """
    if data[:1] not in first_bytes() and not _has_sign(data):
        return False  # as of nearly every file of a tree
    return may_hold_values(data) or (decoder_of(data) is not None and not _is_page(data))


def _has_sign(data: bytes) -> bool:
    """Whether a text has what every text has that holds a store: PEM, base64 of it, a Secret.

    It is asked of every file: a loop over the signs would take twice as long. YAML may break a line
    behind BEGIN. A program is no text, but a Java class may have one in it.
    """
    if b"-----BEGIN" in data:
        return True
    if data.startswith(ELF):
        return False
    if b"\0" in data and b"-\0-\0-\0" in data:  # UTF-16
        return True
    return b"LS0tLS1CRUdJTi" in data or b"Secret" in data or b"binaryData" in data


def _chosen(found: Mapping[str, _Value], value: str | None, source: str) -> _Value:
    """The value that is meant. Raises SeveralStoresError, and UnreadableFileError for no such."""
    keys = tuple(found)
    shown = ", ".join(keys[:_MOST_KEYS]) + (", ..." if len(keys) > _MOST_KEYS else "")
    if value is None and len(found) == 1:
        return found[keys[0]]
    if value is None:
        raise SeveralStoresError(
            f"{source}: holds {len(keys)} stores as values: {shown}",
            f"name one of them: {shlex.quote(f'{source}#{keys[0]}')}"
            if source != _STANDARD_INPUT
            else f"save it in a file, and name one of them: {shlex.quote(f'FILE#{keys[0]}')}",
            keys,
        )
    if value not in found:
        raise UnreadableFileError(
            f"{source}: no value {value!r} is a store",
            f"the values that are: {shown}" if keys else None,
        )
    return found[value]


def _open_whole(data: bytes, source: str, password: Password | None) -> Store:
    decoder = decoder_of(data)
    if decoder is None or _is_page(data):
        raise _unknown(data, source)
    try:
        if password is not None:
            store = decoder.decode(data, source=source, password=password.text)
            opened = _with_password(store, password.origin, password.text, password.file)
            return check_certificates(opened)
        return check_certificates(_try_defaults(decoder.decode, data, source))
    except MalformedStoreError as error:
        from unpin.stores.text_damage import damage

        cause = damage(data)
        if cause is None:
            if error.hint is None and _ends_early(data, error.message):
                error.hint = CUT_OFF_HINT
            raise
        raise MalformedStoreError(f"{source}: {cause.what}", cause.hint(source)) from error


def _ends_early(data: bytes, message: str) -> bool:
    """Whether the bytes end inside the outermost element of DER, or a field of a Java store.

    `message` says of what more is claimed than remains.
    """
    if not message.endswith(" remain"):
        return False
    return "element at byte 0 claims" in message or data.startswith(_LENGTHS_ALONE)


def _is_page(data: bytes) -> bool:
    """Whether it is an HTML page, with certificates or without."""
    if data[:_PAGE].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return False
    from unpin.stores.foreign.text import is_html

    return is_html(data)


def _unknown(data: bytes, source: str) -> UnknownFormatError:
    """The error that says what a file is that is no store."""
    from unpin.stores.foreign.recognition import recognise
    from unpin.stores.text_damage import damage

    cause = damage(data)
    if cause is not None:
        return UnknownFormatError(f"{source}: not a trust store: {cause.what}", cause.hint(source))
    found = recognise(data, source)
    known = ", ".join(kind for kind in Format if kind.facts.decoder is not None)
    hint = found.hint(source) or f"unpin reads {known} and folders of certificates"
    kind = OtherFileError if found.kind.whole else UnknownFormatError
    return kind(f"{source}: not a trust store: {found.what}", hint)


def _try_defaults(decode: Callable[..., Store], data: bytes, source: str) -> Store:
    """Try the default passwords before no password: most stores are then decoded only once."""
    for candidate in DEFAULTS:
        try:
            store = decode(data, source=source, password=candidate.text)
        except WrongPasswordError:
            continue
        protection = store.protection
        # NOTE: an unchecked MAC does not prove this password: BKS with the empty password.
        proven = protection.integrity is Integrity.VERIFIED or protection.needs_password
        if not proven:
            return _with_password(store, PasswordOrigin.NONE, None)
        return _with_password(store, candidate.origin, candidate.text)
    try:
        store = decode(data, source=source, password=None)
        return _with_password(store, PasswordOrigin.NONE, None)
    except PasswordRequiredError as error:
        raise PasswordRequiredError(
            f"{source}: the certificates are encrypted, and no password was given",
            "give --password-file FILE or set UNPIN_PASSWORD; unpin tried changeit, the empty "
            "password and no password",
        ) from error


def _with_password(store: Store, origin: str, password: str | None, file: str = "") -> Store:
    """The store with its password; its protection names the origin if the format has passwords.

    PEM has none, but a password may open the keys in the file.
    """
    if store.format.facts.password is PasswordUse.NONE:
        return replace(store, password=password)
    protection = replace(store.protection, password=origin, password_file=file)
    return replace(store, protection=protection, password=password)
