"""Read BCFKS stores, the keystore format of BouncyCastle FIPS; keys are never decrypted."""

import hmac
import re
from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import fields_of, octet_string, pair
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
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
from unpin.stores.bouncycastle.bcfks_protection import (
    ENCRYPTION,
    INTEGRITY,
    MAX_ENCRYPTED_BYTES,
    BcfksEncryption,
    MacCheck,
    check_cost,
    derive,
    few_iterations,
    parse_encryption,
    parse_mac_check,
)
from unpin.stores.crypto.ciphers import DecryptionError
from unpin.stores.crypto.key_derivation import FEW_ITERATIONS, UnsupportedAlgorithmError
from unpin.wording import counted

FORMAT: Final = Format.BCFKS

MAX_ENTRIES: Final = 100_000
"""The most entries of a store."""

MAX_CHAIN_CERTIFICATES: Final = 200_000
"""The most certificates in the chains of all keys together."""

_SIGNATURE_CHECK: Final = tlv.CONTEXT_0
_CERTIFICATE: Final = 0
_PRIVATE_KEYS: Final = (1, 3)
_SECRET_KEYS: Final = (2, 4)
"""ObjectData.type; keys of types 3 and 4 were already encrypted when BouncyCastle stored them."""
_FIELDS: Final = 5
"""The elements of an ObjectStoreData and of an ObjectData, without the optional comment."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME: Final = re.compile(rb"(\d{14})(?:\.(\d{1,3})\d{0,6})?Z")
_ENCRYPTED: Final = re.compile(
    rb"\x30" + tlv.LENGTH + rb"\x30" + tlv.LENGTH + rb"\x30" + tlv.LENGTH
    + re.escape(tlv.encode_oid(oids.PBES2)),
    re.DOTALL,
)  # fmt: skip
_CLEAR: Final = (tlv.INTEGER, tlv.SEQUENCE, tlv.GENERALIZED_TIME, tlv.GENERALIZED_TIME)
"""The tags at the start of an ObjectStoreData; no certificate starts with them."""


@frozen
class BcfksContainer:
    """The parts of the file that a rewrite needs to keep unchanged bytes."""

    data: bytes
    """The raw ObjectStoreData with the entries, decrypted."""
    algorithm: bytes | None
    """The raw AlgorithmIdentifier of the encryption, if there is one."""
    integrity: bytes
    """The raw PbkdMacIntegrityCheck."""
    trailing: bytes
    whole: bytes = field(default=b"", compare=False, repr=False)
    """The whole file, which is the result if nothing changes."""


@frozen
class _Frame:
    """A store as it is framed: its entries as they are written, and what protects them."""

    raw: bytes
    """The bytes under the MAC: the first element of ObjectStore."""
    algorithm: bytes | None
    scheme: BcfksEncryption | None
    encrypted: bytes
    check: MacCheck
    integrity: bytes
    trailing: bytes


def claims(data: bytes) -> bool:
    """Whether `data` begins like an ObjectStore; an encrypted one may be truncated."""
    return _ENCRYPTED.match(data) is not None or _is_clear(data)


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read a store as BcFKSKeyStoreSpi does. Without a password, it must be unencrypted.

    Raises MalformedStoreError, LimitExceededError, UnsupportedStoreError for a store that is
    signed instead of protected by a MAC and for algorithms that BouncyCastle does not know,
    PasswordRequiredError for an encrypted store without a password, and WrongPasswordError if the
    MAC does not match the password.
    """
    try:
        return _decode(data, source, password)
    except tlv.TlvError as error:
        raise MalformedStoreError(f"{source}: {error}") from error
    except UnsupportedAlgorithmError as error:
        raise UnsupportedStoreError(f"{source}: unpin does not support {error}") from error


def _is_clear(data: bytes) -> bool:
    try:
        content = next(iter(tlv.read(data).expect(tlv.SEQUENCE, "ObjectStore")), None)
        if content is None:
            return False
        tags = (child.tag for child in content.expect(tlv.SEQUENCE, "ObjectStoreData"))
        return tuple(islice(tags, len(_CLEAR))) == _CLEAR
    except tlv.TlvError:
        return False


def _decode(data: bytes, source: str, password: str | None) -> Store:
    frame = _read_frame(data, source)
    derivations = [frame.check.derivation]
    if frame.scheme is not None:
        derivations.append(frame.scheme.derivation)
        if password is None:
            raise PasswordRequiredError(
                f"{source}: the whole store is encrypted", hint="give the store's password"
            )
    integrity = Integrity.NOT_CHECKED
    if password is not None:
        check_cost(derivations, source=source)
        _verify(frame, password, source)
        integrity = Integrity.VERIFIED
    clear = _decrypt(frame, password or "", source)
    fields = fields_of(tlv.only(clear, "ObjectStoreData"), "ObjectStoreData", _FIELDS)
    entries = tuple(_read_objects(fields, frame.check, source))
    return Store(
        source=source,
        format=FORMAT,
        entries=entries,
        protection=Protection(
            integrity=integrity,
            mac=frame.check.description,
            encryption=(frame.scheme.description,) if frame.scheme else (),
            needs_password=_needs_password(frame, password),
            weaknesses=tuple(_weaknesses(frame)),
        ),
        notes=tuple(_notes(frame, fields, entries)),
        container=BcfksContainer(clear, frame.algorithm, frame.integrity, frame.trailing, data),
    )


def _read_frame(data: bytes, source: str) -> _Frame:
    outer = tlv.read(data)
    content, check = pair(outer, "ObjectStore")  # BouncyCastle refuses a third element
    if check.tag == _SIGNATURE_CHECK:
        raise UnsupportedStoreError(
            f"{source}: a BCFKS store signed with a key instead of protected by a password; "
            "unpin does not check such signatures and reads no such store"
        )
    mac = parse_mac_check(check)
    algorithm, scheme, encrypted = None, None, b""
    if fields_of(content, "store data", 2)[0].tag == tlv.SEQUENCE:
        encryption, contents = pair(content, "EncryptedObjectStoreData")
        scheme = parse_encryption(encryption)
        algorithm = encryption.raw
        encrypted = octet_string(contents, "encrypted store data")
        if len(encrypted) > MAX_ENCRYPTED_BYTES:
            raise LimitExceededError(
                f"{source}: {len(encrypted)} encrypted bytes, at most {MAX_ENCRYPTED_BYTES} "
                "are decrypted"
            )
    return _Frame(content.raw, algorithm, scheme, encrypted, mac, check.raw, data[outer.end :])


def _check_comment(fields: list[tlv.Node]) -> None:
    """Refuse an ObjectStoreData or ObjectData whose sixth and last element is not a UTF8String.

    If there is a seventh element, BouncyCastle reads no comment. Raises tlv.TlvError.
    """
    if len(fields) == _FIELDS + 1:
        try:
            fields[_FIELDS].expect(tlv.UTF8_STRING, "comment").content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise tlv.TlvError("comment: not UTF-8") from error


def _verify(frame: _Frame, password: str, source: str) -> None:
    if not _fits(frame.check, frame.raw, password):
        raise WrongPasswordError(
            f"{source}: wrong password, or the store was changed since it was written: its MAC "
            "does not match"
        )


def _fits(check: MacCheck, raw: bytes, password: str) -> bool:
    key = derive(check.derivation, password, INTEGRITY, check.key_length)
    return hmac.compare_digest(hmac.digest(key, raw, check.hash_name), check.expected)


def _needs_password(frame: _Frame, password: str | None) -> bool:
    """Whether BouncyCastle refuses the store without a password: it checks the MAC in any case.

    To its MAC no password is the empty one.
    """
    if password is not None:
        return bool(password)
    try:
        check_cost([frame.check.derivation], source="")
    except LimitExceededError:
        return True
    return not _fits(frame.check, frame.raw, "")


def _decrypt(frame: _Frame, password: str, source: str) -> bytes:
    if frame.scheme is None:
        return frame.raw
    try:
        return frame.scheme.decrypt(password, ENCRYPTION, frame.encrypted)
    except DecryptionError as error:
        raise MalformedStoreError(
            f"{source}: the MAC is right, but the contents do not decrypt: {error}"
        ) from error


def _read_objects(fields: list[tlv.Node], check: MacCheck, source: str) -> Iterator[Entry]:
    """Read the entries of an ObjectStoreData. Raises tlv.TlvError, LimitExceededError."""
    if fields[0].integer() != 1:
        raise tlv.TlvError("ObjectStoreData of a version other than 1")
    if fields[1].raw != check.algorithm:
        raise tlv.TlvError("ObjectStoreData names a MAC other than that of the store")
    _check_comment(fields)
    room = MAX_CHAIN_CERTIFICATES
    for count, node in enumerate(fields[4].expect(tlv.SEQUENCE, "entries")):
        if count == MAX_ENTRIES:
            raise LimitExceededError(f"{source}: more than {MAX_ENTRIES} entries")
        entry = _entry(node, room)
        if isinstance(entry, KeyEntry):
            room -= len(entry.chain)
            if room < 0:
                raise LimitExceededError(
                    f"{source}: more than {MAX_CHAIN_CERTIFICATES} certificates in chains"
                )
        yield entry


def _entry(node: tlv.Node, room: int) -> Entry:
    alias = ""
    try:
        fields = fields_of(node, "entry", _FIELDS)
        name = fields[1].expect(tlv.UTF8_STRING, "alias").content
        alias = name.decode("utf-8", "replace")
        return _object(node, fields, name.decode("utf-8"), room)
    except tlv.TlvError as error:
        return UnreadableEntry(alias, node.raw, str(error))
    except UnicodeDecodeError:
        reason = "alias: not UTF-8; BouncyCastle refuses the whole store"
        return UnreadableEntry(alias, node.raw, reason)


def _object(node: tlv.Node, fields: list[tlv.Node], alias: str, room: int) -> Entry:
    """Read an ObjectData. Raises tlv.TlvError."""
    _check_comment(fields)
    kind = fields[0].integer()
    # NOTE: BouncyCastle reports the time of the last change as the creation date.
    created_ms = _milliseconds(fields[3].expect(tlv.GENERALIZED_TIME, "time of the last change"))
    content = octet_string(fields[4], "entry data")
    if kind == _CERTIFICATE:
        tlv.only(content, "certificate").expect(tlv.SEQUENCE, "certificate")
        return TrustedEntry(alias, Certificate(content), node.raw, created_ms)
    if kind in _PRIVATE_KEYS:
        chain = tuple(_chain(content, room))
        return KeyEntry(alias, KeyKind.PRIVATE, chain, node.raw, created_ms)
    if kind in _SECRET_KEYS:
        return KeyEntry(alias, KeyKind.SECRET, (), node.raw, created_ms)
    raise tlv.TlvError(f"entry of unknown type {fields[0].content[:8].hex()}")


def _chain(content: bytes, room: int) -> Iterator[Certificate]:
    """The certificates of an EncryptedPrivateKeyData, at most one more than `room`."""
    fields = fields_of(tlv.only(content, "private key"), "private key", 2)
    for count, element in enumerate(fields[1].expect(tlv.SEQUENCE, "chain")):
        yield Certificate(element.expect(tlv.SEQUENCE, "certificate").raw)
        if count == room:
            return


def _milliseconds(node: tlv.Node) -> int | None:
    """A GeneralizedTime in Java's milliseconds; None if it is not a valid time (Java uses now)."""
    match = _TIME.fullmatch(node.content)
    if match is None:
        return None
    try:
        moment = datetime.strptime(match[1].decode("ascii") + "Z", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    fraction = int((match[2] or b"0").ljust(3, b"0"))
    return round((moment - _EPOCH).total_seconds()) * 1000 + fraction


def _notes(frame: _Frame, fields: list[tlv.Node], entries: tuple[Entry, ...]) -> Iterator[str]:
    """Notes on the bytes and elements that BouncyCastle ignores; they may hold entries."""
    if frame.trailing:
        yield f"{len(frame.trailing)} bytes after the store"
    if len(fields) > _FIELDS + 1:
        yield f"{len(fields) - _FIELDS} elements after the entries: BouncyCastle ignores them"
    longer = [
        entry.alias
        for entry in entries
        if not isinstance(entry, UnreadableEntry)
        and len(fields_of(tlv.read(entry.raw), "entry", _FIELDS)) > _FIELDS + 1
    ]
    if longer:
        yield (
            f"{counted(len(longer), 'entry', 'entries')} with elements after the data "
            f"(first: {longer[0]!r}): BouncyCastle ignores them"
        )


def _weaknesses(frame: _Frame) -> Iterator[str]:
    if few_iterations(frame.check.derivation):
        yield (
            f"The MAC derives its key in fewer than {FEW_ITERATIONS:,} iterations "
            f"({frame.check.description}), so the password is quickly guessed."
        )
    if frame.scheme is not None and few_iterations(frame.scheme.derivation):
        yield (
            f"The encryption derives its key in fewer than {FEW_ITERATIONS:,} iterations "
            f"({frame.scheme.description}), so the password is quickly guessed."
        )
