"""Turn an entry of a store into an entry of another, byte for byte if the formats allow it."""

from collections.abc import Iterator
from dataclasses import field
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.textual_encoding import block_lines
from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import OUR_FAULT, CannotWriteError
from unpin.model.formats import EntryLayout, Format, PrivateKeys, Variant
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.stores import encoders
from unpin.stores.crypto import private_keys
from unpin.stores.formats import ProtectionScheme
from unpin.stores.java.data_streams import I8, U4, certificate_slot, java_text
from unpin.stores.pem.keys import pem_key
from unpin.stores.pkcs12.bags import BagKind
from unpin.stores.pkcs12.safe_bag_edit import (
    attribute_set,
    friendly_name_attribute,
    local_key_id_attribute,
)

_WAYS: Final = {
    Format.JKS: ", by SHA-1 alone, as JKS does",
    Format.JCEKS: ", with MD5 and 3DES, as JCEKS does",
}
"""How the JDK encrypts keys in the formats in which that is weaker than in PKCS12."""

_AS_IT_WAS: Final = "as encrypted as it was"
_UNDER_ITS_OWN: Final = f"{_AS_IT_WAS}, under a password of its own"
_KEY_TAG: Final = 1


@frozen
class KeyProtection:
    """The protection of keys in the output, and the password that may open them in the input.

    `chosen` says that the user gave `new` for this output; `upgrade` replaces weak schemes.
    """

    target: Format
    old: str | None = field(repr=False)
    new: str | None = field(repr=False)
    scheme: ProtectionScheme = ProtectionScheme.MODERN
    chosen: bool = False
    upgrade: bool = False


@frozen
class TransferredKey:
    """The entries of a key in the output, and how it is encrypted, in words."""

    entries: tuple[Entry, ...]
    how: str


def transfer_key(
    entry: KeyEntry, origin: Store, protection: KeyProtection, *, alias: str, created_ms: int
) -> TransferredKey:
    """A key and its chain in the format `protection.target`. No encrypted key becomes unencrypted.

    Raises CannotWriteError for a key that the format cannot hold, and for a key that would have to
    be encrypted again and that no given password opens.
    """
    target = protection.target
    name = f"{origin.source}: {entry.kind} {alias or entry.alias or ''}".rstrip()
    forms = {origin.format.facts.private_keys, target.facts.private_keys}
    if entry.kind is KeyKind.SECRET or forms != {PrivateKeys.PKCS8}:
        # JKS has no secret keys, although its entries have the layout of JCEKS.
        fits = entry.kind is KeyKind.PRIVATE or target.facts.secret_keys
        if not fits or not same_layout(origin, target):
            raise CannotWriteError(
                f"{name}: unpin cannot copy it from {origin.format} to {target}",
                "leave it out: omit --keys, or select other entries with --alias",
            )
        own = protection.new is not None and protection.new != protection.old
        return TransferredKey(
            (encoders.rename(entry, alias, target),), _UNDER_ITS_OWN if own else _AS_IT_WAS
        )
    sealed, how = _sealed(entry, origin, protection, name)
    if sealed is None:
        return TransferredKey(tuple(_blocks(entry, entry.raw, entry.sealed)), how)
    match target:
        case Format.PEM:
            return TransferredKey(tuple(_blocks(entry, *_pem(sealed))), how)
        case Format.PKCS12:
            if origin.format is target and sealed == entry.sealed and _is_named(entry):
                return TransferredKey((encoders.rename(entry, alias, target),), how)
            return TransferredKey((_bag(entry, sealed, alias, created_ms),), how)
        case _:
            if same_layout(origin, target) and sealed == entry.sealed:
                return TransferredKey((encoders.rename(entry, alias, target),), how)
            return TransferredKey((_slot(entry, sealed, alias, created_ms),), how)


def _sealed(
    entry: KeyEntry, origin: Store, protection: KeyProtection, name: str
) -> tuple[bytes | None, str]:
    """The EncryptedPrivateKeyInfo for the output, and how it was made, in words.

    None for an unencrypted key in PEM that is copied as it is.
    """
    way = _WAYS.get(protection.target, "")
    if origin.format is Format.PEM:
        found = pem_key(entry, protection.old)
        if found is None:
            raise CannotWriteError(
                f"{name}: none of the given passwords opens it",
                "give the password of the key with --password-file",
            )
    else:
        found = entry.sealed
    if private_keys.is_clear(found):
        if (
            protection.target is Format.PEM
            and not protection.chosen
            and origin.format is Format.PEM
        ):
            return None, "in clear, as it was"
        return _anew(found, protection, name), f"it was in clear and is encrypted now{way}"
    sealed = private_keys.read_sealed(found)
    if sealed is None:
        if same_layout(origin, protection.target):
            return found, _AS_IT_WAS
        raise CannotWriteError(f"{name}: unpin does not know its encryption")
    if _fits(sealed, protection) and not _is_outdated(sealed, protection):
        if protection.new is None or (protection.target is Format.PEM and not protection.chosen):
            return found, _AS_IT_WAS
        if private_keys.unseal(sealed, protection.new, name=name) is not None:
            return found, _AS_IT_WAS
    key = _opened(sealed, protection, name)
    if key is not None:
        return _anew(key, protection, name), f"encrypted anew, in memory{way}"
    if _fits(sealed, protection):
        return found, _UNDER_ITS_OWN
    raise CannotWriteError(
        f"{name}: {protection.target} does not know its encryption, and none of the given "
        "passwords opens it",
        "give the key the store's password first (keytool -keypasswd), or leave it out",
    )


def _opened(
    sealed: private_keys.EncryptedPrivateKeyInfo, protection: KeyProtection, name: str
) -> bytes | None:
    for password in dict.fromkeys((protection.old, protection.new)):
        if password is not None:
            key = private_keys.unseal(sealed, password, name=name)
            if key is not None:
                return key
    return None


def _fits(sealed: private_keys.EncryptedPrivateKeyInfo, protection: KeyProtection) -> bool:
    """Whether readers of the target format may support the scheme."""
    match protection.target:
        case Format.JKS:
            return sealed.oid == oids.JKS_KEY_PROTECTOR
        case Format.JCEKS:
            return sealed.oid in (oids.JKS_KEY_PROTECTOR, oids.JCEKS_KEY_PROTECTOR)
        case _:
            return private_keys.is_of_pkcs8(sealed)


def _is_outdated(sealed: private_keys.EncryptedPrivateKeyInfo, protection: KeyProtection) -> bool:
    """Whether the requested protection asks for a scheme other than the key's."""
    if protection.target is not Format.PKCS12:
        return False
    if protection.scheme is ProtectionScheme.JDK8:
        return not private_keys.is_of_jdk8(sealed)
    return protection.upgrade and not private_keys.is_modern(sealed)


def _anew(key: bytes, protection: KeyProtection, name: str) -> bytes:
    """Encrypt the key for the target, and check that it decrypts. Raises CannotWriteError."""
    password = protection.new if protection.new is not None else protection.old
    if not password:
        raise CannotWriteError(
            f"{name}: it needs a password for its encryption", "give --password-file-out FILE"
        )
    sealed: bytes | None
    match protection.target:
        case Format.JKS:
            sealed = private_keys.seal_jks(key, password)
        case Format.JCEKS:
            sealed = private_keys.seal_jceks(key, password)
        case _:
            sealed = private_keys.seal_pkcs8(key, password, protection.scheme)
    if sealed is None:
        raise CannotWriteError(
            f"{name}: JCEKS allows only ASCII in the password of a key",
            "choose another password with --password-file-out FILE",
        )
    again = private_keys.read_sealed(sealed)
    if again is None or private_keys.unseal(again, password, name=name) != key:
        raise CannotWriteError(f"{name}: encrypted again, it does not decrypt", OUR_FAULT)
    return sealed


def _is_named(entry: KeyEntry) -> bool:
    """Whether the bag has friendlyName and localKeyID; without them, Java counts (ChainBuilder)."""
    return {oids.FRIENDLY_NAME, oids.LOCAL_KEY_ID} <= {
        attribute.oid for attribute in entry.attributes
    }


def _slot(entry: KeyEntry, sealed: bytes, alias: str, created_ms: int) -> KeyEntry:
    """An entry of JKS or JCEKS, version 2 (JavaKeyStore.engineStore)."""
    raw = U4.pack(_KEY_TAG) + java_text(alias) + I8.pack(created_ms)
    raw += U4.pack(len(sealed)) + sealed + U4.pack(len(entry.chain))
    raw += b"".join(certificate_slot(certificate) for certificate in entry.chain)
    return KeyEntry(alias, entry.kind, entry.chain, raw, created_ms, sealed=sealed)


def _bag(entry: KeyEntry, sealed: bytes, alias: str, created_ms: int) -> KeyEntry:
    """A PKCS8ShroudedKeyBag (RFC 7292 4.2.2), with the date in its localKeyID, as in the JDK."""
    time = f"Time {created_ms}".encode("ascii")
    raw = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_oid(BagKind.SHROUDED_KEY.oid),
        tlv.element(tlv.CONTEXT_0, sealed),
        attribute_set((friendly_name_attribute(alias), local_key_id_attribute(time))),
    )
    return KeyEntry(alias, entry.kind, entry.chain, raw, created_ms, sealed=sealed)


def _blocks(entry: KeyEntry, block: bytes, body: bytes) -> Iterator[Entry]:
    """A key of a PEM bundle, followed by its chain, the key's own certificate first."""
    yield KeyEntry("", entry.kind, (), block, sealed=body)
    for certificate in entry.chain:
        yield TrustedEntry("", certificate, b"")


def _pem(sealed: bytes) -> tuple[bytes, bytes]:
    """The block of an EncryptedPrivateKeyInfo (RFC 7468 11), and the base64 in it."""
    lines = block_lines("ENCRYPTED PRIVATE KEY", sealed)
    block = "\n".join((*lines, "")).encode("ascii")
    return block, "".join(lines[1:-1]).encode("ascii")


def same_layout(origin: Store, target: Format) -> bool:
    """Whether a trusted entry of `origin` has the same bytes in a `target` file."""
    layout = target.facts.layout
    if layout is EntryLayout.CERTIFICATE or layout is not origin.format.facts.layout:
        return False
    # Version 1 does not write the type of a certificate.
    return layout is not EntryLayout.JAVA_KEY_STORE or origin.variant is Variant.VERSION_2


def transfer_trusted(
    entry: TrustedEntry, origin: Store, target: Format, *, alias: str, created_ms: int
) -> TrustedEntry:
    """The entry in the format `target`; a PEM block is always written anew.

    So is a PKCS12 bag without friendlyName, to which Java would give another number, and a bag that
    Java does not list. Raises CannotWriteError for an alias that the format cannot hold.
    """
    kept = entry.raw and entry.trusted and not entry.unlisted and same_layout(origin, target)
    if target is Format.PKCS12:
        kept = kept and any(attribute.oid == oids.FRIENDLY_NAME for attribute in entry.attributes)
    if not kept:
        return TrustedEntry(alias, entry.certificate, b"", created_ms)
    renamed = encoders.rename(entry, alias, target)
    assert isinstance(renamed, TrustedEntry)
    return renamed
