"""Read and write files of one or several bare DER certificates, which Java reads in full."""

import re
from typing import Final

from unpin.asn1 import tlv
from unpin.jdk.certificate import certificate_refusal
from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import Entry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError, LimitExceededError, MalformedStoreError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.stores import pkcs7
from unpin.stores.formats import (
    DEFAULT_OPTIONS,
    Encoded,
    EncodeOptions,
    check_writable,
    foreign_entry,
    nothing_left,
    read_back,
    rename_unnamed,
)
from unpin.stores.pem.text import markers_in

FORMAT: Final = Format.DER

MAX_CERTIFICATES: Final = 100_000
"""The most certificates of a file."""

_VERSION: Final = tlv.CONTEXT_0
_FIELDS: Final = (
    tlv.INTEGER,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
)
_SEQUENCE: Final = b"\x30"
_HEADER: Final = re.compile(
    rb"\x30" + tlv.LENGTH + rb"\x30" + tlv.LENGTH + rb"\xa0\x03\x02\x01[\x00-\x04]\x02", re.DOTALL
)


@frozen
class DerContainer:
    """The bytes after the certificates, and the number of certificates."""

    trailing: bytes
    certificates: int

    @property
    def text_follows(self) -> bool:
        """Whether PEM text follows; an unreadable entry represents it."""
        return self.trailing[:1] != _SEQUENCE and markers_in(self.trailing)


_NEW: Final = DerContainer(b"", 0)


def claims(data: bytes) -> bool:
    """Whether `data` begins like a certificate (RFC 5280 4.1); if truncated, like one of v3."""
    return _HEADER.match(data) is not None or _has_the_fields(data)


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read the certificates at the start of the file; a note counts the bytes after them.

    Raises MalformedStoreError if the first certificate is truncated, LimitExceededError beyond
    `MAX_CERTIFICATES`.
    """
    del password
    entries: list[Entry] = []
    faults = [EncodingFault(FaultKind.DER)]
    position = 0
    while position < len(data):
        try:
            node = tlv.read(data, position).expect(tlv.SEQUENCE, "certificate")
        except tlv.TlvError as error:
            if not entries:
                raise MalformedStoreError(f"{source}: {error}") from error
            break
        if len(entries) == MAX_CERTIFICATES:
            raise LimitExceededError(f"{source}: more than {MAX_CERTIFICATES} certificates")
        certificate = Certificate(tlv.definite(node))
        if certificate_refusal(certificate.der) is not None and len(faults) == 1:
            faults.append(EncodingFault(FaultKind.JAVA_CERTIFICATE))
        entries.append(TrustedEntry("", certificate, node.raw))
        position = node.end
    if not entries:
        raise MalformedStoreError(f"{source}: no certificate")
    rest = len(data) - position
    container = DerContainer(data[position:], len(entries))
    if container.trailing[:1] == _SEQUENCE:
        faults.append(EncodingFault(FaultKind.DER_AND_MORE))
    elif container.text_follows:
        reason = "PEM text after the DER; Java alone reads it"
        entries.append(UnreadableEntry("", container.trailing, reason, content=container.trailing))
    return Store(
        source=source,
        format=FORMAT,
        entries=tuple(entries),
        faults=tuple(faults),
        notes=(f"{rest} bytes after the last certificate",) if rest else (),
        container=container,
    )


def encode(
    store: Store, *, password: str | None, options: EncodeOptions = DEFAULT_OPTIONS
) -> Encoded:
    """Write the certificates in their order; DER has no password and no digest.

    Raises CannotWriteError for several certificates, unless the file already held several: all
    clients except Java read only the first. Also for keys, if no certificate is left, and if the
    file would not begin with a certificate.
    """
    del password
    check_writable(store, options)
    container = store.container if isinstance(store.container, DerContainer) else _NEW
    certificates = []
    trailing = b"" if container.text_follows else container.trailing
    for entry in store.entries:
        match entry:
            case TrustedEntry():
                certificates.append(pkcs7.slot_of(entry))
            case UnreadableEntry(raw=raw) if container.text_follows and raw == container.trailing:
                trailing = raw
            case _:
                raise foreign_entry(entry, store.source)
    if not certificates:
        raise nothing_left(store.source)
    if len(certificates) > 1 and container.certificates < 2:
        raise CannotWriteError(
            f"{store.source}: {len(certificates)} certificates in one DER file, of which all "
            "clients except Java would read only the first",
            "write PEM instead: unpin convert STORE -o bundle.pem",
        )
    data = b"".join(certificates) + trailing
    if pkcs7.claims(data) or not claims(data):
        raise CannotWriteError(
            f"{store.source}: the file would not begin with a certificate, so it is not written"
        )
    return read_back(data, store, None, decode)


def rename(entry: Entry, alias: str) -> Entry:
    """A new entry with another alias. Raises CannotWriteError for others: DER has no aliases."""
    return rename_unnamed(entry, alias, Format.DER)


def _has_the_fields(data: bytes) -> bool:
    try:
        tbs = next(iter(tlv.read(data).expect(tlv.SEQUENCE, "certificate")), None)
        if tbs is None:
            return False
        fields = iter(tbs.expect(tlv.SEQUENCE, "TBSCertificate"))
        first = next(fields, None)
        if first is not None and first.tag == _VERSION:
            first = next(fields, None)
        rest = (first, *(next(fields, None) for _ in _FIELDS[1:]))
        return all(
            child is not None and child.tag == tag for tag, child in zip(_FIELDS, rest, strict=True)
        )
    except tlv.TlvError:
        return False
