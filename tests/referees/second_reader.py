"""pyjks as a second reader of JKS and JCEKS, written by other people from the same files."""

import hashlib

import jks

from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import UnpinError
from unpin.stores.java import jks as codec

UNSIGNED = 1 << 64


def of_pyjks(data, password):
    """Rows by alias as spelled, or the exception; keys are not decrypted, which fails on many."""
    try:
        store = jks.KeyStore.loads(data, password, try_decrypt_keys=False)
    except Exception as error:  # noqa: BLE001  (of what it raises, half is documented)
        return error
    rows = {}
    for alias, one in store.certs.items():
        rows[alias] = "trusted certificate", (_digest(one.cert),), one.timestamp
    for alias, one in store.private_keys.items():
        chain = tuple(_digest(der) for _, der in one.cert_chain)
        rows[alias] = KeyKind.PRIVATE, chain, one.timestamp
    for alias, one in store.secret_keys.items():
        rows[alias] = KeyKind.SECRET, (), one.timestamp
    return rows


def of_unpin(data, password):
    """The same of unpin, the date as pyjks reads it: unsigned."""
    try:
        store = codec.decode(data, source="store", password=password)
    except UnpinError as error:
        return error
    rows = {}
    for entry in store.entries:
        match entry:
            case TrustedEntry():
                row = "trusted certificate", (entry.certificate.sha256,)
            case KeyEntry():
                row = entry.kind, tuple(one.sha256 for one in entry.chain)
            case _:
                return ValueError(entry.reason)
        rows[entry.alias] = *row, entry.created_ms % UNSIGNED
    return rows


def _digest(der):
    return hashlib.sha256(der).hexdigest()
