"""Read UBER stores, BouncyCastle's BKS encrypted with Twofish; needs the extra uber."""

import hashlib
import hmac
from importlib import import_module
from typing import Any, Final

from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    PasswordRequiredError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity, Protection, Store
from unpin.model.values import frozen
from unpin.stores.bouncycastle import bks
from unpin.stores.bouncycastle.bks import BksHeader
from unpin.stores.bouncycastle.bks_entries import read_entries
from unpin.stores.crypto.key_derivation import IV_MATERIAL, KEY_MATERIAL, passphrases, pkcs12_key
from unpin.stores.java.data_streams import GUARD_SIZE, LayoutError

FORMAT: Final = Format.UBER

MAX_ENCRYPTED_BYTES: Final = 16 * 1024 * 1024
"""The largest encrypted part in bytes: oxifish decrypts about 2 MB a second."""

_BLOCK: Final = 16
_KEY_SIZE: Final = 32
_HASHES: Final = 3
"""Outputs of SHA-1 that give the key and the IV."""


@frozen
class UberContainer:
    """The header and the trailing bytes of the file."""

    header: BksHeader
    trailing: bytes
    """The decrypted bytes after the digest."""


def claims(data: bytes) -> bool:
    """Whether `data` begins like a BKS store with encrypted entries; it may be truncated."""
    return bks.salt_length(data) == bks.USUAL_SALT and not bks.claims(data)


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a store as BcKeyStoreSpi.BouncyCastleStore does.

    Raises UnsupportedStoreError if the extra uber is not installed, PasswordRequiredError if
    `password` is None, WrongPasswordError if the decryption or the digest fails with it,
    MalformedStoreError and LimitExceededError.
    """
    header = bks.read_header(data, source=source)
    sealed = data[header.size :]
    if len(sealed) > MAX_ENCRYPTED_BYTES:
        raise LimitExceededError(
            f"{source}: {len(sealed)} encrypted bytes, at most {MAX_ENCRYPTED_BYTES} are decrypted"
        )
    if not sealed or len(sealed) % _BLOCK:
        raise MalformedStoreError(
            f"{source}: truncated: {len(sealed)} encrypted bytes are not a whole number of blocks"
        )
    bks.check_iterations(header, source=source, blocks=_HASHES)
    twofish = _twofish(source)
    if password is None:
        raise PasswordRequiredError(
            f"{source}: the whole store is encrypted", hint="give the store's password"
        )
    clear = _decrypt(header, password, sealed, twofish)
    wrong = f"{source}: the password is wrong, or the store was changed after it was written"
    if clear is None or len(clear) <= GUARD_SIZE:
        raise WrongPasswordError(wrong)
    proven = _digest(clear[:-GUARD_SIZE]) == clear[-GUARD_SIZE:]
    try:
        entries, end = read_entries(clear, 0, source=source)
    except LayoutError as error:
        if proven:
            raise MalformedStoreError(f"{source}: {error}") from error
        raise WrongPasswordError(wrong) from error
    digest, trailing = clear[end : end + GUARD_SIZE], clear[end + GUARD_SIZE :]
    if not hmac.compare_digest(_digest(clear[:end]), digest):
        raise WrongPasswordError(wrong)
    return Store(
        source=source,
        format=FORMAT,
        entries=entries,
        protection=Protection(
            integrity=Integrity.VERIFIED,
            mac="SHA-1 digest under the encryption",
            encryption=(f"PBE SHA1 Twofish-256-CBC, {header.iterations} iterations",),
            needs_password=bool(password),
            weaknesses=bks.iterations_weakness("encryption", header),
        ),
        variant=header.variant,
        notes=(f"{len(trailing)} bytes follow the end of the store",) if trailing else (),
        container=UberContainer(header, trailing),
    )


def _twofish(source: str) -> Any:  # noqa: ANN401  (the extra may be absent, and mypy with it)
    """The Twofish class of oxifish. Raises UnsupportedStoreError if it is not installed."""
    # NOTE: pyjks itself decrypts with the package twofish, which needs a C compiler and imports
    # the module imp, removed in Python 3.12; oxifish has wheels.
    try:
        return import_module("oxifish").TwofishKey
    except (ImportError, AttributeError) as error:  # oxifish before 0.3 has no TwofishKey
        raise UnsupportedStoreError(
            f"{source}: an UBER store, encrypted with Twofish, which unpin reads only with the "
            "extra uber",
            hint="pip install 'unpin[uber]'",
        ) from error


def _decrypt(header: BksHeader, password: str, sealed: bytes, twofish: Any) -> bytes | None:  # noqa: ANN401
    """Decrypt PBEWithSHAAndTwofish-CBC; None if the padding is invalid."""
    # NOTE: the empty password is encoded as no bytes here (PBEParametersGenerator), not two zeros.
    bmp = passphrases(password)[0 if password else -1].bmp
    salt, count = header.salt, header.iterations
    key = pkcs12_key("sha1", bmp, salt, count, KEY_MATERIAL, _KEY_SIZE)
    iv = pkcs12_key("sha1", bmp, salt, count, IV_MATERIAL, _BLOCK)
    try:
        return bytes(twofish(key).decrypt(sealed, iv=iv))
    except ValueError:
        return None


def _digest(entries: bytes) -> bytes:
    return hashlib.sha1(entries, usedforsecurity=False).digest()
