"""Read and write the fields of JKS, JCEKS, BKS and UBER stores (java.io.DataInput, DataOutput)."""

import binascii
import struct
from dataclasses import replace
from typing import Final

from unpin.asn1 import tlv
from unpin.model.answers import kept
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry
from unpin.model.errors import CannotWriteError
from unpin.model.recent import Recent
from unpin.stores.java import modified_utf8

GUARD_SIZE: Final = 20
"""The size in bytes of the SHA-1 digest or HMAC at the end of each of these stores."""

_X509_NAMES: Final = frozenset({b"X.509", b"X509"})
"""The names of CertificateFactory.X.509 in the SUN and BC providers, which ignore case."""

U2: Final = struct.Struct(">H")
U4: Final = struct.Struct(">I")
I8: Final = struct.Struct(">q")


class LayoutError(ValueError):
    """A length beyond the end of the entries, or an unknown tag: the rest cannot be read."""


class DataReader:
    """Reads field after field; `position` is the start of the next field.

    NOTE: `position` never passes `_end`, the start of the GUARD_SIZE bytes of digest or HMAC. A
    shorter fixed field can therefore be unpacked before the check that it ends before `_end`.
    """

    def __init__(self, data: bytes, position: int, end: int) -> None:
        self.position = position
        self._data = data
        self._end = end

    def _blob(self, layout: struct.Struct, what: str) -> bytes:
        """Read a length field of `layout`, and as many bytes."""
        start = self.position + layout.size
        end = start + layout.unpack_from(self._data, self.position)[0]
        if end > self._end:
            raise LayoutError(
                f"{what} claims {end - start} bytes, {max(self._end - start, 0)} remain"
            )
        self.position = end
        return self._data[start:end]

    def _certificate(self, *, typed: bool = True) -> Certificate | str:
        """Read a certificate, or return why it is not readable; `typed` if its type precedes it."""
        named = self.position + len(X509_TYPE)
        if typed and named <= self._end and self._data.startswith(X509_TYPE, self.position):
            self.position, typed = named, False  # as nearly always
        kind = self._blob(U2, "certificate type") if typed else b"X.509"
        der = self._blob(U4, "certificate")
        if typed and kind.upper() not in _X509_NAMES:
            return f"certificate of type {kind.decode('utf-8', 'replace')!r}, not X.509"
        return certificate_in_slot(der)

    def _chain(self, count: int, *, typed: bool = True) -> tuple[Certificate, ...] | str:
        """Read `count` certificates, or return why one of them (the first such) is unreadable."""
        chain: list[Certificate] = []
        reason = ""
        for index in range(count):
            certificate = self._certificate(typed=typed)
            if isinstance(certificate, Certificate):
                chain.append(certificate)
            elif not reason:
                reason = f"certificate {index + 1} of its chain: {certificate}"
        return reason or tuple(chain)

    def _chain_length(self, smallest: int) -> int:
        """Read the number of certificates that follow, each of at least `smallest` bytes."""
        count: int = U4.unpack_from(self._data, self.position)[0]
        room = self._end - self.position - U4.size
        if room < 0 or count * smallest > room:
            raise LayoutError(f"chain claims {count} certificates, {max(room, 0)} bytes remain")
        self.position += U4.size
        return count


def certificate_in_slot(slot: bytes) -> Certificate | str:
    """The certificate that Java reads from the bytes of an entry, or why it reads none."""
    certificate = Certificate(slot)
    read = _read_by_java(certificate)
    if read is not None:
        return read
    KNOWN_SLOTS.keep(certificate.der, certificate)
    return certificate


KNOWN_SLOTS: Final = Recent[Certificate]()
"""The slots of the last stores that hold what Java reads from them."""


@kept
def _read_by_java(slot: Certificate) -> Certificate | str | None:
    """What Java reads from the bytes of `slot`: another certificate, or why none; None for it."""
    try:
        der = java_bytes(slot.der)
    except tlv.TlvError as error:
        return str(error)
    return None if der == slot.der else Certificate(der)


def java_bytes(slot: bytes) -> bytes:
    """The DER of the certificate that Java reads from `slot`, and takes the fingerprint of.

    X509Factory reads one element, or the first block of PEM text, and ignores the rest;
    X509CertImpl turns indefinite lengths into definite lengths. Nothing else is checked here.
    Raises tlv.TlvError.
    """
    if slot[:1] != b"\x30":
        from unpin.stores.pem.text import blocks, markers_in, read_text

        if markers_in(slot):
            block = next(blocks(read_text(slot)), None)
            try:
                slot = binascii.a2b_base64(block.body if block else b"", strict_mode=True)
            except binascii.Error as error:
                raise tlv.TlvError(f"not base64: {str(error).lower()}") from error
    certificate = tlv.read(slot).expect(tlv.SEQUENCE, "certificate")
    if certificate.body - certificate.start > _MAX_HEADER:
        raise tlv.TlvError("the length of the certificate is in more than 4 octets")
    return tlv.definite(certificate)


def java_text(alias: str) -> bytes:
    """An alias as DataOutput.writeUTF writes it. Raises CannotWriteError if it is too long."""
    try:
        name = modified_utf8.write_utf(alias)
    except ValueError as error:
        raise CannotWriteError(f"alias {alias[:40]}...: {error}") from error
    return U2.pack(len(name)) + name


_MAX_HEADER: Final = 6
"""The octets of a tag and a length that X509Factory reads."""

X509_TYPE: Final = java_text("X.509")
"""The type that precedes each certificate, as writeUTF writes it."""


def certificate_slot(certificate: Certificate, *, typed: bool = True) -> bytes:
    """A certificate as JavaKeyStore and BcKeyStoreSpi write it; `typed` if its type precedes it."""
    der = certificate.der
    return (X509_TYPE if typed else b"") + U4.pack(len(der)) + der


def renamed_entry(entry: Entry, alias: str, at: int) -> Entry:
    """The entry with another alias, which is at the offset `at` of its raw bytes, if it has any.

    Other bytes stay unchanged. Raises CannotWriteError if the alias is too long.
    """
    if not entry.raw:
        return replace(entry, alias=alias)
    end = at + U2.size + U2.unpack_from(entry.raw, at)[0]
    return replace(entry, alias=alias, raw=entry.raw[:at] + java_text(alias) + entry.raw[end:])
