"""What a store holds: trusted entries, key entries, and what could not be read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.model.certificate import Certificate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERVERS = frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE})


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
class TrustSettings:
    """OpenSSL's X509_CERT_AUX (crypto/x509/x_x509a.c): purposes by OID; `trust` None for all."""

    trust: frozenset[str] | None = None
    reject: frozenset[str] = frozenset()

    @property
    def distrusted(self) -> bool:
        """Whether the certificate must not vouch for servers, whatever else it may."""
        return not self.reject.isdisjoint(_SERVERS)

    @property
    def for_others(self) -> bool:
        """Whether it is trusted for other purposes than servers only, such as mail."""
        return self.trust is not None and self.trust.isdisjoint(_SERVERS)


@dataclass(frozen=True, slots=True)
class PemBlock:
    """The block of a text (RFC 7468) that holds a certificate.

    `label` is that of its markers. `commented` says that explanatory text stands above it that
    unpin did not write; `trust` are OpenSSL's settings behind the certificate, None without any.
    """

    label: str
    commented: bool = False
    trust: TrustSettings | None = None


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
    `block` is that of a text, None elsewhere.
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
    block: PemBlock | None = None

    @property
    def created(self) -> datetime | None:
        """The creation date, aware UTC; None where there is none or Python cannot hold it."""
        return moment(self.created_ms)

    @property
    def trust_settings(self) -> TrustSettings:
        """OpenSSL's settings behind the certificate; trust for everything without any."""
        return (self.block.trust if self.block else None) or TrustSettings()


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


class UnreadableKind(StrEnum):
    """What is known of bytes that could not be read."""

    MALFORMED = "malformed"
    """They contradict the format, or are of a type that unpin does not read."""
    OTHER_LABEL = "other label"
    """A PEM block whose label is not that of a certificate: a public key, a CRL."""
    PLACEHOLDER = "placeholder"
    """The text of a guide stands where the certificate belongs."""
    SHORT_BLOCK = "short block"
    """A PEM block labelled CERTIFICATE that is too short to hold one."""


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """What does not parse: shown, carried through, never a crash, never silence.

    `refusal` says why Java refuses the whole store for it; "" where Java only passes it over.
    `content` is the part of `raw` that stays the same in whatever text it lies, without white
    space; b"" outside of texts.
    """

    alias: str
    raw: bytes
    reason: str
    line: int | None = None
    file: str | None = None
    refusal: str = ""
    kind: UnreadableKind = UnreadableKind.MALFORMED
    content: bytes = b""


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


def content_of(entry: Entry) -> Certificate | bytes:
    """What of an entry is the same in whatever text it lies: certificate, sealed key, block."""
    match entry:
        case TrustedEntry(certificate=certificate):
            return certificate
        case KeyEntry(sealed=sealed):
            return sealed
        case UnreadableEntry(content=content):
            return content


def moment(milliseconds: int | None) -> datetime | None:
    """Turn Java's milliseconds since 1970 into aware UTC; None beyond the years 1 to 9999."""
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
