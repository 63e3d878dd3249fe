"""Read BKS stores (versions 1 and 2), BouncyCastle's counterpart of JKS, without touching a key."""

import hmac
import struct
from dataclasses import dataclass
from typing import Final

from unpin.model.errors import LimitExceededError, MalformedStoreError, WrongPasswordError
from unpin.model.formats import Format, Variant
from unpin.model.store import Integrity, Protection, Store
from unpin.stores.bouncycastle.entries import entry_begins, read_entries
from unpin.stores.crypto.key_derivation import FEW_ITERATIONS, MAC_MATERIAL, passphrases, pkcs12_key
from unpin.stores.java.data_input import GUARD_SIZE, LayoutError

FORMAT: Final = Format.BKS

MAX_ITERATIONS: Final = 1 << 20
"""Most iterations of one key derivation; BouncyCastle writes 1,024 to 2,047."""

MIN_SALT: Final = 8
MAX_SALT: Final = 1_024
"""Bounds of the salt in bytes; BouncyCastle writes 20."""

USUAL_SALT: Final = 20
"""The salt that BouncyCastle writes, and the only one it reads in UBER, in bytes."""

_VARIANTS: Final = {1: Variant.VERSION_1, 2: Variant.VERSION_2}
_WEAK_MAC: Final = (
    "BKS version 1 is guarded by a MAC key of 16 bits: anyone can try them all and change the "
    "store unnoticed."
)
_MAC_KEY_SIZES: Final = {1: 2, 2: 20}
"""By version, in bytes. BcKeyStoreSpi once passed the 20 bytes of HMAC-SHA-1 where bits were
meant, which made a key of two bytes; version 2 is the correction."""

_LENGTHS: Final = struct.Struct(">II")
_COUNT: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Header:
    """What BKS and UBER begin with; `size` is where it ends."""

    version: int
    salt: bytes
    iterations: int

    @property
    def variant(self) -> Variant:
        return _VARIANTS[self.version]

    @property
    def size(self) -> int:
        return _LENGTHS.size + len(self.salt) + _COUNT.size


@dataclass(frozen=True, slots=True)
class BksContainer:
    """The file around the entries: enough to write back verbatim what is not changed."""

    header: Header
    mac: bytes
    trailing: bytes


def claims(data: bytes) -> bool:
    """Whether `data` begins like a BKS store, even if truncated: there is no magic number.

    A version and the length of a salt must be followed by an entry in clear, or by the end mark
    and a MAC.
    """
    size = salt_length(data)
    if size is None:
        return False
    start = _LENGTHS.size + size + _COUNT.size
    usual = size == USUAL_SALT
    if len(data) <= start:
        return usual
    if data[start] == 0:
        # An empty store. An encrypted one, which may begin with a zero too, fills whole blocks.
        rest = len(data) - start - GUARD_SIZE
        return rest == 1 or (usual and rest > 1 and (rest + GUARD_SIZE) % 16 != 0)
    return entry_begins(data, start)


def salt_length(data: bytes) -> int | None:
    """The length of the salt where `data` begins with a known version and a sane length."""
    if len(data) < _LENGTHS.size:
        return None
    version, size = _LENGTHS.unpack_from(data)
    return size if version in _VARIANTS and MIN_SALT <= size <= MAX_SALT else None


def read_header(data: bytes, *, source: str) -> Header:
    """Read version, salt and iteration count. Raises MalformedStoreError."""
    size = salt_length(data)
    if size is None:
        raise MalformedStoreError(f"{source}: neither a BKS nor an UBER store")
    end = _LENGTHS.size + size
    if len(data) < end + _COUNT.size:
        raise MalformedStoreError(f"{source}: truncated after {len(data)} bytes")
    version = _LENGTHS.unpack_from(data)[0]
    return Header(version, data[_LENGTHS.size : end], _COUNT.unpack_from(data, end)[0])


def check_iterations(header: Header, *, source: str) -> None:
    """Refuse a store before the first iteration. Raises LimitExceededError."""
    if header.iterations > MAX_ITERATIONS:
        raise LimitExceededError(
            f"{source}: iteration count of {header.iterations}, at most {MAX_ITERATIONS} "
            "are followed"
        )


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a store as BcKeyStoreSpi does.

    Certificates are in clear, so `password` only proves the MAC. None and "" leave it unchecked:
    BouncyCastle itself skips the check for an empty password. Raises MalformedStoreError where
    the bytes are truncated or contradictory, LimitExceededError, and WrongPasswordError where the
    MAC contradicts the password.
    """
    header = read_header(data, source=source)
    if len(data) < header.size + GUARD_SIZE:
        raise MalformedStoreError(f"{source}: truncated after {len(data)} bytes")
    try:
        entries, end = read_entries(data, header.size, source=source)
    except LayoutError as error:
        raise MalformedStoreError(f"{source}: {error}") from error
    mac = data[end : end + GUARD_SIZE]
    integrity = Integrity.NOT_CHECKED
    if password:
        check_iterations(header, source=source)
        if not hmac.compare_digest(keyed_mac(header, password, data[header.size : end]), mac):
            raise WrongPasswordError(
                f"{source}: the password is wrong, or the store was changed after it was written"
            )
        integrity = Integrity.VERIFIED
    trailing = data[end + GUARD_SIZE :]
    key = "" if header.version > 1 else " with a key of 16 bits"
    return Store(
        source=source,
        format=FORMAT,
        entries=entries,
        protection=Protection(
            integrity=integrity,
            mac=f"HmacPBESHA1{key}, {header.iterations} iterations",
            weaknesses=_weaknesses(header),
        ),
        variant=header.variant,
        notes=(f"{len(trailing)} bytes follow the end of the store",) if trailing else (),
        container=BksContainer(header, mac, trailing),
    )


def keyed_mac(header: Header, password: str, entries: bytes) -> bytes:
    """The HMAC over the entries and their end mark, with a key derived as by PKCS12.

    BouncyCastle takes no bytes at all for the empty password, and never checks its MAC.
    """
    size = _MAC_KEY_SIZES[header.version]
    bmp = passphrases(password)[0].bmp if password else b""
    key = pkcs12_key("sha1", bmp, header.salt, header.iterations, MAC_MATERIAL, size)
    return hmac.digest(key, entries, "sha1")


def _weaknesses(header: Header) -> tuple[str, ...]:
    if header.version == 1:
        return (_WEAK_MAC,)
    return few_iterations("MAC", header)


def few_iterations(what: str, header: Header) -> tuple[str, ...]:
    """The sentence for a password that is quickly tried, if it is."""
    if header.iterations >= FEW_ITERATIONS:
        return ()
    sentence = (
        f"The {what} derives its key in fewer than {FEW_ITERATIONS:,} iterations "
        f"({header.iterations}), so the password is quickly guessed."
    )
    return (sentence,)
