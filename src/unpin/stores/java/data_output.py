"""Write the fields that JKS, JCEKS and BKS have in common, as java.io.DataOutput does."""

from dataclasses import replace
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry
from unpin.model.errors import CannotWriteError
from unpin.stores.java import modified_utf8
from unpin.stores.java.data_input import U2, U4


def java_text(alias: str) -> bytes:
    """An alias as DataOutput.writeUTF writes it. Raises CannotWriteError for one too long."""
    try:
        name = modified_utf8.encode(alias)
    except ValueError as error:
        raise CannotWriteError(f"alias {alias[:40]}...: {error}") from error
    return U2.pack(len(name)) + name


_X509: Final = java_text("X.509")
"""The type that precedes each certificate."""


def certificate_slot(certificate: Certificate, *, typed: bool = True) -> bytes:
    """A certificate as JavaKeyStore and BcKeyStoreSpi write it; `typed` if it names its type."""
    der = certificate.der
    return (_X509 if typed else b"") + U4.pack(len(der)) + der


def renamed(entry: Entry, alias: str, at: int) -> Entry:
    """The entry under another alias, which lies at the offset `at` of its slice, if it has one.

    All else stays byte for byte. Raises CannotWriteError for an alias that is too long.
    """
    if not entry.raw:
        return replace(entry, alias=alias)
    end = at + U2.size + U2.unpack_from(entry.raw, at)[0]
    return replace(entry, alias=alias, raw=entry.raw[:at] + java_text(alias) + entry.raw[end:])
