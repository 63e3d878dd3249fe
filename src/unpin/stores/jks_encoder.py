"""Write JKS and JCEKS stores: the entries' own slices, and a digest over them."""

from dataclasses import replace
from typing import Final

from unpin.model.entries import Entry, KeyEntry, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.store import Store
from unpin.stores import mutf8
from unpin.stores.encoding import DEFAULT_OPTIONS, EncodeOptions, check_writable, required
from unpin.stores.javadata import I8, U2, U4
from unpin.stores.jks import MAGIC, TRUSTED, Container, keyed_digest

_TYPE: Final = b"X.509"
_NEW: Final = Container(version=2, digest=b"", trailing=b"")


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> bytes:
    """Write the entries in their order, each as it was read; new ones have no `raw`.

    Raises CannotWriteError for an entry that the format cannot hold, an unchecked digest, and
    where there is no password for the new one.
    """
    check_writable(store, options)
    guard = required(password, store)
    container = store.container if isinstance(store.container, Container) else _NEW
    parts = [MAGIC[store.format], U4.pack(container.version), U4.pack(len(store.entries))]
    parts += [entry.raw or _new(entry, container.version, store.source) for entry in store.entries]
    body = b"".join(parts)
    return body + keyed_digest(body, guard) + container.trailing


def rename(entry: Entry, alias: str) -> Entry:
    """The entry under another alias, all else byte for byte. Raises CannotWriteError."""
    if not entry.raw:
        return replace(entry, alias=alias)
    size = U2.unpack_from(entry.raw, 4)[0]
    raw = entry.raw[:4] + _text(alias) + entry.raw[6 + size :]
    return replace(entry, alias=alias, raw=raw)


def _new(entry: Entry, version: int, source: str) -> bytes:
    match entry:
        case TrustedEntry(certificate=certificate):
            der = certificate.der
            head = U4.pack(TRUSTED) + _text(entry.alias) + I8.pack(entry.created_ms or 0)
            kind = U2.pack(len(_TYPE)) + _TYPE if version > 1 else b""
            return head + kind + U4.pack(len(der)) + der
        case KeyEntry():
            what = f"a {entry.kind} of another format"
        case _:
            what = "an entry that could not be read"
    raise CannotWriteError(f"{source}: {entry.alias or 'an entry'}: {what} cannot be written")


def _text(alias: str) -> bytes:
    try:
        name = mutf8.encode(alias)
    except ValueError as error:
        raise CannotWriteError(f"alias {alias[:40]}...: {error}") from error
    return U2.pack(len(name)) + name
