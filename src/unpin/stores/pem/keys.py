"""Read the private keys of a PEM bundle, and find the chain that belongs to each."""

import binascii
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, is_issuer, is_self_signed
from unpin.pki.roles import may_sign
from unpin.stores.crypto import private_keys

_ENCRYPTED: Final = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_BEGIN: Final = b"-----BEGIN "
_LONGEST_CHAIN: Final = 16


def pem_key(entry: KeyEntry, password: str | None) -> bytes | None:
    """The EncryptedPrivateKeyInfo of a block, or the PrivateKeyInfo of one of another kind.

    None where OpenSSL's own encryption (Proc-Type) is not opened by the password, or the block
    cannot be read.
    """
    if _ENCRYPTED in entry.raw:
        try:
            return binascii.a2b_base64(entry.sealed, strict_mode=True)
        except binascii.Error:
            return None
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    block = entry.raw[entry.raw.index(_BEGIN) :] if _BEGIN in entry.raw else entry.raw
    try:
        secret = password.encode() if password and b"ENCRYPTED" in block else None
        key = serialization.load_pem_private_key(block, secret)
        return key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def with_key_chains(stores: Sequence[Store]) -> list[Store]:
    """The stores, in which the keys of PEM files have the chains that lie beside them.

    The certificate of a key is the one with its public key, or, where the key cannot be opened, the
    only one that is no CA: in the file of the key, or in another that is no Java store. What else
    is in these two files and issued it is its chain, and no trusted entry. Raises CannotWriteError
    where that does not tell.
    """
    finder = _Finder(stores)
    return [finder.completed(number) for number in range(len(stores))]


class _Finder:
    """The chains of the keys of all stores, and the certificates that they use, by store."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = stores
        self._pools = [_pool(store) for store in stores]
        self._used: list[set[Certificate]] = [set() for _ in stores]
        self._chains: dict[tuple[int, int], tuple[Certificate, ...]] = {}
        for number, store in enumerate(stores):
            for index, entry in enumerate(store.entries):
                if isinstance(entry, KeyEntry) and store.format is Format.PEM:
                    self._chains[number, index] = self._chain(number, entry)

    def completed(self, number: int) -> Store:
        store, used = self._stores[number], self._used[number]
        entries: list[Entry] = []
        for index, entry in enumerate(store.entries):
            chain = self._chains.get((number, index))
            if chain is not None and isinstance(entry, KeyEntry):
                entries.append(replace(entry, chain=chain))
            elif not (isinstance(entry, TrustedEntry) and entry.certificate in used):
                entries.append(entry)
        return replace(store, entries=tuple(entries))

    def _chain(self, number: int, entry: KeyEntry) -> tuple[Certificate, ...]:
        where, own = self._own(number, entry)
        pool = [*self._pools[number], *self._pools[where]]
        chain = _chain(own, pool)
        for holder in {number, where}:
            self._used[holder].update(chain)
        return chain

    def _own(self, number: int, entry: KeyEntry) -> tuple[int, Certificate]:
        """The number of the store that holds the certificate of the key, and the certificate."""
        source = self._stores[number].source
        public = _public_key(entry, self._stores[number])
        order = sorted(range(len(self._pools)), key=lambda other: other != number)
        found = [
            (holder, certificate)
            for holder in order
            for certificate in self._pools[holder]
            if _may_be(certificate, public)
        ]
        if public is None:
            beside = [pair for pair in found if pair[0] == number] or found
            keys = sum(len(store.keys) for store in self._stores)
            if len(beside) != 1 or keys > 1:
                raise CannotWriteError(
                    f"{source}: line {entry.line}: which certificate belongs to the key cannot be "
                    "told",
                    "give the key's password with --password-file",
                )
            found = beside
        if not found:
            raise CannotWriteError(
                f"{source}: line {entry.line}: the certificate of the key is nowhere beside it",
                "name its file too, or add it below the key",
            )
        return found[0]


def _pool(store: Store) -> list[Certificate]:
    """The certificates that may belong to a key of a PEM file: those that no Java store trusts."""
    if store.format.is_java:
        return []
    return [entry.certificate for entry in store.trusted if entry.certificate.problem is None]


def _may_be(certificate: Certificate, public: bytes | None) -> bool:
    if public is None:
        return not may_sign(certificate)
    return certificate.fields.public_key.der == public


def _public_key(entry: KeyEntry, store: Store) -> bytes | None:
    """The SubjectPublicKeyInfo of the key; None if no password opens it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    key = pem_key(entry, store.password)
    sealed = private_keys.read_sealed(key) if key and not private_keys.is_clear(key) else None
    if sealed is not None:
        name = f"{store.source}: line {entry.line}"
        password = store.password
        key = None if password is None else private_keys.unseal(sealed, password, name=name)
    if key is None:
        return None
    try:
        return (
            serialization.load_der_private_key(key, None)
            .public_key()
            .public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _chain(own: Certificate, pool: list[Certificate]) -> tuple[Certificate, ...]:
    """The certificate and those above it, as far as they are in the file."""
    views = [CertificateView.of(certificate) for certificate in pool]
    path, here = [own], CertificateView.of(own)
    while len(path) < _LONGEST_CHAIN and not is_self_signed(here):
        above = next((view for view in views if view != here and is_issuer(view, here)), None)
        if above is None or above.certificate is None or above.certificate in path:
            break
        path.append(above.certificate)
        here = above
    return tuple(path)
