"""The entries of a store: trusted certificates, keys, and entries that could not be read."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.model.certificate import Certificate
from unpin.model.values import frozen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERVERS = frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE})


class KeyKind(StrEnum):
    """The kinds of keys: java.security.KeyStore.PrivateKeyEntry and SecretKeyEntry."""

    PRIVATE = "private key"
    SECRET = "secret key"  # noqa: S105  (a kind of entry)


@frozen
class Attribute:
    """A PKCS12 bag attribute (RFC 7292 4.2): its OID, and the DER of the SET of its values."""

    oid: str
    values: bytes


@frozen
class TrustSettings:
    """OpenSSL's X509_CERT_AUX (crypto/x509/x_x509a.c): the OIDs of trusted and rejected purposes.

    `trust` is None where the settings name no trusted purpose, which means every purpose.
    """

    trust: frozenset[str] | None = None
    reject: frozenset[str] = frozenset()

    @property
    def servers(self) -> bool | None:
        """Whether OpenSSL trusts (True) or rejects (False) it for TLS servers; None is not said.

        A certificate of which nothing is said is trusted if it is self-signed (obj_trust and
        trust_compat in crypto/x509/x509_trust.c).
        """
        if self.rejects_servers:
            return False
        return None if self.trust is None else True

    @property
    def distrusted(self) -> bool:
        """Whether the settings reject the certificate for TLS servers."""
        return not self.reject.isdisjoint(_SERVERS)

    @property
    def only_other_purposes(self) -> bool:
        """Whether the settings trust the certificate for other purposes only, such as mail."""
        return self.trust is not None and self.trust.isdisjoint(_SERVERS)

    @property
    def rejects_servers(self) -> bool:
        """Whether OpenSSL refuses TLS servers under the certificate for its settings."""
        return self.distrusted or self.only_other_purposes


_NO_SETTINGS: Final = TrustSettings()


@frozen
class PemBlock:
    """The block of a text (RFC 7468) that holds a certificate.

    `label` is the label of the BEGIN line. `commented` is True if explanatory text that unpin did
    not write stands above the block. `trust` are OpenSSL's settings, None where there are none.
    """

    label: str
    commented: bool = False
    trust: TrustSettings | None = None


@frozen
class TrustedEntry:
    """A trusted certificate: a trustedCertEntry (java.security.KeyStore) or a block of a bundle.

    `alias` is as spelled in the file, "" where the entry has no alias. `created_ms` is the JDK's
    "Creation date" in signed milliseconds since 1970, None where the format has no date. `raw` is
    the slice of the (decrypted) container from which the entry was read. `trusted` is False for a
    PKCS12 certificate bag without the trusted-key-usage attribute 2.16.840.1.113894.746875.1.1,
    which Java does not count among its trusted certificates. `line` is the 1-based line in a text
    store, `file` the name of the file in a folder. `unlisted` says why Java ignores the entry,
    `refusal` why Java refuses the whole store because of it; both are "" where Java does not
    (jdk/key_store_view.py). `block` is None outside of texts.
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
        """The creation date, aware UTC; None where there is no date or Python cannot hold it."""
        return moment(self.created_ms)

    @property
    def trust_settings(self) -> TrustSettings:
        """OpenSSL's settings of the certificate; without settings, trust for every purpose."""
        return (self.block.trust if self.block else None) or _NO_SETTINGS


@frozen
class KeyEntry:
    """A private or secret key with its chain; the key is never decrypted, only copied.

    Java trusts the first certificate of the chain, and not the others. `sealed` is the encrypted
    key within `raw`: equal bytes are the same key, unequal bytes may still be (under another
    salt). It is b"" where a codec does not separate the key from the rest. All other fields are
    as in a TrustedEntry.
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
    """Why an entry could not be read."""

    MALFORMED = "malformed"
    """Its bytes contradict the format, or are of a type that unpin does not read."""
    OTHER_LABEL = "other label"
    """A PEM block whose label is not that of a certificate: a public key, parameters."""
    REQUEST = "request"
    """A PEM block of a certificate signing request."""
    REVOCATION_LIST = "revocation list"
    """A PEM block of a certificate revocation list."""
    PLACEHOLDER = "placeholder"
    """The text of a guide stands where the certificate belongs."""
    CUT_OFF = "cut off"
    """The last PEM block, in which the file ends: its download or copy broke off."""
    SHORT_BLOCK = "short block"
    """A PEM block labelled CERTIFICATE that is too short to hold one."""

    @property
    def is_other_block(self) -> bool:
        """Whether it is a whole PEM block of something else, which clients skip or refuse."""
        return self in {
            UnreadableKind.OTHER_LABEL,
            UnreadableKind.REQUEST,
            UnreadableKind.REVOCATION_LIST,
        }


@frozen
class UnreadableEntry:
    """An entry that could not be read: it is reported, and kept when the store is rewritten.

    `refusal` says why Java refuses the whole store because of it; "" where Java only ignores it.
    `content` is the block of a text without white space and without the text around it; b""
    outside of texts.
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
    """The certificate of an entry that can be a trust anchor: for a key, the first of its chain."""
    match entry:
        case TrustedEntry():
            return entry.certificate
        case KeyEntry():
            return entry.chain[0] if entry.chain else None
        case UnreadableEntry():
            return None


def content_of(entry: Entry) -> Certificate | bytes:
    """The part of an entry that does not depend on the text around it.

    The certificate, the encrypted key, or the content of an unreadable block.
    """
    match entry:
        case TrustedEntry(certificate=certificate):
            return certificate
        case KeyEntry(sealed=sealed):
            return sealed
        case UnreadableEntry(content=content):
            return content


def moment(milliseconds: int | None) -> datetime | None:
    """Java's milliseconds since 1970 as aware UTC; None outside of the years 1 to 9999."""
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
