"""Read and write BKS stores (versions 1 and 2), BouncyCastle's counterpart of JKS."""

import hmac
import os
import struct
from dataclasses import replace
from typing import Final

from unpin.model.entries import Entry, TrustedEntry
from unpin.model.errors import LimitExceededError, MalformedStoreError, WrongPasswordError
from unpin.model.formats import Format, Variant
from unpin.model.store import Integrity, Protection, Store
from unpin.model.values import frozen
from unpin.stores.bouncycastle.bks_entries import entry_begins, read_entries
from unpin.stores.crypto.derivation_budget import budget
from unpin.stores.crypto.key_derivation import FEW_ITERATIONS, MAC_MATERIAL, passphrases, pkcs12_key
from unpin.stores.formats import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    read_back,
    required,
)
from unpin.stores.java.data_streams import (
    GUARD_SIZE,
    I8,
    U4,
    LayoutError,
    certificate_slot,
    java_text,
    renamed_entry,
)

FORMAT: Final = Format.BKS

MAX_ITERATIONS: Final = 1 << 20
"""The most iterations of a key derivation; BouncyCastle writes 1,024 to 2,047."""

MIN_SALT: Final = 8
MAX_SALT: Final = 1_024
"""The shortest and longest salt in bytes; BouncyCastle writes 20."""

USUAL_SALT: Final = 20
"""The size in bytes of BouncyCastle's salts, and the only size that it reads in UBER."""

_VARIANTS: Final = {1: Variant.VERSION_1, 2: Variant.VERSION_2}
_WEAK_MAC: Final = (
    "BKS version 1 is protected by a MAC key of 16 bits: anyone can try all keys and change the "
    "store unnoticed."
)
_MAC_KEY_SIZES: Final = {1: 2, 2: 20}
"""By version, in bytes. BcKeyStoreSpi once passed 20, the size of HMAC-SHA-1 in bytes, as a number
of bits, which gave a key of two bytes; version 2 corrects this."""

_CERTIFICATE: Final = b"\1"
_END: Final = b"\0"
_LENGTHS: Final = struct.Struct(">II")
_COUNT: Final = struct.Struct(">I")


@frozen
class BksHeader:
    """The header of BKS and UBER; `size` is its length in bytes."""

    version: int
    salt: bytes
    iterations: int

    @property
    def variant(self) -> Variant:
        return _VARIANTS[self.version]

    @property
    def size(self) -> int:
        return _LENGTHS.size + len(self.salt) + _COUNT.size


_NEW: Final = BksHeader(version=2, salt=bytes(USUAL_SALT), iterations=10_000)
"""More iterations than BouncyCastle's 1,024 to 2,047; it reads any count."""


@frozen
class BksContainer:
    """The parts of the file that a rewrite keeps."""

    header: BksHeader
    mac: bytes
    trailing: bytes


def claims(data: bytes) -> bool:
    """Whether `data` begins like a BKS store; it may be truncated. BKS has no magic number.

    The version, the salt and the iteration count must be followed by an unencrypted entry, or by
    the end mark and a MAC.
    """
    size = salt_length(data)
    if size is None:
        return False
    start = _LENGTHS.size + size + _COUNT.size
    usual = size == USUAL_SALT
    if len(data) <= start:
        return usual
    if data[start] == 0:
        # An empty store. An UBER store may also have a zero here, but it fills whole blocks.
        rest = len(data) - start - GUARD_SIZE
        return rest == 1 or (usual and rest > 1 and (rest + GUARD_SIZE) % 16 != 0)
    return entry_begins(data, start)


def salt_length(data: bytes) -> int | None:
    """The length of the salt if `data` begins with a known version and a valid length."""
    if len(data) < _LENGTHS.size:
        return None
    version, size = _LENGTHS.unpack_from(data)
    return size if version in _VARIANTS and MIN_SALT <= size <= MAX_SALT else None


def read_header(data: bytes, *, source: str) -> BksHeader:
    """Read version, salt and iteration count. Raises MalformedStoreError."""
    size = salt_length(data)
    if size is None:
        raise MalformedStoreError(f"{source}: neither a BKS nor an UBER store")
    end = _LENGTHS.size + size
    if len(data) < end + _COUNT.size:
        raise MalformedStoreError(f"{source}: truncated after {len(data)} bytes")
    version = _LENGTHS.unpack_from(data)[0]
    return BksHeader(version, data[_LENGTHS.size : end], _COUNT.unpack_from(data, end)[0])


def check_iterations(header: BksHeader, *, source: str, blocks: int = 1) -> None:
    """Refuse a store with too many iterations for `blocks` of keys. Raises LimitExceededError."""
    if header.iterations > MAX_ITERATIONS:
        raise LimitExceededError(
            f"{source}: iteration count of {header.iterations}, the limit is {MAX_ITERATIONS}"
        )
    budget.spend(header.iterations * blocks, source=source)


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a store as BcKeyStoreSpi does.

    Certificates are not encrypted; `password` only checks the MAC. None and "" leave it unchecked:
    BouncyCastle itself skips the check for an empty password. Raises MalformedStoreError if the
    bytes are truncated or contradictory, LimitExceededError, and WrongPasswordError if the MAC
    does not match the password.
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


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the entries in their order; an entry with `raw` is copied, others are encoded.

    Version, iterations and the size of the salt stay; the salt itself stays if nothing else
    changes. Raises CannotWriteError for an entry that the format cannot hold, an unchecked MAC,
    and a missing password; LimitExceededError.
    """
    check_writable(store, options)
    guard = required(password, store)
    known = store.container if isinstance(store.container, BksContainer) else None
    header, trailing = (known.header, known.trailing) if known else (_NEW, b"")
    check_iterations(header, source=store.source)  # of a store that was not verified
    body = b"".join(entry.raw or _new(entry, store.source) for entry in store.entries) + _END
    if known is None or not hmac.compare_digest(keyed_mac(header, guard, body), known.mac):
        header = replace(header, salt=os.urandom(len(header.salt)))
    parts = (U4.pack(header.version), U4.pack(len(header.salt)), header.salt)
    head = b"".join((*parts, U4.pack(header.iterations)))
    data = head + body + keyed_mac(header, guard, body) + trailing
    return read_back(data, store, guard, decode)


def rename(entry: Entry, alias: str) -> Entry:
    """The entry with another alias; other bytes stay unchanged. Raises CannotWriteError."""
    return renamed_entry(entry, alias, len(_CERTIFICATE))


def keyed_mac(header: BksHeader, password: str, entries: bytes) -> bytes:
    """The HMAC over the entries and their end mark, with a key derived as in PKCS12.

    BouncyCastle encodes the empty password as no bytes, and never checks its MAC.
    """
    size = _MAC_KEY_SIZES[header.version]
    bmp = passphrases(password)[0].bmp if password else b""
    key = pkcs12_key("sha1", bmp, header.salt, header.iterations, MAC_MATERIAL, size)
    return hmac.digest(key, entries, "sha1")


def _weaknesses(header: BksHeader) -> tuple[str, ...]:
    if header.version == 1:
        return (_WEAK_MAC,)
    return iterations_weakness("MAC", header)


def iterations_weakness(what: str, header: BksHeader) -> tuple[str, ...]:
    """The sentence for a key derivation of fewer than FEW_ITERATIONS; empty if it has more."""
    if header.iterations >= FEW_ITERATIONS:
        return ()
    sentence = (
        f"The {what} derives its key in fewer than {FEW_ITERATIONS:,} iterations "
        f"({header.iterations}), so the password is quickly guessed."
    )
    return (sentence,)


def _new(entry: Entry, source: str) -> bytes:
    """A trusted certificate as BcKeyStoreSpi.saveStore writes it: no chain, its type, its DER."""
    if not isinstance(entry, TrustedEntry):
        raise foreign_entry(entry, source)
    head = _CERTIFICATE + java_text(entry.alias) + I8.pack(entry.created_ms or 0) + U4.pack(0)
    return head + certificate_slot(entry.certificate)
