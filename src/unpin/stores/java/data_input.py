"""Read what java.io.DataOutput wrote into JKS, JCEKS, BKS and UBER stores, within bounds."""

import struct
from typing import Final

from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.stores.java.certificate_slot import java_bytes

GUARD_SIZE: Final = 20
"""The SHA-1 digest or HMAC that ends each of these stores."""

_X509: Final = frozenset({b"X.509", b"X509"})
"""The names of CertificateFactory.X.509 in the SUN and BC providers, which ignore their case."""

U2: Final = struct.Struct(">H")
U4: Final = struct.Struct(">I")
I8: Final = struct.Struct(">q")


class LayoutError(ValueError):
    """A length that reaches beyond the entries, or a tag that leaves the rest unlocatable."""


class DataReader:
    """Reads field after field; `position` is where the next one begins.

    NOTE: `position` never passes `_end`, where the GUARD_SIZE bytes that guard the store begin. A
    fixed field of fewer bytes can therefore be unpacked before it is checked to end by `_end`.
    """

    def __init__(self, data: bytes, position: int, end: int) -> None:
        self.position = position
        self._data = data
        self._end = end

    def _blob(self, layout: struct.Struct, what: str) -> bytes:
        """Read the bytes that a length field of `layout` announces."""
        start = self.position + layout.size
        end = start + layout.unpack_from(self._data, self.position)[0]
        if end > self._end:
            raise LayoutError(
                f"{what} claims {end - start} bytes, {max(self._end - start, 0)} remain"
            )
        self.position = end
        return self._data[start:end]

    def _certificate(self, *, typed: bool = True) -> Certificate | str:
        """Read a certificate slot, or say why it holds none; `typed` if it names its type."""
        kind = self._blob(U2, "certificate type") if typed else b"X.509"
        der = self._blob(U4, "certificate")
        if kind.upper() not in _X509:
            return f"certificate of type {kind.decode('utf-8', 'replace')!r}, not X.509"
        try:
            return Certificate(java_bytes(der))
        except tlv.TlvError as error:
            return str(error)

    def _chain(self, count: int, *, typed: bool = True) -> tuple[Certificate, ...] | str:
        """Read `count` certificate slots, or say what is wrong with the first bad one."""
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
        """Read how many certificates follow, each of at least `smallest` bytes."""
        count: int = U4.unpack_from(self._data, self.position)[0]
        room = self._end - self.position - U4.size
        if room < 0 or count * smallest > room:
            raise LayoutError(f"chain claims {count} certificates, {max(room, 0)} bytes remain")
        self.position += U4.size
        return count
