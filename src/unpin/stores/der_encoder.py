"""Write files of bare DER certificates: one after the other, and what follows them."""

from unpin.asn1 import tlv
from unpin.model.entries import Entry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores import pkcs7
from unpin.stores.der import DerContainer, claims, decode
from unpin.stores.encoding import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    nothing_left,
    read_back,
    rename_unnamed,
)

_NEW = DerContainer(b"", 0)


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the certificates in their order; there is no password and no digest in DER.

    Raises CannotWriteError for more than one certificate, unless the file held several already:
    all clients but Java read the first only. And for keys, and where no certificate is left, or the
    first is none.
    """
    del password
    check_writable(store, options)
    container = store.container if isinstance(store.container, DerContainer) else _NEW
    certificates = []
    trailing = b"" if container.text_follows else container.trailing
    for entry in store.entries:
        match entry:
            case TrustedEntry():
                certificates.append(slot(entry))
            case UnreadableEntry(raw=raw) if container.text_follows and raw == container.trailing:
                trailing = raw
            case _:
                raise foreign_entry(entry, store.source)
    if not certificates:
        raise nothing_left(store.source)
    if len(certificates) > 1 and container.certificates < 2:
        raise CannotWriteError(
            f"{store.source}: {len(certificates)} certificates in one DER file, of which all "
            "clients but Java would read the first only",
            "write PEM instead: unpin convert STORE -o bundle.pem",
        )
    data = b"".join(certificates) + trailing
    if pkcs7.claims(data) or not claims(data):
        raise CannotWriteError(
            f"{store.source}: what would come first is no certificate, so no file of certificates"
        )
    return read_back(data, store, None, decode)


def rename(entry: Entry, alias: str) -> Entry:
    """A new entry under another alias. Raises CannotWriteError for others: DER names nothing."""
    return rename_unnamed(entry, alias, Format.DER)


def slot(entry: TrustedEntry) -> bytes:
    """The certificate as the file has it, BER or not; its DER where the entry has no such slice."""
    der = entry.certificate.der
    try:
        same = tlv.definite(tlv.only(entry.raw, "certificate")) == der
    except tlv.TlvError:
        same = False
    return entry.raw if same else der
