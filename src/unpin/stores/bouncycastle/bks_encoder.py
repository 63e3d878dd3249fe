"""Write BKS stores (versions 1 and 2): the entries' own slices, and a MAC over them."""

import hmac
import os
from dataclasses import replace
from typing import Final

from unpin.model.entries import Entry, TrustedEntry
from unpin.model.store import Store
from unpin.stores.bouncycastle.bks import (
    USUAL_SALT,
    BksContainer,
    Header,
    check_iterations,
    decode,
    keyed_mac,
)
from unpin.stores.encoding import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    read_back,
    required,
)
from unpin.stores.java.data_input import I8, U4
from unpin.stores.java.data_output import certificate_slot, java_text, renamed

_CERTIFICATE: Final = b"\1"
_END: Final = b"\0"
_NEW: Final = Header(version=2, salt=bytes(USUAL_SALT), iterations=10_000)
"""More iterations than BouncyCastle's 1,024 to 2,047; it reads any count."""


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the entries in their order, each as it was read; new ones have no `raw`.

    Version, iterations and the size of the salt stay; the salt itself stays where nothing else
    changes either. Raises CannotWriteError for an entry that the format cannot hold, an unchecked
    MAC, and where there is no password for the new one; LimitExceededError.
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
    """The entry under another alias, all else byte for byte. Raises CannotWriteError."""
    return renamed(entry, alias, len(_CERTIFICATE))


def _new(entry: Entry, source: str) -> bytes:
    """BcKeyStoreSpi.saveStore: no chain, the certificate with its type."""
    if not isinstance(entry, TrustedEntry):
        raise foreign_entry(entry, source)
    head = _CERTIFICATE + java_text(entry.alias) + I8.pack(entry.created_ms or 0) + U4.pack(0)
    return head + certificate_slot(entry.certificate)
