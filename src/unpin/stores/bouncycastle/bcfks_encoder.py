"""Write BCFKS stores: unchanged objects are copied, encrypted again and protected by a new MAC."""

import hmac
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import octet_string
from unpin.model.entries import Entry, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.store import Store
from unpin.stores.bouncycastle import bcfks
from unpin.stores.bouncycastle.bcfks import BcfksContainer
from unpin.stores.bouncycastle.bcfks_protection import (
    ENCRYPTION,
    INTEGRITY,
    MAX_ENCRYPTED_BYTES,
    Derivation,
    check_cost,
    derive,
    parse_encryption,
    parse_mac_check,
)
from unpin.stores.formats import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    read_back,
    required,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CERTIFICATE: Final = 0
_LAST_MODIFIED: Final = 3
_ENTRIES: Final = 4
"""The positions of the last change and of the entries in an ObjectStoreData."""


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the entries in their order; an entry with `raw` is copied, others are encoded.

    Algorithms, iterations and the sizes of salts, nonce and tag stay; salts and nonce are new,
    unless nothing changes. `options.now_ms` becomes the store's time of the last change. Raises
    CannotWriteError for an entry that the format cannot hold, an unchecked MAC, and a missing
    password; LimitExceededError.
    """
    check_writable(store, options)
    guard = required(password, store)
    old = store.container if isinstance(store.container, BcfksContainer) else None
    known = old or _fresh(options.now_ms)
    entries = b"".join(entry.raw or _new(entry, store.source, options) for entry in store.entries)
    # NOTE: an unencrypted store may have been read without its password, and without this check.
    check_cost(_derivations(known), source=store.source)
    fields = tlv.read(known.data).children()
    if old is not None and entries == fields[_ENTRIES].content and _guards(old, guard):
        return read_back(old.whole, store, guard, bcfks.decode)
    parts = [field.raw for field in fields]
    parts[_ENTRIES] = tlv.element(tlv.SEQUENCE, entries)
    if options.now_ms:
        parts[_LAST_MODIFIED] = _time(options.now_ms, store.source)
    content = tlv.element(tlv.SEQUENCE, *parts)
    if known.algorithm is not None:
        content = _encrypted(known.algorithm, content, guard, store.source)
    check = _guarded(tlv.read(known.integrity), content, guard)
    data = tlv.element(tlv.SEQUENCE, content, check) + known.trailing
    return read_back(data, store, guard, bcfks.decode)


def rename(entry: Entry, alias: str) -> Entry:
    """The entry with another alias; other fields stay unchanged. Raises CannotWriteError."""
    if not entry.raw:
        return replace(entry, alias=alias)
    fields = tlv.read(entry.raw).children()
    if len(fields) < 2:
        raise CannotWriteError(f"{entry.alias or 'an entry'}: broken, so it cannot be renamed")
    parts = [field.raw for field in fields]
    parts[1] = _text(alias)
    return replace(entry, alias=alias, raw=tlv.element(tlv.SEQUENCE, *parts))


def _derivations(container: BcfksContainer) -> Iterator[Derivation]:
    yield parse_mac_check(tlv.read(container.integrity)).derivation
    if container.algorithm is not None:
        yield parse_encryption(tlv.read(container.algorithm)).derivation


def _guards(container: BcfksContainer, password: str) -> bool:
    """Whether the MAC of the store matches this password."""
    content, check = tlv.read(container.whole).children()[:2]
    mac = parse_mac_check(check)
    key = derive(mac.derivation, password, INTEGRITY, mac.key_length)
    return hmac.compare_digest(hmac.digest(key, content.raw, mac.hash_name), mac.expected)


def _new(entry: Entry, source: str, options: EncodeOptions) -> bytes:
    """The ObjectData of a trusted certificate (org.bouncycastle.asn1.bc.ObjectData)."""
    if not isinstance(entry, TrustedEntry):
        raise foreign_entry(entry, source)
    created = options.now_ms if entry.created_ms is None else entry.created_ms
    moment = _time(created, f"{source}: {entry.alias or 'an entry'}")
    return tlv.element(
        tlv.SEQUENCE,
        tlv.encode_integer(_CERTIFICATE),
        _text(entry.alias),
        moment,
        moment,
        tlv.element(tlv.OCTET_STRING, entry.certificate.der),
    )


def _text(alias: str) -> bytes:
    try:
        return tlv.element(tlv.UTF8_STRING, alias.encode("utf-8"))
    except UnicodeEncodeError as error:
        shown = ascii(alias[:40])
        raise CannotWriteError(
            f"alias {shown}: half a character, which BCFKS cannot hold",
            "give the entry another alias",
        ) from error


def _time(milliseconds: int, what: str) -> bytes:
    """A GeneralizedTime in DER (X.690 11.7): its fraction has no trailing zeros."""
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise CannotWriteError(
            f"{what}: a date beyond the years 1 to 9999, which BCFKS cannot hold"
        ) from error
    fraction = f".{moment.microsecond // 1000:03}".rstrip("0").rstrip(".")
    # NOTE: strftime does not pad a year before 1000 everywhere.
    text = f"{moment.year:04}{moment:%m%d%H%M%S}{fraction}Z"
    return tlv.element(tlv.GENERALIZED_TIME, text.encode("ascii"))


def _encrypted(algorithm: bytes, content: bytes, password: str, source: str) -> bytes:
    """An EncryptedObjectStoreData with the old parameters, except for salt and nonce."""
    oid, parameters = tlv.read(algorithm).children()[:2]
    derivation, cipher = parameters.children()[:2]
    renewed = tlv.element(
        tlv.SEQUENCE,
        oid.raw,
        tlv.element(tlv.SEQUENCE, _renewed(derivation), _renewed(cipher)),
    )
    try:
        sealed = parse_encryption(tlv.read(renewed)).encrypt(password, ENCRYPTION, content)
    except ValueError as error:
        raise CannotWriteError(f"{source}: {error}") from error
    if len(sealed) > MAX_ENCRYPTED_BYTES:
        raise CannotWriteError(
            f"{source}: {len(sealed)} encrypted bytes, at most {MAX_ENCRYPTED_BYTES} are possible"
        )
    return tlv.element(tlv.SEQUENCE, renewed, tlv.element(tlv.OCTET_STRING, sealed))


def _guarded(check: tlv.Node, content: bytes, password: str) -> bytes:
    """A PbkdMacIntegrityCheck over the content with the old parameters, except for the salt."""
    algorithm, derivation, old = check.children()[:3]
    renewed = _renewed(derivation)

    def written(mac: bytes) -> bytes:
        value = tlv.element(tlv.OCTET_STRING, mac)
        return tlv.element(tlv.SEQUENCE, algorithm.raw, renewed, value)

    mac = parse_mac_check(tlv.read(written(old.octets())))
    key = derive(mac.derivation, password, INTEGRITY, mac.key_length)
    return written(hmac.digest(key, content, mac.hash_name))


def _renewed(algorithm: tlv.Node) -> bytes:
    """The AlgorithmIdentifier with a new salt or nonce of the same size: its first parameter.

    An AlgorithmIdentifier without parameters (AES key wrap) is returned unchanged.
    """
    parts = algorithm.children()
    if len(parts) < 2 or parts[1].tag != tlv.SEQUENCE:
        return algorithm.raw
    random, *rest = parts[1].children()
    value = os.urandom(len(octet_string(random, "salt or nonce")))
    parameters = tlv.element(
        tlv.SEQUENCE, tlv.element(tlv.OCTET_STRING, value), *(parameter.raw for parameter in rest)
    )
    return tlv.element(tlv.SEQUENCE, parts[0].raw, parameters)


def _fresh(now_ms: int) -> BcfksContainer:
    """An empty store as BouncyCastle creates it: AES-256-CCM and HMAC-SHA-512 under PBKDF2."""
    null = tlv.element(tlv.NULL)
    prf = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.HMAC_WITH_SHA512), null)

    def derivation(size: int) -> bytes:
        salt = tlv.element(tlv.OCTET_STRING, bytes(64))
        numbers = tlv.encode_integer(51_200) + tlv.encode_integer(size)
        parameters = tlv.element(tlv.SEQUENCE, salt, numbers, prf)
        return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.PBKDF2), parameters)

    ccm = tlv.element(tlv.SEQUENCE, tlv.element(tlv.OCTET_STRING, bytes(12)), tlv.encode_integer(8))
    cipher = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.AES256_CCM), ccm)
    schemes = tlv.element(tlv.SEQUENCE, derivation(32), cipher)
    moment = _time(now_ms, "the store")
    return BcfksContainer(
        data=tlv.element(
            tlv.SEQUENCE,
            tlv.encode_integer(1),
            prf,
            moment,
            moment,
            tlv.element(tlv.SEQUENCE),
        ),
        algorithm=tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.PBES2), schemes),
        integrity=tlv.element(
            tlv.SEQUENCE, prf, derivation(64), tlv.element(tlv.OCTET_STRING, bytes(64))
        ),
        trailing=b"",
    )
