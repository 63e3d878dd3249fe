"""The protection of PKCS12 stores: its strength, Java's support, and the protection of new ones."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from unpin.asn1 import tlv
from unpin.asn1.fields import explicit, fields_of, octet_string
from unpin.model.entries import KeyEntry
from unpin.model.errors import CannotWriteError
from unpin.model.store import Store
from unpin.stores.crypto.algorithm_identifiers import ITERATIONS, jdk8_encryption, modern_encryption
from unpin.stores.crypto.encryption_schemes import (
    EncryptionScheme,
    Pbes2Scheme,
    Pkcs12Scheme,
    parse_scheme,
)
from unpin.stores.crypto.key_derivation import FEW_ITERATIONS, Passphrase, UnsupportedAlgorithmError
from unpin.stores.formats import ProtectionScheme
from unpin.stores.pkcs12.bags import BagKind, sealed_secret
from unpin.stores.pkcs12.mac import MacData, Pbmac1, jdk8_mac, modern_mac, parse_mac
from unpin.stores.pkcs12.pfx import Contents, Pkcs12Container
from unpin.stores.pkcs12.safe_bag_edit import read_bag

_OLD_HASHES: Final = ("md5", "sha1")
_EXHAUSTIBLE: Final = 40
"""The key length in bits up to which all keys can be tried."""


def new_encryption(wish: ProtectionScheme) -> bytes | None:
    """The AlgorithmIdentifier for new contents; None if they are not encrypted."""
    match wish:
        case ProtectionScheme.PASSWORD_LESS:
            return None
        case ProtectionScheme.JDK8:
            return jdk8_encryption()
        case _:
            return modern_encryption()


def new_mac(wish: ProtectionScheme) -> bytes:
    """The MacData of a new store before its digest is computed; b"" if the store has no MAC."""
    match wish:
        case ProtectionScheme.PASSWORD_LESS:
            return b""
        case ProtectionScheme.JDK8:
            return jdk8_mac()
        case _:
            return modern_mac()


def keeps_encryption(wish: ProtectionScheme, item: Contents) -> bool:
    """Whether the contents keep their scheme; unencrypted contents always stay unencrypted."""
    if wish is ProtectionScheme.KEEP or item.scheme is None or item.problem:
        return True
    match wish:
        case ProtectionScheme.MODERN:
            return not _weak(item.scheme)
        case ProtectionScheme.JDK8:
            return isinstance(item.scheme, Pkcs12Scheme) and item.scheme.cipher == "3DES"
        case _:
            return False


def other_encryption(wish: ProtectionScheme, scheme: EncryptionScheme) -> bytes | None:
    """The AlgorithmIdentifier that replaces `scheme`; None if `wish` asks for no encryption.

    For MODERN, it has no fewer iterations than `scheme`.
    """
    if wish is ProtectionScheme.MODERN:
        return modern_encryption(max(ITERATIONS, scheme.work.iterations))
    return new_encryption(wish)


def mac_for(wish: ProtectionScheme, mac: bytes | None, source: str) -> bytes:
    """The MacData before its digest is computed: `mac`, unless `wish` asks for another.

    b"" if the store has no MAC. Raises CannotWriteError for a MAC that unpin cannot compute, unless
    `wish` asks for another.
    """
    if mac is None or wish is ProtectionScheme.PASSWORD_LESS:
        return b""
    try:
        read = parse_mac(tlv.read(mac))
    except (tlv.TlvError, UnsupportedAlgorithmError) as error:
        if wish is ProtectionScheme.KEEP:
            raise CannotWriteError(
                f"{source}: its MAC cannot be computed anew: {error}",
                "convert it: unpin convert STORE --to pkcs12 -o NEW",
            ) from error
        return new_mac(wish)
    if _keeps_mac(wish, read):
        return mac
    if wish is ProtectionScheme.MODERN:
        return modern_mac(max(ITERATIONS, read.iterations))
    return new_mac(wish)


def _keeps_mac(wish: ProtectionScheme, mac: MacData) -> bool:
    match wish:
        case ProtectionScheme.MODERN:
            old = not isinstance(mac, Pbmac1) and mac.hash_name in _OLD_HASHES
            return not old and mac.iterations >= FEW_ITERATIONS
        case ProtectionScheme.JDK8:
            return not isinstance(mac, Pbmac1) and mac.hash_name == "sha1"
        case _:
            return True


def scheme_of(store: Store) -> ProtectionScheme:
    """The protection of a store, as far as it decides which JDK reads the store."""
    if not isinstance(store.container, Pkcs12Container):
        return ProtectionScheme.MODERN
    schemes = [item.scheme for item in store.container.contents if item.scheme is not None]
    if store.container.mac is None and not schemes:
        return ProtectionScheme.PASSWORD_LESS
    modern = all(isinstance(scheme, Pbes2Scheme) for scheme in schemes)
    return ProtectionScheme.MODERN if modern else ProtectionScheme.JDK8


def weak_keys(store: Store) -> tuple[str, ...]:
    """The aliases of keys whose own encryption is outdated or missing.

    A rewrite cannot change it: that would need the key's password, and decrypt the key.
    """
    return tuple(
        key.alias
        for key, scheme in _sealed(store)
        if scheme is None or (not isinstance(scheme, str) and _weak(scheme))
    )


def _sealed(store: Store) -> Iterator[tuple[KeyEntry, EncryptionScheme | str | None]]:
    """Each key and its scheme: None if it has none, the name of an unsupported scheme."""
    for key in store.keys:
        try:
            yield key, _key_scheme(key)
        except UnsupportedAlgorithmError as error:
            yield key, str(error)
        except tlv.TlvError:
            yield key, None


def _key_scheme(key: KeyEntry) -> EncryptionScheme:
    """The scheme of an EncryptedPrivateKeyInfo (RFC 5958 3). Raises tlv.TlvError for other keys."""
    value = tlv.read(key.sealed)
    bag = read_bag(key.raw)
    if bag is not None and sealed_secret(bag):
        octets = explicit(fields_of(value, "SecretBag", 2)[1], "value of SecretBag")
        value = tlv.read(octet_string(octets, "value of SecretBag"))
    return parse_scheme(fields_of(value, "EncryptedPrivateKeyInfo", 2)[0])


def _weak(scheme: EncryptionScheme) -> bool:
    return scheme.outdated or scheme.work.iterations < FEW_ITERATIONS


def java_refusals(contents: Sequence[Contents]) -> Iterator[str]:
    """Why the PKCS12KeyStore of JDK 17 and 25 refuses the encryption."""
    for item in contents:
        if item.refusal:
            yield item.refusal
        if item.scheme is None:
            continue
        name = item.scheme.label
        if not item.scheme.java_reads:
            yield f"it does not know {name}"
        used = item.passphrase
        foreign = used is not None and not used.utf8.isascii() and not used.of_jdk25
        if foreign and isinstance(item.scheme, Pkcs12Scheme):
            yield f"it encodes the password in a way of its own for {name}"


def since(passphrase: Passphrase | None) -> Iterator[str]:
    """The password that older JDKs refuse and JDK 25 takes: measured with 17, 21 and 25."""
    if passphrase is not None and not all(0x20 <= octet < 0x7F for octet in passphrase.utf8):
        yield (
            "Java 17 and 21 take only printable ASCII for the password of a PKCS12 store and "
            "refuse this one; Java 25 takes others"
        )


def hides_certificates(item: Contents) -> bool:
    """Whether certificates are, or may be, in contents that only the password decrypts."""
    if item.scheme is None:
        return bool(item.problem)
    return bool(item.problem) or any(
        bag.kind is BagKind.CERTIFICATE or bag.kind is None for bag in item.bags
    )


def weaknesses(mac: MacData | None, contents: Sequence[Contents]) -> Iterator[str]:
    """Sentences for the audit: outdated ciphers, and a MAC with few iterations."""
    for name, scheme in {item.scheme.name: item.scheme for item in contents if item.scheme}.items():
        if scheme.key_bits <= _EXHAUSTIBLE:
            yield f"The contents are encrypted with {name}, a key anyone can try out."
        elif scheme.outdated:
            yield f"The contents are encrypted with {name}, which is outdated."
    if mac is not None and mac.iterations < FEW_ITERATIONS:
        yield (
            f"The MAC derives its key in fewer than {FEW_ITERATIONS:,} iterations "
            f"({mac.description}), so the password is quickly guessed."
        )


def unique(names: Iterable[str]) -> list[str]:
    """The names without repetition, in order of their first use."""
    return list(dict.fromkeys(names))
