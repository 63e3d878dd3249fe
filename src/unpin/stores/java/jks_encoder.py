"""Write JKS and JCEKS stores: the entries' own slices, and a digest over them."""

from typing import Final

from unpin.model.entries import Entry, TrustedEntry
from unpin.model.store import Store
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
from unpin.stores.java.jks import MAGIC, TRUSTED, JksContainer, decode, keyed_digest

_ALIAS: Final = U4.size
"""Where an entry has its alias: behind its tag."""
_NEW: Final = JksContainer(version=2, digest=b"", trailing=b"")


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the entries in their order, each as it was read; new ones have no `raw`.

    Raises CannotWriteError for an entry that the format cannot hold, an unchecked digest, and
    where there is no password for the new one.
    """
    check_writable(store, options)
    guard = required(password, store)
    container = store.container if isinstance(store.container, JksContainer) else _NEW
    parts = [MAGIC[store.format], U4.pack(container.version), U4.pack(len(store.entries))]
    parts += [entry.raw or _new(entry, container.version, store.source) for entry in store.entries]
    body = b"".join(parts)
    data = body + keyed_digest(body, guard) + container.trailing
    return read_back(data, store, guard, decode)


def rename(entry: Entry, alias: str) -> Entry:
    """The entry under another alias, all else byte for byte. Raises CannotWriteError."""
    return renamed(entry, alias, _ALIAS)


def _new(entry: Entry, version: int, source: str) -> bytes:
    """JavaKeyStore.engineStore, for a trusted certificate."""
    if not isinstance(entry, TrustedEntry):
        raise foreign_entry(entry, source)
    head = U4.pack(TRUSTED) + java_text(entry.alias) + I8.pack(entry.created_ms or 0)
    return head + certificate_slot(entry.certificate, typed=version > 1)
