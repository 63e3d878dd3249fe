"""Read the private keys of a PEM bundle, and find the chain that belongs to each."""

import binascii
from dataclasses import replace
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.store import Format
from unpin.pki.links import Link, issued, self_signed
from unpin.pki.roles import may_sign
from unpin.stores import keyseal
from unpin.stores.opening import Opened

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
    secret = password.encode() if password and b"ENCRYPTED" in block else None
    try:
        key = serialization.load_pem_private_key(block, secret)
        return key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def with_chains(opened: Opened) -> Opened:
    """A PEM bundle whose keys have the chains that lie beside them; others as they are.

    The certificate of a key is the one with its public key, or, where the key cannot be opened, the
    only one that is no CA. Raises CannotWriteError where that does not tell.
    """
    store = opened.store
    if store.format is not Format.PEM or not store.keys:
        return opened
    pool = [entry.certificate for entry in store.trusted if entry.certificate.problem is None]
    used: set[Certificate] = set()
    entries: list[Entry] = []
    for entry in store.entries:
        if isinstance(entry, KeyEntry):
            chain = _chain(_own(entry, opened, pool), pool)
            used.update(chain)
            entries.append(replace(entry, chain=chain))
        else:
            entries.append(entry)
    kept = (e for e in entries if not (isinstance(e, TrustedEntry) and e.certificate in used))
    return Opened(replace(store, entries=tuple(kept)), opened.password)


def _own(entry: KeyEntry, opened: Opened, pool: list[Certificate]) -> Certificate:
    source = opened.store.source
    public = _public_key(entry, opened)
    if public is None:
        found = [one for one in pool if not may_sign(one)]
        several = len(found) != 1 or len(opened.store.keys) > 1
        if several:
            raise CannotWriteError(
                f"{source}: line {entry.line}: which certificate belongs to the key cannot be told",
                "give the key's password with --password-file",
            )
    else:
        found = [one for one in pool if one.fields.public_key.der == public]
    if not found:
        raise CannotWriteError(
            f"{source}: line {entry.line}: the certificate of the key is not in the file",
            "add it to the file, below the key",
        )
    return found[0]


def _public_key(entry: KeyEntry, opened: Opened) -> bytes | None:
    """The SubjectPublicKeyInfo of the key; None where no password opens it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    key = pem_key(entry, opened.password)
    sealed = keyseal.read_sealed(key) if key and not keyseal.is_clear(key) else None
    if sealed is not None:
        name = f"{opened.store.source}: line {entry.line}"
        password = opened.password
        key = keyseal.unseal(sealed, password, name=name) if password is not None else None
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
    links = [Link.of(one) for one in pool]
    path, here = [own], Link.of(own)
    while len(path) < _LONGEST_CHAIN and not self_signed(here):
        above = next((one for one in links if one != here and issued(one, here)), None)
        if above is None or above.certificate is None or above.certificate in path:
            break
        path.append(above.certificate)
        here = above
    return tuple(path)
