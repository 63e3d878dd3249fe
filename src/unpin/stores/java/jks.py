"""Read and write JKS (versions 1 and 2) and JCEKS stores; keys are copied, never decrypted."""

import hashlib
import hmac
import struct
from collections.abc import Iterator, Sequence
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.formats import Format, Variant
from unpin.model.store import Integrity, Protection, Store
from unpin.model.values import frozen
from unpin.stores.formats import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    read_back,
    required,
)
from unpin.stores.java import modified_utf8
from unpin.stores.java.data_streams import (
    GUARD_SIZE,
    I8,
    KNOWN_SLOTS,
    U4,
    X509_TYPE,
    DataReader,
    LayoutError,
    certificate_in_slot,
    certificate_slot,
    java_text,
    renamed_entry,
)
from unpin.stores.java.serialization import SerializationError, Skipper, StepLimitError
from unpin.wording import counted

FORMAT: Final = Format.JKS

MAX_ENTRIES: Final = 100_000
"""The most entries of a store; the largest known real store has 20,000."""

MAX_CHAIN_CERTIFICATES: Final = 200_000
"""The most certificates in the chains of all keys together."""

_MAGIC: Final = {Format.JKS: b"\xfe\xed\xfe\xed", Format.JCEKS: b"\xce\xce\xce\xce"}
_FORMATS: Final = {magic: kind for kind, magic in _MAGIC.items()}
_VARIANTS: Final = {1: Variant.VERSION_1, 2: Variant.VERSION_2}
_WEAKNESS: Final = (
    "JKS and JCEKS are protected by a single pass of SHA-1: the password is quickly guessed"
)
_WHITENER: Final = b"Mighty Aphrodite"
_HEADER_SIZE: Final = 12
_ENTRY_SIZE: Final = 18
"""The shortest entry in bytes: tag, empty alias, date, and a length or serialization header."""

_KEY: Final = 1
_TRUSTED: Final = 2
_SECRET: Final = 3

_SEALED: Final = (
    (b"com.sun.crypto.provider.SealedObjectForKeyProtector", -3650226485480866989),
    (b"javax.crypto.SealedObject", 4482838265551344752),
)
"""The class of a JCEKS secret key and its parent, each with its serialVersionUID."""

_KEYTOOL_FAILS: Final = ", and keytool -list fails"

_TAG_AND_LENGTH: Final = struct.Struct(">IH")
_BEFORE_DER: Final = struct.Struct(f">q{len(X509_TYPE)}sI")
"""The fields between the alias and the certificate of a trusted entry."""

_ALIAS: Final = U4.size
"""The offset of the alias in an entry: after its tag."""


@frozen
class JksContainer:
    """The parts of the file that a rewrite keeps."""

    version: int
    digest: bytes
    trailing: bytes


_NEW: Final = JksContainer(version=2, digest=b"", trailing=b"")


def claims(data: bytes) -> bool:
    """True for the magic numbers FEEDFEED (JKS) and CECECECE (JCEKS)."""
    return data[:4] in _FORMATS


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a store as sun.security.provider.JavaKeyStore and JceKeyStore do.

    Certificates are not encrypted; `password` only checks the digest, None leaves it unchecked.
    Raises MalformedStoreError if the bytes are truncated or contradictory, UnsupportedStoreError
    for a version other than 1 and 2, LimitExceededError beyond MAX_ENTRIES and the other limits,
    WrongPasswordError if the digest does not match the password.
    """
    kind = _FORMATS.get(data[:4])
    if kind is None:
        raise MalformedStoreError(f"{source}: neither a JKS nor a JCEKS store")
    if len(data) < _HEADER_SIZE:
        raise MalformedStoreError(f"{source}: {kind} store truncated after {len(data)} bytes")
    version, count = U4.unpack_from(data, 4)[0], U4.unpack_from(data, 8)[0]
    if version not in _VARIANTS:
        raise UnsupportedStoreError(
            f"{source}: {kind} version {version}; only versions 1 and 2 are known"
        )
    try:
        entries, end = _read(data, kind, version, count, source)
    except MalformedStoreError:
        # Without a password Java does not read the digest: all entries may be complete.
        entries, end = _read(data + bytes(GUARD_SIZE), kind, version, count, source)
    found = data[end : end + GUARD_SIZE]
    notes: tuple[str, ...] = ()
    if len(found) < GUARD_SIZE:
        if password is not None:
            raise WrongPasswordError(
                f"{source}: {kind} store truncated: its digest is cut off, so no password opens it"
            )
        notes = ("its digest is cut off; Java reads it only if no password is given",)
    integrity = Integrity.NOT_CHECKED
    if password is not None:
        if not hmac.compare_digest(keyed_digest(memoryview(data)[:end], password), found):
            raise WrongPasswordError(
                f"{source}: the password is wrong, or the store was changed after it was written"
            )
        integrity = Integrity.VERIFIED
    trailing = data[end + GUARD_SIZE :]
    if trailing:
        notes = (*notes, f"{len(trailing)} bytes follow the end of the store")
    notes = (*notes, *_chainless(entries, kind))
    return Store(
        source=source,
        format=kind,
        entries=entries,
        protection=Protection(
            integrity=integrity,
            mac="SHA-1 digest keyed by the password",
            weaknesses=(_WEAKNESS,),
        ),
        variant=_VARIANTS[version],
        notes=notes,
        container=JksContainer(version, found, trailing),
    )


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the entries in their order; an entry with `raw` is copied, others are encoded.

    Raises CannotWriteError for an entry that the format cannot hold, an unchecked digest, and a
    missing password.
    """
    check_writable(store, options)
    guard = required(password, store)
    container = store.container if isinstance(store.container, JksContainer) else _NEW
    parts = [_MAGIC[store.format], U4.pack(container.version), U4.pack(len(store.entries))]
    parts += [entry.raw or _new(entry, container.version, store.source) for entry in store.entries]
    body = b"".join(parts)
    data = body + keyed_digest(body, guard) + container.trailing
    return read_back(data, store, guard, decode)


def rename(entry: Entry, alias: str) -> Entry:
    """The entry with another alias; other bytes stay unchanged. Raises CannotWriteError."""
    return renamed_entry(entry, alias, _ALIAS)


def _chainless(entries: Sequence[Entry], kind: Format) -> Iterator[str]:
    """Private keys without certificates, which KeyStoreSpi.engineEntryInstanceOf calls secret.

    To keytool -list of JKS they are SecretKeyEntry; of JCEKS it ends there with an error.
    """
    if set(map(type, entries)) == {TrustedEntry}:
        return
    aliases = [
        entry.alias
        for entry in entries
        if isinstance(entry, KeyEntry) and entry.kind is KeyKind.PRIVATE and not entry.chain
    ]
    if aliases:
        keys = counted(len(aliases), "private key", "private keys")
        yield (
            f"{keys} without a certificate (first: {aliases[0]!r}): Java calls such a key a "
            f"secret key{_KEYTOOL_FAILS if kind is Format.JCEKS else ''}"
        )


def _read(
    data: bytes, kind: Format, version: int, count: int, source: str
) -> tuple[tuple[Entry, ...], int]:
    """The entries of a store that ends with a digest of GUARD_SIZE bytes, and their end."""
    room = len(data) - _HEADER_SIZE - GUARD_SIZE
    if count * _ENTRY_SIZE > max(room, 0):
        raise MalformedStoreError(
            f"{source}: claims {count} entries, but only {max(room, 0)} bytes remain for them"
        )
    if count > MAX_ENTRIES:
        raise LimitExceededError(f"{source}: {count} entries, at most {MAX_ENTRIES} are read")
    reader = _JksReader(data, kind, version, source)
    return tuple(reader.entries(count)), reader.position


def keyed_digest(body: bytes | memoryview, password: str) -> bytes:
    """SHA-1 over the password (two bytes per char), the whitener, and `body`.

    JavaKeyStore.getPreKeyedHash is the part before `body`.
    """
    digest = hashlib.sha1(usedforsecurity=False)
    digest.update(password.encode("utf-16-be", "surrogatepass") + _WHITENER)
    digest.update(body)
    return digest.digest()


def _is_sealed(lineage: tuple[tuple[bytes, int], ...]) -> bool:
    """Whether Java accepts it as a sealed key; it ignores superclasses other than SealedObject."""
    parent = _SEALED[1]
    return lineage[:1] == _SEALED[:1] and all(
        ancestor == parent for ancestor in lineage[1:] if ancestor[0] == parent[0]
    )


def _unreadable(alias: str, raw: bytes, reason: str) -> UnreadableEntry:
    return UnreadableEntry(alias, raw, f"{reason}; Java refuses the whole store", refusal=reason)


class _JksReader(DataReader):
    """Reads entry after entry; `position` is the start of the next entry."""

    def __init__(self, data: bytes, kind: Format, version: int, source: str) -> None:
        super().__init__(data, _HEADER_SIZE, len(data) - GUARD_SIZE)
        self._kind = kind
        self._typed = version > 1  # version 1 does not name the type of a certificate
        self._source = source
        self._chained = 0
        self._skipper = Skipper(data, self._end)

    def entries(self, count: int) -> list[Entry]:
        """Read `count` entries from `position`."""
        found: list[Entry] = []
        try:
            while len(found) < count:
                self._usual_entries(found, count)
                if len(found) < count:
                    found.append(self._entry())
        except StepLimitError as error:
            raise LimitExceededError(f"{self._source}: entry {len(found) + 1}: {error}") from error
        except (LayoutError, SerializationError) as error:
            raise MalformedStoreError(f"{self._source}: entry {len(found) + 1}: {error}") from error
        return found

    def _usual_entries(self, found: list[Entry], count: int) -> None:
        """Read entries until there are `count`, or one is not as nearly all are.

        A trusted certificate, in a store of version 2, with an alias of ASCII: two reads.
        """
        data, start, last = self._data, self.position, self._end
        head, middle = _TAG_AND_LENGTH.unpack_from, _BEFORE_DER.unpack_from
        known, add, entry, usual = KNOWN_SLOTS.get, found.append, TrustedEntry, X509_TYPE
        width = _BEFORE_DER.size
        for _ in range(count - len(found) if self._typed else 0):
            self.position = start
            tag, size = head(data, start)
            date = start + 6 + size
            der = date + width
            if tag != _TRUSTED or der > last:
                return
            created_ms, kind, length = middle(data, date)
            end = der + length
            name = data[start + 6 : date]
            if kind != usual or end > last or not name.isascii():
                return
            slot = data[der:end]
            certificate = known(slot)
            if certificate is None:
                read = certificate_in_slot(slot)
                if isinstance(read, str):
                    return
                certificate = read
            add(entry(str(name, "ascii"), certificate, data[start:end], created_ms))
            start = end
        self.position = start

    def _entry(self) -> Entry:
        data, start = self._data, self.position
        tag, size = _TAG_AND_LENGTH.unpack_from(data, start)
        date = start + 6 + size
        if date + 8 > self._end:
            raise LayoutError(f"truncated, or its alias of {size} bytes is too long")
        name = data[start + 6 : date]
        created_ms: int = I8.unpack_from(data, date)[0]
        self.position = date + 8
        content: Certificate | tuple[Certificate, ...] | str
        sealed, refusal = b"", ""
        if tag == _TRUSTED:
            content = self._certificate(typed=self._typed)
        elif tag == _KEY:
            sealed = self._blob(U4, "key")
            content = self._key_chain()
        elif tag == _SECRET and self._kind is Format.JCEKS:
            self.position = self._skipper.skip(self.position)
            sealed = data[date + 8 : self.position]
            if not self._skipper.is_null and not _is_sealed(self._skipper.lineage):
                refusal = "a secret key of another class than the JDK's"
            content = ()
        else:
            raise LayoutError(f"unknown tag {tag}, so the rest cannot be located")
        raw = data[start : self.position]
        try:
            alias = modified_utf8.read_utf(name)
        except ValueError as error:
            return _unreadable(name.decode("utf-8", "replace"), raw, f"alias: {error}")
        if isinstance(content, Certificate):
            return TrustedEntry(alias, content, raw, created_ms)
        if isinstance(content, str):
            return _unreadable(alias, raw, content)
        kind = KeyKind.SECRET if tag == _SECRET else KeyKind.PRIVATE
        return KeyEntry(alias, kind, content, raw, created_ms, sealed=sealed, refusal=refusal)

    def _key_chain(self) -> tuple[Certificate, ...] | str:
        """Read the chain after an encrypted key, or return why it is not readable."""
        count = self._chain_length(6 if self._typed else 4)
        self._chained += count
        if self._chained > MAX_CHAIN_CERTIFICATES:
            raise LimitExceededError(
                f"{self._source}: more than {MAX_CHAIN_CERTIFICATES} certificates in chains"
            )
        return self._chain(count, typed=self._typed)


def _new(entry: Entry, version: int, source: str) -> bytes:
    """A trusted certificate as JavaKeyStore.engineStore writes it."""
    if not isinstance(entry, TrustedEntry):
        raise foreign_entry(entry, source)
    head = U4.pack(_TRUSTED) + java_text(entry.alias) + I8.pack(entry.created_ms or 0)
    return head + certificate_slot(entry.certificate, typed=version > 1)
