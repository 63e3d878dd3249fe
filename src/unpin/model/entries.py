"""What a store holds: trusted entries, key entries, and what could not be read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from unpin.model.certificate import Certificate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class KeyKind(StrEnum):
    """java.security.KeyStore.PrivateKeyEntry or SecretKeyEntry."""

    PRIVATE = "private key"
    SECRET = "secret key"  # noqa: S105  (a kind of entry)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A PKCS12 bag attribute (RFC 7292 4.2): its OID and the DER of its whole value SET."""

    oid: str
    values: bytes


@dataclass(frozen=True, slots=True)
class TrustedEntry:
    """A trustedCertEntry (java.security.KeyStore) or a certificate block of a bundle.

    `alias` is as spelled in the file; "" where the file gives none. `created_ms` is the JDK's
    "Creation date" in signed milliseconds since 1970, None where the format keeps none. `raw` is
    the slice of the (decrypted) container it was read from. `trusted` is False for a PKCS12
    certificate bag without the trusted-key-usage attribute 2.16.840.1.113894.746875.1.1, which
    Java does not count among its trusted certificates. `line` is the 1-based line of a text
    store, `file` the file's name inside a folder. `unlisted` says why Java passes over the entry,
    `refusal` why it refuses the whole store for it; "" where it does not (jdk/key_store_view.py).
    """

    alias: str
    certificate: Certificate
    raw: bytes
    created_ms: int | None = None
    attributes: tuple[Attribute, ...] = ()
    trusted: bool = True
    line: int | None = None
    file: str | None = None
    unlisted: str = ""
    refusal: str = ""

    @property
    def created(self) -> datetime | None:
        """The creation date, aware UTC; None where there is none or Python cannot hold it."""
        return moment(self.created_ms)


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A private or secret key with its chain; never decrypted, carried byte for byte.

    Java makes the first certificate of the chain an anchor; the rest is not trust. `sealed` is the
    part of `raw` that holds the key alone, as encrypted as it lies there: equal bytes are one key,
    unequal ones may be (a new salt). b"" where a codec does not tell it from the rest. `unlisted`
    and `refusal` are as in a TrustedEntry.
    """

    alias: str
    kind: KeyKind
    chain: tuple[Certificate, ...]
    raw: bytes
    created_ms: int | None = None
    attributes: tuple[Attribute, ...] = ()
    line: int | None = None
    file: str | None = None
    sealed: bytes = b""
    unlisted: str = ""
    refusal: str = ""

    @property
    def created(self) -> datetime | None:
        """The creation date, aware UTC; None where there is none or Python cannot hold it."""
        return moment(self.created_ms)


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """What does not parse: shown, carried through, never a crash, never silence.

    `refusal` says why Java refuses the whole store for it; "" where Java only passes it over.
    """

    alias: str
    raw: bytes
    reason: str
    line: int | None = None
    file: str | None = None
    refusal: str = ""


Entry: TypeAlias = TrustedEntry | KeyEntry | UnreadableEntry


def own_certificate(entry: Entry) -> Certificate | None:
    """The certificate for which an entry can be an anchor: its own, or the first of a key's."""
    match entry:
        case TrustedEntry():
            return entry.certificate
        case KeyEntry():
            return entry.chain[0] if entry.chain else None
        case UnreadableEntry():
            return None


def essence(entry: Entry) -> Certificate | bytes | str:
    """What of an entry is the same in whatever text it lies: certificate, encrypted key, reason."""
    match entry:
        case TrustedEntry(certificate=certificate):
            return certificate
        case KeyEntry(sealed=sealed):
            return sealed
        case UnreadableEntry(reason=reason):
            return reason


def moment(milliseconds: int | None) -> datetime | None:
    """Turn Java's milliseconds since 1970 into aware UTC; None beyond the years 1 to 9999."""
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
